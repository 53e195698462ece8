import { withDelistings } from "../../../src/app/backtest/listing.ts";
import type { BacktestMarket, BacktestPlan } from "../../../src/app/backtest/plan.ts";
import { type Candle, type CandleSeries, seriesFrom, sliceSeries } from "../../../src/core/candle.ts";
import { type MarketKind, createMarket } from "../../../src/core/synthetic/market.ts";
import { instrument } from "../../plan.ts";

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
export const START = Date.UTC(2024, 0, 1);
const FILTERS = { priceStep: 0.01, quantityStep: 0.001, minQuantity: 0.001, minNotional: 1 };

/** Hours whose closes are these; an hour that has none is a gap. */
export function hours(closes: readonly (number | null)[], first = 0): CandleSeries {
  const candles = closes.flatMap((close, i): Candle[] => (close === null ? [] : [{ time: START + (first + i) * HOUR, open: close, high: close, low: close, close, volume: 1_000_000 }]));
  return seriesFrom(candles, HOUR);
}

/** A market of hours that decides on them too. */
export function market(symbol: string, series: CandleSeries): BacktestMarket {
  return { instrument: instrument(symbol, FILTERS), series, bars: series, from: 0 };
}

const made = new Map<string, CandleSeries>();

/** Generated hours from the `late`th on, the last `early` of them missing. */
export function generated(symbol: string, seed: number, days: number, { kind = "mix" as MarketKind, late = 0, early = 0 } = {}): BacktestMarket {
  const name = `${kind} ${seed} ${days}`;
  const series = made.get(name) ?? createMarket({ kind, seed, days, timeframe: HOUR, start: START, price: 100, priceStep: 0.01 }).series;
  made.set(name, series);
  return market(symbol, sliceSeries(series, late, series.length - early));
}

/** The plan with what its markets' candles say of their ends. */
export function withEnds(one: BacktestPlan, delisting: BacktestPlan["delisting"] = "last-close"): BacktestPlan {
  return { ...one, delisting, markets: withDelistings(one.markets) };
}
