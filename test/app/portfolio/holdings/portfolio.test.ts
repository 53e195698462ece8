import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { openAccount } from "../../../../src/adapters/ccxt/accounts/account.ts";
import { openPrices } from "../../../../src/adapters/ccxt/accounts/prices.ts";
import { watchAddress } from "../../../../src/adapters/evm/address.ts";
import { byHand } from "../../../../src/adapters/holdings/by-hand.ts";
import { openHoldingsStore } from "../../../../src/adapters/sqlite/holdings/store.ts";
import { type PortfolioParts, portfolioOf } from "../../../../src/app/portfolio/holdings/portfolio.ts";
import { redactor } from "../../../../src/core/redact.ts";
import type { Exchange } from "../../../../src/exchange/server.ts";
import type { Flow, Holding } from "../../../../src/ports/account.ts";
import { OWNER, startNode, USDC } from "../../../adapters/evm/node.ts";
import { closeAll, control, KEY, marketOf, MINUTE, openExchange, SECRET, START } from "../../../exchange/fixture.ts";

const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  await closeAll();
});

const HURRY = { attempts: 1, firstWait: 1, deadline: 10_000 };
const rising = Array.from({ length: 241 }, (_, i) => 100 + i);
const byHandOf = (asset: string, quantity: string, cost?: string): Holding => ({ asset, quantity, free: null, used: null, ...(cost === undefined ? {} : { cost }) });

/** An exchange whose price rises by one each minute, an address and some things in a drawer, as one portfolio. */
async function world(options: { readonly held?: readonly Holding[]; readonly currency?: string; readonly flows?: readonly Flow[]; readonly keys?: { apiKey: string; secret: string } } = {}) {
  const exchange = await openExchange({ markets: [marketOf("BTC/USDT", rising), marketOf("ETH/BTC", rising.map(() => 0.05))] });
  const node = await startNode({ wei: 2n * 10n ** 18n, tokens: { [USDC]: { symbol: "USDC", decimals: 6, units: 500_000_000n } } });
  const store = openHoldingsStore(join(mkdtempSync(join(tmpdir(), "caucus-portfolio-")), "holdings.sqlite"));
  closing.push(node.close, () => store.close());
  let held = options.held ?? [];
  const flows = [...(options.flows ?? [])];
  const parts: PortfolioParts = {
    name: "mine", currency: options.currency ?? "USDT", store, redact: redactor([SECRET, KEY]),
    sources: [
      openAccount({ label: "main", exchange: "binance", url: exchange.url, keys: options.keys ?? { apiKey: KEY, secret: SECRET }, patience: HURRY }),
      watchAddress({ label: "vault", rpc: node.url, chainId: 1, address: OWNER, native: "ETH", tokens: [{ contract: USDC }], patience: HURRY }),
      { label: "by-hand", kind: "by-hand", place: "the definition", read: (signal) => byHand(held, []).read(signal) },
    ],
    prices: [openPrices({ exchange: "binance", url: exchange.url, patience: HURRY })],
    written: () => Promise.resolve({ trades: [], flows }),
    ownAddresses: new Set([OWNER.toLowerCase()]),
    assets: ["BTC", "USDT"],
    // The local exchange lives in market time.
    clock: () => exchange.engine.now,
    signal: new AbortController().signal,
  };
  return { exchange, node, store, parts, flows, see: (refresh = true) => portfolioOf(parts, refresh), hold: (next: readonly Holding[]) => void (held = next) };
}

const later = async (exchange: Exchange, minutes: number): Promise<void> => {
  await control(exchange, "advance", { to: exchange.engine.now + minutes * MINUTE });
};
const market = (exchange: Exchange, side: "buy" | "sell", quantity: string): void => void exchange.engine.place(0, { symbol: "BTCUSDT", side, type: "MARKET", quantity });

