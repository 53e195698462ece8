import { createRandom } from "../random.ts";
import { defaultMeanBlock, fillIndices } from "./bootstrap.ts";

/** How White's reality check is drawn. */
export interface RealityCheckOptions {
  readonly samples: number;
  readonly seed: number;
  /** Mean length of a block in periods; the cube root of the rows unless told. */
  readonly meanBlock?: number;
}

/** White's reality check (2000). */
export interface RealityCheck {
  /** Chance 0..1 of a best mean this high among as many trials with a true mean of zero. */
  readonly p: number;
  /** Root of T times the highest mean, in the unit of the rows. */
  readonly statistic: number;
}

/**
 * Whether the best of many trials beats zero once their number is counted. Rows are periods, columns are trials; values are
 * returns over the benchmark. `null` without trials or with under two rows, or when no trial varies.
 */
export function realityCheck(rows: readonly (readonly number[])[], options: RealityCheckOptions): RealityCheck | null {
  const { samples, seed, meanBlock = defaultMeanBlock(rows.length) } = options;
  const length = rows.length;
  const trials = rows[0]?.length ?? 0;
  if (trials < 1 || length < 2) return null;
  const { centred, highest } = centre(rows, trials);
  if (centred.every((value) => value === 0)) return null;
  const root = Math.sqrt(length);
  const statistic = root * highest;
  const random = createRandom(seed);
  const indices = new Int32Array(length);
  const counts = new Int32Array(length);
  const sums = new Float64Array(trials);
  let reached = 0;
  for (let s = 0; s < samples; s++) {
    fillIndices(indices, meanBlock, random);
    counts.fill(0);
    for (const at of indices) counts[at] = (counts[at] as number) + 1;
    if ((root * highestSum(centred, counts, sums)) / length >= statistic) reached++;
  }
  return { p: (1 + reached) / (samples + 1), statistic };
}

/** Rows one after another with the mean of each column taken off, and the highest of those means. */
function centre(rows: readonly (readonly number[])[], trials: number): { readonly centred: Float64Array; readonly highest: number } {
  const centred = new Float64Array(rows.length * trials);
  let highest = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < trials; k++) {
    let sum = 0;
    for (const row of rows) sum += row[k] as number;
    const mean = sum / rows.length;
    highest = Math.max(highest, mean);
    for (let t = 0; t < rows.length; t++) centred[t * trials + k] = (rows[t]?.[k] as number) - mean;
  }
  return { centred, highest };
}

/** The highest column sum of a resample in which row t comes `counts[t]` times. */
function highestSum(centred: Float64Array, counts: Int32Array, sums: Float64Array): number {
  const trials = sums.length;
  sums.fill(0);
  for (let t = 0; t < counts.length; t++) {
    const times = counts[t] as number;
    if (times === 0) continue;
    const start = t * trials;
    for (let k = 0; k < trials; k++) sums[k] = (sums[k] as number) + times * (centred[start + k] as number);
  }
  let highest = Number.NEGATIVE_INFINITY;
  for (const sum of sums) if (sum > highest) highest = sum;
  return highest;
}
