import { createRandom, type Random } from "../../core/random.ts";
import { ranking } from "./pareto.ts";
import { categorical, type Density, parzen } from "./parzen.ts";
import { randomSampler } from "./random.ts";
import type { Sampler, Seen } from "./sampler.ts";
import { MOST_SOBOL_DIMENSIONS, sobolSampler } from "./sobol.ts";

/** Trials that are suggested together. It is part of the method: another number would give other trials. */
const BATCH = 8;
/** Trials that are spread evenly before the model says anything. */
const STARTUP = 16;
const CANDIDATES = 24;
/** The best tenth, at most 25, is what the others are compared with (the numbers of Optuna's sampler). */
const GOOD = { share: 0.1, most: 25 };

/**
 * The tree-structured Parzen estimator, each dimension by itself: of candidates drawn from the density of the good
 * trials, the one that is likeliest among the good as against the rest (Bergstra, Bardenet, Bengio and Kegl 2011,
 * Algorithms for hyper-parameter optimization). Several objectives are ranked by fronts. `categories` gives for
 * each dimension the number of its unordered values, or null when it is ordered.
 */
export function tpeSampler(categories: readonly (number | null)[], seed: number): Sampler {
  const startup = categories.length <= MOST_SOBOL_DIMENSIONS ? sobolSampler(categories.length, seed) : randomSampler(categories.length, seed);
  let model: { readonly of: number; readonly pairs: readonly Pair[] } | null = null;
  return {
    batch: BATCH,
    suggest(trial, attempt, seen) {
      if (seen.length < STARTUP) return startup.suggest(trial, attempt, seen);
      if (model?.of !== seen.length) model = { of: seen.length, pairs: pairsOf(categories, seen) };
      const random = createRandom(seed).fork(`tpe ${trial} ${attempt}`);
      return model.pairs.map((pair) => bestOf(pair, random));
    },
  };
}

interface Pair {
  readonly good: Density;
  readonly rest: Density;
}

function pairsOf(categories: readonly (number | null)[], seen: readonly Seen[]): Pair[] {
  const order = ranking(seen.map(({ objectives }) => objectives));
  const count = Math.min(GOOD.most, Math.max(2, Math.ceil(GOOD.share * seen.length)));
  const density = (indices: readonly number[], dimension: number): Density => {
    const units = indices.map((index) => seen[index]?.point[dimension] ?? 0);
    const own = categories[dimension] ?? null;
    return own === null ? parzen(units) : categorical(units, own);
  };
  return categories.map((_, dimension) => ({ good: density(order.slice(0, count), dimension), rest: density(order.slice(count), dimension) }));
}

function bestOf({ good, rest }: Pair, random: Random): number {
  let best = 0;
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < CANDIDATES; i++) {
    const unit = good.draw(random);
    const gain = good.log(unit) - rest.log(unit);
    if (gain > most) {
      most = gain;
      best = unit;
    }
  }
  return best;
}
