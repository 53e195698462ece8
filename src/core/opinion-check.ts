import type { Opinion } from "./agent.ts";

/** Why an opinion cannot be used; null when it can. A number out of range would carry the pool beyond what it may say. */
export function opinionProblem(opinion: Opinion): string | null {
  const { score, confidence, ranging, size, veto } = opinion;
  return (
    outside("score", score, -1, 1) ??
    outside("confidence", confidence, 0, 1) ??
    (ranging === undefined ? null : outside("ranging", ranging, -1, 1)) ??
    (size === undefined ? null : outside("size", size, 0, 1)) ??
    (veto === undefined ? null : outside("maxExposure of its veto", veto.maxExposure, 0, 1))
  );
}

function outside(what: string, value: number, low: number, high: number): string | null {
  return value >= low && value <= high ? null : `its ${what} is ${value}, which is not within ${low} to ${high}`;
}
