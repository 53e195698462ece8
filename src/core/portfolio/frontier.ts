import type { Constraints } from "./constraints.ts";
import { checkConstraints } from "./feasibility.ts";
import { checkMarket, type Market } from "./market.ts";
import { diagonal, dot, quadratic, zeros, type Matrix } from "./matrix.ts";
import { found, refused, type Outcome } from "./outcome.ts";
import { coneOver, row, type Polyhedron } from "./polyhedron.ts";
import type { QpOutcome, SolveQp } from "./quadratic-program.ts";
import { inOneSize, solveSteadily } from "./steady-solve.ts";
import { percent } from "../trading-limits.ts";

export type { Market } from "./market.ts";

/** Weights of the assets and of cash, with what they come to in a year: mean return, standard deviation, Sharpe (0 where nothing varies). */
export interface Weights {
  readonly weights: readonly number[];
  readonly cash: number;
  readonly mean: number;
  readonly deviation: number;
  readonly sharpe: number;
}

/** The allowed weights whose variance is least (Markowitz, 1952). */
export function minimumVariance(market: Market, constraints: Constraints, solve: SolveQp): Outcome<Weights> {
  return within(market, constraints, solve, (points) => leastVariance(market, points, -Infinity, solve));
}

/** The allowed weights that make mean - riskAversion / 2 x variance greatest. */
export function meanVariance(market: Market, riskAversion: number, constraints: Constraints, solve: SolveQp): Outcome<Weights> {
  if (!(riskAversion > 0 && riskAversion < Infinity)) return refused(`A risk aversion of ${riskAversion}: give a number above zero; 2 to 4 is usual, more is more careful.`);
  return within(market, constraints, solve, (points) => {
    const linear = meanOf(market, points).map((value) => -value / riskAversion);
    return read(market, solveSteadily({ ...points, hessian: hessianOf(market.covariance, points), linear }, assetsOf(points), solve));
  });
}

/**
 * The allowed weights whose return over the risk-free rate, per deviation, is greatest. Where mixes with more and less
 * cash share that ratio, the one with the least cash.
 */
export function maximumSharpe(market: Market, riskFree: number, constraints: Constraints, solve: SolveQp): Outcome<Weights> {
  const priced = { ...market, riskFree };
  return within(priced, constraints, solve, (points) => {
    const excess = meanOf(priced, points).map((mean, i) => (i <= points.assets ? mean - riskFree : 0));
    const most = greatest(excess, points, solve);
    const goal = most ?? Math.max(...excess.map(Math.abs));
    if (!(goal > 1e-12)) return refused(noneEarns(priced));
    // The ratio does not change with scale: ask for the least variance of any multiple of an allowed point that earns `goal`.
    const cone = coneOver(points);
    const scaled = { ...cone, rows: [...cone.rows, row(cone.lower.length, excess.map((value, i) => [i, value / goal] as const), 1, 1)] };
    // With the scale among what is to be least, cash is least as well.
    const freeCash = (points.lower[points.assets] ?? 0) < (points.upper[points.assets] ?? 0);
    const places = [...assetsOf(points), ...(freeCash ? [cone.lower.length - 1] : [])];
    const outcome = solveSteadily({ ...scaled, hessian: hessianOf(market.covariance, cone), linear: new Array<number>(cone.lower.length).fill(0) }, places, solve);
    const scale = outcome.status === "optimal" ? (outcome.x.at(-1) ?? 0) : 1;
    if (!(scale > 1e-9)) return refused("The greatest Sharpe ratio lies at weights without end: set a least and a most weight.");
    const best = read(priced, outcome.status === "optimal" ? { status: "optimal", x: outcome.x.map((value) => value / scale) } : outcome);
    return best.ok && isRiskless(best.value, market) ? refused(endless(priced, best.value)) : best;
  });
}

/**
 * So many points from the least variance to the greatest mean, evenly apart in the mean: at each the least variance of
 * all allowed weights with that mean or more. Where both ends are one point, that point alone.
 */
export function efficientFrontier(market: Market, points: number, constraints: Constraints, solve: SolveQp): Outcome<readonly Weights[]> {
  const whole = frontierPoints(market, points, constraints, solve);
  if (!whole.ok) return whole;
  const [first, last] = [whole.value[0], whole.value.at(-1)];
  const one = first !== undefined && last !== undefined && last.mean - first.mean <= 1e-9 * Math.max(1e-3, Math.abs(last.mean));
  return one ? found([first]) : whole;
}

/** As `efficientFrontier`, with the asked number of points always, equal ones where the frontier is a single point; `steadily` as in `solveSteadily`. */
export function frontierPoints(market: Market, points: number, constraints: Constraints, solve: SolveQp, steadily = true): Outcome<readonly Weights[]> {
  if (!Number.isInteger(points) || points < 1) return refused(`A frontier of ${points} points: give a whole number of 1 or more.`);
  return within(market, constraints, solve, (allowedPoints) => {
    const first = leastVariance(market, allowedPoints, -Infinity, solve, steadily);
    if (!first.ok) return first;
    const most = greatest(meanOf(market, allowedPoints), allowedPoints, solve);
    if (most === null) return refused("The frontier has no end, since weights may grow without end: set a least and a most weight.");
    const frontier = [first.value];
    for (let i = 1; i < points; i++) {
      const target = first.value.mean + ((most - first.value.mean) * i) / (points - 1);
      const next = i < points - 1 ? leastVariance(market, allowedPoints, target, solve, steadily) : greatestMean(market, allowedPoints, solve, steadily);
      if (!next.ok) return next;
      frontier.push(next.value);
    }
    return found(frontier);
  });
}

