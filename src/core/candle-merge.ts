import { allocateSeries, CANDLE_COLUMNS, type CandleSeries, sliceSeries } from "./candle.ts";

/** Two series of one timeframe as one, by time. Bars that both have must agree. */
export interface Merged {
  readonly series: CandleSeries;
  /** Bars that were in both, alike. */
  readonly shared: number;
  /** Open time of the first bar on which they disagree; the first series' bar was kept. */
  readonly conflict: number | null;
  readonly conflicts: number;
}

/** Joins two sound series of the same timeframe. */
export function mergeSeries(first: CandleSeries, second: CandleSeries): Merged {
  const out = allocateSeries(first.length + second.length, first.timeframe);
  let a = 0;
  let b = 0;
  let length = 0;
  let shared = 0;
  let conflicts = 0;
  let conflict: number | null = null;
  while (a < first.length || b < second.length) {
    const timeA = a < first.length ? (first.time[a] as number) : Number.POSITIVE_INFINITY;
    const timeB = b < second.length ? (second.time[b] as number) : Number.POSITIVE_INFINITY;
    const from = timeA <= timeB ? first : second;
    const index = from === first ? a : b;
    for (const column of CANDLE_COLUMNS) out[column][length] = from[column][index] as number;
    length += 1;
    if (timeA === timeB) {
      if (CANDLE_COLUMNS.every((column) => first[column][a] === second[column][b])) shared += 1;
      else {
        conflicts += 1;
        conflict ??= timeA;
      }
    }
    if (timeA <= timeB) a += 1;
    if (timeB <= timeA) b += 1;
  }
  return { series: sliceSeries(out, 0, length), shared, conflict, conflicts };
}
