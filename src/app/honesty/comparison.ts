import { mean } from "../../core/statistics/moments.ts";
import { compound, deepestFall } from "../../core/statistics/returns.ts";
import type { Catalogue } from "../definition/load.ts";
import { UserError } from "../../core/user-error.ts";
import type { Dataset } from "../../ports/candles.ts";
import { DAY } from "../../core/timeframe.ts";
import type { Definition } from "../definition/schema.ts";
import { type DailyRun, dailySteps, part } from "./daily.ts";
import { correlation, logGrowth, sharpeOrIdle } from "./metrics.ts";
import { FEW_DAYS, FEWEST_DAYS, intervalOf, type Metric, reflectedIntervalOf, resampled, resamplingOf } from "./paired.ts";
import type { ComparedRun, Comparison, Gap, Resampling } from "./result.ts";

/** One side as it is asked for. */
export interface ComparedDefinition {
  readonly definition: Definition;
  readonly datasets: readonly Dataset[];
}

/** Runs both and compares them; yields the share done (0..1). Throws a `UserError` when they stand on different candles. */
export function* compareSteps(a: ComparedDefinition, b: ComparedDefinition, catalogue: Catalogue, seed: number): Generator<number, Comparison> {
  checkCandles(a, b);
  const runA = yield* part(dailySteps(a.definition, a.datasets, catalogue), 0, 2);
  const runB = yield* part(dailySteps(b.definition, b.datasets, catalogue), 1, 2);
  return compare(runA, runB, seed);
}

/** What is the same for both must be the same before anything is run. */
function checkCandles(a: ComparedDefinition, b: ComparedDefinition): void {
  const symbolsOf = ({ datasets }: ComparedDefinition): string => datasets.map(({ symbol }) => symbol).join(", ");
  if (symbolsOf(a) !== symbolsOf(b)) throw different(`A trades ${symbolsOf(a)}, B ${symbolsOf(b)}`);
  for (const [i, dataset] of a.datasets.entries()) {
    const other = b.datasets[i];
    if (other && other.hash !== dataset.hash) {
      throw different(`A has ${dataset.description} (${dataset.hash.slice(0, 12)}) for ${dataset.symbol}, B ${other.description} (${other.hash.slice(0, 12)})`);
    }
  }
}

function different(how: string): UserError {
  return new UserError(`A and B stand on different candles, so their days cannot be paired: ${how}. Give both the same with --candles, --symbol, --seed, --from and --to.`);
}

/** Compares two finished runs day by day. Throws a `UserError` when their days differ. */
export function compare(a: DailyRun, b: DailyRun, seed: number): Comparison {
  if (a.startTime !== b.startTime || a.endTime !== b.endTime) {
    throw different(`A runs from ${iso(a.startTime)} to ${iso(a.endTime)}, B from ${iso(b.startTime)} to ${iso(b.endTime)}`);
  }
  const days = a.returns.map((_, i) => (Math.floor(a.startTime / DAY) + i) * DAY);
  const resampling = resamplingOf(days.length, seed);
  const gap = (metric: Metric, interval: typeof intervalOf): Gap => gapOf(a.returns, b.returns, metric, resampling, interval);
  const difference = {
    totalReturn: returnGap(gap(logGrowth, reflectedIntervalOf), a.returns, b.returns),
    dailyReturn: gap(mean, reflectedIntervalOf),
    sharpe: gap(sharpeOrIdle, intervalOf),
    maxDrawdown: gap(deepestFall, intervalOf),
  };
  const margin = (i: number): number => (b.returns[i] as number) - (a.returns[i] as number);
  const better = { a: days.filter((_, i) => margin(i) < 0).length, b: days.filter((_, i) => margin(i) > 0).length, even: days.filter((_, i) => margin(i) === 0).length };
  return {
    version: 1,
    data: a.data,
    a: sideOf(a),
    b: sideOf(b),
    days,
    changed: changedKeys(a.definition, b.definition),
    difference,
    correlation: correlation(a.returns, b.returns),
    better,
    resampling,
    verdict: verdictOf(difference, better, days.length),
    warnings: warningsOf(a, b, days.length),
  };
}

