import type { CandleSeries } from "./candle.ts";
import { gapsOf, type Gaps } from "./candle-gaps.ts";

/** Places of one kind of fault: how many there are, and the first ones as indices into the series. */
export interface Faults {
  readonly count: number;
  readonly first: readonly number[];
}

/** What is to be known about a series before it is traded on. */
export interface CandleReport {
  readonly candles: number;
  readonly gaps: Gaps;
  /** Bars that open at the same time as the bar before. */
  readonly duplicates: Faults;
  /** Bars that open before the bar before. */
  readonly outOfOrder: Faults;
  /** Bars whose high or low contradicts open and close, or with a number that is none, a price at or under 0, or a negative volume. */
  readonly impossible: Faults;
  /** Bars that do not open at a multiple of the timeframe. */
  readonly offGrid: Faults;
  readonly zeroVolume: number;
  /** True when the last bar had not closed at the time of the check. */
  readonly unclosed: boolean;
  /** Whether the series may be traded on: gaps and quiet bars may be there, the other faults not. */
  readonly sound: boolean;
}

const KEEP = 10;
/** Weekly bars open on Mondays; the epoch was a Thursday. */
const WEEK = 604_800_000;
const MONDAY = 345_600_000;

class Collected {
  count = 0;
  readonly first: number[] = [];

  add(index: number): void {
    this.count += 1;
    if (this.first.length < KEEP) this.first.push(index);
  }
}

/** Looks for everything that can be wrong with candles. `now` is epoch milliseconds; without it no bar counts as unclosed. */
export function checkCandles(series: CandleSeries, now?: number): CandleReport {
  const duplicates = new Collected();
  const outOfOrder = new Collected();
  const impossible = new Collected();
  const offGrid = new Collected();
  let zeroVolume = 0;
  const { time, open, high, low, close, volume, timeframe, length } = series;
  const origin = timeframe % WEEK === 0 ? MONDAY : 0;
  for (let i = 0; i < length; i++) {
    const t = time[i] as number;
    if (i > 0) {
      const before = time[i - 1] as number;
      if (t === before) duplicates.add(i);
      else if (t < before) outOfOrder.add(i);
    }
    if (!isPossible(open[i] as number, high[i] as number, low[i] as number, close[i] as number, volume[i] as number)) impossible.add(i);
    if ((t - origin) % timeframe !== 0) offGrid.add(i);
    if (volume[i] === 0) zeroVolume += 1;
  }
  return {
    candles: length,
    gaps: gapsOf(series),
    duplicates,
    outOfOrder,
    impossible,
    offGrid,
    zeroVolume,
    unclosed: now !== undefined && length > 0 && (time[length - 1] as number) + timeframe > now,
    sound: duplicates.count + outOfOrder.count + impossible.count === 0,
  };
}

/** Whether a bar can have happened. */
export function isPossible(open: number, high: number, low: number, close: number, volume: number): boolean {
  // Written so that NaN answers false.
  return low > 0 && low <= open && low <= close && high >= open && high >= close && high < Number.POSITIVE_INFINITY && volume >= 0 && volume < Number.POSITIVE_INFINITY;
}
