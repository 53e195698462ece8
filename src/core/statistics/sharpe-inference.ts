import { kurtosis, mean, skewness, standardDeviation } from "./moments.ts";
import { normalCdf, normalQuantile } from "./normal.ts";

/** What the inference on a Sharpe ratio needs of a series of returns. */
export interface SharpeStatistics {
  /** Mean over sample deviation, per period: not annualised. */
  readonly sharpe: number;
  /** Population skewness; 0 for a normal. */
  readonly skewness: number;
  /** Population kurtosis; 3 for a normal. */
  readonly kurtosis: number;
  /** Number of periods. */
  readonly observations: number;
}

/** The trials a choice was made from. */
export interface Trials {
  /** Every trial that was run for the choice, discarded ones included. */
  readonly trials: number;
  /** Variance over the trials of their Sharpe ratios per period. */
  readonly variance: number;
}

const EULER_MASCHERONI = 0.577_215_664_901_532_9;
/** A deviation under this share of the mean is rounding, not risk: equal returns differ in their last digit once equity made them. */
const ROUNDING = 1e-9;

/** Sharpe ratio and shape of returns; `null` when nothing varies or there are under two. */
export function sharpeStatistics(returns: readonly number[]): SharpeStatistics | null {
  const average = mean(returns);
  const deviation = standardDeviation(returns);
  const skew = skewness(returns);
  const tails = kurtosis(returns);
  if (average === null || deviation === null || skew === null || tails === null) return null;
  if (deviation <= Math.abs(average) * ROUNDING) return null;
  return { sharpe: average / deviation, skewness: skew, kurtosis: tails, observations: returns.length };
}

/** Variance of the estimate of a Sharpe ratio, times T - 1 (Mertens, 2002). */
function spread({ sharpe, skewness: g3, kurtosis: g4 }: SharpeStatistics): number {
  // Never under zero, since kurtosis is at least 1 + skewness squared; two values alone bring it there, and rounding past it.
  return Math.max(Number.EPSILON, 1 - g3 * sharpe + ((g4 - 1) / 4) * sharpe ** 2);
}

/** Probability 0..1 that the true Sharpe ratio is over `benchmark`, both per period (Bailey and Lopez de Prado, 2012). */
export function probabilisticSharpe(stats: SharpeStatistics, benchmark: number): number {
  return normalCdf(((stats.sharpe - benchmark) * Math.sqrt(stats.observations - 1)) / Math.sqrt(spread(stats)));
}

/** Expected highest of so many standard normals (Bailey and Lopez de Prado, 2014); 0 for one, which is no choice. */
export function expectedMaximum(trials: number): number {
  if (!(trials > 1)) return 0;
  return (1 - EULER_MASCHERONI) * normalQuantile(1 - 1 / trials) + EULER_MASCHERONI * normalQuantile(1 - 1 / (trials * Math.E));
}

/** Probability 0..1 that the true Sharpe ratio is over what the luckiest of the trials would show without any edge. */
export function deflatedSharpe(stats: SharpeStatistics, { trials, variance }: Trials): number {
  return probabilisticSharpe(stats, Math.sqrt(variance) * expectedMaximum(trials));
}

/** Observations needed to say with `confidence` that the true Sharpe ratio is over `benchmark` (per period); infinite when it is not over it. */
export function minimumTrackRecord(stats: SharpeStatistics, benchmark: number, confidence: number): number {
  if (stats.sharpe <= benchmark) return Number.POSITIVE_INFINITY;
  return 1 + spread(stats) * (normalQuantile(confidence) / (stats.sharpe - benchmark)) ** 2;
}

/** Years under which the luckiest of so many trials is expected to reach this annual Sharpe ratio without any edge; infinite when it is not over zero. */
export function minimumBacktestLength(trials: number, annualSharpe: number): number {
  return annualSharpe > 0 ? (expectedMaximum(trials) / annualSharpe) ** 2 : Number.POSITIVE_INFINITY;
}
