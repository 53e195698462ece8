import { type CandleSeries, indexAtOrAfter, sliceSeries } from "../candle.ts";

/** The bars that had closed by `at` (epoch milliseconds): one that closes a moment later was not known then. */
export function closedBars(series: CandleSeries, at: number): CandleSeries {
  const end = indexAtOrAfter(series, at - series.timeframe + 1);
  return end < series.length ? sliceSeries(series, 0, end) : series;
}

/** The bars that open at or after `from` (epoch milliseconds). */
export function barsSince(series: CandleSeries, from: number): CandleSeries {
  const start = indexAtOrAfter(series, from);
  return start > 0 ? sliceSeries(series, start, series.length) : series;
}
