import { quadratic, times, type Matrix } from "./matrix.ts";

/** Each asset's share w_i (Cov w)_i / w'Cov w of the variance; the shares sum to 1, and are all 0 where nothing varies. */
export function riskContributions(weights: readonly number[], covariance: Matrix): number[] {
  const variance = quadratic(covariance, weights);
  const marginal = times(covariance, weights);
  return weights.map((weight, i) => (variance > 0 ? (weight * (marginal[i] as number)) / variance : 0));
}
