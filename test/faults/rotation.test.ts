import { describe, expect, it } from "vitest";
import { UserError } from "../../src/core/user-error.ts";
import { assertInvariants, play, requests, rest, until } from "./fixture.ts";
import { bench, complaints, LONG, NEW, PAIR, QUICK } from "./rotation-bench.ts";

const never = new AbortController().signal;
const POST = ["POST", "/api/v3/order"] as const;

describe("rotating the key of a bot that trades", () => {
  it("loses no order and no fill under load, and then the exchange may forget the old key", async () => {
    const { exchange, bot, rotation, states, store } = await bench();
    const played = play(bot, exchange);
    expect(await rotation.begin(PAIR)).toBe("monitored");
    expect(await states()).toEqual({ old: "draining", new: "active" });
    expect(await rotation.watch(PAIR, QUICK, never)).toBe("finished");
    expect(await states()).toEqual({ old: "disabled", new: "active" });
    expect(await rotation.clearRevoked()).toEqual(["old"]);
    exchange.engine.setRevoked("key", true);
    const sent = requests(exchange, ...POST);
    expect(await rotation.clearRevoked()).toEqual([]);
    expect(await states()).toEqual({ new: "active" });
    await played;
    await rest(bot, exchange);
    // It went on trading with the new key alone.
    expect(requests(exchange, ...POST)).toBeGreaterThan(sent);
    expect(complaints(bot)).toEqual([]);
    expect((await store.keys())[0]!.lastUsed).toBeGreaterThan(0);
    assertInvariants(bot, exchange);
  });

  it("goes through though the old key was revoked before the switch, when the account's number is known from before", async () => {
    const { exchange, bot, rotation, states } = await bench();
    exchange.engine.setRevoked("key", true);
    expect(await rotation.begin(PAIR)).toBe("monitored");
    expect(await rotation.watch(PAIR, LONG, never)).toBe("finished");
    expect(await states()).toEqual({ new: "active" });
    await play(bot, exchange);
    expect(complaints(bot)).toEqual([]);
    assertInvariants(bot, exchange);
  });

  it("lets a call that meets the revoked old key wait for the switch, and makes it with the new one", async () => {
    const { exchange, bot, rotation, keyed } = await bench();
    exchange.faults.add({ name: "delay", path: "/sapi/v1/account/apiRestrictions", ms: 40 });
    const begun = rotation.begin(PAIR);
    await until("the new key is being verified", () => requests(exchange, "GET", "/sapi/v1/account/apiRestrictions") > 1);
    exchange.engine.setRevoked("key", true);
    const balances = await keyed.balances();
    expect(balances.ok).toBe(true);
    expect(await begun).toBe("monitored");
    await play(bot, exchange);
    expect(complaints(bot)).toEqual([]);
    assertInvariants(bot, exchange);
  });

  it("disables the old key at once when it is revoked while the new one is watched", async () => {
    const { exchange, bot, rotation, states, news } = await bench();
    await rotation.begin(PAIR);
    const played = play(bot, exchange);
    exchange.engine.setRevoked("key", true);
    expect(await rotation.watch(PAIR, LONG, never)).toBe("finished");
    expect(await states()).toEqual({ new: "active" });
    await played;
    expect(news.map(({ text }) => text).join("\n")).toMatch(/does not know key old any more, so it is disabled/);
    expect(complaints(bot)).toEqual([]);
    assertInvariants(bot, exchange);
  });

  it("rolls back by itself, with an alert, when the new key is revoked while it is watched: the refused order goes out with the old one", async () => {
    const { exchange, bot, rotation, states, news } = await bench();
    await rotation.begin(PAIR);
    const watched = rotation.watch(PAIR, LONG, never);
    const played = play(bot, exchange);
    exchange.engine.setRevoked("key-new", true);
    expect(await watched).toBe("rolled-back");
    expect(await states()).toEqual({ old: "active", new: "added" });
    expect(rotation.inUse).toBe("old");
    await played;
    expect(news.filter(({ level }) => level === "alert").map(({ text }) => text)).toEqual([expect.stringMatching(/^Key old is in use again, key new is not: .*-2015/s)]);
    expect(complaints(bot)).toEqual([]);
    assertInvariants(bot, exchange, { posts: 2 });
  });

  it("rolls back by itself when the new key loses its leave to trade", async () => {
    const { exchange, bot, rotation, states, news } = await bench();
    await rotation.begin(PAIR);
    exchange.engine.setKey(0, { apiKey: NEW.apiKey, secret: NEW.secret, mayTrade: false });
    await play(bot, exchange, 6);
    expect(await states()).toEqual({ old: "active", new: "added" });
    expect(news.some(({ level, text }) => level === "alert" && text.includes("Key old is in use again"))).toBe(true);
    const counts = Object.values(exchange.state()["clientOrderIds"] as Readonly<Record<string, { readonly posts: number; readonly orders: number }>>);
    expect(counts.filter(({ posts }) => posts === 2).every(({ orders }) => orders === 1)).toBe(true);
    expect(counts.some(({ posts }) => posts === 2)).toBe(true);
    await play(bot, exchange);
    expect(complaints(bot)).toEqual([]);
    assertInvariants(bot, exchange, { posts: 2 });
  });

  it("puts the old key back when the owner says so, and not any more when it is disabled", async () => {
    const { exchange, bot, rotation, states } = await bench();
    const played = play(bot, exchange);
    await rotation.begin(PAIR);
    await rotation.rollBack(PAIR, "the owner said so");
    expect(await states()).toEqual({ old: "active", new: "added" });
    await rotation.begin(PAIR);
    await rotation.watch(PAIR, QUICK, never);
    await expect(rotation.rollBack(PAIR, "the owner said so")).rejects.toThrow(/Key old is disabled, and a disabled key is never used again/);
    expect(await states()).toEqual({ old: "disabled", new: "active" });
    await played;
    expect(complaints(bot)).toEqual([]);
    assertInvariants(bot, exchange);
  });

  it("says so when the exchange refuses both keys, changes nothing, and the bot halts as with any refused key", async () => {
    const { exchange, bot, rotation, states, news } = await bench();
    await rotation.begin(PAIR);
    exchange.engine.setRevoked("key-new", true);
    exchange.engine.setRevoked("key", true);
    await until("it is told", () => complaints(bot).length > 0);
    expect(complaints(bot)).toEqual([expect.stringMatching(/^ALERT denied: the venue refuses the key/)]);
    expect(news.some(({ level, text }) => level === "alert" && /Key new is refused .*key old cannot be put back/.test(text))).toBe(true);
    expect(await states()).toEqual({ old: "draining", new: "active" });
  });
});

