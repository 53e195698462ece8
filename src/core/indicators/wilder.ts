import type { CandleSeries } from "../candle.ts";
import type { IndicatorStream } from "./streams.ts";

/** True range of a bar (Wilder, New Concepts in Technical Trading Systems, 1978), quote: its range with the close before it. */
function trueRangeAt({ high, low, close }: CandleSeries, index: number): number {
  const before = close[index - 1] as number;
  const top = high[index] as number;
  const bottom = low[index] as number;
  return Math.max(top - bottom, Math.abs(top - before), Math.abs(bottom - before));
}

/** A running average that begins as the mean of the first `period` values and then moves by 1 / `period` of the way to each; NaN before. */
function wilderAverage(period: number): (value: number) => number {
  const share = 1 / period;
  let seen = 0;
  let average = 0;
  return (value) => {
    seen += 1;
    if (seen > period) average += (value - average) * share;
    else average = seen < period ? average + value : (average + value) / period;
    return seen < period ? Number.NaN : average;
  };
}

/** Wilder's running sum: the first `period` values, then each new one in the place of 1 / `period` of all; NaN before. */
function wilderSum(period: number): (value: number) => number {
  let seen = 0;
  let sum = 0;
  return (value) => {
    seen += 1;
    sum = seen > period ? sum - sum / period + value : sum + value;
    return seen < period ? Number.NaN : sum;
  };
}

/** Average true range, quote; NaN until `period` bars after the first. */
export function atrStream(period: number): IndicatorStream {
  const average = wilderAverage(period);
  let isFirst = true;
  return (series, index) => {
    if (!isFirst) return average(trueRangeAt(series, index));
    isFirst = false;
    return Number.NaN;
  };
}

/**
 * Average directional index, 0..100; NaN until 2 x `period` bars. A stretch in which nothing moved up or down has no direction: 0, and
 * the index goes on from there.
 */
export function adxStream(period: number): IndicatorStream {
  const range = wilderSum(period);
  const up = wilderSum(period);
  const down = wilderSum(period);
  const average = wilderAverage(period);
  let isFirst = true;
  return (series, index) => {
    if (isFirst) {
      isFirst = false;
      return Number.NaN;
    }
    const { high, low } = series;
    const rise = (high[index] as number) - (high[index - 1] as number);
    const fall = (low[index - 1] as number) - (low[index] as number);
    const ranged = range(trueRangeAt(series, index));
    const rising = (up(rise > fall && rise > 0 ? rise : 0) * 100) / ranged;
    const falling = (down(fall > rise && fall > 0 ? fall : 0) * 100) / ranged;
    if (Number.isNaN(ranged)) return Number.NaN;
    const both = rising + falling;
    return average(both > 0 ? (Math.abs(rising - falling) / both) * 100 : 0);
  };
}
