import { createRandom } from "../../core/random.ts";
import type { Sampler } from "./sampler.ts";

/** Independent uniform points (Bergstra and Bengio 2012, Random search for hyper-parameter optimization). */
export function randomSampler(dimensions: number, seed: number): Sampler {
  return {
    batch: Number.POSITIVE_INFINITY,
    suggest(trial, attempt) {
      const random = createRandom(seed).fork(`trial ${trial} ${attempt}`);
      return Array.from({ length: dimensions }, () => random.uniform());
    },
  };
}
