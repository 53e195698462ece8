import { exponentialCovariance, exponentialMean, meanReturns, sampleCovariance } from "../../../core/portfolio/estimates.ts";
import { ledoitWolf } from "../../../core/portfolio/ledoit-wolf.ts";
import type { Matrix } from "../../../core/portfolio/matrix.ts";
import type { WeightsSettings } from "./settings.ts";

/** What is believed of the symbols: means and covariances a year, fractions. */
export interface Belief {
  readonly mean: readonly number[];
  readonly covariance: Matrix;
  /** How far the covariance was drawn to its target, 0..1; null where nothing was drawn. */
  readonly shrinkage: number | null;
}

/** Estimates means and covariances from returns of `periods` bars a year. The means are arithmetic: those add up over a portfolio. */
export function estimate(returns: Matrix, periods: number, { estimate: name, halfLife }: Pick<WeightsSettings, "estimate" | "halfLife">): Belief {
  switch (name) {
    case "sample":
      return { mean: meanReturns(returns, periods, { compounding: false }), covariance: sampleCovariance(returns, periods), shrinkage: null };
    case "exponential":
      return { mean: exponentialMean(returns, periods, halfLife, { compounding: false }), covariance: exponentialCovariance(returns, periods, halfLife), shrinkage: null };
    case "ledoit-wolf": {
      // Coins move together, so that their mean correlation is a nearer target than none at all.
      const { covariance, shrinkage } = ledoitWolf(returns, periods, "constant-correlation");
      return { mean: meanReturns(returns, periods, { compounding: false }), covariance, shrinkage };
    }
  }
}
