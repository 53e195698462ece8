import { median } from "../../core/statistics/moments.ts";
import { UserError } from "../../core/user-error.ts";
import { verdictOf } from "../../core/statistics/verdict.ts";
import { bestOf, findSets, type FindOrder, type Trial } from "./find.ts";
import { backtestFlags } from "./flags.ts";
import { chanceFigures, type ChanceFigures } from "./honesty.ts";
import { objectivesOf } from "./objective.ts";
import { frontOf } from "./pareto.ts";
import type { SearchPlan } from "./plan.ts";
import type { Honesty, SearchResult, WalkForward } from "./result.ts";
import { bestRule, rulesOf } from "./rules.ts";
import { recordedRunner, type TrialRecords, type TrialRunner } from "./runner.ts";
import { neighboursOf } from "./space.ts";
import type { WinnerRun } from "./trial.ts";
import { foldsOf, trialsInFold, walkForward } from "./walk-forward.ts";

/** How far a search has come. */
export interface SearchProgress {
  readonly doing: "search" | "neighbours" | "walk-forward" | "bounds";
  /** Share of all runs that are done, 0..1. */
  readonly share: number;
  /** Trials of the search itself that are done, and how many there are. */
  readonly done: number;
  readonly asked: number;
  /** The highest first objective so far. */
  readonly best: number | null;
}

/** What a search is run with. */
export interface SearchOrder {
  readonly plan: SearchPlan;
  readonly runner: TrialRunner;
  readonly records: TrialRecords;
  readonly onProgress: (progress: SearchProgress) => void;
}

/** The run of the winner over all fill models is about this many runs. */
const WINNER_RUNS = 17;

/**
 * Runs a search and everything that is told about its winner. Trials that are kept already are not run again, so a
 * search that was stopped goes on where it was. The same plan and records give the same result.
 */
export async function runSearch({ plan, runner: bare, records, onProgress }: SearchOrder): Promise<SearchResult> {
  const { search, space, span } = plan;
  const runner = recordedRunner(bare, records);
  const folds = foldsOf(span, search.folds);
  const progress = tally(plan, folds !== null, onProgress);
  const common = { space, method: search.method, seed: search.seed, objectives: search.objectives };
  const order: FindOrder = { ...common, trials: search.trials, window: null, runner, onTrial: (trial) => {
    records.enlist(plan.hash, trial.number, trial.parameters);
    progress.trial(trial);
  } };
  const trials = await findSets(order);
  const winner = winnerOf(trials, plan);
  const written = await runner.run({ parameters: {}, window: null });

  const sets = neighboursOf(space, winner.parameters);
  const list = await Promise.all(
    sets.map(async (parameters) => {
      const outcome = await runner.run({ parameters, window: null });
      progress.step("neighbours");
      return { parameters: { ...parameters }, objective: objectivesOf(outcome, search.objectives)[0] ?? null };
    }),
  );
  const inFold: Omit<FindOrder, "window"> = { ...common, trials: trialsInFold(search.trials), runner, onTrial: () => progress.step("walk-forward") };
  const walked = folds === null ? null : { anchored: await walkForward(folds.anchored, inFold), rolling: await walkForward(folds.rolling, inFold) };
  progress.step("bounds");
  const run = await runner.winner(winner.parameters);
  const chance = chanceFigures(run.daily, records.candidates(), search.seed);
  const rules = rulesOf(plan.prepared.plan, run.result, written.state === "done" ? written.figures : null, search.objectives[0] ?? "sharpe");
  const neighbours = { list, median: median(list.flatMap(({ objective }) => objective ?? [])) };
  return resultOf(plan, trials, winner, run, {
    ...chance,
    neighbours,
    walkForward: walked,
    bounds: run.bounds,
    rules,
    bestRule: bestRule(rules),
    verdict: judged(chance, run, walked),
  });
}

function winnerOf(trials: readonly Trial[], { search }: SearchPlan): Trial {
  const winner = bestOf(trials);
  if (winner) return winner;
  const failed = trials.find(({ outcome }) => outcome.state === "failed");
  const why = failed?.outcome.state === "failed" ? `: ${failed.outcome.reason}` : `: ${search.objectives[0] ?? ""} is not defined for any, as when nothing is traded`;
  throw new UserError(`None of the ${trials.length} parameter sets has a result${why}`);
}

