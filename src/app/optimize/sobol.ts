import { createRandom } from "../../core/random.ts";
import { UserError } from "../../core/user-error.ts";
import type { Sampler } from "./sampler.ts";

const BITS = 32;

/**
 * Primitive polynomials (degree, inner coefficients) and initial direction numbers of the dimensions from the second
 * on: new-joe-kuo-6, S. Joe and F. Y. Kuo, Constructing Sobol sequences with better two-dimensional projections,
 * SIAM J. Sci. Comput. 30 (2008), https://web.maths.unsw.edu.au/~fkuo/sobol/.
 */
const JOE_KUO: readonly (readonly [degree: number, coefficients: number, initial: readonly number[]])[] = [
  [1, 0, [1]],
  [2, 1, [1, 3]],
  [3, 1, [1, 3, 1]],
  [3, 2, [1, 1, 1]],
  [4, 1, [1, 1, 3, 3]],
  [4, 4, [1, 3, 5, 13]],
  [5, 2, [1, 1, 5, 5, 17]],
  [5, 4, [1, 1, 5, 5, 5]],
  [5, 7, [1, 1, 7, 11, 19]],
  [5, 11, [1, 1, 5, 1, 1]],
  [5, 13, [1, 1, 1, 3, 11]],
  [5, 14, [1, 3, 5, 5, 31]],
  [6, 1, [1, 3, 3, 9, 7, 49]],
  [6, 13, [1, 1, 1, 15, 21, 21]],
  [6, 16, [1, 3, 1, 13, 27, 49]],
  [6, 19, [1, 1, 1, 15, 7, 5]],
  [6, 22, [1, 3, 1, 15, 13, 25]],
  [6, 25, [1, 1, 5, 5, 19, 61]],
  [7, 1, [1, 3, 7, 11, 23, 15, 103]],
  [7, 4, [1, 3, 7, 13, 13, 15, 69]],
];

/** Parameters that Sobol's sequence can spread over. */
export const MOST_SOBOL_DIMENSIONS = JOE_KUO.length + 1;

/** Direction numbers of every dimension, 32 bits each. */
function directionsOf(dimensions: number): Uint32Array[] {
  if (dimensions > MOST_SOBOL_DIMENSIONS) {
    throw new UserError(`search.method: sobol spreads over at most ${MOST_SOBOL_DIMENSIONS} parameters, there are ${dimensions}; take tpe or random.`);
  }
  return Array.from({ length: dimensions }, (_, dimension) => {
    const directions = new Uint32Array(BITS);
    const [degree, coefficients, initial] = JOE_KUO[dimension - 1] ?? [0, 0, []];
    for (let k = 0; k < BITS; k++) {
      if (dimension === 0) directions[k] = 1 << (BITS - 1 - k);
      else if (k < degree) directions[k] = (initial[k] as number) << (BITS - 1 - k);
      else {
        const before = directions[k - degree] as number;
        let next = before ^ (before >>> degree);
        for (let j = 1; j < degree; j++) if ((coefficients >>> (degree - 1 - j)) & 1) next ^= directions[k - j] as number;
        directions[k] = next;
      }
    }
    return directions;
  });
}

/** The points of Sobol's sequence by index, in the Gray-code order of Antonov and Saleev (1979), each coordinate xored with its shift. */
export function sobolSequence(dimensions: number, shifts: readonly number[] = []): (index: number) => number[] {
  const directions = directionsOf(dimensions);
  return (index) =>
    directions.map((numbers, dimension) => {
      let bits = shifts[dimension] ?? 0;
      let gray = index ^ (index >>> 1);
      for (let k = 0; gray !== 0; k++, gray >>>= 1) if (gray & 1) bits ^= numbers[k] as number;
      return (bits >>> 0) / 2 ** BITS;
    });
}

/** Sobol's sequence with a digital shift of the seed's. A point whose set was tried already is passed over. */
export function sobolSampler(dimensions: number, seed: number): Sampler {
  const random = createRandom(seed).fork("sobol");
  const point = sobolSequence(dimensions, Array.from({ length: dimensions }, () => Math.floor(random.uniform() * 2 ** BITS)));
  let passed = 0;
  return {
    batch: Number.POSITIVE_INFINITY,
    suggest(trial, attempt) {
      // A further attempt moves this trial and all later ones on by one.
      if (attempt > 0) passed += 1;
      return point(trial + passed);
    },
  };
}
