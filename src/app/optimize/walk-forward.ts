import { type Fold, walkForwardFolds } from "../../core/statistics/folds.ts";
import { mean } from "../../core/statistics/moments.ts";
import { compound, sharpe } from "../../core/statistics/returns.ts";
import { DAY } from "../../core/timeframe.ts";
import { UserError } from "../../core/user-error.ts";
import type { Window } from "./context.ts";
import { bestOf, type FindOrder, findSets } from "./find.ts";
import { objectivesOf } from "./objective.ts";
import type { WalkForward } from "./result.ts";
import type { TrialOutcome } from "./trial.ts";

/** Cut between what is chosen on and what is traded: a grid cell or a deal opened on the last day would end in the part that follows. */
const PURGE = DAY;
/** Sets tried in each in-sample part: a quarter of the search, but enough for it to learn something. */
const SHARE_OF_TRIALS = 4;
const LEAST_TRIALS = 16;

/** Sets tried in each in-sample part of a search of so many trials. */
export function trialsInFold(trials: number): number {
  return Math.min(trials, Math.max(LEAST_TRIALS, Math.ceil(trials / SHARE_OF_TRIALS)));
}

/**
 * The folds of a span, anchored and rolling, by whole UTC days, as returns are; null when the span is too short for them. What
 * lies before the first midnight is in none: cut at another hour, a day would count in two parts as a day of each.
 */
export function foldsOf(span: Window, folds: number): { readonly anchored: readonly Fold[]; readonly rolling: readonly Fold[] } | null {
  const from = Math.ceil(span.from / DAY) * DAY;
  const cut = (mode: "anchored" | "rolling"): Fold[] => walkForwardFolds({ from, to: span.to, folds, mode, purge: PURGE, embargo: 0, step: DAY });
  try {
    const all = { anchored: cut("anchored"), rolling: cut("rolling") };
    const shortest = Math.min(...[...all.anchored, ...all.rolling].flatMap(({ inSample, outOfSample }) => [inSample.to - inSample.from, outOfSample.to - outOfSample.from]));
    return shortest < 2 * DAY ? null : all;
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}

/** Searches each in-sample part anew and runs what it chose on the part that follows; the parts that follow, joined, are what a person would have had. */
export async function walkForward(folds: readonly Fold[], order: Omit<FindOrder, "window">): Promise<WalkForward> {
  const joined: number[] = [];
  const before: number[] = [];
  const shown: WalkForward["folds"] = [];
  for (const { inSample, outOfSample } of folds) {
    const trials = await findSets({ ...order, window: inSample });
    const chosen = bestOf(trials);
    const outcome: TrialOutcome | null = chosen === null ? null : await order.runner.run({ parameters: chosen.parameters, window: outOfSample });
    // Where nothing could be chosen, nothing is traded.
    if (outcome?.state === "done") joined.push(...outcome.daily);
    if (chosen?.outcome.state === "done" && outcome?.state === "done") before.push(...chosen.outcome.daily);
    shown.push({
      inSample,
      outOfSample,
      trials: trials.length,
      parameters: chosen === null ? null : { ...chosen.parameters },
      inSampleObjective: chosen?.objectives[0] ?? null,
      outOfSampleObjective: outcome === null ? null : (objectivesOf(outcome, order.objectives)[0] ?? null),
      inSampleReturn: returnOf(chosen?.outcome ?? null),
      outOfSampleReturn: returnOf(outcome),
    });
  }
  return { folds: shown, totalReturn: joined.length === 0 ? null : compound(joined), sharpe: sharpe(joined), efficiency: efficiencyOf(before, joined), daily: joined };
}

const returnOf = (outcome: TrialOutcome | null): number | null => (outcome?.state === "done" ? outcome.figures.totalReturn : null);

/** Daily growth out of sample over that in sample; nothing can be said when nothing grew in sample. */
function efficiencyOf(inSample: readonly number[], outOfSample: readonly number[]): number | null {
  const growth = (returns: readonly number[]): number | null => mean(returns.map((one) => Math.log1p(one)));
  const [before, after] = [growth(inSample), growth(outOfSample)];
  return before === null || after === null || before <= 0 || !Number.isFinite(after) ? null : after / before;
}
