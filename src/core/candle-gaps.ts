import type { CandleSeries } from "./candle.ts";

/** Holes in a series: how many there are, how many candles they swallow, and the first ones. */
export interface Gaps {
  readonly count: number;
  readonly missing: number;
  /** Open times (epoch milliseconds) of the candles on either side. */
  readonly first: readonly { readonly after: number; readonly before: number; readonly missing: number }[];
}

/** Finds the gaps of a series; keeps the places of the first `keep`. */
export function gapsOf(series: CandleSeries, keep = 20): Gaps {
  const first: { after: number; before: number; missing: number }[] = [];
  let count = 0;
  let missing = 0;
  const { time, timeframe } = series;
  for (let i = 1; i < series.length; i++) {
    const step = (time[i] as number) - (time[i - 1] as number);
    if (step <= timeframe) continue;
    const lost = Math.round(step / timeframe) - 1;
    if (lost < 1) continue;
    count += 1;
    missing += lost;
    if (first.length < keep) first.push({ after: time[i - 1] as number, before: time[i] as number, missing: lost });
  }
  return { count, missing, first };
}
