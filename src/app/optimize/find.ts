import type { Objective, SearchMethod } from "../definition/search-schema.ts";
import type { Window } from "./context.ts";
import { objectivesOf } from "./objective.ts";
import { randomSampler } from "./random.ts";
import type { Parameters } from "./result.ts";
import type { TrialRunner } from "./runner.ts";
import type { Sampler, Seen, Suggestion } from "./sampler.ts";
import { sobolSampler } from "./sobol.ts";
import { countSets, type Dimension, indexOf, keyOf, parametersAt, pointOf, sizeOf, type Value, valueAt } from "./space.ts";
import { tpeSampler } from "./tpe.ts";
import type { TrialOutcome } from "./trial.ts";

/** A trial that has been run. */
export interface Trial extends Seen {
  readonly number: number;
  readonly parameters: Parameters;
  readonly outcome: TrialOutcome;
}

/** What is to be found, and where. */
export interface FindOrder {
  readonly space: readonly Dimension[];
  readonly method: SearchMethod;
  readonly seed: number;
  readonly trials: number;
  readonly objectives: readonly Objective[];
  readonly window: Window | null;
  readonly runner: TrialRunner;
  /** Told of every trial when it is done, in whatever order they end. */
  readonly onTrial: (trial: Trial) => void;
}

/** Further places that a sampler is asked for when it comes upon a set that was tried before. */
const ATTEMPTS = 64;

/**
 * Tries parameter sets, no set twice, and gives the trials in their order; fewer than asked for when the space has no
 * more sets. What is tried depends on the order alone: trials are chosen in batches, and a batch knows the batches before it.
 */
export async function findSets(order: FindOrder): Promise<Trial[]> {
  const { space, trials: asked, objectives, window, runner, onTrial } = order;
  const sampler = samplerOf(order);
  const trials: Trial[] = [];
  const tried = new Set<string>();
  while (trials.length < asked) {
    const batch = suggestBatch(sampler, space, trials, Math.min(sampler.batch, asked - trials.length), tried);
    if (batch.length === 0) break;
    const first = trials.length;
    const done = await Promise.all(
      batch.map(async ({ parameters, point }, at) => {
        const outcome = await runner.run({ parameters, window });
        const trial = { number: first + at, parameters, point, outcome, objectives: objectivesOf(outcome, objectives) };
        onTrial(trial);
        return trial;
      }),
    );
    trials.push(...done);
  }
  return trials;
}

/** The trial with the highest first objective, the earliest among equals; null when none has one. */
export function bestOf(trials: readonly Trial[]): Trial | null {
  let best: Trial | null = null;
  for (const trial of trials) {
    const own = trial.objectives[0] ?? null;
    if (own !== null && (best === null || own > (best.objectives[0] ?? Number.NEGATIVE_INFINITY))) best = trial;
  }
  return best;
}

function samplerOf({ method, space, seed }: FindOrder): Sampler {
  if (method === "random") return randomSampler(space.length, seed);
  if (method === "sobol") return sobolSampler(space.length, seed);
  return tpeSampler(space.map(categoriesOf), seed);
}

/** A list of numbers has an order that is worth learning; other lists have none. */
function categoriesOf(dimension: Dimension): number | null {
  return dimension.kind === "range" || dimension.values.every((value) => typeof value === "number") ? null : dimension.values.length;
}

function suggestBatch(sampler: Sampler, space: readonly Dimension[], seen: readonly Trial[], count: number, tried: Set<string>): Suggestion[] {
  const batch: Suggestion[] = [];
  for (let at = 0; at < count; at++) {
    const parameters = suggestNew(sampler, space, seen, seen.length + at, tried);
    if (parameters === null) break;
    tried.add(keyOf(parameters));
    batch.push({ parameters, point: pointOf(space, parameters) });
  }
  return batch;
}

function suggestNew(sampler: Sampler, space: readonly Dimension[], seen: readonly Trial[], trial: number, tried: ReadonlySet<string>): Parameters | null {
  const sets = countSets(space);
  if (tried.size >= sets) return null;
  let latest: Parameters = {};
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    latest = parametersAt(space, sampler.suggest(trial, attempt, seen));
    if (!tried.has(keyOf(latest))) return latest;
  }
  return nextUntried(space, latest, tried);
}

/** The first set after `from`, counting through the space, that was not tried; in a space that cannot be counted there is always room beside. */
function nextUntried(space: readonly Dimension[], from: Parameters, tried: ReadonlySet<string>): Parameters | null {
  const countable = space.filter((dimension) => Number.isFinite(sizeOf(dimension)));
  const start = countable.map((dimension) => indexOf(dimension, from[dimension.key] as Value));
  const total = countSets(countable);
  for (let ahead = 1; ahead < total && ahead <= tried.size + 1; ahead++) {
    let carry = ahead;
    const values = countable.map((dimension, at) => {
      const size = sizeOf(dimension);
      const index = (start[at] ?? 0) + carry;
      carry = Math.floor(index / size);
      return [dimension.key, valueAt(dimension, index % size)] as const;
    });
    const parameters = { ...from, ...Object.fromEntries(values) };
    if (!tried.has(keyOf(parameters))) return parameters;
  }
  return null;
}
