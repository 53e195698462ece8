import type { CandleView } from "../candle-view.ts";
import { DAY } from "../timeframe.ts";

/** Newest bars of a symbol that its risk is told from: what a running bot keeps at the least. */
export const RISK_BARS = 500;
/** A move is taken over this many bars at the most: what swings back within them is nobody's loss. */
const LONGEST_SPAN = 24;

/** How a symbol moved, one row for each bar that a move ended with, newest first. */
export interface Moves {
  /** Open times of those bars, epoch milliseconds. */
  readonly times: readonly number[];
  /** Changes of the price over the span, fractions. */
  readonly changes: readonly number[];
}

/** Bars that a move takes, a day of them or 24, whichever is less. */
export function spanOf(timeframe: number): number {
  return Math.max(1, Math.min(LONGEST_SPAN, Math.round(DAY / timeframe)));
}

/** What a move over the span is multiplied with to be one over a day: it grows with the square root of time. */
export function dayScale(timeframe: number): number {
  return Math.sqrt(DAY / (timeframe * spanOf(timeframe)));
}

/** The moves within the newest bars that have closed; they overlap, as each bar ends one. */
export function movesOf(candles: CandleView): Moves {
  const span = spanOf(candles.timeframe);
  const times: number[] = [];
  const changes: number[] = [];
  const count = Math.min(candles.length, RISK_BARS) - span;
  for (let back = 0; back < count; back++) {
    const change = candles.close(back) / candles.close(back + span) - 1;
    if (!Number.isFinite(change)) continue;
    times.push(candles.time(back));
    changes.push(change);
  }
  return { times, changes };
}

/** The rows that all have, by the time of their bars, newest first: for each symbol the changes in those rows. */
export function alignMoves(all: readonly Moves[]): readonly (readonly number[])[] {
  const rows: number[][] = all.map(() => []);
  const at = all.map(() => 0);
  for (;;) {
    let oldest = Number.POSITIVE_INFINITY;
    for (let i = 0; i < all.length; i++) oldest = Math.min(oldest, all[i]?.times[at[i] as number] ?? Number.NEGATIVE_INFINITY);
    if (!Number.isFinite(oldest)) return rows;
    let isShared = true;
    for (let i = 0; i < all.length; i++) {
      const { times } = all[i] as Moves;
      let place = at[i] as number;
      while ((times[place] ?? Number.NEGATIVE_INFINITY) > oldest) place += 1;
      at[i] = place;
      if (times[place] !== oldest) isShared = false;
    }
    if (!isShared) continue;
    for (let i = 0; i < all.length; i++) {
      rows[i]?.push(all[i]?.changes[at[i] as number] as number);
      at[i] = (at[i] as number) + 1;
    }
  }
}
