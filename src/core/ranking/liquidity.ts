import type { CandleSeries } from "../candle.ts";
import { mean, median } from "../statistics/moments.ts";
import { DAY } from "../timeframe.ts";

/** What is traded on a middling day, quote: the median of close times volume over the bars, times the bars of a day. Null of nothing. */
export function quoteVolume({ close, volume, length, timeframe }: CandleSeries): number | null {
  const worth = median(Array.from({ length }, (_, i) => (close[i] as number) * (volume[i] as number)));
  return worth === null ? null : (worth * DAY) / timeframe;
}

/** Quote by which an illiquidity counts: a move for each million traded. */
const MILLION = 1_000_000;

/**
 * Illiquidity after Amihud (2002): mean of |return| over quote traded, here the share by which a million of quote moves
 * the price. Bars without volume and bars after a gap are passed over; null when none is left.
 */
export function illiquidity({ time, close, volume, length, timeframe }: CandleSeries): number | null {
  const ratios: number[] = [];
  for (let i = 1; i < length; i++) {
    const worth = (close[i] as number) * (volume[i] as number);
    if (!(worth > 0) || (time[i] as number) - (time[i - 1] as number) !== timeframe) continue;
    ratios.push((Math.abs((close[i] as number) / (close[i - 1] as number) - 1) / worth) * MILLION);
  }
  return mean(ratios);
}

/**
 * Bid-ask spread as a share of the price, from closes and mid-ranges of bars that follow one another, after Abdi and
 * Ranaldo (2017): sqrt(max(0, 4 * mean((c - m)(c - n)))), where c is the log close of a bar, m the mean of its log high and
 * log low, n that of the next bar. Null without two bars in a row. Zero means that it drowns in the moves of the price.
 */
export function spreadEstimate({ time, high, low, close, length, timeframe }: CandleSeries): number | null {
  const middle = (i: number): number => (Math.log(high[i] as number) + Math.log(low[i] as number)) / 2;
  let sum = 0;
  let pairs = 0;
  for (let i = 1; i < length; i++) {
    if ((time[i] as number) - (time[i - 1] as number) !== timeframe) continue;
    const last = Math.log(close[i - 1] as number);
    sum += (last - middle(i - 1)) * (last - middle(i));
    pairs += 1;
  }
  return pairs === 0 ? null : Math.sqrt(Math.max(0, (4 * sum) / pairs));
}
