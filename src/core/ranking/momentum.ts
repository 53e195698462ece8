import { type CandleSeries, indexAtOrAfter } from "../candle.ts";

/** Bars over which a momentum looks back, and the newest bars that it passes over. */
export interface LookBacks {
  readonly bars: readonly number[];
  readonly skip: number;
}

/**
 * Momentum as the mean over several look-backs L of ln(close now / close L bars before) / (deviation * sqrt(L)): moves in
 * units of what chance alone would move (Moskowitz, Ooi and Pedersen, 2012), where "now" is `skip` bars back, past the
 * reversal of the last ones (Jegadeesh, 1990). `deviation` is that of a bar's log return. Look-backs that reach beyond
 * the first bar are left out; null when all do, or when the price never moves.
 */
export function momentum(series: CandleSeries, deviation: number, { bars, skip }: LookBacks): number | null {
  const newest = series.time[series.length - 1];
  if (newest === undefined || !(deviation > 0)) return null;
  const now = newest - skip * series.timeframe;
  const moves: number[] = [];
  for (const length of bars) {
    const then = now - length * series.timeframe;
    if (then < (series.time[0] as number)) continue;
    moves.push(Math.log(closeBy(series, now) / closeBy(series, then)) / (deviation * Math.sqrt(length)));
  }
  return moves.length === 0 ? null : moves.reduce((sum, one) => sum + one, 0) / moves.length;
}

/** Close of the bar that opens at `time`, or in a gap, of the one before it. */
function closeBy(series: CandleSeries, time: number): number {
  return series.close[indexAtOrAfter(series, time + 1) - 1] as number;
}
