import { appendFileSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { paperVenue } from "../../../src/app/trade/paper/open.ts";
import type { PaperVenue } from "../../../src/app/trade/paper/venue.ts";
import { type Candle, seriesFrom } from "../../../src/core/candle.ts";
import type { Fees } from "../../../src/core/fill-model.ts";
import type { Venue, VenueEvent, VenueSubmit } from "../../../src/ports/venue.ts";
import { ScriptedMarket } from "../../parity/scripted-market.ts";
import { BTC, MINUTE, START, until } from "./harness.ts";

const BTC_USDT = "BTC/USDT";
const ETH_USDT = "ETH/USDT";
let folder = "";
const opened: Venue[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "caucus-paper-"));
});
afterEach(async () => {
  for (const venue of opened.splice(0)) await venue.close();
  rmSync(folder, { recursive: true });
});

/** Minute `at`: open, high, low, close. */
const candle = (at: number, open: number, high: number, low: number, close: number): Candle => ({ time: START + at * MINUTE, open, high, low, close, volume: 1_000 });

/** Minutes at 100 that dip to 95 in minute 3 and come back. */
const DIP = [candle(0, 100, 101, 99, 100), candle(1, 100, 101, 99, 100), candle(2, 100, 101, 99, 100), candle(3, 100, 100, 95, 99), candle(4, 99, 101, 98, 100)];

function marketOf(candles: readonly Candle[], at: number): ScriptedMarket {
  const one = { series: seriesFrom(candles, MINUTE), filters: BTC.filters };
  return new ScriptedMarket(new Map([[BTC_USDT, one], [ETH_USDT, one]]), START + at * MINUTE);
}

interface Paper {
  readonly venue: PaperVenue;
  readonly events: VenueEvent[];
  /** Brings the candle of a minute and waits until it is walked. */
  readonly bring: (candle: Candle, symbols?: readonly string[]) => Promise<void>;
}

async function open(market: ScriptedMarket, options: { readonly path?: string; readonly symbols?: readonly string[]; readonly gather?: number; readonly fees?: Partial<Fees>; readonly answer?: (event: VenueEvent, venue: PaperVenue) => void } = {}): Promise<Paper> {
  const { symbols = [BTC_USDT], gather } = options;
  const venue = await paperVenue(market, {
    symbols, fillModel: { path: "nearest", limitTest: "touch", counter: "same", gap: "limit", volumeShare: 1 }, fees: { maker: 0.001, taker: 0.001, currency: "received", slippage: 0, ...options.fees },
    balances: { USDT: "1000", BTC: "1" }, fill: MINUTE, decision: MINUTE, retry: 5, path: options.path ?? join(folder, "paper.jsonl"), ...(gather === undefined ? {} : { gather }),
  });
  opened.push(venue);
  const events: VenueEvent[] = [];
  await venue.listen(symbols, MINUTE, (event) => {
    events.push(event);
    options.answer?.(event, venue);
  });
  venue.follow(() => [], () => false);
  return {
    venue, events,
    bring: async (next, of = symbols) => {
      market.time = next.time + MINUTE;
      for (const symbol of of) market.push({ type: "candle", symbol, timeframe: MINUTE, candle: next });
      while (!venue.idle()) await turn();
    },
  };
}

const limit = (id: string, side: "buy" | "sell", price: string, quantity = "1", extra: Partial<VenueSubmit> = {}): VenueSubmit => ({ clientOrderId: id, symbol: BTC_USDT, side, type: "limit", price, quantity, postOnly: false, ...extra });
const names = (events: readonly VenueEvent[]): string[] => events.map((event) => (event.type === "trade" ? `${event.trade.side} ${event.trade.symbol} at ${event.trade.price}` : event.type === "candle" ? `candle ${event.symbol} ${(event.candle.time - START) / MINUTE}` : event.type));
async function value<T>(answer: Promise<{ ok: true; value: T } | { ok: false; failure: unknown }>): Promise<T> {
  const got = await answer;
  if (!got.ok) throw new Error(JSON.stringify(got.failure));
  return got.value;
}
const tradesOf = (venue: Venue) => value(venue.trades(BTC_USDT, { since: 0 }));

