/** Arithmetic mean; `null` of nothing. */
export function mean(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

/** Middle value; of an even number, the mean of the two in the middle; `null` of nothing. */
export function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}

/** Sample standard deviation (n - 1); `null` under two values. */
export function standardDeviation(values: readonly number[]): number | null {
  const average = mean(values);
  if (average === null || values.length < 2) return null;
  let squares = 0;
  for (const value of values) squares += (value - average) ** 2;
  return Math.sqrt(squares / (values.length - 1));
}

/** The k-th central moment over n. */
function centralMoment(values: readonly number[], average: number, k: number): number {
  let sum = 0;
  for (const value of values) sum += (value - average) ** k;
  return sum / values.length;
}

/** Population skewness; `null` when nothing varies. */
export function skewness(values: readonly number[]): number | null {
  const average = mean(values);
  if (average === null) return null;
  const variance = centralMoment(values, average, 2);
  return variance > 0 ? centralMoment(values, average, 3) / variance ** 1.5 : null;
}

/** Population kurtosis, 3 for a normal; `null` when nothing varies. */
export function kurtosis(values: readonly number[]): number | null {
  const average = mean(values);
  if (average === null) return null;
  const variance = centralMoment(values, average, 2);
  return variance > 0 ? centralMoment(values, average, 4) / variance ** 2 : null;
}
