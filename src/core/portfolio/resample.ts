import { bootstrapIndices, quantileOf } from "../statistics/bootstrap.ts";
import { createRandom } from "../random.ts";
import type { Constraints } from "./constraints.ts";
import { frontierPoints, weighed, type Market, type Weights } from "./frontier.ts";
import type { Matrix } from "./matrix.ts";
import { found, refused, type Outcome } from "./outcome.ts";
import type { SolveQp } from "./quadratic-program.ts";

/** What a resampled frontier is made of. */
export interface ResampleInput {
  /** Rows are times, columns are assets; no gaps. */
  readonly returns: Matrix;
  /** Rows in a year. */
  readonly periods: number;
  readonly points: number;
  /** How many histories are drawn; some hundreds. */
  readonly draws: number;
  readonly seed: number;
  readonly constraints: Constraints;
  /** What is believed after a history of returns. */
  readonly estimate: (returns: Matrix, periods: number) => { readonly mean: readonly number[]; readonly covariance: Matrix };
  readonly names?: readonly string[];
  readonly riskFree?: number;
  /** Rows that are drawn together, on average; 1 unless told. */
  readonly meanBlock?: number;
}

/** Weights of each asset that 5 % and 95 % of the draws stay below, for one point of the frontier. */
export interface WeightBand {
  readonly low: readonly number[];
  readonly high: readonly number[];
}

/** A frontier averaged over histories that could have been, and how far its weights scatter. */
export interface ResampledFrontier {
  readonly frontier: readonly Weights[];
  readonly bands: readonly WeightBand[];
}

/**
 * Michaud's (1998) resampled frontier: rows of the history are drawn anew with replacement, a frontier is found for each
 * draw, and the weights of the same rank are averaged; what they come to is told by the estimate of the whole history.
 */
export function resampledFrontier(input: ResampleInput, solve: SolveQp): Outcome<ResampledFrontier> {
  const { returns, periods, points, draws, seed, constraints, estimate, riskFree = 0, meanBlock = 1 } = input;
  const names = input.names ?? (returns[0] ?? []).map((_, i) => `asset ${i + 1}`);
  if (returns.length < 2) return refused(`There are ${returns.length} rows of returns: a resampled frontier needs two at the least.`);
  if (!Number.isInteger(draws) || draws < 1) return refused(`${draws} draws: give a whole number of 1 or more; 200 is usual.`);
  const market: Market = { names, riskFree, ...estimate(returns, periods) };
  const whole = frontierPoints(market, points, constraints, solve);
  if (!whole.ok) return whole;
  const random = createRandom(seed);
  const drawn: (readonly Weights[])[] = [];
  for (let draw = 0; draw < draws; draw++) {
    const rows = Array.from(bootstrapIndices(returns.length, meanBlock, random), (at) => returns[at] as readonly number[]);
    // Of several best points any will do: an average is taken.
    const frontier = frontierPoints({ names, riskFree, ...estimate(rows, periods) }, points, constraints, solve, false);
    if (frontier.ok) drawn.push(frontier.value);
  }
  if (drawn.length < draws * 0.9) return refused(`Only ${drawn.length} of ${draws} resampled histories have a frontier: there are too few rows for so many assets; take a longer period or fewer assets.`);
  const ranks = whole.value.map((_, rank) => drawn.map((frontier) => frontier[rank] as Weights));
  return found({ frontier: ranks.map((weights) => average(market, weights)), bands: ranks.map((weights) => band(names.length, weights)) });
}

function average(market: Market, drawn: readonly Weights[]): Weights {
  const mean = (pick: (one: Weights) => number): number => drawn.reduce((sum, one) => sum + pick(one), 0) / drawn.length;
  return weighed(market, market.names.map((_, i) => mean(({ weights }) => weights[i] as number)), mean(({ cash }) => cash));
}

function band(count: number, drawn: readonly Weights[]): WeightBand {
  const sorted = Array.from({ length: count }, (_, i) => drawn.map(({ weights }) => weights[i] as number).toSorted((a, b) => a - b));
  return { low: sorted.map((values) => quantileOf(values, 0.05)), high: sorted.map((values) => quantileOf(values, 0.95)) };
}
