import { describe, expect, it } from "vitest";
import { isHomeName, isLoopback, isPrivate } from "../../../src/adapters/egress/address.ts";
import { createReports } from "../../../src/adapters/egress/reports.ts";
import { createRules, parseEntry } from "../../../src/adapters/egress/rules.ts";

const rulesOf = (...entries: string[]) => {
  const rules = createRules(null);
  for (const entry of entries) if (!rules.add(entry)) throw new Error(entry);
  return rules;
};

describe("the list of hosts", () => {
  it("looks up the names on it, in any letters and with the root's dot, and no part or extension of them", () => {
    const rules = rulesOf("api.example.com:443");
    for (const name of ["api.example.com", "API.Example.COM", "api.example.com."]) expect(rules.mayResolve(name), name).toBe(true);
    for (const name of ["example.com", "x.api.example.com", "api.example.com.thief.example", "apiXexample.com", "", "."]) expect(rules.mayResolve(name), name).toBe(false);
  });

  it("connects to the addresses that a listed name has, on that name's port alone", () => {
    const rules = rulesOf("api.example.com:443", "api.example.com:9443", "other.example.com:80");
    expect(rules.mayConnect("93.184.216.34", 443)).toBe(false);
    rules.learn("api.example.com", "93.184.216.34");
    expect([443, 9443, 80, 22].map((port) => rules.mayConnect("93.184.216.34", port))).toEqual([true, true, false, false]);
    expect(rules.mayConnect("93.184.216.35", 443)).toBe(false);
    expect(rules.nameOf("93.184.216.34")).toBe("api.example.com");
  });

  it("takes a star for one or more parts before a name, never for the name itself or a longer word", () => {
    const rules = rulesOf("*.kucoin.com:443");
    expect(["a.kucoin.com", "a.b.kucoin.com", "kucoin.com", "notkucoin.com", "a.kucoin.com.thief.example"].map((name) => rules.mayResolve(name))).toEqual([true, true, false, false, false]);
    rules.learn("ws.kucoin.com", "93.184.216.34");
    expect([443, 80].map((port) => rules.mayConnect("93.184.216.34", port))).toEqual([true, false]);
  });

  it("does not believe a public name that it is at a private address, unless the address is listed too or the owner said so", () => {
    const rules = rulesOf("api.example.com:443", "~redis.example.com:6379", "nas.local:80", "10.1.1.1:443");
    expect(rules.learn("api.example.com", "169.254.169.254")).toBe(false);
    expect(rules.mayConnect("169.254.169.254", 443)).toBe(false);
    expect(rules.learn("redis.example.com", "10.0.0.5")).toBe(true);
    expect(rules.mayConnect("10.0.0.5", 6379)).toBe(true);
    expect(rules.learn("nas.local", "192.168.0.9")).toBe(true);
    expect(rules.learn("api.example.com", "10.1.1.1")).toBe(false);
    expect(rules.mayConnect("10.1.1.1", 443)).toBe(true);
  });

  it("reaches ports of this machine on which the process itself listens, and the same port nowhere else", () => {
    const rules = createRules(null);
    rules.listens(7_070);
    expect(["127.0.0.1", "::1", "10.0.0.1", "93.184.216.34"].map((address) => rules.mayConnect(address, 7_070))).toEqual([true, true, false, false]);
  });

  it("adds nothing beyond its ceiling", () => {
    const rules = createRules("api.example.com:443\n~10.0.0.5:6379\n*.kucoin.com:443");
    expect(["api.example.com:443", "API.example.com:443", "~10.0.0.5:6379", "*.kucoin.com:443"].map((entry) => rules.add(entry))).toEqual([true, true, true, true]);
    expect(["api.example.com:80", "thief.example:443", "10.0.0.5:637", "a.kucoin.com:443", "example.com:443", "~api.example.com:443"].map((entry) => rules.add(entry))).toEqual([false, false, false, false, false, false]);
    expect(createRules("").add("api.example.com:443")).toBe(false);
  });

  it.each(["", ":443", "host", "host:", "host:0", "host:65536", "host:4x", "http://host:80", "host/path:80", "ho st:80", "a..b:80", ".a:80", "*.com:443", "*:443", "a.*.b:443", "::1:443", "[::1:443", "user@host:80"])("takes %j for no entry", (entry) => {
    expect(parseEntry(entry)).toBeNull();
  });

  it("keeps two thousand addresses at the most, the newest ones", () => {
    const rules = rulesOf("api.example.com:443");
    for (let at = 0; at < 5_000; at += 1) rules.learn("api.example.com", `93.${Math.floor(at / 65_536)}.${Math.floor(at / 256) % 256}.${at % 256}`);
    expect(rules.mayConnect("93.0.0.1", 443)).toBe(false);
    expect(rules.mayConnect("93.0.19.135", 443)).toBe(true);
  });
});

describe("an address", () => {
  it.each(["0.0.0.0", "10.0.0.1", "127.8.9.1", "100.64.0.1", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.168.1.1", "224.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fd00::1", "fc00::1", "ff02::1", "::ffff:10.0.0.1"])("%s is private", (address) => {
    expect(isPrivate(address)).toBe(true);
  });

  it.each(["1.1.1.1", "93.184.216.34", "100.63.0.1", "100.128.0.1", "172.15.0.1", "172.32.0.1", "192.169.0.1", "198.18.0.7", "223.255.255.255", "2606:4700::1111", "::ffff:1.1.1.1"])("%s is public", (address) => {
    expect(isPrivate(address)).toBe(false);
  });

  it("of this machine is told from others, and names of a home from public ones", () => {
    expect(["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1", "128.0.0.1", "::2", "1.127.0.0"].map(isLoopback)).toEqual([true, true, true, true, false, false, false]);
    expect(["localhost", "redis", "nas.local", "db.internal", "example.com", "local.example"].map(isHomeName)).toEqual([true, true, true, true, false, false]);
  });
});

describe("what is refused", () => {
  it("is told once for each target, counted, and shortened to what a log may hold", () => {
    const waiting: (() => void)[] = [];
    const reports = createReports((work) => waiting.push(work));
    const told: string[] = [];
    reports.refuse("name", "thief.example");
    reports.listen(({ target }) => told.push(target));
    reports.refuse("name", "thief.example");
    reports.refuse("address", `1.2.3.4:5\n\u001b[31m${"x".repeat(500)}`);
    for (const work of waiting) work();
    expect(told).toHaveLength(2);
    expect(told[1]).toMatch(/^1\.2\.3\.4:5\?\?\[31mx+$/);
    expect(told[1]).toHaveLength(120);
    expect(reports.all()[0]).toEqual({ kind: "name", target: "thief.example", count: 2 });
  });

  it("fills neither memory nor a chat when a million names are tried", () => {
    const reports = createReports((work) => work());
    let told = 0;
    reports.listen(() => (told += 1));
    for (let at = 0; at < 100_000; at += 1) reports.refuse("name", `n${at}.thief.example`);
    expect(told).toBe(101);
    expect(reports.all().at(-1)).toEqual({ kind: "name", target: "others", count: 99_900 });
  });
});