/** What weights and cash come to on a market. */
export function weighed(market: Market, weights: readonly number[], cash: number): Weights {
  const riskFree = market.riskFree ?? 0;
  const mean = dot(market.mean, weights) + riskFree * cash;
  const variance = quadratic(market.covariance, weights);
  const deviation = Math.sqrt(Math.max(0, variance));
  return { weights, cash, mean, deviation, sharpe: variance > NO_VARIANCE ? (mean - riskFree) / deviation : 0 };
}

// A deviation of a billionth a year: what rounding leaves of prices that never moved.
const NO_VARIANCE = 1e-18;

function within<T>(market: Market, constraints: Constraints, solve: SolveQp, choose: (points: Polyhedron) => Outcome<T>): Outcome<T> {
  const checked = checkMarket(market);
  if (!checked.ok) return checked;
  const points = checkConstraints(market.names, constraints, solve);
  return points.ok ? choose(points.value) : points;
}

function leastVariance(market: Market, points: Polyhedron, leastMean: number, solve: SolveQp, steadily = true): Outcome<Weights> {
  const width = points.lower.length;
  const means = meanOf(market, points);
  const size = Math.max(...means.map(Math.abs));
  // The goal is divided by the largest mean, as the solver's tolerance is absolute.
  const goal = leastMean > -Infinity && size > 0 ? [row(width, means.map((value, i) => [i, value / size] as const), leastMean / size, Infinity)] : [];
  const program = { ...points, rows: [...points.rows, ...goal], hessian: hessianOf(market.covariance, points), linear: new Array<number>(width).fill(0) };
  return read(market, steadily ? solveSteadily(program, assetsOf(points), solve) : solve(inOneSize(program)));
}

/** The end of the frontier. A goal that one corner alone reaches leaves the solver no room, so variance is made all but weightless instead. */
function greatestMean(market: Market, points: Polyhedron, solve: SolveQp, steadily: boolean): Outcome<Weights> {
  const means = meanOf(market, points);
  const light = (1e-6 * Math.max(...means.map(Math.abs))) / Math.max(...diagonal(market.covariance), 1e-300);
  const hessian = hessianOf(market.covariance, points).map((line) => line.map((value) => value * light));
  const program = { ...points, hessian, linear: means.map((value) => -value) };
  return read(market, steadily ? solveSteadily(program, assetsOf(points), solve) : solve(inOneSize(program)));
}

/** The greatest value of a sum over the allowed points; null where it has no end. */
function greatest(coefficients: readonly number[], points: Polyhedron, solve: SolveQp): number | null {
  const width = points.lower.length;
  const linear = Array.from({ length: width }, (_, i) => -(coefficients[i] ?? 0));
  const outcome = solve({ ...points, hessian: zeros(width, width), linear });
  return outcome.status === "optimal" ? -dot(linear, outcome.x) : null;
}

/** The means of all variables: the assets', the risk-free rate for cash, nothing for the others. */
const meanOf = ({ mean, riskFree = 0 }: Market, { lower, assets }: Polyhedron): number[] =>
  lower.map((_, i) => (i < assets ? (mean[i] as number) : i === assets ? riskFree : 0));

const assetsOf = ({ assets }: Polyhedron): number[] => Array.from({ length: assets }, (_, i) => i);

function hessianOf(covariance: Matrix, { lower, assets }: Polyhedron): number[][] {
  const hessian = zeros(lower.length, lower.length);
  for (let i = 0; i < assets; i++) for (let j = 0; j < assets; j++) (hessian[i] as number[])[j] = covariance[i]?.[j] ?? 0;
  return hessian;
}

function read(market: Market, outcome: QpOutcome): Outcome<Weights> {
  if (outcome.status === "optimal") {
    const count = market.names.length;
    // Rounding leaves -1e-17 where a weight is nothing.
    return found(weighed(market, outcome.x.slice(0, count).map(tidy), tidy(outcome.x[count] ?? 0)));
  }
  if (outcome.status === "unbounded") return refused("The best weights have no end: set a least and a most weight.");
  return refused(`The weights could not be found (${outcome.why}): loosen the limits, or leave out assets that are almost the same.`);
}

const tidy = (weight: number): number => (Math.abs(weight) < 1e-12 ? 0 : weight);

/** Whether a deviation is only what rounding leaves of none at all. */
const isRiskless = ({ deviation }: Weights, { covariance }: Market): boolean => deviation ** 2 <= Math.max(NO_VARIANCE, 1e-14 * Math.max(...diagonal(covariance)));

function endless({ names, riskFree = 0 }: Market, { weights }: Weights): string {
  const held = names.filter((_, i) => Math.abs(weights[i] ?? 0) > 1e-4);
  const what = held.length === 1 ? `${held[0] ?? ""} never moves` : `A mix of ${held.join(", ")} never moves`;
  return `${what} and earns more than the risk-free rate of ${percent(riskFree)}, so that the Sharpe ratio has no end. Leave ${held.length === 1 ? "it" : "one of them"} out, take a longer period, or take the Ledoit-Wolf estimate.`;
}

function noneEarns({ names, mean, riskFree = 0 }: Market): string {
  const best = names.reduce((top, _, i) => ((mean[i] ?? 0) > (mean[top] ?? 0) ? i : top), 0);
  return `No allowed mix earns more than the risk-free rate of ${percent(riskFree)} a year (the best asset, ${names[best] ?? ""}, ${percent(mean[best] ?? 0)}), so that no Sharpe ratio is above zero. Hold cash, take the minimum variance instead, or choose a period or an estimate that expects more.`;
}
