import type { Matrix } from "../../../core/portfolio/matrix.ts";
import { quantileOf } from "../../../core/statistics/bootstrap.ts";

/** What a portfolio is by estimates, a year: fractions, and a ratio over the risk-free rate (null where nothing moves). */
export interface Figures {
  readonly mean: number;
  readonly deviation: number;
  readonly sharpe: number | null;
}

/** Weights of the symbols, and the rest in cash; fractions of the whole. */
export interface Holding {
  readonly weights: readonly number[];
  readonly cash: number;
}

/** Equal weights with as much cash as a holding: holding less in the market is no skill at choosing what to hold. */
export function equalBeside({ weights, cash }: Holding): Holding {
  return { weights: weights.map(() => (1 - cash) / weights.length), cash };
}

/** Mean, deviation and Sharpe ratio of a holding by a belief; cash earns the risk-free rate and moves with nothing. */
export function figuresOf({ weights, cash }: Holding, belief: { readonly mean: readonly number[]; readonly covariance: Matrix }, riskFree: number): Figures {
  let mean = cash * riskFree;
  let variance = 0;
  for (const [i, weight] of weights.entries()) {
    mean += weight * (belief.mean[i] ?? 0);
    for (const [j, other] of weights.entries()) variance += weight * other * (belief.covariance[i]?.[j] ?? 0);
  }
  return withSharpe(mean, Math.sqrt(Math.max(0, variance)), riskFree);
}

/** What a holding came to over bars that happened, restored to its weights at every bar; a year. */
export function lived({ weights, cash }: Holding, returns: Matrix, periods: number, riskFree: number): Figures {
  const idle = (cash * riskFree) / periods;
  const count = returns.length;
  let sum = 0;
  let squares = 0;
  for (const row of returns) {
    let one = idle;
    for (const [i, weight] of weights.entries()) one += weight * (row[i] ?? 0);
    sum += one;
    squares += one * one;
  }
  const mean = sum / count;
  const variance = count > 1 ? Math.max(0, (squares - count * mean * mean) / (count - 1)) : 0;
  return withSharpe(mean * periods, Math.sqrt(variance * periods), riskFree);
}

/** Deviations under this are rounding, not risk. */
const NO_RISK = 1e-9;

function withSharpe(mean: number, deviation: number, riskFree: number): Figures {
  return { mean, deviation, sharpe: deviation > NO_RISK ? (mean - riskFree) / deviation : null };
}

/** 5 %, median and 95 % of values. */
export interface Band {
  readonly low: number;
  readonly middle: number;
  readonly high: number;
}

/** The band of values in any order. */
export function bandOf(values: readonly number[]): Band {
  const sorted = values.toSorted((a, b) => a - b);
  return { low: quantileOf(sorted, 0.05), middle: quantileOf(sorted, 0.5), high: quantileOf(sorted, 0.95) };
}
