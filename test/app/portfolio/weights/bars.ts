import { seriesFrom } from "../../../../src/core/candle.ts";
import type { Dataset } from "../../../../src/ports/candles.ts";

/** One day, milliseconds. */
export const DAY = 86_400_000;
/** The first of January 2024, UTC. */
export const START = Date.UTC(2024, 0, 1);

/** A dataset of candles that all close at the given prices; `days` says on which day each opens, from `START` on. */
export function datasetOf(symbol: string, closes: readonly number[], days: readonly number[] = closes.map((_, i) => i), timeframe = DAY): Dataset {
  const candles = closes.map((close, i) => ({ time: START + (days[i] ?? i) * timeframe, open: close, high: close, low: close, close, volume: 1 }));
  return { symbol, series: seriesFrom(candles, timeframe), hash: symbol, synthetic: false, description: `${symbol}.csv`, notes: [], filters: null };
}
