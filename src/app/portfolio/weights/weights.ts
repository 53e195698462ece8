import type { Outcome } from "../../../core/portfolio/outcome.ts";
import type { SolveQp } from "../../../core/portfolio/quadratic-program.ts";
import { riskContributions } from "../../../core/portfolio/risk-contributions.ts";
import { formatTimeframe } from "../../../core/timeframe.ts";
import { UserError } from "../../../core/user-error.ts";
import { type Band, bandOf, equalBeside, figuresOf, type Holding } from "./account.ts";
import { believed, choose, type Choice, frontierOf, viewsOn, weightsIn } from "./choose.ts";
import type { CouncilViews } from "./council-run.ts";
import { estimate } from "./estimate.ts";
import { resampledFrontierOf } from "./resampled-frontier.ts";
import { type Resamples, resampleSteps } from "./resamples.ts";
import type { PortfolioWeights } from "./result.ts";
import type { WeightsSettings } from "./settings.ts";
import type { SharedBars } from "./shared-bars.ts";
import { verdictOf } from "./verdict.ts";
import { warningsOf } from "./warnings.ts";
import { type Yardstick, yardstickOf } from "./yardstick.ts";

/** What weights are chosen from. */
export interface WeightsOrder {
  /** The definition's name. */
  readonly name: string;
  readonly settings: WeightsSettings;
  readonly bars: SharedBars;
  /** The council's views; null for every method but Black-Litterman. */
  readonly council: CouncilViews | null;
  readonly solve: SolveQp;
}

/** Chooses the weights of a portfolio and tells how unsure they are. Yields the share done (0..1). Throws a `UserError` where the settings leave no weights. */
export function* weightsSteps({ name, settings, bars, council, solve }: WeightsOrder): Generator<number, PortfolioWeights> {
  const { symbols, returns, periods } = bars;
  const { riskFree } = settings;
  const choice: Choice = { symbols, settings, views: council?.views ?? [], solve };
  const estimated = estimate(returns, periods, settings);
  const market = orTell(believed(choice, estimated), settings);
  const chosen = orTell(choose(choice, market), settings);
  const equal = equalBeside(chosen);
  const current = settings.current === null ? null : heldNow(weightsIn(settings.current, symbols));
  const frontier = frontierOf(choice, market);
  const resamples = yield* resampleSteps({ choice, returns, periods, market });
  const resampled = resampledFrontierOf(choice, returns, periods);
  const { gain, unseen } = judged(resamples, yardstickOf(settings));
  const named = (weights: readonly number[]): PortfolioWeights["frontier"][number]["weights"] => symbols.map((symbol, i) => ({ symbol, weight: weights[i] ?? 0 }));
  const shares = riskContributions(chosen.weights, market.covariance);
  const known = figuresOf(chosen, market, riskFree);
  const result: Omit<PortfolioWeights, "verdict"> = {
    version: 1,
    name,
    method: settings.method,
    estimate: { name: settings.estimate, halfLife: settings.estimate === "exponential" ? settings.halfLife : null, shrinkage: estimated.shrinkage },
    riskFree,
    data: dataOf(bars),
    weights: symbols.map((symbol, i) => ({
      symbol,
      weight: chosen.weights[i] ?? 0,
      band: bandOrPoint(resamples.drawn.map(({ holding }) => holding.weights[i] ?? 0), chosen.weights[i] ?? 0),
      riskShare: known.deviation > 0 ? (shares[i] ?? null) : null,
      mean: market.mean[i] ?? 0,
      deviation: Math.sqrt(Math.max(0, market.covariance[i]?.[i] ?? 0)),
      equal: equal.weights[i] ?? 0,
      current: current?.weights[i] ?? null,
    })),
    cash: { weight: chosen.cash, band: bandOrPoint(resamples.drawn.map(({ holding }) => holding.cash), chosen.cash), current: current?.cash ?? null },
    chosen: known,
    equal: figuresOf(equal, market, riskFree),
    current: current === null ? null : figuresOf(current, market, riskFree),
    frontier: (frontier.ok ? frontier.value : []).map((point) => ({ ...figuresOf(point, market, riskFree), cash: point.cash, weights: named(point.weights) })),
    resample: {
      draws: resamples.drawn.length,
      failed: resamples.failed,
      frontier: resampled.ok ? resampled.value : [],
      cloud: resamples.drawn.map(({ whole: { deviation, mean } }) => [deviation, mean]),
      unseen,
      yardstick: yardstickOf(settings).aim,
      gain,
    },
    views: council === null ? null : told(choice, viewsOn(choice, market.covariance)),
    betterThanEqual: gain !== null && gain.low > 0,
    warnings: [
      ...warningsOf({ bars, settings, resamples, council }),
      ...(frontier.ok ? [] : [`the frontier was not found: ${frontier.why}`]),
      ...(resampled.ok ? [] : [`the resampled frontier was not found: ${resampled.why}`]),
    ],
  };
  return { ...result, verdict: verdictOf(result) };
}

function orTell<T>(outcome: Outcome<T>, { method }: WeightsSettings): T {
  if (outcome.ok) return outcome.value;
  throw new UserError(`${method}: ${outcome.why}`);
}

function heldNow(weights: readonly number[]): Holding {
  return { weights, cash: Math.max(0, 1 - weights.reduce((sum, one) => sum + one, 0)) };
}

function bandOrPoint(values: readonly number[], point: number): Band {
  return values.length === 0 ? { low: point, middle: point, high: point } : bandOf(values);
}

/** Fewer resamples than these have no 5 %. */
const LEAST_JUDGED = 20;

function judged({ drawn }: Resamples, yardstick: Yardstick): Pick<PortfolioWeights["resample"], "unseen" | "gain"> {
  const both = drawn.flatMap(({ unseen }) => unseen ?? []);
  if (both.length < LEAST_JUDGED) return { unseen: null, gain: null };
  const sharpes = both.flatMap(({ chosen, equal }) => (chosen.sharpe === null || equal.sharpe === null ? [] : [{ chosen: chosen.sharpe, equal: equal.sharpe }]));
  return {
    gain: bandOf(both.map(({ chosen, equal }) => yardstick.value(chosen) - yardstick.value(equal))),
    unseen: sharpes.length < LEAST_JUDGED ? null : { sharpe: bandOf(sharpes.map(({ chosen }) => chosen)), equalSharpe: bandOf(sharpes.map(({ equal }) => equal)) },
  };
}

const iso = (time: number): string => new Date(time).toISOString();

function dataOf({ timeframe, periods, from, to, shared, leftOut, gaps, returns, spans }: SharedBars): PortfolioWeights["data"] {
  return {
    bars: formatTimeframe(timeframe),
    periods,
    from: iso(from),
    to: iso(to),
    shared,
    leftOut,
    gaps,
    returns: returns.length,
    synthetic: spans.some(({ synthetic }) => synthetic),
    symbols: spans.map(({ symbol, source, bars, from: first, to: last, late }) => ({ symbol, source, bars, from: iso(first), to: iso(last), late })),
  };
}

function told({ views }: Choice, expected: readonly { readonly return: number }[]): NonNullable<PortfolioWeights["views"]> {
  return views.map(({ symbol, score, confidence, time, votes }, i) => ({ symbol, score, confidence, expected: expected[i]?.return ?? 0, time: iso(time), votes: [...votes] }));
}
