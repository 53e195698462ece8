import type { PathModel } from "../../../src/core/fill-model.ts";
import type { OracleCandle } from "./types.ts";

/** The four points of a candle's path: `nearest` visits the nearer extreme first, a tie goes low first. */
export function pathOf(path: PathModel, { open, high, low, close }: OracleCandle): readonly number[] {
  const lowFirst = [open, low, high, close];
  const highFirst = [open, high, low, close];
  if (path === "olhc") return lowFirst;
  if (path === "ohlc") return highFirst;
  if (path === "nearest") return high - open < open - low ? highFirst : lowFirst;
  // A doji is neither green nor red; it is walked low first, as a tie of `nearest` is.
  return close < open ? highFirst : lowFirst;
}

/** Every tick of a segment, its start and its end among them; none when the price stands still. */
export function ticksBetween(start: number, end: number): readonly number[] {
  const ticks: number[] = [];
  if (end < start) for (let tick = start; tick >= end; tick--) ticks.push(tick);
  if (end > start) for (let tick = start; tick <= end; tick++) ticks.push(tick);
  return ticks;
}
