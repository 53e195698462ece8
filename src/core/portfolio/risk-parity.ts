import { checkCovariance } from "./market.ts";
import { cholesky, diagonal, dot, quadratic, solveFactored, times, withRidge, type Matrix } from "./matrix.ts";
import { found, refused, type Outcome } from "./outcome.ts";

/**
 * Long-only weights whose shares of the variance are the budgets (equal ones unless told), summing to 1: the minimum of
 * y'Cov y / 2 - sum b log y, divided by its sum (Spinu, 2013, "An algorithm for computing risk parity weights").
 */
export function riskParity(covariance: Matrix, budgets?: readonly number[], names: readonly string[] = covariance.map((_, i) => `asset ${i + 1}`)): Outcome<number[]> {
  const checked = checkCovariance(covariance, names);
  if (!checked.ok) return checked;
  const still = names.find((_, i) => !((covariance[i]?.[i] ?? 0) > 1e-18));
  if (still !== undefined) return refused(`${still} never moves, so that no weight of it carries a share of the risk: leave it out, or hold it as cash.`);
  const shares = budgets ?? names.map(() => 1 / names.length);
  const sum = shares.reduce((a, b) => a + b, 0);
  if (shares.length !== names.length) return refused(`There are ${shares.length} risk budgets for ${names.length} assets: give one for each.`);
  if (!shares.every((share) => share > 0 && share < Infinity)) return refused("A risk budget is not above zero: leave out the assets that are to carry no risk.");
  // Solved on correlations, where all assets are of one size, and taken back after.
  const deviations = diagonal(covariance).map(Math.sqrt);
  const correlation = covariance.map((row, i) => row.map((value, j) => value / ((deviations[i] as number) * (deviations[j] as number))));
  const scaled = minimum(correlation, shares.map((share) => share / sum));
  if (scaled === null) return refused("The assets can be mixed so that no risk is left at all, so that there is none to share out: leave out one of those that move against each other exactly.");
  const weights = scaled.map((value, i) => value / (deviations[i] as number));
  const total = weights.reduce((a, b) => a + b, 0);
  return found(weights.map((weight) => weight / total));
}

/** The y > 0 with y_i (My)_i = b_i, by Newton's method with steps that stay above zero; null where there is none. */
function minimum(matrix: Matrix, budgets: readonly number[]): number[] | null {
  const start = 1 / Math.sqrt(quadratic(matrix, budgets.map(Math.sqrt)));
  let y = budgets.map((budget) => Math.sqrt(budget) * (Number.isFinite(start) ? start : 1));
  for (let round = 0; round < 500; round++) {
    const at = y;
    const product = times(matrix, at);
    const gradient = product.map((value, i) => value - (budgets[i] as number) / (at[i] as number));
    if (gradient.every((value, i) => Math.abs(value * (at[i] as number)) <= 1e-13)) return y;
    const factor = cholesky(withRidge(matrix, at.map((value, i) => (budgets[i] as number) / value ** 2)));
    if (factor === null) return null;
    const step = solveFactored(factor, gradient);
    // The logarithm's self-concordance tells how far a step may go; near the end it is the whole one.
    const decrement = Math.max(...step.map((value, i) => Math.abs(value) / (at[i] as number)));
    const damped = decrement < 0.25 ? 1 : 1 / (1 + decrement);
    y = at.map((value, i) => value - damped * (step[i] as number));
    if (dot(gradient, step) <= 1e-30) return y;
    if (!y.every((value) => value > 0 && value < 1e9)) return null;
  }
  return null;
}
