import type { BarReturns } from "./bar-returns.ts";

/** Returns that two symbols share at the least, before a correlation of them is told. */
export const LEAST_SHARED = 20;

/** Pearson's correlation of two symbols' returns over the bars that both have; null under `LEAST_SHARED` of them, or where one never moves. */
export function correlation(a: BarReturns, b: BarReturns): number | null {
  const pairs: { readonly x: number; readonly y: number }[] = [];
  for (let i = 0, k = 0; i < a.times.length && k < b.times.length; ) {
    const [left, right] = [a.times[i] as number, b.times[k] as number];
    if (left === right) pairs.push({ x: a.values[i++] as number, y: b.values[k++] as number });
    else if (left < right) i += 1;
    else k += 1;
  }
  if (pairs.length < LEAST_SHARED) return null;
  const meanX = pairs.reduce((sum, { x }) => sum + x, 0) / pairs.length;
  const meanY = pairs.reduce((sum, { y }) => sum + y, 0) / pairs.length;
  let xx = 0;
  let yy = 0;
  let xy = 0;
  for (const { x, y } of pairs) {
    xx += (x - meanX) ** 2;
    yy += (y - meanY) ** 2;
    xy += (x - meanX) * (y - meanY);
  }
  return xx > 0 && yy > 0 ? Math.max(-1, Math.min(1, xy / Math.sqrt(xx * yy))) : null;
}

/** Mean correlation to several others; null when there is none to tell. */
export function meanCorrelation(own: BarReturns, others: readonly BarReturns[]): number | null {
  const known = others.flatMap((other) => correlation(own, other) ?? []);
  return known.length === 0 ? null : known.reduce((sum, one) => sum + one, 0) / known.length;
}