/** Without a deflated Sharpe ratio or folds nothing passes by being unknown: the verdict says what it could not judge. */
function judged(chance: ChanceFigures, run: WinnerRun, walked: Honesty["walkForward"]): Honesty["verdict"] {
  const efficiencies = walked === null ? [] : [walked.anchored, walked.rolling].flatMap(({ efficiency }: WalkForward) => efficiency ?? []);
  const verdict = verdictOf({
    deflatedSharpe: chance.deflatedSharpe,
    pbo: chance.overfitting?.pbo ?? null,
    observations: chance.observations,
    // A Sharpe ratio that is known and not above 0 needs for ever.
    minimumTrackRecord: chance.minimumTrackRecord ?? (chance.probabilisticSharpe === null ? null : Number.POSITIVE_INFINITY),
    realityCheckP: chance.realityCheckP,
    totalReturn: run.result.totalReturn,
    walkForwardEfficiency: efficiencies.length === 0 ? null : Math.min(...efficiencies),
  });
  return { ...verdict, reasons: [...verdict.reasons] };
}

function resultOf(plan: SearchPlan, trials: readonly Trial[], winner: Trial, run: WinnerRun, honesty: Honesty): SearchResult {
  const { search, space, prepared, data, hash } = plan;
  const done = trials.filter(({ outcome }) => outcome.state === "done");
  // What is not defined cannot be traded for something else.
  const rated = done.filter(({ objectives }) => objectives.every((score) => score !== null));
  const front = frontOf(rated.map(({ objectives }) => objectives)).flatMap((at) => rated[at]?.number ?? []);
  return {
    version: 1,
    definition: prepared.resolved,
    data,
    search: {
      hash,
      method: search.method,
      seed: search.seed,
      objectives: search.objectives,
      folds: search.folds,
      space: space.map((dimension) => {
        if (dimension.kind === "list") return { key: dimension.key, values: [...dimension.values] };
        const { key, from, to, step, scale } = dimension;
        return { key, from, to, scale, ...(step === undefined ? {} : { step }) };
      }),
      asked: search.trials,
      done: done.length,
      failed: trials.length - done.length,
    },
    trials: trials.map(({ number, parameters, objectives, outcome }) => ({
      number,
      parameters: { ...parameters },
      state: outcome.state,
      objectives: [...objectives],
      figures: outcome.state === "done" ? outcome.figures : null,
      reason: outcome.state === "failed" ? outcome.reason : null,
    })),
    winner: {
      number: winner.number,
      parameters: { ...winner.parameters },
      flags: backtestFlags(plan.context, winner.parameters),
      result: run.result,
      startTime: run.startTime,
      daily: [...run.daily],
    },
    front,
    honesty,
    warnings: [...new Set([...warningsOf(plan, trials), ...run.warnings])],
  };
}

function warningsOf({ search }: SearchPlan, trials: readonly Trial[]): string[] {
  const reasons = trials.flatMap(({ number, outcome }) => (outcome.state === "failed" ? [`trial ${number}: ${outcome.reason}`] : []));
  return [
    ...(trials.length < search.trials ? [`the space holds only ${trials.length} parameter sets: all were tried, ${search.trials} were asked for`] : []),
    ...(reasons.length > 0 ? [`${reasons.length} of ${trials.length} parameter sets could not be run; the first of them, ${reasons[0] ?? ""}`] : []),
  ];
}

/** Counts runs into progress. */
function tally({ search, space }: SearchPlan, folds: boolean, tell: (progress: SearchProgress) => void) {
  const perWalk = folds ? 2 * search.folds * trialsInFold(search.trials) : 0;
  const all = search.trials + 2 * space.length + perWalk + WINNER_RUNS;
  let runs = 0;
  let done = 0;
  let best: number | null = null;
  const send = (doing: SearchProgress["doing"]): void => tell({ doing, share: Math.min(1, runs / all), done, asked: search.trials, best });
  return {
    trial({ objectives }: Trial): void {
      const own = objectives[0] ?? null;
      if (own !== null && (best === null || own > best)) best = own;
      done += 1;
      runs += 1;
      send("search");
    },
    step(doing: SearchProgress["doing"]): void {
      runs += 1;
      send(doing);
    },
  };
}