describe("a new key that does not do", () => {
  it.each([
    ["may not trade", { mayTrade: false }, /refuses a test order with key new/],
    ["has another secret", { secret: "another" }, /does not answer key new|Signature/],
  ])("is not taken when it %s, and the bot trades on with the old one", async (_why, change, told) => {
    const { exchange, bot, rotation, states } = await bench();
    exchange.engine.setKey(0, { apiKey: NEW.apiKey, secret: NEW.secret, mayTrade: true, ...change });
    const error = await rotation.begin(PAIR).catch((caught: unknown) => caught as UserError);
    if (!(error instanceof UserError)) throw new Error("it was taken");
    expect(error.message).toMatch(/Key new does not take the place of key old, which stays in use/);
    expect(error.problems.join("\n")).toMatch(told);
    expect(error.problems.join("\n")).not.toContain(NEW.secret);
    expect(await states()).toEqual({ old: "active", new: "added" });
    await play(bot, exchange, 6);
    expect(complaints(bot)).toEqual([]);
    assertInvariants(bot, exchange);
  });

  it("is not taken when the exchange says that it can withdraw", async () => {
    const { exchange, rotation, states } = await bench();
    await fetch(`${exchange.url}/control/permissions`, { method: "POST", body: JSON.stringify({ apiKey: NEW.apiKey, withdraw: true }) });
    const error = await rotation.begin(PAIR).catch((caught: unknown) => caught as UserError);
    expect(error instanceof UserError && error.problems.join("\n")).toMatch(/This key can withdraw/);
    expect(await states()).toEqual({ old: "active", new: "added" });
  });
});
