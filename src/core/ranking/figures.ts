import type { CandleSeries } from "../candle.ts";
import { gapsOf } from "../candle-gaps.ts";
import { resample } from "../resample.ts";
import { standardDeviation } from "../statistics/moments.ts";
import { DAY, formatTimeframe } from "../timeframe.ts";
import { type BarReturns, barReturns } from "./bar-returns.ts";
import { barsSince, closedBars } from "./closed-bars.ts";
import { illiquidity, quoteVolume, spreadEstimate } from "./liquidity.ts";
import { momentum } from "./momentum.ts";

/** What the candles of one symbol say about it; null where they do not suffice. */
export interface Figures {
  /** Bars that had closed. */
  readonly bars: number;
  /** Days since its first candle opened. */
  readonly age: number;
  /** Share of the bars of the window that are missing. */
  readonly gaps: number;
  /** Moves in units of chance: 1 is a move of one standard deviation. */
  readonly momentum: number | null;
  /** Quote on a middling day. */
  readonly volume: number | null;
  /** Share by which a million of quote moves the price. */
  readonly illiquidity: number | null;
  /** Share of the price; null too where the candles are longer than an hour. */
  readonly spread: number | null;
  /** Deviation of log returns in a year of 365 days, fraction. */
  readonly volatility: number | null;
}

/** Bars of a window in which volume, spread, volatility, gaps and correlation are measured. */
export const WINDOW = 90;
/** Momentum looks back a week, four weeks and twelve, when bars are days, and passes over the last. */
export const LOOK_BACKS = { bars: [7, 28, 84], skip: 1 } as const;
/** Bars that a symbol needs to be ranked. */
export const LEAST_BARS = 30;
/** Longest candles that tell a spread, milliseconds: over longer ones the price of a coin moves so much more than its spread that the estimate is noise. */
const LONGEST_FOR_SPREAD = 3_600_000;
/** Bars that its candles may end before the others' without counting as gone. */
const LATE_BARS = 3;

const YEAR = 365 * DAY;

/** One symbol's figures with the returns that correlations are made of, or why there are none. */
export type Measured = { readonly figures: Figures; readonly returns: BarReturns; readonly why: null } | { readonly figures: null; readonly returns: null; readonly why: string };

/** Measures a symbol by candles that had closed by `at` (epoch milliseconds), in bars of `timeframe` (milliseconds, a multiple of the candles'). */
export function measure(candles: CandleSeries, timeframe: number, at: number): Measured {
  const none = (why: string): Measured => ({ figures: null, returns: null, why });
  const known = closedBars(candles, at);
  // Bars are made of all candles, so that a series is resampled once; one that is not whole by `at` falls off here.
  const bars = closedBars(resample(candles, timeframe), at);
  const newest = bars.time[bars.length - 1];
  if (newest === undefined || bars.length < LEAST_BARS) return none(`${bars.length} bars of ${formatTimeframe(timeframe)} had closed, ${LEAST_BARS} are needed`);
  const end = newest + timeframe;
  if (at - end >= LATE_BARS * timeframe) return none(`its candles end ${day(end)}`);
  const from = newest - (WINDOW - 1) * timeframe;
  const window = barsSince(bars, from);
  const returns = barReturns(window);
  const deviation = standardDeviation(returns.values);
  if (deviation === null) return none(`its bars of ${formatTimeframe(timeframe)} have a gap after nearly every one`);
  const { missing } = gapsOf(window, 0);
  return {
    figures: {
      bars: bars.length,
      age: (at - (known.time[0] ?? at)) / DAY,
      gaps: missing / (missing + window.length),
      momentum: momentum(bars, deviation, LOOK_BACKS),
      volume: quoteVolume(window),
      illiquidity: illiquidity(window),
      // Of the candles themselves: the shorter they are, the less the price moves between them.
      spread: candles.timeframe > LONGEST_FOR_SPREAD ? null : spreadEstimate(barsSince(known, from)),
      volatility: deviation * Math.sqrt(YEAR / timeframe),
    },
    returns,
    why: null,
  };
}

const day = (time: number): string => new Date(time).toISOString().slice(0, 10);
