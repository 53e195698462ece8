/** Maps a span of values to a span of pixels. A span without length maps to the middle. */
export function linear(from: number, to: number, start: number, end: number): (value: number) => number {
  if (!(Math.abs(to - from) > 0)) return () => (start + end) / 2;
  return (value) => start + ((value - from) / (to - from)) * (end - start);
}

/** Round values inside a span, about `count` of them. */
export function ticks(from: number, to: number, count: number): number[] {
  const span = to - from;
  if (!(span > 0) || !Number.isFinite(span)) return [from];
  const raw = span / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((size) => size >= raw) ?? raw;
  const first = Math.ceil(from / step);
  const last = Math.floor(to / step);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => (first + i) * step);
}

/** Decimals that tell the ticks of a span apart: as many as their step has. */
export function tickDigits(values: readonly number[]): number {
  const [first, second] = values;
  if (first === undefined || second === undefined) return 2;
  const step = Math.abs(second - first);
  for (let digits = 0; digits < 10; digits++) {
    const scaled = step * 10 ** digits;
    if (scaled > 0.9 && Math.abs(scaled - Math.round(scaled)) < 1e-3) return digits;
  }
  return 10;
}

/** The largest and the smallest of some values, with a share of their distance added on both sides. */
export function bounds(values: Iterable<number>, margin: number): { readonly low: number; readonly high: number } {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) return { low: 0, high: 1 };
  const pad = high > low ? (high - low) * margin : Math.max(Math.abs(high) * 0.01, 1e-9);
  return { low: low - pad, high: high + pad };
}

/** Positions as near to the wished ones as they can be with `gap` between them; in the order given, inside a span. */
export function apart(wished: readonly number[], gap: number, low: number, high: number): number[] {
  const order = wished.map((y, i) => ({ y: Math.min(high, Math.max(low, y)), i })).sort((a, b) => a.y - b.y);
  for (let k = 1; k < order.length; k++) {
    const [before, here] = [order[k - 1], order[k]];
    if (before && here && here.y < before.y + gap) here.y = before.y + gap;
  }
  let ceiling = high;
  for (const one of order.toReversed()) {
    one.y = Math.min(one.y, ceiling);
    ceiling = one.y - gap;
  }
  const placed = Array.from({ length: wished.length }, () => 0);
  for (const { y, i } of order) placed[i] = y;
  return placed;
}
