import { createRandom, type Random } from "../random.ts";

/** An estimate and its percentile interval, in the unit of the statistic. */
export interface BootstrapInterval {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

/** How a bootstrap is drawn. */
export interface BootstrapOptions {
  readonly seed: number;
  /** Resamples; 1,000 unless told. */
  readonly samples?: number;
  /** Mean length of a block in periods; `defaultMeanBlock` of the length unless told. */
  readonly meanBlock?: number;
  /** Share of resamples inside the interval; 0.95 unless told. */
  readonly confidence?: number;
  /** Resamples drawn before with the same seed, for series of one length; drawn anew unless given. */
  readonly draws?: readonly Int32Array[];
}

/** Mean block length in periods for a series: the cube root of its length, the rate that minimises the error of a variance. */
export function defaultMeanBlock(length: number): number {
  return Math.max(1, Math.round(Math.cbrt(length)));
}

/**
 * Positions 0..length-1 of one resample of the stationary bootstrap (Politis and Romano, 1994): blocks of
 * geometric length with the given mean, each beginning anywhere, the series closed to a ring.
 */
export function bootstrapIndices(length: number, meanBlock: number, random: Random): Int32Array {
  const indices = new Int32Array(length);
  fillIndices(indices, meanBlock, random);
  return indices;
}

/** So many resamples of a length, the ones that `bootstrapInterval` draws with this seed. */
export function bootstrapDraws(length: number, samples: number, meanBlock: number, seed: number): Int32Array[] {
  const random = createRandom(seed);
  return Array.from({ length: samples }, () => bootstrapIndices(length, meanBlock, random));
}

/** Draws one resample into an array that is there already: thousands of draws need not leave thousands of arrays. */
export function fillIndices(indices: Int32Array, meanBlock: number, random: Random): void {
  const length = indices.length;
  if (!(meanBlock >= 1)) throw new RangeError(`a mean block of ${meanBlock} periods is under one`);
  const leave = 1 / meanBlock;
  let at = 0;
  for (let i = 0; i < length; i++) {
    if (i === 0 || random.uniform() < leave) at = random.integer(length);
    else at = at + 1 === length ? 0 : at + 1;
    indices[i] = at;
  }
}

/**
 * Percentile interval of a statistic of returns by the stationary block bootstrap. `null` when the statistic is not
 * defined on the returns themselves or on more than one in ten resamples: what is left would not be the statistic's spread.
 */
export function bootstrapInterval(
  returns: readonly number[],
  statistic: (sample: readonly number[]) => number | null,
  options: BootstrapOptions,
): BootstrapInterval | null {
  const { seed, draws, samples = draws?.length ?? 1_000, meanBlock = defaultMeanBlock(returns.length), confidence = 0.95 } = options;
  if (returns.length < 2) return null;
  const estimate = statistic(returns);
  if (estimate === null || !Number.isFinite(estimate)) return null;
  const random = createRandom(seed);
  const own = new Int32Array(returns.length);
  const sample = new Array<number>(returns.length).fill(0);
  const drawn: number[] = [];
  for (let s = 0; s < samples; s++) {
    const indices = draws?.[s] ?? own;
    if (indices === own) fillIndices(own, meanBlock, random);
    for (let i = 0; i < sample.length; i++) sample[i] = returns[indices[i] as number] as number;
    const value = statistic(sample);
    if (value !== null && Number.isFinite(value)) drawn.push(value);
  }
  if (drawn.length < samples * 0.9) return null;
  const sorted = drawn.toSorted((a, b) => a - b);
  const tail = (1 - confidence) / 2;
  return { estimate, low: quantileOf(sorted, tail), high: quantileOf(sorted, 1 - tail) };
}

/** Quantile of ascending values, between neighbours in a straight line (Hyndman and Fan's type 7); `values` is not empty. */
export function quantileOf(values: readonly number[], share: number): number {
  const place = Math.min(1, Math.max(0, share)) * (values.length - 1);
  const below = Math.floor(place);
  const low = values[below] as number;
  const high = values[Math.min(below + 1, values.length - 1)] as number;
  return low + (high - low) * (place - below);
}
