import { sharpe } from "../../core/statistics/returns.ts";

/** Logarithm of the growth of all days together: a sum over days, which a return is not. */
export function logGrowth(returns: readonly number[]): number {
  let sum = 0;
  for (const value of returns) sum += Math.log1p(value);
  return sum;
}

/** Sharpe ratio a year; 0 of an account that never moved, since idle money neither gains nor varies. */
export function sharpeOrIdle(returns: readonly number[]): number | null {
  return returns.every((value) => value === 0) ? 0 : sharpe(returns);
}

/** Pearson's correlation of two columns of the same days; `null` when one does not vary. */
export function correlation(a: readonly number[], b: readonly number[]): number | null {
  const n = a.length;
  if (n < 2 || b.length !== n) return null;
  const meanA = a.reduce((sum, value) => sum + value, 0) / n;
  const meanB = b.reduce((sum, value) => sum + value, 0) / n;
  let both = 0;
  let squaresA = 0;
  let squaresB = 0;
  for (let i = 0; i < n; i++) {
    const fromA = (a[i] as number) - meanA;
    const fromB = (b[i] as number) - meanB;
    both += fromA * fromB;
    squaresA += fromA * fromA;
    squaresB += fromB * fromB;
  }
  return squaresA === 0 || squaresB === 0 ? null : both / Math.sqrt(squaresA * squaresB);
}