describe("a paper venue", () => {
  it("fills what rests before it tells of the candle's close, and moves the money with its fee", async () => {
    const { venue, events, bring } = await open(marketOf(DIP, 3));
    await value(venue.submit(limit("a", "buy", "96", "2")));
    expect((await value(venue.balances())).get("USDT")).toEqual({ free: "808", total: "1000" });
    await bring(DIP[3]!);
    expect(names(events)).toEqual(["buy BTC/USDT at 96", "candle BTC/USDT 3"]);
    const balances = await value(venue.balances());
    // 1000 - 2 x 96; 1 + 2 less a thousandth of 2.
    expect(balances.get("USDT")).toEqual({ free: "808", total: "808" });
    expect(balances.get("BTC")).toEqual({ free: "2.998", total: "2.998" });
    expect(await value(venue.order(BTC_USDT, "a"))).toMatchObject({ status: "filled", filled: "2" });
  });

  it("takes of each symbol its own fee, and sets so much aside for it", async () => {
    const fees = { currency: "quote" as const, of: { [ETH_USDT]: { maker: 0.01, taker: 0.05, slippage: 0.01 } } };
    const { venue, bring } = await open(marketOf(DIP, 3), { symbols: [BTC_USDT, ETH_USDT], fees });
    await value(venue.submit(limit("a", "buy", "96")));
    await value(venue.submit(limit("b", "buy", "96", "1", { symbol: ETH_USDT })));
    await bring(DIP[3]!);
    const feeOf = async (symbol: string) => (await value(venue.trades(symbol, { since: 0 }))).map(({ fee }) => fee);
    expect(await feeOf(BTC_USDT)).toMatchObject([{ amount: "0.096" }]);
    expect(await feeOf(ETH_USDT)).toMatchObject([{ amount: "0.96" }]);
    await value(venue.submit({ clientOrderId: "c", symbol: ETH_USDT, side: "buy", type: "market", quantity: "1", postOnly: false }));
    await bring(DIP[4]!);
    // All of it at the open of 99 with its slippage: what was set aside had room for the symbol's dearer fee.
    expect((await value(venue.trades(ETH_USDT, { since: 0 }))).at(-1)).toMatchObject({ price: "99.99", quantity: "1" });
  });

  it("lets the answer to a fill fill later in the same candle, as the backtest does", async () => {
    const { events, venue, bring } = await open(marketOf(DIP, 3), {
      answer: (event, paper) => {
        if (event.type === "trade" && event.trade.side === "buy") void Promise.resolve().then(() => paper.submit(limit("b", "sell", "98")));
      },
    });
    await value(venue.submit(limit("a", "buy", "96")));
    await bring(DIP[3]!);
    // The candle goes 100, 100, 95, 99: down through 96, then up through 98.
    expect(names(events)).toEqual(["buy BTC/USDT at 96", "sell BTC/USDT at 98", "candle BTC/USDT 3"]);
    expect((await tradesOf(venue)).map(({ id }) => id)).toEqual(["1", "2"]);
  });

  it("does not let a candle fill an order that came while the candle was under way", async () => {
    const market = marketOf(DIP, 3);
    const { venue, bring } = await open(market);
    market.time += 30_000;
    await value(venue.submit(limit("late", "buy", "96")));
    await bring(DIP[3]!);
    expect(await tradesOf(venue)).toEqual([]);
    await bring({ ...DIP[3]!, time: DIP[4]!.time });
    expect(await tradesOf(venue)).toMatchObject([{ price: "96", time: DIP[4]!.time }]);
  });

  it("knows orders, trades and balances after its process has died, and fills what it missed meanwhile", async () => {
    const first = await open(marketOf(DIP, 2));
    await value(first.venue.submit(limit("deep", "buy", "96")));
    await value(first.venue.submit(limit("gone", "buy", "97")));
    await value(first.venue.cancel(BTC_USDT, "gone"));
    await first.bring(DIP[2]!);
    expect(await tradesOf(first.venue)).toEqual([]);
    const path = join(folder, "copy.jsonl");
    copyFileSync(join(folder, "paper.jsonl"), path);
    const { venue } = await open(marketOf(DIP, 5), { path });
    expect(await tradesOf(venue)).toMatchObject([{ id: "1", side: "buy", price: "96", time: DIP[3]!.time }]);
    expect(await value(venue.openOrders(BTC_USDT))).toEqual([]);
    expect(await value(venue.order(BTC_USDT, "gone"))).toMatchObject({ status: "canceled", filled: "0" });
    expect((await value(venue.balances())).get("USDT")).toEqual({ free: "904", total: "904" });
  });

  it("ends a candle without the bot when the process died inside it, and a line torn in two was never carried out", async () => {
    const first = await open(marketOf(DIP, 3), {
      answer: (event, paper) => {
        if (event.type === "trade" && event.trade.side === "buy") void paper.submit(limit("b", "sell", "98"));
      },
    });
    await value(first.venue.submit(limit("a", "buy", "96")));
    await first.bring(DIP[3]!);
    expect(await tradesOf(first.venue)).toHaveLength(2);
    const lines = readFileSync(join(folder, "paper.jsonl"), "utf8").split("\n");
    const path = join(folder, "torn.jsonl");
    const walk = lines.findIndex((line) => line.includes('"walk"'));
    writeFileSync(path, `${lines.slice(0, walk + 1).join("\n")}\n`);
    appendFileSync(path, lines[walk + 1]!.slice(0, 40));
    const again = await open(marketOf(DIP, 4), { path });
    expect((await tradesOf(again.venue)).map(({ side }) => side)).toEqual(["buy"]);
    expect(await value(again.venue.openOrders(BTC_USDT))).toEqual([]);
    await value(again.venue.submit(limit("b", "sell", "98")));
    // Opened a third time, the record says the same once more.
    await again.venue.close();
    const third = await open(marketOf(DIP, 4), { path });
    expect((await value(third.venue.openOrders(BTC_USDT))).map(({ clientOrderId }) => clientOrderId)).toEqual(["b"]);
  });

  it("refuses a record of another account and a damaged one, with the place", async () => {
    const { venue } = await open(marketOf(DIP, 2));
    await value(venue.submit(limit("a", "buy", "96")));
    const path = join(folder, "other.jsonl");
    const text = readFileSync(join(folder, "paper.jsonl"), "utf8");
    writeFileSync(path, text.replace(/"plan":"./, '"plan":"x'));
    await expect(open(marketOf(DIP, 2), { path })).rejects.toThrow(/was begun with other markets, fees or balances/);
    writeFileSync(path, text.replace('"do":"submit"', '"do":"gift"'));
    await expect(open(marketOf(DIP, 2), { path })).rejects.toThrow(/other\.jsonl:2: this is no change/);
  });

  it("asks for candles that are missing before it walks the next, until it gets them", async () => {
    const market = marketOf(DIP, 2);
    const { venue, events, bring } = await open(market);
    await value(venue.submit(limit("a", "buy", "96")));
    market.failing = true;
    const brought = bring(DIP[4]!);
    await turn();
    expect(events).toEqual([]);
    market.failing = false;
    await brought;
    expect(names(events)).toEqual(["candle BTC/USDT 2", "buy BTC/USDT at 96", "candle BTC/USDT 3", "candle BTC/USDT 4"]);
  });

  it("fills the orders of all symbols before it tells of any close, and does not wait for ever", async () => {
    const { venue, events, bring } = await open(marketOf(DIP, 3), { symbols: [BTC_USDT, ETH_USDT], gather: 30 });
    await value(venue.submit(limit("a", "buy", "96")));
    await value(venue.submit(limit("b", "buy", "96", "1", { symbol: ETH_USDT })));
    await bring(DIP[3]!, [ETH_USDT, BTC_USDT]);
    expect(names(events)).toEqual(["buy BTC/USDT at 96", "buy ETH/USDT at 96", "candle BTC/USDT 3", "candle ETH/USDT 3"]);
    events.length = 0;
    void bring(DIP[4]!, [ETH_USDT]);
    await until("the lone candle is told", () => names(events).includes("candle ETH/USDT 4"));
  });

  it("rejects what a venue would: no money, no step, too small, an id twice; and a post-only order that would take", async () => {
    const { venue, events, bring } = await open(marketOf(DIP, 3));
    expect(await venue.submit(limit("a", "buy", "100", "11"))).toMatchObject({ ok: false, failure: { kind: "rejected", reason: "insufficient-funds" } });
    expect(await venue.submit(limit("a", "sell", "100", "2"))).toMatchObject({ ok: false, failure: { reason: "insufficient-funds" } });
    expect(await venue.submit(limit("a", "buy", "100.001"))).toMatchObject({ ok: false, failure: { reason: "filter" } });
    expect(await venue.submit(limit("a", "buy", "100", "0.04"))).toMatchObject({ ok: false, failure: { reason: "filter" } });
    await value(venue.submit(limit("a", "buy", "101", "1", { postOnly: true })));
    expect(await venue.submit(limit("a", "buy", "96"))).toMatchObject({ ok: false, failure: { reason: "duplicate-client-order-id" } });
    expect(await venue.cancel(BTC_USDT, "nobody")).toMatchObject({ ok: false, failure: { kind: "not-found" } });
    await bring(DIP[3]!);
    expect(events[0]).toMatchObject({ type: "order", order: { clientOrderId: "a", status: "rejected" } });
    expect(await tradesOf(venue)).toEqual([]);
    expect((await value(venue.balances())).get("USDT")).toEqual({ free: "1000", total: "1000" });
  });

  it("keeps the prices of now to itself and passes on what happens to the streams", async () => {
    const market = marketOf(DIP, 3);
    const { events } = await open(market);
    market.push({ type: "price", symbol: BTC_USDT, bid: 1, ask: 2, time: START });
    market.push({ type: "down", stream: "candles", symbol: BTC_USDT, reason: "silence" });
    await until("it was passed on", () => events.length > 0);
    expect(events).toEqual([{ type: "down", stream: "candles", symbol: BTC_USDT, reason: "silence" }]);
  });
});
