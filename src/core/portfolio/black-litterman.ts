import { checkCovariance } from "./market.ts";
import { cholesky, dot, quadratic, solveFactored, times, type Matrix } from "./matrix.ts";
import { found, refused, type Outcome } from "./outcome.ts";

/** The opinion that a mix of assets returns so much a year, with confidence 0 (no opinion) to 1 (certain). */
export interface View {
  readonly weights: readonly number[];
  readonly return: number;
  readonly confidence: number;
}

/** What Black-Litterman blends: a prior (implied annual returns, or the market weights and risk aversion that imply them) and views. */
export interface BlackLittermanInput {
  readonly covariance: Matrix;
  readonly prior?: readonly number[];
  readonly marketWeights?: readonly number[];
  readonly riskAversion?: number;
  /** How unsure the prior is, as a share of the covariance; 0.05 in He and Litterman. */
  readonly tau: number;
  readonly views: readonly View[];
}

/** Annual returns that make these weights the best ones for this risk aversion: riskAversion x Cov x weights. */
export const impliedReturns = (covariance: Matrix, marketWeights: readonly number[], riskAversion: number): number[] =>
  times(covariance, marketWeights).map((value) => riskAversion * value);

/**
 * Returns and covariance of a year after the views (Black and Litterman, 1992; formulas of He and Litterman, 1999). A
 * view's variance is tau p'Cov p (1 - c) / c for confidence c: Idzorek's (2005) tilt in the closed form of Walters
 * (2014); 0.5 is He and Litterman's own choice.
 */
export function blackLitterman({ covariance, prior, marketWeights, riskAversion, tau, views }: BlackLittermanInput): Outcome<{ mean: number[]; covariance: number[][] }> {
  const names = covariance.map((_, i) => `asset ${i + 1}`);
  const checked = checkCovariance(covariance, names);
  if (!checked.ok) return checked;
  const before = priorOf(covariance, prior, marketWeights, riskAversion);
  if (!before.ok) return before;
  if (!(tau > 0 && tau < Infinity)) return refused(`A tau of ${tau}: give a number above zero, 0.05 is usual.`);
  const nonsense = views.map((view, k) => viewProblem(view, k, names.length)).find((problem) => problem !== null);
  if (nonsense !== undefined) return refused(nonsense);
  const held = views.filter((view) => view.confidence > 0 && quadratic(covariance, view.weights) > 0);
  const unsure = covariance.map((row) => row.map((value) => tau * value));
  // tau Cov P', one row for each view.
  const moved = held.map((view) => times(unsure, view.weights));
  const system = held.map((view, k) => moved.map((other, l) => dot(view.weights, other) + (k === l ? (dot(view.weights, moved[k] as number[]) * (1 - view.confidence)) / view.confidence : 0)));
  const factor = solvable(system);
  if (factor === null) return refused("Two views with full confidence say something about the same mix of assets: give one of them a confidence under 1.");
  const surprise = solveFactored(factor, held.map((view) => view.return - dot(view.weights, before.value)));
  const mean = before.value.map((value, i) => value + moved.reduce((sum, row, k) => sum + (row[i] as number) * (surprise[k] as number), 0));
  // The returns' own covariance and how unsure their means still are.
  const after = covariance.map((row, i) => {
    const known = solveFactored(factor, moved.map((view) => view[i] as number));
    return row.map((value, j) => value + tau * value - moved.reduce((sum, view, k) => sum + (view[j] as number) * (known[k] as number), 0));
  });
  return found({ mean, covariance: after.map((row, i) => row.map((value, j) => (value + ((after[j] as number[])[i] as number)) / 2)) });
}

/** The factor of a matrix that is well away from singular, or null. */
function solvable(matrix: Matrix): number[][] | null {
  const factor = cholesky(matrix);
  return factor?.every((row, i) => (row[i] as number) ** 2 > 1e-10 * ((matrix[i] as readonly number[])[i] as number)) === true ? factor : null;
}

function priorOf(covariance: Matrix, prior: readonly number[] | undefined, marketWeights: readonly number[] | undefined, riskAversion: number | undefined): Outcome<readonly number[]> {
  const given = prior ?? marketWeights;
  if (given === undefined) return refused("There are neither prior returns nor market weights: give one of them.");
  if (given.length !== covariance.length || !given.every(Number.isFinite)) return refused(`The ${prior === undefined ? "market weights" : "prior returns"} are not ${covariance.length} finite numbers, one for each asset.`);
  if (prior !== undefined) return found(prior);
  if (riskAversion === undefined || !(riskAversion > 0 && riskAversion < Infinity)) return refused("Market weights imply returns for a risk aversion above zero only: give one, 2.5 is usual.");
  return found(impliedReturns(covariance, given, riskAversion));
}

function viewProblem(view: View, k: number, assets: number): string | null {
  if (view.weights.length !== assets || !view.weights.every(Number.isFinite)) return `View ${k + 1} does not weigh ${assets} assets with finite numbers, one for each.`;
  if (!Number.isFinite(view.return)) return `View ${k + 1} expects a return of ${view.return}: give a finite number, 0.05 for five percent a year.`;
  return view.confidence >= 0 && view.confidence <= 1 ? null : `View ${k + 1} has a confidence of ${view.confidence}: give a share from 0 to 1.`;
}

/** A vote on asset `index` of `n`: score -1..1, confidence 0..1, annual volatility, and the share of a year the vote looks ahead. */
export interface Vote {
  readonly index: number;
  readonly n: number;
  readonly score: number;
  readonly confidence: number;
  readonly volatility: number;
  readonly horizonShare: number;
  /** The return a year that is expected without the vote; 0 unless told. */
  readonly prior?: number;
}

/**
 * A vote as a view on one asset: a score of 1 expects a move of one deviation over the vote's horizon, once, over and
 * above the prior. Beyond its horizon a vote says nothing, so the move is not repeated over the year.
 */
export function viewOfVote({ index, n, score, confidence, volatility, horizonShare, prior = 0 }: Vote): View {
  const weights = Array.from({ length: n }, (_, i) => (i === index ? 1 : 0));
  return { weights, return: prior + score * volatility * Math.sqrt(horizonShare), confidence };
}
