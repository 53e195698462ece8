import { entry, isPositiveSemidefinite, type Matrix } from "./matrix.ts";
import { found, refused, type Outcome } from "./outcome.ts";

/** What is believed of some assets: annual means and covariances, as fractions. */
export interface Market {
  readonly names: readonly string[];
  readonly mean: readonly number[];
  readonly covariance: Matrix;
  /** What cash earns a year; 0 unless told. */
  readonly riskFree?: number;
}

/** Whether a market can be reckoned with; if not, which number of which asset stands in the way. */
export function checkMarket(market: Market): Outcome<Market> {
  const { names, mean, covariance, riskFree = 0 } = market;
  if (!Number.isFinite(riskFree)) return refused(`The risk-free rate is ${riskFree}: give a finite number, 0.02 for two percent a year.`);
  if (mean.length !== names.length) return refused(`There are ${names.length} assets and ${mean.length} means: give one mean for each asset.`);
  const unknown = names.find((_, i) => !Number.isFinite(mean[i]));
  if (unknown !== undefined) return refused(`The mean return of ${unknown} is not a finite number: it has no usable return in this period. Leave it out, or choose a period in which it has prices.`);
  const checked = checkCovariance(covariance, names);
  return checked.ok ? found(market) : checked;
}

/** Whether a matrix is a covariance of so many named assets; if not, which number stands in the way. */
export function checkCovariance(covariance: Matrix, names: readonly string[]): Outcome<Matrix> {
  const checked = checkEntries(covariance, names);
  if (!checked.ok || isPositiveSemidefinite(covariance)) return checked;
  return refused("The covariance matrix gives some mix of the assets a variance below zero, as matrices put together from different times for each pair do. Use only times that all assets share, or the Ledoit-Wolf estimate.");
}

/** As `checkCovariance`, each entry for itself. */
export function checkEntries(covariance: Matrix, names: readonly string[]): Outcome<Matrix> {
  const count = names.length;
  if (count === 0) return refused("There is no asset to give a weight to: name at least one.");
  if (covariance.length !== count || covariance.some((row) => row.length !== count)) return refused(`The covariance matrix is not ${count} x ${count}, one row and one column for each asset.`);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j <= i; j++) {
      const problem = entryProblem(covariance, names, i, j);
      if (problem !== null) return refused(problem);
    }
  }
  return found(covariance);
}

function entryProblem(covariance: Matrix, names: readonly string[], i: number, j: number): string | null {
  const [value, mirrored] = [entry(covariance, i, j), entry(covariance, j, i)];
  const what = i === j ? `The variance of ${names[i] ?? ""}` : `The covariance of ${names[j] ?? ""} and ${names[i] ?? ""}`;
  if (!Number.isFinite(value) || !Number.isFinite(mirrored)) {
    return `${what} is not a finite number: ${i === j ? "it has fewer than two usable returns" : "they have fewer than two returns at the same times"}. Leave ${i === j ? "it" : "one of them"} out, or choose a longer period.`;
  }
  if (i === j && value < 0) return `${what} is ${value}: a variance is zero or more.`;
  const apart = Math.abs(value - mirrored) > 1e-9 * Math.max(Math.abs(value), Math.abs(mirrored), Math.sqrt(entry(covariance, i, i) * entry(covariance, j, j)));
  return apart ? `${what} is ${value} in one half of the matrix and ${mirrored} in the other: a covariance matrix is symmetric.` : null;
}