function gapOf(a: readonly number[], b: readonly number[], metric: Metric, resampling: Resampling, interval: typeof intervalOf): Gap {
  const ofA = metric(a);
  const ofB = metric(b);
  if (ofA === null || ofB === null) return { estimate: null, interval: null };
  const estimate = ofB - ofA;
  if (a.length < FEWEST_DAYS) return { estimate, interval: null };
  const values = resampled([a, b], metric, resampling).map(([first = Number.NaN, second = Number.NaN]) => second - first);
  return { estimate, interval: interval(estimate, values, resampling) };
}

/**
 * The difference of two returns, from the difference of their log growth: the ends of two accounts are g e^(d/2) and g e^(-d/2)
 * about their geometric mean g. So the interval lies beside zero just when that of the sum over days does.
 */
function returnGap({ interval }: Gap, a: readonly number[], b: readonly number[]): Gap {
  const [endA, endB] = [1 + compound(a), 1 + compound(b)];
  const estimate = endB - endA;
  const pointsOf = (growth: number): number => 2 * Math.sqrt(endA * endB) * Math.sinh(growth / 2);
  return { estimate, interval: interval && { estimate, low: pointsOf(interval.low), high: pointsOf(interval.high) } };
}

function verdictOf(difference: Comparison["difference"], better: Comparison["better"], days: number): Comparison["verdict"] {
  const { estimate, interval } = difference.totalReturn;
  if (better.a === 0 && better.b === 0) return { better: "neither", sentence: "A and B did the same on every day." };
  if (interval === null || estimate === null) {
    return { better: "neither", sentence: `${days} days are too few to tell a difference from chance: at least ${FEWEST_DAYS} are needed, ${FEW_DAYS} are better.` };
  }
  const within = `95 %: ${points(interval.low)} to ${points(interval.high)}`;
  if (interval.low > 0) return { better: "b", sentence: `B is better by ${points(estimate)} points of return over ${days} days (${within}).` };
  if (interval.high < 0) {
    return { better: "a", sentence: `A is better by ${points(-estimate)} points of return over ${days} days (95 %: ${points(-interval.high)} to ${points(-interval.low)}).` };
  }
  return { better: "neither", sentence: `The difference is within what chance gives: ${points(estimate)} points of return for B over ${days} days (${within}).${riskSentence(difference.maxDrawdown)}` };
}

/** The return may be a matter of chance where the risk is not. */
function riskSentence({ estimate, interval }: Gap): string {
  if (interval === null || estimate === null || (interval.low <= 0 && interval.high >= 0)) return "";
  const [least, most] = [Math.abs(interval.low), Math.abs(interval.high)].toSorted((a, b) => a - b) as [number, number];
  return ` The drawdown is not: ${estimate < 0 ? "B" : "A"} fell deeper, by ${points(Math.abs(estimate))} points (95 %: ${points(least)} to ${points(most)}).`;
}

const points = (fraction: number): string => (fraction * 100).toFixed(2);
const iso = (time: number): string => new Date(time).toISOString();

function sideOf({ definition, result, equity, warnings }: DailyRun): ComparedRun {
  return { name: typeof definition["name"] === "string" ? definition["name"] : "", definition, result, equity, warnings };
}

function changedKeys(a: Record<string, unknown>, b: Record<string, unknown>): string[] {
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((key) => key !== "name");
  return keys.filter((key) => JSON.stringify(a[key]) !== JSON.stringify(b[key]));
}

function warningsOf(a: DailyRun, b: DailyRun, days: number): string[] {
  const warnings: string[] = [];
  for (const [side, { result }] of [["A", a], ["B", b]] as const) if (result.fills === 0) warnings.push(`${side} never traded`);
  if (days >= FEWEST_DAYS && days < FEW_DAYS) warnings.push(`${days} days give rough intervals; ${FEW_DAYS} or more are better`);
  if (a.result.startEquity !== b.result.startEquity) warnings.push("A and B start with different capital: returns are compared, not money");
  return warnings;
}
