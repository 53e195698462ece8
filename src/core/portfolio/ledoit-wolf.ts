import { UserError } from "../user-error.ts";
import { entry, zeros, type Matrix } from "./matrix.ts";

/** What a sample covariance is drawn to: equal variances without correlation, or the mean correlation with the own variances. */
export type ShrinkageTarget = "identity" | "constant-correlation";

/**
 * The covariance of a year, drawn from the sample's (divided by n) to a target by the share (0..1) that is best in mean
 * square. Identity: Ledoit and Wolf (2004), "A well-conditioned estimator for large-dimensional covariance matrices";
 * constant correlation: Ledoit and Wolf (2003), "Honey, I shrunk the sample covariance matrix". Rows with a missing
 * return are left out.
 */
export function ledoitWolf(returns: Matrix, periods: number, target: ShrinkageTarget): { covariance: number[][]; shrinkage: number } {
  const rows = returns.filter((row) => row.every((value) => !Number.isNaN(value)));
  if (rows.length < 2) throw new UserError(`only ${rows.length} of ${returns.length} rows have a return of every asset: Ledoit-Wolf needs two at the least; leave out the assets that begin late`);
  const means = (rows[0] ?? []).map((_, i) => rows.reduce((sum, row) => sum + (row[i] as number), 0) / rows.length);
  const centred = rows.map((row) => row.map((value, i) => value - (means[i] as number)));
  const sample = averageProducts(centred, 1, 1);
  const noise = noiseOf(sample, centred);
  const { matrix, kept } = target === "identity" ? identity(sample) : constantCorrelation(sample, centred, noise);
  const apart = total(sample, (i, j) => (entry(sample, i, j) - entry(matrix, i, j)) ** 2);
  // Two assets have but one correlation, the mean: what rounding leaves between sample and target is no distance.
  const size = total(sample, (i, j) => entry(sample, i, j) ** 2);
  const best = apart > 1e-20 * size ? (total(sample, (i, j) => entry(noise, i, j)) - kept) / (apart * rows.length) : 0;
  const shrinkage = Math.min(1, Math.max(0, best));
  return { covariance: sample.map((row, i) => row.map((value, j) => periods * (shrinkage * entry(matrix, i, j) + (1 - shrinkage) * value))), shrinkage };
}

/** A target, and how much of the sample's noise it shares, which shrinking does not take away. */
interface Target {
  readonly matrix: Matrix;
  readonly kept: number;
}

function identity(sample: Matrix): Target {
  const average = sample.reduce((sum, row, i) => sum + (row[i] as number), 0) / sample.length;
  return { matrix: sample.map((row, i) => row.map((_, j) => (i === j ? average : 0))), kept: 0 };
}

function constantCorrelation(sample: Matrix, centred: Matrix, noise: Matrix): Target {
  const deviations = sample.map((row, i) => Math.sqrt(row[i] as number));
  const size = (i: number, j: number): number => (deviations[i] as number) * (deviations[j] as number);
  const pairs = sample.length * (sample.length - 1);
  const apartFromOwn = (value: (i: number, j: number) => number): number => total(sample, (i, j) => (i === j || size(i, j) === 0 ? 0 : value(i, j)));
  const mean = pairs > 0 ? apartFromOwn((i, j) => entry(sample, i, j) / size(i, j)) / pairs : 0;
  // The covariance of the estimated variance of i with the estimated covariance of i and j.
  const third = averageProducts(centred, 3, 1);
  const shared = apartFromOwn((i, j) => ((entry(third, i, j) - entry(sample, i, i) * entry(sample, i, j)) * (deviations[j] as number)) / (deviations[i] as number));
  return {
    matrix: sample.map((row, i) => row.map((value, j) => (i === j ? value : mean * size(i, j)))),
    kept: total(sample, (i, j) => (i === j ? entry(noise, i, j) : 0)) + mean * shared,
  };
}

/** How much the products of the rows scatter around each entry of the sample covariance: the average of (x_i x_j - s_ij) squared. */
function noiseOf(sample: Matrix, centred: Matrix): number[][] {
  return averageProducts(centred, 2, 2).map((row, i) => row.map((value, j) => value - entry(sample, i, j) ** 2));
}

/** The averages over the rows of x_i^a x_j^b. */
function averageProducts(rows: Matrix, a: number, b: number): number[][] {
  const count = rows[0]?.length ?? 0;
  const averages = zeros(count, count);
  for (const row of rows) {
    const [left, right] = [row.map((value) => value ** a), row.map((value) => value ** b)];
    averages.forEach((own, i) => {
      for (let j = 0; j < count; j++) own[j] = (own[j] as number) + ((left[i] as number) * (right[j] as number)) / rows.length;
    });
  }
  return averages;
}

function total(matrix: Matrix, value: (i: number, j: number) => number): number {
  let sum = 0;
  for (let i = 0; i < matrix.length; i++) for (let j = 0; j < matrix.length; j++) sum += value(i, j);
  return sum;
}
