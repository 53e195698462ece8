import { sharpeOrIdle } from "../../../src/app/honesty/metrics.ts";
import { FEWEST_DAYS, intervalOf, resampled, resamplingOf } from "../../../src/app/honesty/paired.ts";
import type { BootstrapInterval } from "../../../src/core/statistics/bootstrap.ts";
import { mean, standardDeviation } from "../../../src/core/statistics/moments.ts";
import { DAY } from "../../../src/core/timeframe.ts";
import type { MarketOutcome } from "./jobs.ts";
import { rankOf, returnOverDrawdown } from "./rank.ts";
import type { Outcome } from "./run.ts";
import type { SeedFigures } from "./truth.ts";

/** A figure over seeds with its standard error. */
export interface Estimate {
  readonly name: string;
  readonly mean: number;
  readonly error: number;
  readonly seeds: number;
}

/** A market with its verdict. */
export interface JudgedMarket {
  readonly name: string;
  readonly days: number;
  /** Names of what is compared and what it came to: fractions, return over drawdown. */
  readonly runs: readonly { readonly name: string; readonly totalReturn: number; readonly maxDrawdown: number; readonly returnOverDrawdown: number; /** See `rankOf`. */ readonly rank: number }[];
  /** The better of grid only and DCA only. */
  readonly bestSingle: string;
  readonly beatsBestSingle: boolean;
  readonly beatsHold: boolean;
  readonly beatsEqual: boolean;
  /** Sharpe ratio a year of the council less that of the best single strategy, days paired; null under twenty days. */
  readonly sharpeGap: BootstrapInterval | null;
  readonly switchesPerMonth: number | null;
  readonly exposure: number;
  /** Share of decisions to stay out for good. */
  readonly halted: number;
  /** Brier scores of the pool and of what it is compared with, and by how much the pool is better. */
  readonly brier: { readonly pool: number | null; readonly others: readonly { readonly kind: string; readonly name: string; readonly brier: number | null; readonly better: BootstrapInterval | null }[]; readonly rounds: number } | null;
  /** Share of the traded days that lie in the development part of another market here, 0..1: no rule saw these prices, but their time was seen. */
  readonly seenElsewhere: number;
  /** What the council would lose with an agent, where it was asked for. */
  readonly worth: readonly { readonly agent: string; readonly returnOverDrawdown: number; readonly sharpe: BootstrapInterval | null }[];
}

const SEED = 1;

/** Mean and standard error of every figure over the seeds. */
export function estimates(rows: readonly SeedFigures[]): Estimate[] {
  return Object.keys(rows[0] ?? {}).map((name) => estimate(name, rows.map((row) => row[name] ?? Number.NaN)));
}

/** The same of one figure less another, seed by seed. */
export function difference(rows: readonly SeedFigures[], name: string, other: string): Estimate {
  return estimate(`${name} less ${other}`, rows.map((row) => (row[name] ?? Number.NaN) - (row[other] ?? Number.NaN)));
}

function estimate(name: string, all: readonly number[]): Estimate {
  const values = all.filter((value) => Number.isFinite(value));
  return { name, mean: mean(values) ?? Number.NaN, error: (standardDeviation(values) ?? Number.NaN) / Math.sqrt(values.length), seeds: values.length };
}

/** Judges the runs of one market; its outcomes are named council, equal, fixed, grid, dca, and `without <agent>`. */
export function judgeMarket(own: MarketOutcome, all: readonly MarketOutcome[]): JudgedMarket {
  const { market, outcomes } = own;
  const named = (name: string): Outcome => {
    const found = outcomes.find(({ variant }) => variant === name);
    if (!found) throw new Error(`${market.name}: ${name} was not run`);
    return found;
  };
  const council = named("council");
  const [grid, dca] = [named("grid only"), named("DCA only")];
  const best = rankOf(grid) >= rankOf(dca) ? grid : dca;
  const hold = { ...council.hold, days: council.days };
  const rank = rankOf(council);
  const shown = [...outcomes.filter(({ variant }) => !variant.startsWith(WITHOUT)), { ...hold, variant: "hold" }];
  return {
    name: market.name,
    days: council.days,
    runs: shown.map((run) => ({ name: run.variant, totalReturn: run.totalReturn, maxDrawdown: run.maxDrawdown, returnOverDrawdown: returnOverDrawdown(run), rank: rankOf(run) })),
    bestSingle: best.variant,
    beatsBestSingle: rank > rankOf(best),
    beatsHold: rank > rankOf(hold),
    beatsEqual: rank > rankOf(named("equal weights")),
    sharpeGap: sharpeGap(council, best),
    switchesPerMonth: council.switchesPerMonth,
    exposure: council.exposure,
    halted: council.stances["halt"] ?? 0,
    brier: brierOf(council),
    seenElsewhere: seenElsewhere(own, all.filter((other) => other !== own)),
    worth: outcomes
      .filter(({ variant }) => variant.startsWith(WITHOUT))
      .map((run) => ({ agent: run.variant.slice(WITHOUT.length), returnOverDrawdown: returnOverDrawdown(council) - returnOverDrawdown(run), sharpe: sharpeGap(council, run) })),
  };
}

/** What the name of a run that leaves an agent out begins with. */
export const WITHOUT = "without ";

/** A part that ends before it is traded is the development of a final one. */
function seenElsewhere({ from, to }: MarketOutcome, others: readonly MarketOutcome[]): number {
  let days = 0;
  let seen = 0;
  for (let day = from; day < to; day += DAY) {
    days += 1;
    if (others.some((other) => other.begins <= day && day < other.from)) seen += 1;
  }
  return days === 0 ? 0 : seen / days;
}

function sharpeGap(a: Outcome, b: Outcome): BootstrapInterval | null {
  const days = a.daily.length;
  if (days < FEWEST_DAYS || b.daily.length !== days) return null;
  const resampling = resamplingOf(days, SEED, 1_000);
  const gap = (sharpeOrIdle(a.daily) ?? 0) - (sharpeOrIdle(b.daily) ?? 0);
  return intervalOf(gap, resampled([a.daily, b.daily], sharpeOrIdle, resampling).map(([one = Number.NaN, other = Number.NaN]) => one - other), resampling);
}

function brierOf({ scores }: Outcome): JudgedMarket["brier"] {
  if (scores === null) return null;
  const scoreOf = (name: string): number | null => [...scores.pooled, ...scores.agents].find((score) => score.name === name)?.brier ?? null;
  return {
    pool: scoreOf("pool"),
    rounds: scores.rounds,
    others: scores.against.map(({ kind, name, better }) => {
      const agent = /\((.+)\)$/.exec(name)?.[1] ?? name;
      return { kind, name: kind === "best" ? agent : name, brier: scoreOf(kind === "best" ? agent : name), better };
    }),
  };
}
