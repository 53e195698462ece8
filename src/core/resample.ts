import { allocateSeries, type CandleSeries, sliceSeries } from "./candle.ts";

/** Monday 1970-01-05, the origin of weekly bars; every other timeframe divides the UTC day or counts days from the epoch. */
const MONDAY = 4 * 86_400_000;
const WEEK = 7 * 86_400_000;

/** Open time of the bar of a timeframe (milliseconds) in which an instant lies, aligned to UTC. */
export function barStart(time: number, timeframe: number): number {
  const origin = timeframe % WEEK === 0 ? MONDAY : 0;
  return Math.floor((time - origin) / timeframe) * timeframe + origin;
}

/** Bars that were made before, by the series that they were made of: a search runs over the same candles again and again. */
const known = new WeakMap<CandleSeries, Map<number, CandleSeries>>();

/**
 * Bars of a longer `timeframe` (milliseconds, a multiple of the source's), aligned to UTC. A bar is made only of
 * all its candles: one that misses a candle, at an end or in a gap, is left out. Throws when it is no multiple.
 */
export function resample(series: CandleSeries, timeframe: number): CandleSeries {
  if (timeframe === series.timeframe) return series;
  const before = known.get(series)?.get(timeframe);
  if (before) return before;
  const made = makeBars(series, timeframe);
  const bars = known.get(series) ?? new Map<number, CandleSeries>();
  known.set(series, bars.set(timeframe, made));
  return made;
}

function makeBars(series: CandleSeries, timeframe: number): CandleSeries {
  const parts = timeframe / series.timeframe;
  if (!Number.isInteger(parts)) throw new RangeError(`${timeframe} ms is no multiple of ${series.timeframe} ms`);
  const out = allocateSeries(Math.ceil(series.length / parts) + 1, timeframe);
  const { time, open, high, low, close, volume, length } = series;
  let made = 0;
  let index = 0;
  while (index < length) {
    const start = barStart(time[index] as number, timeframe);
    const end = start + timeframe;
    const first = index;
    let top = Number.NEGATIVE_INFINITY;
    let bottom = Number.POSITIVE_INFINITY;
    let sum = 0;
    while (index < length && (time[index] as number) < end) {
      top = Math.max(top, high[index] as number);
      bottom = Math.min(bottom, low[index] as number);
      sum += volume[index] as number;
      index += 1;
    }
    if (index - first !== parts) continue;
    out.time[made] = start;
    out.open[made] = open[first] as number;
    out.high[made] = top;
    out.low[made] = bottom;
    out.close[made] = close[index - 1] as number;
    out.volume[made] = sum;
    made += 1;
  }
  return sliceSeries(out, 0, made);
}
