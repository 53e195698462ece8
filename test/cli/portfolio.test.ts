import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { agents } from "../../agents/index.ts";
import { addressOf } from "../../src/adapters/evm/address.ts";
import { loadDefinition } from "../../src/app/definition/load.ts";
import { strategies } from "../../strategies/index.ts";
import { caucus, ROOT } from "./caucus.ts";
import { helpOf } from "./help.ts";
import { expectOfSchema } from "./json-schema.ts";
import { closeAll, control, KEY, MINUTE, openExchange, SECRET, START } from "../exchange/fixture.ts";
import { OWNER, startNode } from "../adapters/evm/node.ts";
import { endAll, scratch } from "./bot-on-sandbox.ts";

vi.setConfig({ testTimeout: 60_000 });
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
  await closeAll();
  await endAll();
});

const viewSchema = z.looseObject({ total: z.string(), complete: z.boolean(), places: z.array(z.looseObject({ label: z.string(), state: z.string() })), history: z.array(z.unknown()), returns: z.unknown() });

/** A folder with a definition of an account, an address and a file; the exchange and the node are there. */
async function scene() {
  const cwd = await scratch();
  const exchange = await openExchange();
  const node = await startNode({ wei: 10n ** 18n });
  closing.push(node.close);
  await control(exchange, "advance", { to: START + 10 * MINUTE });
  await writeFile(join(cwd, "held.csv"), "asset;quantity;cost\nBTC;0,5;20\n");
  await writeFile(join(cwd, "mine.yaml"), `portfolio:
  accounts: [{label: main, exchange: binance, url: "${exchange.url}"}]
  addresses: [{label: vault, rpc: "env:VAULT_RPC", address: "${OWNER}"}]
  files: {holdings: [held.csv]}
`);
  const env = { CAUCUS_MAIN_KEY: KEY, CAUCUS_MAIN_SECRET: SECRET, VAULT_RPC: node.url };
  const run = (args: readonly string[] = [], more: Record<string, string> = {}) => caucus(["portfolio", "./mine.yaml", ...args], { cwd, env: { ...env, ...more } });
  return { cwd, exchange, node, run };
}

