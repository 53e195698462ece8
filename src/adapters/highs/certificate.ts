import type { QuadraticProgram } from "../../core/portfolio/quadratic-program.ts";

/**
 * By how much the objective at x may be above its least: the duality gap of x with a multiplier of each row. Small is a
 * proof that x is best, wherever the multipliers come from; Infinity when a multiplier pulls to a bound that is not there.
 * Multipliers up to `rounding` are taken for nothing.
 */
export function dualityGap({ hessian, linear, lower, upper, rows }: QuadraticProgram, x: readonly number[], multipliers: readonly number[], rounding: number): number {
  const reduced = hessian.map((line, i) => line.reduce((sum, value, j) => sum + value * (x[j] ?? 0), linear[i] ?? 0));
  const pull = (multiplier: number, value: number, low: number, high: number): number =>
    Math.abs(multiplier) <= rounding ? 0 : multiplier * (value - (multiplier > 0 ? low : high));
  let gap = 0;
  rows.forEach((row, k) => {
    const multiplier = multipliers[k] ?? 0;
    gap += pull(multiplier, row.coefficients.reduce((sum, value, i) => sum + value * (x[i] ?? 0), 0), row.lower, row.upper);
    row.coefficients.forEach((value, i) => (reduced[i] = (reduced[i] ?? 0) - multiplier * value));
  });
  reduced.forEach((value, i) => (gap += pull(value, x[i] ?? 0, lower[i] ?? -Infinity, upper[i] ?? Infinity)));
  return gap;
}
