import type { CandleSeries } from "../../core/candle.ts";

/** The bars that a chart shows: rising open times in epoch milliseconds, and prices in quote. */
export interface DisplayBars {
  /** Length of a bar in milliseconds: the series' own, or a multiple of it. */
  readonly timeframe: number;
  readonly time: number[];
  readonly open: number[];
  readonly high: number[];
  readonly low: number[];
  readonly close: number[];
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const USUAL = [
  ...[1, 2, 5, 10, 15, 30].map((count) => count * 1_000),
  ...[1, 2, 3, 5, 10, 15, 30].map((count) => count * MINUTE),
  ...[1, 2, 3, 4, 6, 8, 12].map((count) => count * HOUR),
  ...[1, 2, 3, 7, 14, 28].map((count) => count * DAY),
];

/** The shortest usual timeframe (milliseconds), a multiple of the series' own, that needs at most `most` bars. */
export function displayTimeframe(series: CandleSeries, most: number): number {
  if (series.length <= most) return series.timeframe;
  const span = (series.time[series.length - 1] as number) - (series.time[0] as number) + series.timeframe;
  // One bar more than the span needs, because bars begin at round times.
  const fits = (timeframe: number): boolean => Math.ceil(span / timeframe) + 1 <= most;
  const usual = USUAL.find((timeframe) => timeframe % series.timeframe === 0 && fits(timeframe));
  if (usual !== undefined) return usual;
  return Math.ceil(span / (most - 1) / series.timeframe) * series.timeframe;
}

/**
 * A series as at most `most` (2 or more) bars. Each is the first open, highest high, lowest low and last close
 * of the candles in it, so no extreme is lost.
 */
export function resampleForDisplay(series: CandleSeries, most: number): DisplayBars {
  const timeframe = displayTimeframe(series, most);
  const bars: DisplayBars = { timeframe, time: [], open: [], high: [], low: [], close: [] };
  const merging = timeframe !== series.timeframe;
  let last = -1;
  for (let index = 0; index < series.length; index += 1) {
    const time = series.time[index] as number;
    const start = merging ? Math.floor(time / timeframe) * timeframe : time;
    const high = series.high[index] as number;
    const low = series.low[index] as number;
    if (last < 0 || start !== bars.time[last]) {
      last = bars.time.push(start) - 1;
      bars.open.push(series.open[index] as number);
      bars.high.push(high);
      bars.low.push(low);
      bars.close.push(series.close[index] as number);
      continue;
    }
    if (high > (bars.high[last] as number)) bars.high[last] = high;
    if (low < (bars.low[last] as number)) bars.low[last] = low;
    bars.close[last] = series.close[index] as number;
  }
  return bars;
}

/** Index of the bar in force at `time`: the last that opened at or before it; the first bar for earlier times. */
export function barAt(times: readonly number[], time: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] as number) <= time) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}
