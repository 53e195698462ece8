import { createRandom } from "../../core/random.ts";
import { type BootstrapInterval, defaultMeanBlock, fillIndices, quantileOf } from "../../core/statistics/bootstrap.ts";
import type { Resampling } from "./result.ts";

/** Fewer days than this hold too few blocks for an interval to mean anything. */
export const FEWEST_DAYS = 20;
/** Fewer days than this give an interval that is better taken with salt. */
export const FEW_DAYS = 60;

/** The usual way to draw so many days again. */
export function resamplingOf(days: number, seed: number, samples = 2_000): Resampling {
  return { method: "stationary block bootstrap, paired by day", samples, meanBlock: defaultMeanBlock(days), seed, confidence: 0.95 };
}

/** A figure of daily returns (fractions); `null` when it is not defined for them. */
export type Metric = (returns: readonly number[]) => number | null;

/**
 * A metric of each column of daily returns on days drawn again, the same days for every column: one row a sample.
 * What the columns share, good days and bad, cancels in their differences.
 */
export function resampled(columns: readonly (readonly number[])[], metric: Metric, { samples, meanBlock, seed }: Resampling): number[][] {
  const days = columns[0]?.length ?? 0;
  if (columns.some((column) => column.length !== days)) throw new Error("runs that are paired by day must have the same days");
  const random = createRandom(seed);
  const indices = new Int32Array(days);
  const drawn = new Array<number>(days).fill(0);
  const rows: number[][] = [];
  for (let s = 0; s < samples; s++) {
    fillIndices(indices, meanBlock, random);
    rows.push(
      columns.map((column) => {
        for (let i = 0; i < days; i++) drawn[i] = column[indices[i] as number] as number;
        return metric(drawn) ?? Number.NaN;
      }),
    );
  }
  return rows;
}

/** The percentile interval of values that samples gave; `null` when more than one in ten is no number. */
export function intervalOf(estimate: number, values: readonly number[], { samples, confidence }: Resampling): BootstrapInterval | null {
  const sorted = values.filter((value) => Number.isFinite(value)).toSorted((a, b) => a - b);
  if (!Number.isFinite(estimate) || sorted.length === 0 || sorted.length < 0.9 * samples) return null;
  const tail = (1 - confidence) / 2;
  return { estimate, low: quantileOf(sorted, tail), high: quantileOf(sorted, 1 - tail) };
}

/**
 * The same reflected about the estimate: the basic interval (Davison and Hinkley, 1997, 5.2). For sums over days it leaves
 * out the truth less often; of what is compounded or bounded it can give what cannot be.
 */
export function reflectedIntervalOf(estimate: number, values: readonly number[], resampling: Resampling): BootstrapInterval | null {
  const plain = intervalOf(estimate, values, resampling);
  return plain && { estimate, low: 2 * estimate - plain.high, high: 2 * estimate - plain.low };
}
