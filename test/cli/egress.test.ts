import ccxt from "ccxt";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { agents } from "../../agents/index.ts";
import { EXCHANGE_HOSTS } from "../../src/adapters/egress/exchange-hosts.ts";
import { parseEntry } from "../../src/adapters/egress/rules.ts";
import { loadDefinition } from "../../src/app/definition/load.ts";
import { portfolioUses, refusalText, usesOfRun } from "../../src/cli/egress.ts";
import { listed } from "../../src/cli/hosts.ts";
import { runProgram } from "../../src/cli/program.ts";
import { strategies } from "../../strategies/index.ts";

const folders: string[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

const load = (text: string) => loadDefinition({ text, name: "bot.yaml", overrides: [], agents, strategies });
const entries = (text: string, mode: "replay" | "paper" | "live" = "live"): string[] => [...new Set(usesOfRun(load(text), mode).map(({ entry }) => entry))];

interface Declares {
  readonly urls: { readonly api: unknown };
  implodeHostname(url: string): string;
}

/** What the installed ccxt says that it may call. */
function declared(id: string): string[] {
  const hosts = new Set<string>();
  const walk = (tree: unknown, client: Declares): void => {
    if (typeof tree === "object" && tree !== null) for (const one of Object.values(tree)) walk(one, client);
    if (typeof tree !== "string" || !/^\w+:\/\//.test(tree)) return;
    const url = new URL(client.implodeHostname(tree));
    hosts.add(`${url.hostname}${url.port === "" ? (/^(?:https|wss):$/.test(url.protocol) ? "" : ":80") : `:${url.port}`}`);
  };
  const all = ccxt as unknown as Record<string, new () => Declares> & { readonly pro: Record<string, (new () => Declares) | undefined> };
  for (const Client of [all[id], all.pro[id]]) {
    if (!Client) continue;
    const client = new Client();
    walk(client.urls.api, client);
  }
  return [...hosts].toSorted();
}

describe("the hosts of exchanges", () => {
  it("are those that the installed ccxt declares, for every exchange that it has", () => {
    expect(Object.fromEntries(Object.entries(EXCHANGE_HOSTS).map(([id, hosts]) => [id, hosts?.split(" ").toSorted()]))).toEqual(Object.fromEntries(ccxt.exchanges.map((id) => [id, declared(id)])));
  });
});

describe("what a run reaches", () => {
  it("is nothing in a replay of a plain definition, and the exchange alone in paper and live", () => {
    expect(entries("{}", "replay")).toEqual([]);
    expect(entries("{}", "paper")).toEqual(entries("{}", "live"));
    expect(entries("trade: {exchange: kraken}")).toContain("ws-auth.kraken.com:443");
    expect(entries("trade: {exchange: kraken}").every((entry) => /kraken/.test(entry))).toBe(true);
  });

  it("is the one address where the definition names one, and that may be in a network at home", () => {
    expect(entries("trade: {url: 'http://127.0.0.1:7070'}")).toEqual(["~127.0.0.1:7070"]);
    expect(entries("trade: {url: 'https://exchange.lan/path'}")).toEqual(["~exchange.lan:443"]);
  });

  it("is Telegram, the language model, sources and feeds, the portfolio and what the owner adds, each with a reason", () => {
    const hosts = entries(`
trade: {url: "http://127.0.0.1:7070"}
telegram: {users: [{id: 1, role: owner}]}
languageModel: {model: "openai:gpt-5-mini", fallback: {model: "ollama:llama3.2"}}
sources: {fear-greed: {}, headlines: {feeds: ["https://news.example.com/rss"]}, cryptopanic: {}, token-metrics: {}, funding: {exchange: okx}}
portfolio: {accounts: [{label: main, exchange: bybit}], addresses: [{label: cold, rpc: "https://node.example.com/v1", address: "0x0000000000000000000000000000000000000001"}]}
egress: {allow: [extra.example.com, "*.more.example.com:8443", "[2001:db8::1]", 10.0.0.5:6379]}
`);
    expect(hosts.toSorted()).toEqual(
      [
        "~127.0.0.1:7070", "api.telegram.org:443", "api.openai.com:443", "127.0.0.1:11434", "api.alternative.me:443", "news.example.com:443", "cryptopanic.com:443", "api.tokenmetrics.com:443",
        "ws.okx.com:8443", "www.okx.com:443", "api.bybit.com:443", "stream.bybit.com:443", "~node.example.com:443", "extra.example.com:443", "*.more.example.com:8443", "[2001:db8::1]:443", "10.0.0.5:6379",
      ].toSorted(),
    );
    for (const host of hosts) expect(parseEntry(host.replace("~", "")), host).not.toBeNull();
  });

  it("takes the address of a node from the variable that the definition names, and Telegram's from its own", () => {
    vi.stubEnv("MY_NODE", "https://rpc.example.com/key");
    vi.stubEnv("CAUCUS_TELEGRAM_API_ROOT", "http://127.0.0.1:8081");
    expect(portfolioUses(load("portfolio: {addresses: [{label: cold, rpc: 'env:MY_NODE', address: '0x0000000000000000000000000000000000000001'}], prices: []}")).map(({ entry }) => entry)).toEqual(["~rpc.example.com:443"]);
    expect(entries("telegram: {users: [{id: 1}]}", "replay")).toEqual(["~127.0.0.1:8081"]);
  });

  it("is the proxy too where Node is told to use the environment's, and says that hosts behind it are not seen", () => {
    vi.stubEnv("HTTPS_PROXY", "http://proxy.example.com:3128");
    expect(entries("{}", "replay")).toEqual([]);
    vi.stubEnv("NODE_USE_ENV_PROXY", "1");
    expect(usesOfRun(load("{}"), "replay")).toEqual([{ entry: "~proxy.example.com:3128", why: "the proxy of the environment: which hosts are reached through it is its business, and not checked here" }]);
  });

  it.each([
    ["https://x.example.com", /egress\.allow\.0: must be a host such as api\.example\.com.*no https:/],
    ["x.example.com/path", /no path after it/],
    ["*.com", /at least two parts after the star/],
    ["x.example.com:70000", /port from 1 to 65535/],
    ["user@x.example.com", /must be a host/],
    ["", /must be a host/],
  ])("refuses %j among egress.allow, and says how to write it", (host, problem) => {
    expect(() => load(`egress: {allow: [${JSON.stringify(host)}]}`)).toThrow(problem);
  });

  it("names every kind of refusal in a sentence", () => {
    for (const kind of ["name", "address", "private", "socket", "program", "native", "internals"] as const) expect(refusalText(kind, "thief.example")).toMatch(/thief\.example.*\.$/);
  });
});

describe("caucus hosts", () => {
  const hosts = async (...words: string[]): Promise<string> => {
    const folder = await mkdtemp(join(tmpdir(), "caucus-hosts-"));
    folders.push(folder);
    await writeFile(join(folder, "bot.yaml"), "trade: {mode: paper, exchange: okx}\nsources: {order-flow: {exchange: okx}}\n");
    let out = "";
    const shell = { signal: new AbortController().signal, out: (text: string) => void (out += text), err: (text: string) => void (out += text) };
    expect(await runProgram(["node", "caucus", "hosts", join(folder, "bot.yaml"), ...words], shell, "0.0.0")).toBe(0);
    return out;
  };

  it("lists each host once with everything that it is reached for", async () => {
    expect(await hosts()).toBe("bot (paper) reaches these and nothing else:\n  ws.okx.com:8443  the exchange okx, the source order-flow\n  www.okx.com:443  the exchange okx, the source order-flow\n");
    expect(await hosts("--mode", "replay")).toBe("bot (replay) reaches nothing outside its own process.\n");
  });

  it("prints the same as JSON", async () => {
    expect(JSON.parse(await hosts("--json"))).toEqual({ definition: "bot", mode: "paper", hosts: listed(usesOfRun(load("trade: {mode: paper, exchange: okx}\nsources: {order-flow: {exchange: okx}}"), "paper")) });
  });
});
