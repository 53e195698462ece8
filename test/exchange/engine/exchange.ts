import { createEngine } from "../../../src/exchange/engine/engine.ts";
import type { ApiError, Engine, EngineEvent, ExchangeOrder, ExchangePlan, ExchangeTrade, PlaceRequest } from "../../../src/exchange/engine/model.ts";
import type { InstrumentFilters } from "../../../src/core/instrument.ts";
import { type Candle, seriesFrom } from "../../../src/core/candle.ts";
import { instrument } from "../../plan.ts";

export const MINUTE = 60_000;
export const FILTERS: InstrumentFilters = { priceStep: 0.01, quantityStep: 0.001, minQuantity: 0.001, minNotional: 5 };

/** Open, high, low, close of a candle a minute, and its volume. */
export type Row = readonly [number, number, number, number, number?];

export interface Options {
  readonly rows?: readonly Row[];
  readonly filters?: Partial<InstrumentFilters>;
  readonly more?: Partial<ExchangePlan>;
  readonly book?: "thin" | "deep";
  readonly maxOrders?: number;
}

/** A market of candles a minute from time 0. */
export function market(symbol: string, rows: readonly Row[], filters: Partial<InstrumentFilters> = {}, maxOrders = 50): ExchangePlan["markets"][number] {
  const candles = rows.map(([open, high, low, close, volume = 1_000], index): Candle => ({ time: index * MINUTE, open, high, low, close, volume }));
  return {
    instrument: instrument(symbol, { ...FILTERS, ...filters }),
    series: seriesFrom(candles, MINUTE),
    multiplierUp: 2,
    multiplierDown: 0.5,
    maxOrders,
  };
}

/** An exchange of BTC/USDT with two accounts of 100,000 USDT and 100 BTC each. */
export function exchange({ rows = [[100, 100, 100, 100]], filters = {}, more = {}, book = "deep", maxOrders = 50 }: Options = {}): Engine {
  const balances = { USDT: "100000", BTC: "100" };
  return createEngine(
    {
      markets: [market("BTC/USDT", rows, filters, maxOrders)],
      accounts: [
        { apiKey: "one", secret: "s1", balances },
        { apiKey: "two", secret: "s2", balances },
      ],
      fees: { maker: 0.001, taker: 0.002 },
      volumeShare: 1,
      seed: 1,
      ...more,
    },
    { book },
  );
}

/** A limit order of BTCUSDT that rests until canceled. */
export function limit(side: "buy" | "sell", price: string, quantity = "1", more: Partial<PlaceRequest> = {}): PlaceRequest {
  return { symbol: "BTCUSDT", side, type: "LIMIT", timeInForce: "GTC", price, quantity, ...more };
}

/** Places an order that must be taken. */
export function placed(engine: Engine, request: PlaceRequest, account = 0): { order: ExchangeOrder; trades: readonly ExchangeTrade[] } {
  return must(engine.place(account, request));
}

/** An answer that must be no error. */
export function must<T extends object>(answer: T | ApiError): T {
  if ("code" in answer && "msg" in answer) throw new Error(`${answer.code} ${answer.msg}`);
  return answer;
}

/** An answer that must be an error. */
export function refusal(answer: object | null): string {
  if (!answer || !("code" in answer) || !("msg" in answer)) throw new Error("it was not refused");
  return `${String(answer.code)} ${String(answer.msg)}`;
}

/** Trades of an account of BTCUSDT. */
export function tradesOf(engine: Engine, account = 0): readonly ExchangeTrade[] {
  return must(engine.trades(account, "BTCUSDT"));
}

/** What an account has of an asset, as "free/locked". */
export function balance(engine: Engine, asset: string, account = 0): string {
  const found = engine.balances(account).find((entry) => entry.asset === asset);
  return `${found?.free ?? "?"}/${found?.locked ?? "?"}`;
}

/** Everything that the engine says from now on. */
export function listen(engine: Engine): EngineEvent[] {
  const events: EngineEvent[] = [];
  engine.subscribe((event) => events.push(event));
  return events;
}
