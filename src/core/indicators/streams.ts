/* eslint @typescript-eslint/no-unsafe-class-instance-assignment: "off" -- the library types its plain inputs as classes without behaviour. */
import { EMA, MACD } from "technicalindicators";
import type { CandleSeries } from "../candle.ts";

/**
 * The next value of an indicator: called once for every bar, in order, with the series as it is then and the bar's
 * index in it. The same values as the whole columns of `columns.ts`, one at a time. NaN until warm.
 */
export type IndicatorStream = (series: CandleSeries, index: number) => number;

/** What the library's objects take and give one bar at a time; its own types leave out that there is nothing before they are warm. */
interface Library<Input, Output> {
  nextValue(input: Input): Output | undefined;
}

const closeAt = (series: CandleSeries, index: number): number => series.close[index] as number;

/** As `ema` of the close. */
export function emaStream(period: number): IndicatorStream {
  const library: Library<number, number> = new EMA({ period, values: [] });
  return (series, index) => library.nextValue(closeAt(series, index)) ?? Number.NaN;
}

/** As the histogram of `macd`. */
export function macdStream(fast: number, slow: number, signal: number): IndicatorStream {
  const library: Library<number, { histogram?: number }> = new MACD({ values: [], fastPeriod: fast, slowPeriod: slow, signalPeriod: signal, SimpleMAOscillator: false, SimpleMASignal: false });
  return (series, index) => library.nextValue(closeAt(series, index))?.histogram ?? Number.NaN;
}

/** As `rsi`. */
export function rsiStream(period: number): IndicatorStream {
  let seen = 0;
  let gain = 0;
  let loss = 0;
  return ({ close }, index) => {
    if (seen++ === 0) return Number.NaN;
    const change = (close[index] as number) - (close[index - 1] as number);
    const up = change > 0 ? change : 0;
    const down = change < 0 ? -change : 0;
    if (seen <= period + 1) {
      gain += up / period;
      loss += down / period;
    } else {
      gain = (gain * (period - 1) + up) / period;
      loss = (loss * (period - 1) + down) / period;
    }
    if (seen <= period) return Number.NaN;
    return gain + loss === 0 ? 50 : (100 * gain) / (gain + loss);
  };
}

/** Root mean square of close over the close `bars` earlier, less 1, at every `stride`-th of the last `window` bars, newest first; those before the series are left out. */
export function movesStream(bars: number, window: number, stride: number): IndicatorStream {
  return ({ close }, index) => {
    let squares = 0;
    let count = 0;
    for (let end = index; end > index - window && end >= bars; end -= stride) {
      squares += ((close[end] as number) / (close[end - bars] as number) - 1) ** 2;
      count += 1;
    }
    return count === 0 ? 0 : Math.sqrt(squares / count);
  };
}

/** As `percentileRank` of the values of a stream, of which the last `window` are remembered, and kept in order so that none has to be counted. */
export function percentileStream(next: IndicatorStream, window: number): IndicatorStream {
  const kept = new Float64Array(window).fill(Number.NaN);
  const sorted = new Float64Array(window);
  let size = 0;
  let seen = 0;
  return (series, index) => {
    const newest = next(series, index);
    const place = seen++ % window;
    const gone = kept[place] as number;
    kept[place] = newest;
    // The gap that the oldest leaves is moved to where the newest belongs.
    let gap = Number.isNaN(gone) ? size++ : atOrBelow(sorted, size, gone) - 1;
    while (gap > 0 && !((sorted[gap - 1] as number) <= newest)) {
      sorted[gap] = sorted[gap - 1] as number;
      gap -= 1;
    }
    while (gap < size - 1 && (sorted[gap + 1] as number) <= newest) {
      sorted[gap] = sorted[gap + 1] as number;
      gap += 1;
    }
    if (Number.isNaN(newest)) {
      // It is at or below nothing, and in nobody's way.
      sorted.copyWithin(0, 1, size);
      size -= 1;
    } else sorted[gap] = newest;
    const below = Number.isNaN(newest) ? 0 : gap + 1;
    if (index < window - 1 || Number.isNaN(kept[seen % window] as number)) return Number.NaN;
    return below / window;
  };
}

/** How many of the first `size` values, which rise, are at or below a value; binary search. */
function atOrBelow(sorted: Float64Array, size: number, value: number): number {
  let low = 0;
  let high = size;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as number) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
