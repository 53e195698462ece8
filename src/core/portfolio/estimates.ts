import { UserError } from "../user-error.ts";
import { zeros, type Matrix } from "./matrix.ts";

/** How single returns become a return of a year: compounded (geometric) or added up (arithmetic). */
export interface Annualising {
  readonly compounding: boolean;
}

/**
 * Returns from row to row (rows are times, columns are assets); NaN where one of the two prices is NaN, which stands for
 * "none yet". A price of zero, below zero or without end is a mistake in the data and is thrown as one.
 */
export function simpleReturns(prices: Matrix): number[][] {
  prices.forEach((row, t) => row.forEach((price, i) => checkPrice(price, t, i, row.length, prices)));
  return prices.slice(1).map((row, t) => row.map((price, i) => price / ((prices[t] as readonly number[])[i] as number) - 1));
}

function checkPrice(price: number, row: number, column: number, width: number, prices: Matrix): void {
  if (width !== prices[0]?.length) throw new UserError(`row ${row + 1} of the prices has ${width} columns, the first has ${prices[0]?.length ?? 0}: every row needs one price for each asset`);
  if (Number.isNaN(price) || (price > 0 && price < Infinity)) return;
  throw new UserError(`the price of asset ${column + 1} in row ${row + 1} is ${price}: a price is above zero and finite; leave it out (NaN) where there is none`);
}

/** The return of a year of each asset, over the rows it has; NaN for an asset without any. */
export function meanReturns(returns: Matrix, periods: number, { compounding }: Annualising): number[] {
  return weightedMeans(returns, new Array<number>(returns.length).fill(1), periods, compounding);
}

/** As `meanReturns`, with a row `halfLife` rows older counting half; arithmetic unless told. */
export function exponentialMean(returns: Matrix, periods: number, halfLife: number, { compounding }: Annualising = { compounding: false }): number[] {
  return weightedMeans(returns, decay(returns.length, halfLife), periods, compounding);
}

function weightedMeans(returns: Matrix, weights: readonly number[], periods: number, compounding: boolean): number[] {
  const count = returns[0]?.length ?? 0;
  return Array.from({ length: count }, (_, i) => {
    let sum = 0;
    let total = 0;
    returns.forEach((row, t) => {
      const value = row[i] as number;
      if (Number.isNaN(value)) return;
      sum += (weights[t] as number) * (compounding ? Math.log1p(value) : value);
      total += weights[t] as number;
    });
    return compounding ? Math.expm1((sum / total) * periods) : (sum / total) * periods;
  });
}

/** Sample covariance of a year (n - 1), each pair over the rows that both have; NaN for a pair that shares fewer than two. */
export function sampleCovariance(returns: Matrix, periods: number): number[][] {
  return weightedCovariance(returns, new Array<number>(returns.length).fill(1), periods);
}

/** Correlation of each pair over the rows that both have, by the variances of those rows alone; NaN where one of them does not vary. */
export function sampleCorrelation(returns: Matrix): number[][] {
  const equal = new Array<number>(returns.length).fill(1);
  const columns = Array.from({ length: returns[0]?.length ?? 0 }, (_, i) => returns.map((row) => row[i] as number));
  return columns.map((a, i) =>
    columns.map((b, j) => {
      if (i === j) return 1;
      const own = a.map((value, t) => (Number.isNaN(b[t]) ? Number.NaN : value));
      const other = b.map((value, t) => (Number.isNaN(a[t]) ? Number.NaN : value));
      return pairCovariance(own, other, equal) / Math.sqrt(pairCovariance(own, own, equal) * pairCovariance(other, other, equal));
    }),
  );
}

/**
 * Covariance of a year with a row `halfLife` rows older counting half, without bias (divided by 1 - sum of squared
 * weights, as a half-life without end gives the sample covariance).
 */
export function exponentialCovariance(returns: Matrix, periods: number, halfLife: number): number[][] {
  return weightedCovariance(returns, decay(returns.length, halfLife), periods);
}

function decay(rows: number, halfLife: number): number[] {
  if (!(halfLife > 0)) throw new UserError(`a half-life of ${halfLife} rows: give a number above zero`);
  return Array.from({ length: rows }, (_, t) => 0.5 ** ((rows - 1 - t) / halfLife));
}

function weightedCovariance(returns: Matrix, weights: readonly number[], periods: number): number[][] {
  const count = returns[0]?.length ?? 0;
  const columns = Array.from({ length: count }, (_, i) => returns.map((row) => row[i] as number));
  const covariance = zeros(count, count);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j <= i; j++) {
      const value = periods * pairCovariance(columns[i] as number[], columns[j] as number[], weights);
      (covariance[i] as number[])[j] = value;
      (covariance[j] as number[])[i] = value;
    }
  }
  return covariance;
}

function pairCovariance(a: readonly number[], b: readonly number[], weights: readonly number[]): number {
  let [total, squares, sumA, sumB] = [0, 0, 0, 0];
  for (let t = 0; t < weights.length; t++) {
    const [x, y, w] = [a[t] as number, b[t] as number, weights[t] as number];
    if (Number.isNaN(x) || Number.isNaN(y)) continue;
    total += w;
    squares += w * w;
    sumA += w * x;
    sumB += w * y;
  }
  const [meanA, meanB] = [sumA / total, sumB / total];
  let products = 0;
  for (let t = 0; t < weights.length; t++) {
    const product = ((a[t] as number) - meanA) * ((b[t] as number) - meanB);
    if (!Number.isNaN(product)) products += (weights[t] as number) * product;
  }
  // One row alone has 1 - sum of squared weights = 0: no spread can be told from it.
  const spread = total - squares / total;
  return spread > total * 1e-12 ? products / spread : Number.NaN;
}
