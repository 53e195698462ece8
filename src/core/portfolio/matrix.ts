/** Rows of numbers, all of one length. */
export type Matrix = readonly (readonly number[])[];

/** A matrix of zeros that may be written. */
export const zeros = (rows: number, columns: number): number[][] => Array.from({ length: rows }, () => new Array<number>(columns).fill(0));

/** Sum of products of two vectors of one length. */
export function dot(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

/** Matrix times vector. */
export const times = (matrix: Matrix, vector: readonly number[]): number[] => matrix.map((row) => dot(row, vector));

/** x'Mx. */
export const quadratic = (matrix: Matrix, x: readonly number[]): number => dot(x, times(matrix, x));

/** The entry of a row and a column. */
export const entry = (matrix: Matrix, row: number, column: number): number => (matrix[row] as readonly number[])[column] as number;

/** The entries (i, i). */
export const diagonal = (matrix: Matrix): number[] => matrix.map((row, i) => row[i] as number);

/** The matrix with an amount added to each (i, i). */
export const withRidge = (matrix: Matrix, ridge: readonly number[]): number[][] =>
  matrix.map((row, i) => row.map((value, j) => (i === j ? value + (ridge[i] as number) : value)));

/** The lower triangular L with LL' = M, or null when M is not positive definite. */
export function cholesky(matrix: Matrix): number[][] | null {
  const n = matrix.length;
  const factor = zeros(n, n);
  for (let j = 0; j < n; j++) {
    const own = factor[j] as number[];
    let pivot = entry(matrix, j, j);
    for (let k = 0; k < j; k++) pivot -= (own[k] as number) ** 2;
    if (!(pivot > 0) || pivot === Infinity) return null;
    const root = Math.sqrt(pivot);
    own[j] = root;
    for (let i = j + 1; i < n; i++) {
      const row = factor[i] as number[];
      let sum = entry(matrix, i, j);
      for (let k = 0; k < j; k++) sum -= (row[k] as number) * (own[k] as number);
      row[j] = sum / root;
    }
  }
  return factor;
}

/** The x with LL'x = b, from the factor of `cholesky`. */
export function solveFactored(factor: Matrix, b: readonly number[]): number[] {
  const n = factor.length;
  const x = [...b];
  for (let i = 0; i < n; i++) {
    let sum = x[i] as number;
    for (let k = 0; k < i; k++) sum -= entry(factor, i, k) * (x[k] as number);
    x[i] = sum / entry(factor, i, i);
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = x[i] as number;
    for (let k = i + 1; k < n; k++) sum -= entry(factor, k, i) * (x[k] as number);
    x[i] = sum / entry(factor, i, i);
  }
  return x;
}

/**
 * Rows F with F'F = M for a positive semidefinite M, as many as its rank: Cholesky with the largest pivot first, until
 * what is left is under `tolerance` of the largest entry.
 */
export function pivotedFactor(matrix: Matrix, tolerance: number): number[][] {
  const left = matrix.map((row) => [...row]);
  const least = tolerance * Math.max(0, ...diagonal(matrix));
  const factor: number[][] = [];
  for (;;) {
    const sizes = diagonal(left);
    const pivot = sizes.reduce((best, value, i) => (value > (sizes[best] as number) ? i : best), 0);
    const size = sizes[pivot] ?? 0;
    if (factor.length === matrix.length || !(size > least)) return factor;
    const row = (left[pivot] as number[]).map((value) => value / Math.sqrt(size));
    factor.push(row);
    left.forEach((own, i) => row.forEach((value, j) => (own[j] = (own[j] as number) - (row[i] as number) * value)));
  }
}

/** Whether no x makes x'Mx negative by more than rounding, each row measured by its own size. */
export function isPositiveSemidefinite(matrix: Matrix): boolean {
  const scale = diagonal(matrix).map((value) => (value > 0 ? 1 / Math.sqrt(value) : 1));
  const unit = matrix.map((row, i) => row.map((value, j) => value * (scale[i] as number) * (scale[j] as number)));
  return cholesky(withRidge(unit, new Array<number>(matrix.length).fill(1e-8))) !== null;
}