describe("the whole portfolio", () => {
  it("values exchanges, addresses and what is held by hand in one currency, through one asset where it must", async () => {
    const { see } = await world({ held: [byHandOf("BTC", "1", "50"), byHandOf("SCAM", "1000000")] });
    const view = await see();
    // 10,000 USDT and 10 BTC; 2 ETH at 0.05 BTC of 100; 500 USDC that no market knows, beside USDT; 1 BTC.
    expect(view.places.map(({ label, state, value }) => [label, state, value])).toEqual([["main", "read", "11000"], ["vault", "read", "510"], ["by-hand", "read", "100"]]);
    expect(view.total).toBe("11610");
    expect(view.assets.map(({ asset, value }) => [asset, value])).toEqual([["USDT", "10000"], ["BTC", "1100"], ["USDC", "500"], ["ETH", "10"]]);
    expect(view.notes).toContain("There is no market for it, so USDC as 1 USDT is assumed.");
    expect(view.unvalued).toMatchObject([{ source: "by-hand", asset: "SCAM", quantity: "1000000" }]);
    expect(view.complete).toBe(false);
    expect(view.profit).toEqual({ realised: "0", unrealised: "50", cost: "50" });
    expect(view.assets[1]).toMatchObject({ averageCost: "50", uncovered: "10" });
    expect(view.returns).toBeNull();
    expect(view.history).toHaveLength(1);
  });

  it("explains what trades have changed, and calls the rise of the price a gain", async () => {
    const { exchange, see } = await world();
    await see();
    await later(exchange, 10);
    market(exchange, "buy", "2");
    await later(exchange, 10);
    const view = await see();
    expect(view.unexplained).toEqual([]);
    expect(view.returns!.netFlows).toBe(0);
    // 10 BTC from 100 to 120, 2 BTC bought at 110 with 0.2 % of it as the fee in BTC, 2 ETH at 0.05 BTC.
    expect(view.returns!.gain).toBeCloseTo(200 + 2 * 0.999 * 120 - 220 + 0.1 * 20, 6);
    const btc = view.assets.find(({ asset }) => asset === "BTC")!;
    expect(btc).toMatchObject({ quantity: "11.998", cost: "220", uncovered: "10", realised: "0" });
    expect(Number(btc.averageCost)).toBeCloseTo(220 / 1.998, 9);
    expect(Number(view.profit.unrealised)).toBeCloseTo(1.998 * 120 - 220, 9);
    expect(view.complete).toBe(true);
  });

  it("realises a profit by average cost, and keeps what it has read of trades", async () => {
    const { exchange, see, store } = await world();
    market(exchange, "buy", "1");
    await later(exchange, 50);
    market(exchange, "sell", "0.5");
    const view = await see();
    // Bought 0.999 for 100; sold 0.5 at 150 less 0.1 %.
    expect(Number(view.profit.realised)).toBeCloseTo(0.5 * 150 * 0.999 - (0.5 / 0.999) * 100, 9);
    expect(store.trades()).toHaveLength(2);
    expect((await see()).profit.realised).toBe(view.profit.realised);
    expect(store.trades()).toHaveLength(2);
  });

  it("lists what came in without an explanation, and does not call it profit; a flow that is written down explains it", async () => {
    const { exchange, see, flows } = await world();
    await see();
    await later(exchange, 5);
    exchange.engine.transfer(0, "USDT", "5000");
    await later(exchange, 5);
    const view = await see();
    expect(view.unexplained).toMatchObject([{ asset: "USDT", quantity: "5000", value: "5000", why: "quantity" }]);
    expect(view.returns!.netFlows).toBe(5000);
    expect(view.returns!.gain).toBeCloseTo(101, 6);
    flows.push({ source: "main", id: "1", time: START + 5 * MINUTE, asset: "USDT", quantity: "5000" });
    const told = await see();
    expect(told.unexplained).toEqual([]);
    expect(told.returns!.gain).toBeCloseTo(101, 6);
  });

  it("does not count a move to an own address as one out of the portfolio", async () => {
    const { exchange, see, node, flows } = await world();
    await see();
    exchange.engine.transfer(0, "USDT", "-100");
    flows.push({ source: "main", id: "w", time: START + MINUTE, asset: "USDT", quantity: "-100", counterparty: OWNER.toLowerCase() });
    node.state.tokens[USDC] = { symbol: "USDC", decimals: 6, units: 600_000_000n };
    await later(exchange, 2);
    const view = await see();
    expect(view.returns!.netFlows).toBe(0);
  });

  it("takes what a place held when it last answered, says so and how old it is, and does not take it for a change", async () => {
    const { exchange, see, node, store } = await world();
    await see();
    await later(exchange, 30);
    await node.close();
    closing.splice(0, 1);
    const view = await see();
    expect(view.complete).toBe(false);
    expect(view.places[1]).toMatchObject({ label: "vault", state: "last-known", readAt: START, problems: [expect.stringMatching(/^eth_chainId: the node is not reached/)] });
    expect(view.total).toBe(String(10_000 + 10 * 130 + 500 + 2 * 0.05 * 130));
    expect(view.unexplained).toEqual([]);
    expect(store.snapshots("USDT", 0)).toHaveLength(2);
  });

  it("leaves a place of which nothing is known out of the total, and says so", async () => {
    const { see } = await world({ keys: { apiKey: KEY, secret: "wrong" } });
    const view = await see();
    expect(view.places[0]).toMatchObject({ state: "failed", readAt: null, value: "0" });
    expect(view.places[0]!.problems[0]).toContain("balances: binance refuses");
    expect(JSON.stringify(view)).not.toContain(KEY);
    expect(view.total).toBe("510");
    expect(view.complete).toBe(false);
  });

  it("keeps no snapshot when nobody answers, and values by the last prices with their age", async () => {
    const { exchange, see, node, store } = await world();
    const before = await see();
    await later(exchange, 7);
    const now = exchange.engine.now;
    await exchange.close();
    await node.close();
    closing.splice(0, 1);
    const view = await see();
    expect(now).toBe(START + 7 * MINUTE);
    expect(view.total).toBe(before.total);
    expect(view.places.map(({ state }) => state)).toEqual(["last-known", "last-known", "read"]);
    expect(view.holdings[0]!.path).toBe("price of 2024-01-01 00:00 UTC, 7 minutes old");
    expect(view.notes[0]).toMatch(/^Prices of binance could not be read/);
    expect(store.snapshots("USDT", 0)).toHaveLength(1);
  });

  it("is complete and kept when no prices can be read and nothing needs one", async () => {
    const { parts, exchange, store } = await world({ held: [byHandOf("USDT", "750")] });
    const drawer = { ...parts, sources: parts.sources.filter(({ kind }) => kind === "by-hand") };
    await exchange.close();
    const view = await portfolioOf(drawer, true);
    expect(view).toMatchObject({ total: "750", complete: true });
    expect(view.notes[0]).toMatch(/^Prices of binance could not be read/);
    expect(store.snapshots("USDT", 0)).toHaveLength(1);
  });

  it("asks nobody when it is told not to, and shows what is known", async () => {
    const { exchange, see, node, store } = await world();
    const before = await see();
    const asked = node.state.asked.length;
    await later(exchange, 9);
    const view = await see(false);
    expect(view.total).toBe(before.total);
    expect(node.state.asked).toHaveLength(asked);
    expect(store.snapshots("USDT", 0)).toHaveLength(1);
    expect(view.places.map(({ state }) => state)).toEqual(["last-known", "last-known", "last-known"]);
  });

  it("measures in any currency that there are markets for: in BTC the BTC neither gain nor lose", async () => {
    const { exchange, see } = await world({ currency: "BTC", held: [byHandOf("USDT", "1000")] });
    market(exchange, "buy", "1");
    const first = await see();
    expect(first.currency).toBe("BTC");
    expect(Number(first.total)).toBeCloseTo(10.999 + 9_900 / 100 + 1_000 / 100 + 0.1 + 500 / 100, 9);
    await later(exchange, 100);
    const view = await see();
    expect(Number(view.assets.find(({ asset }) => asset === "USDT")!.value)).toBeCloseTo(10_900 / 200, 9);
    // The currency has no cost: everything else is measured in it.
    expect(view.assets.find(({ asset }) => asset === "BTC")).toMatchObject({ unrealised: null, cost: null, uncovered: "0" });
    expect(view.notes).toContain("There is no market for it, so USDC as 1 USDT is assumed.");
    expect(view.returns!.timeWeighted!).toBeLessThan(0);
  });

  it("is told the same again when a flow is written down and taken back", async () => {
    const { exchange, see, flows } = await world();
    await see();
    await later(exchange, 20);
    const plain = await see();
    flows.push({ source: "by-hand", id: "x", time: START + 3 * MINUTE, asset: "USDT", quantity: "700" }, { source: "by-hand", id: "y", time: START + 3 * MINUTE, asset: "USDT", quantity: "-700" });
    const both = await see(false);
    expect(both.returns).toEqual(plain.returns);
    expect(both.profit).toEqual(plain.profit);
  });
});
