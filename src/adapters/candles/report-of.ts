import { type CandleReport, checkCandles, isPossible } from "../../core/candle-check.ts";
import { gapsOf } from "../../core/candle-gaps.ts";
import type { CandleSeries } from "../../core/candle.ts";
import type { BarTally, GrowingColumns } from "./rows.ts";

/** The tally with the rows from `from` on added to it, taken while they are still in the processor's cache. */
export function tallyRows(before: BarTally, { values, capacity, length }: GrowingColumns, from: number): BarTally {
  let { possible, zeroVolume } = before;
  for (let i = from; i < length; i++) {
    const volume = values[5 * capacity + i] as number;
    if (volume === 0) zeroVolume += 1;
    possible &&= isPossible(values[capacity + i] as number, values[2 * capacity + i] as number, values[3 * capacity + i] as number, values[4 * capacity + i] as number, volume);
  }
  return { possible, zeroVolume };
}

/**
 * The report of `checkCandles` on a series whose bars were tallied when they were read. What is left is to look at the times;
 * the places of faults are looked for only where there is one.
 */
export function reportOf(series: CandleSeries, { possible, zeroVolume }: BarTally): CandleReport {
  const { time, timeframe, length } = series;
  // A first bar off the grid: weekly ones, which begin on Mondays, and such as are reported.
  if (!possible || length === 0 || (time[0] as number) % timeframe !== 0) return checkCandles(series);
  let before = (time[0] as number) - timeframe;
  let gapless = true;
  for (let i = 0; i < length; i++) {
    const now = time[i] as number;
    const step = now - before;
    // A remainder is dear, and one step of the timeframe behind a bar on the grid is on the grid.
    if (step !== timeframe) {
      if (step <= 0 || step % timeframe !== 0) return checkCandles(series);
      gapless = false;
    }
    before = now;
  }
  const none = { count: 0, first: [] };
  return {
    candles: length,
    gaps: gapless ? { count: 0, missing: 0, first: [] } : gapsOf(series),
    duplicates: none,
    outOfOrder: none,
    impossible: none,
    offGrid: none,
    zeroVolume,
    unclosed: false,
    sound: true,
  };
}
