import type { PathModel } from "../fill-model.ts";

/** The four points of a bar's path in the order walked: open, two extremes, close. Reused, never kept. */
export type PathPoints = [open: number, first: number, second: number, close: number];

/** Writes the assumed path of a bar into `points`. A tie of `nearest` goes low first. */
export function walkPath(model: PathModel, open: number, high: number, low: number, close: number, points: PathPoints): void {
  const lowFirst =
    model === "olhc" ||
    (model === "nearest" && open - low <= high - open) ||
    (model === "min-turnover" && close >= open);
  points[0] = open;
  points[1] = lowFirst ? low : high;
  points[2] = lowFirst ? high : low;
  points[3] = close;
}
