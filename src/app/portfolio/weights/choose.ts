import { blackLitterman, impliedReturns, type View, viewOfVote } from "../../../core/portfolio/black-litterman.ts";
import type { Constraints } from "../../../core/portfolio/constraints.ts";
import { efficientFrontier, maximumSharpe, meanVariance, minimumVariance, type Weights } from "../../../core/portfolio/frontier.ts";
import { hierarchicalRiskParity } from "../../../core/portfolio/hierarchical-risk-parity.ts";
import type { Matrix } from "../../../core/portfolio/matrix.ts";
import { found, type Outcome } from "../../../core/portfolio/outcome.ts";
import type { SolveQp } from "../../../core/portfolio/quadratic-program.ts";
import { riskParity } from "../../../core/portfolio/risk-parity.ts";
import type { Holding } from "./account.ts";
import type { CouncilView } from "./council-views.ts";
import type { NamedWeights, WeightsSettings } from "./settings.ts";

/** What weights are chosen for and with. */
export interface Choice {
  readonly symbols: readonly string[];
  readonly settings: WeightsSettings;
  /** The council's view of each symbol that it has one of; Black-Litterman alone reads them. */
  readonly views: readonly CouncilView[];
  readonly solve: SolveQp;
}

/** Means and covariances a year. */
export interface Market {
  readonly mean: readonly number[];
  readonly covariance: Matrix;
}

/** How unsure the implied returns are beside the returns themselves (He and Litterman, 1999). */
export const TAU = 0.05;

/** The limits of the settings, by place in the list of symbols. */
export function constraintsOf({ maxWeight, minWeight, groups, cash, turnover, current }: WeightsSettings, symbols: readonly string[]): Constraints {
  const limit = (weights: number | NamedWeights, free: number): number | number[] => (typeof weights === "number" ? weights : symbols.map((symbol) => weights.get(symbol) ?? free));
  return {
    ...(maxWeight === null ? {} : { maxWeight: limit(maxWeight, 1) }),
    ...(minWeight === null ? {} : { minWeight: limit(minWeight, 0) }),
    ...(groups.length === 0 ? {} : { groups: groups.map(({ name, members, min, max }) => ({ name, members: members.map((one) => symbols.indexOf(one)), min, max })) }),
    cash,
    ...(turnover === null || current === null ? {} : { turnover: { from: weightsIn(current, symbols), max: turnover } }),
  };
}

/** Weights in the order of the symbols; none where a symbol is not named. */
export function weightsIn(weights: NamedWeights, symbols: readonly string[]): number[] {
  return symbols.map((symbol) => weights.get(symbol) ?? 0);
}

/** What the market is believed to be: the estimate itself, or with Black-Litterman what it and the council's views come to. */
export function believed(choice: Choice, estimate: Market): Outcome<Market> {
  const { settings } = choice;
  if (settings.method !== "black-litterman") return found(estimate);
  const posterior = blackLitterman({ covariance: estimate.covariance, prior: priorOf(choice, estimate.covariance), tau: TAU, views: viewsOn(choice, estimate.covariance) });
  if (!posterior.ok) return posterior;
  // The returns that a market implies are over the risk-free rate. The covariance stays the estimate's, so that a council
  // without a view leaves the market's own weights.
  return found({ mean: posterior.value.mean.map((one) => one + settings.riskFree), covariance: estimate.covariance });
}

/** What the council expects of each symbol that it has a view of, a year, over the risk-free rate; in the order of the views. */
export function viewsOn(choice: Choice, covariance: Matrix): View[] {
  const prior = priorOf(choice, covariance);
  return choice.views.map(({ index, score, confidence, horizonShare }) =>
    viewOfVote({ index, n: covariance.length, score, confidence, volatility: Math.sqrt(Math.max(0, covariance[index]?.[index] ?? 0)), horizonShare, prior: prior[index] ?? 0 }));
}

/** Returns over the risk-free rate that make the market's weights the best ones. */
function priorOf({ settings, symbols }: Choice, covariance: Matrix): number[] {
  const weights = settings.marketWeights === null ? symbols.map(() => 1 / symbols.length) : weightsIn(settings.marketWeights, symbols);
  return impliedReturns(covariance, weights, settings.riskAversion);
}

/** Chooses the weights by the method of the settings. The market is what is believed. */
export function choose({ settings, symbols, solve }: Choice, market: Market): Outcome<Holding> {
  const constraints = constraintsOf(settings, symbols);
  const named = { names: symbols, riskFree: settings.riskFree, ...market };
  switch (settings.method) {
    case "max-sharpe":
      return holding(maximumSharpe(named, settings.riskFree, constraints, solve));
    case "min-variance":
      return holding(minimumVariance(named, constraints, solve));
    case "mean-variance":
    case "black-litterman":
      return holding(meanVariance(named, settings.riskAversion, constraints, solve));
    case "risk-parity":
      return nearest(riskParity(market.covariance, undefined, symbols), settings, symbols, solve);
    case "hrp":
      return nearest(hierarchicalRiskParity(market.covariance, "single", { names: symbols }), settings, symbols, solve);
  }
}

/** The efficient frontier of what is believed, from the least risk to the most return. */
export function frontierOf({ settings, symbols, solve }: Choice, market: Market, points = settings.points): Outcome<readonly Holding[]> {
  const made = efficientFrontier({ names: symbols, riskFree: settings.riskFree, ...market }, points, constraintsOf(settings, symbols), solve);
  return made.ok ? found(made.value.map(({ weights, cash }) => ({ weights, cash }))) : made;
}

function holding(outcome: Outcome<Weights>): Outcome<Holding> {
  return outcome.ok ? found({ weights: outcome.value.weights, cash: outcome.value.cash }) : outcome;
}

/**
 * The weights within the limits that are nearest to those of a method that knows no limits. Least squares is what
 * mean-variance comes to with the wished weights for means and nothing but unit variances.
 */
function nearest(wished: Outcome<readonly number[]>, settings: WeightsSettings, symbols: readonly string[], solve: SolveQp): Outcome<Holding> {
  if (!wished.ok) return wished;
  const weights = wished.value.map((one) => one * (1 - settings.cash.min));
  if (isFree(settings)) return found({ weights, cash: settings.cash.min });
  const flat = symbols.map((_, i) => symbols.map((__, j) => (i === j ? 1 : 0)));
  return holding(meanVariance({ names: symbols, mean: weights, covariance: flat }, 1, constraintsOf(settings, symbols), solve));
}

/** Whether nothing limits the weights but cash. */
export function isFree({ maxWeight, minWeight, groups, turnover }: WeightsSettings): boolean {
  return maxWeight === null && minWeight === null && groups.length === 0 && turnover === null;
}
