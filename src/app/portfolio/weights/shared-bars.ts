import { type CandleSeries, indexAtOrAfter } from "../../../core/candle.ts";
import { resample } from "../../../core/resample.ts";
import { formatTimeframe } from "../../../core/timeframe.ts";
import { UserError } from "../../../core/user-error.ts";
import type { Dataset } from "../../../ports/candles.ts";

/** One symbol's bars before they are cut to what all share; times in epoch milliseconds. */
export interface OwnSpan {
  readonly symbol: string;
  readonly source: string;
  readonly bars: number;
  /** Open time of the first bar, and the end of the last. */
  readonly from: number;
  readonly to: number;
  readonly synthetic: boolean;
  /** It begins after the first bar of the others. */
  readonly late: boolean;
}

/** Returns of several symbols over the bars that all of them have. */
export interface SharedBars {
  readonly symbols: readonly string[];
  /** Length of a bar, milliseconds. */
  readonly timeframe: number;
  /** Bars in a year of 365 days. */
  readonly periods: number;
  /** Open time of the first shared bar and end of the last, epoch milliseconds. */
  readonly from: number;
  readonly to: number;
  /** Simple returns from close to close, a row for each bar, a column for each symbol. */
  readonly returns: readonly (readonly number[])[];
  /** Bars that every symbol has. */
  readonly shared: number;
  /** Bars that at least one symbol has and another has not. */
  readonly leftOut: number;
  /** Steps over a gap in the shared bars: they are longer than one bar, so no return is made of them. */
  readonly gaps: number;
  readonly spans: readonly OwnSpan[];
}

/** Fewer returns than these say nothing about a covariance. */
export const LEAST_RETURNS = 10;

const YEAR = 365 * 86_400_000;

/** What is cut out of the candles: bars of `timeframe` (milliseconds) that open at or after `from` and close by `to` (epoch milliseconds). */
export interface BarsWanted {
  readonly timeframe: number;
  readonly from: number;
  readonly to: number;
}

/** Brings candles to the bars that all symbols have. Throws a `UserError` for what gives no weights: one symbol, nothing shared, a price that never moves. */
export function sharedBars(datasets: readonly Dataset[], wanted: BarsWanted): SharedBars {
  const [only] = datasets;
  if (only === undefined || datasets.length < 2) {
    throw new UserError(`symbols: ${only?.symbol ?? "nothing"} alone has no weights to choose; name at least two, such as --symbol BTC/USDT,ETH/USDT.`);
  }
  const own = datasets.map((dataset) => ({ dataset, bars: cut(dataset, wanted) }));
  const first = Math.min(...own.map(({ bars }) => bars.from));
  const spans = own.map(({ dataset: { symbol, description, synthetic }, bars: { series, start, end, from, to } }): OwnSpan =>
    ({ symbol, source: description, synthetic, bars: end - start, from, to: to + series.timeframe, late: from > first }));
  const times = sharedTimes(own.map(({ bars }) => bars));
  const [begin, last] = [times[0], times.at(-1)];
  if (begin === undefined || last === undefined || times.length <= LEAST_RETURNS) throw new UserError(tooFew(spans, times.length, wanted));
  const closes = own.map(({ bars }) => closesAt(bars.series, times));
  const steady = closes.findIndex((prices) => prices.every((price) => price === prices[0]));
  if (steady >= 0) {
    throw new UserError(`candles: the price of ${spans[steady]?.symbol ?? ""} never moves in the ${times.length} bars that all symbols share, so it would look free of risk; leave it out, or give it other candles.`);
  }
  const returns: number[][] = [];
  for (let at = 1; at < times.length; at++) {
    if ((times[at] as number) - (times[at - 1] as number) !== wanted.timeframe) continue;
    returns.push(closes.map((prices) => (prices[at] as number) / (prices[at - 1] as number) - 1));
  }
  if (returns.length < LEAST_RETURNS) throw new UserError(`candles: the symbols share ${times.length} bars, but only ${returns.length} follow one another; at least ${LEAST_RETURNS} are needed. Fill the gaps, or take longer --bars.`);
  const union = new Set(own.flatMap(({ bars: { series, start, end } }) => [...series.time.subarray(start, end)])).size;
  return {
    symbols: spans.map(({ symbol }) => symbol),
    timeframe: wanted.timeframe,
    periods: YEAR / wanted.timeframe,
    from: begin,
    to: last + wanted.timeframe,
    returns,
    shared: times.length,
    leftOut: union - times.length,
    gaps: times.length - 1 - returns.length,
    spans,
  };
}

interface Cut {
  readonly series: CandleSeries;
  /** First bar and one past the last. */
  readonly start: number;
  readonly end: number;
  /** Open times of the first and the last bar. */
  readonly from: number;
  readonly to: number;
}

function cut({ symbol, series: candles }: Dataset, { timeframe, from, to }: BarsWanted): Cut {
  if (timeframe % candles.timeframe !== 0) {
    throw new UserError(`--bars ${formatTimeframe(timeframe)}: the candles of ${symbol} are ${formatTimeframe(candles.timeframe)} bars, and longer bars are made of whole ones; write a multiple of ${formatTimeframe(candles.timeframe)}.`);
  }
  const series = resample(candles, timeframe);
  const start = indexAtOrAfter(series, from);
  // A bar that closes after the end was not closed then.
  const end = Math.max(start, indexAtOrAfter(series, to - timeframe + 1));
  if (end - start < 2) {
    const span = candles.length === 0 ? "there are none at all" : `there are candles from ${day(candles.time[0])} to ${day((candles.time[candles.length - 1] ?? 0) + candles.timeframe)}`;
    throw new UserError(`candles: fewer than two whole ${formatTimeframe(timeframe)} bars of ${symbol} lie between --from and --to; ${span}.`);
  }
  return { series, start, end, from: series.time[start] as number, to: series.time[end - 1] as number };
}

/** Rising open times that every series has. */
function sharedTimes(cuts: readonly Cut[]): number[] {
  const at = cuts.map(({ start }) => start);
  const shared: number[] = [];
  for (;;) {
    const times = cuts.map(({ series, end }, i) => ((at[i] as number) < end ? (series.time[at[i] as number] as number) : Number.POSITIVE_INFINITY));
    const latest = Math.max(...times);
    if (latest === Number.POSITIVE_INFINITY) return shared;
    if (times.every((time) => time === latest)) shared.push(latest);
    for (const [i, time] of times.entries()) if (time < latest || times.every((other) => other === latest)) at[i] = (at[i] as number) + 1;
  }
}

function closesAt(series: CandleSeries, times: readonly number[]): number[] {
  return times.map((time) => series.close[indexAtOrAfter(series, time)] as number);
}

function tooFew(spans: readonly OwnSpan[], shared: number, { timeframe }: BarsWanted): string {
  const listed = spans.map(({ symbol, from, to }) => `${symbol} ${day(from)} to ${day(to)}`).join("; ");
  const found = shared === 0 ? "the symbols share no bar" : `the symbols share only ${shared} bars`;
  return `candles: ${found} of ${formatTimeframe(timeframe)}, and at least ${LEAST_RETURNS + 1} are needed. There are: ${listed}. Choose symbols whose candles overlap, or another --from and --to.`;
}

const day = (time: number | undefined): string => new Date(time ?? 0).toISOString().slice(0, 10);