describe("docs/portfolio.md", () => {
  it("shows a definition that is valid and flags that the command has", async () => {
    const page = await readFile(join(ROOT, "docs", "portfolio.md"), "utf8");
    const [, text = ""] = /```yaml\n([^`]+)```/.exec(page) ?? [];
    const { portfolio } = loadDefinition({ text, name: "mine.yaml", overrides: [], agents, strategies });
    expect(portfolio?.accounts).toHaveLength(2);
    for (const { address, tokens } of portfolio?.addresses ?? []) for (const one of [address, ...tokens.map(({ contract }) => contract)]) expect(addressOf(one)).toBe(one.toLowerCase());
    const flags = [...page.matchAll(/^caucus portfolio [^#\n]*(--[a-z]+)/gm)].map(([, flag = ""]) => flag);
    expect(flags.length).toBeGreaterThan(3);
    for (const flag of flags) expect(helpOf(["portfolio"])).toContain(flag);
  });
});

describe("caucus portfolio", () => {
  it("shows everything, keeps it, draws it, and shows it again when nobody can be asked", async () => {
    const { cwd, exchange, run } = await scene();
    const first = await run();
    expect(first).toMatchObject({ code: 0, err: "" });
    expect(first.out).toMatch(/^mine +11,1\d\d\.\d\d USDT\n/);
    expect(first.out).toMatch(/main +binance +11,0\d\d\.\d\d +0 +read\nvault +chain 1 0x5290\.\.\.9ee7 +\d+\.\d\d +0 +read\nby-hand +held\.csv/);
    expect(first.out).toContain("They begin with the second snapshot.");
    expect(first.out).toContain("10 BTC is held without a known cost: it has no profit here.");
    const second = await run(["--json", "--picture", "p.png"]);
    const view = viewSchema.parse(JSON.parse(second.out));
    await expectOfSchema("portfolio", second.out);
    expect(second.code).toBe(0);
    expect(view.history).toHaveLength(2);
    expect(view.returns).not.toBeNull();
    expect((await readFile(join(cwd, "p.png"))).subarray(1, 4).toString()).toBe("PNG");
    await exchange.close();
    const known = await run(["--refresh", "no", "--history", "--json"]);
    expect(known.code).toBe(0);
    await expectOfSchema("portfolio", known.out);
    expect(viewSchema.parse(JSON.parse(known.out))).toMatchObject({ total: view.total, places: [{ state: "last-known" }, { state: "last-known" }, { state: "last-known" }] });
    const asked = await run();
    expect(asked.code).toBe(1);
    expect(asked.out).toMatch(/main +binance +[\d,.]+ +0 +last known, \d+ minutes? old/);
    expect(asked.err).toContain("The portfolio is not complete: main could not be read in full");
  });

  it("takes keys from files, never shows them, and says which are missing", async () => {
    const { cwd, run } = await scene();
    await writeFile(join(cwd, "secret"), `${SECRET}\n`);
    const ran = await run(["--json"], { CAUCUS_MAIN_SECRET_FILE: join(cwd, "secret") });
    expect(ran.code).toBe(0);
    const wrong = await run([], { CAUCUS_MAIN_SECRET: "not-the-secret-at-all" });
    expect(wrong.code).toBe(1);
    expect(wrong.out).toContain("balances: binance refuses");
    for (const secret of [KEY, SECRET, "not-the-secret-at-all", "0123456789abcdef"]) expect(wrong.out + wrong.err).not.toContain(secret);
    const half = await run([], { CAUCUS_MAIN_KEY: "" });
    expect(half).toMatchObject({ code: 2, out: "" });
    expect(half.err).toContain("Only one of CAUCUS_MAIN_KEY and CAUCUS_MAIN_SECRET is set");
  });

  it("does not show the key of a node's URL when the node itself says it", async () => {
    const { node, run } = await scene();
    node.state.mishap = (response, id) => response.end(JSON.stringify({ jsonrpc: "2.0", id, error: { code: -32000, message: "invalid project id 0123456789abcdef" } }));
    const { code, out, err } = await run();
    expect(code).toBe(1);
    expect(out).toContain("the node refuses: invalid project id [redacted]");
    expect(out + err).not.toContain("0123456789abcdef");
  });

  it.each([
    ["", "names nothing that is held: add a portfolio section"],
    ["portfolio: {currency: USDT}", "names nothing that is held: give accounts, addresses, byHand or files.holdings"],
    ["portfolio: {accounts: [{label: llm, exchange: binance}]}", "mine.yaml:1:25: portfolio.accounts.0.label: is taken"],
    ["portfolio: {byHand: [{asset: BTC, quantity: -1}]}", "portfolio.byHand.0.quantity: must be above 0"],
    ["portfolio: {accounts: [{label: a, exchange: binance}, {label: a, exchange: kraken}]}", "each label may be there once"],
    ['portfolio: {addresses: [{label: v, rpc: "ftp://x", address: "0x52908400098527886E0F7030069857D2E4169EE7"}]}', "portfolio.addresses.0.rpc"],
    ['portfolio: {addresses: [{label: v, rpc: "http://127.0.0.1:1", address: "0x52908400098527886E0F7030069857D2E4169Ee7"}]}', "its checksum is wrong"],
    ['portfolio: {addresses: [{label: v, rpc: "env:NOT_SET_HERE", address: "0x52908400098527886E0F7030069857D2E4169EE7"}]}', "NOT_SET_HERE is not set"],
  ])("says what is wrong with %j", async (text, words) => {
    const cwd = await scratch();
    await writeFile(join(cwd, "mine.yaml"), text);
    const { code, out, err } = await caucus(["portfolio", "./mine.yaml"], { cwd });
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain(words);
  });
});
