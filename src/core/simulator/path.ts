import type { PathModel } from "../fill-model.ts";

/** The four points of a bar's path in the order walked: open, two extremes, close. Reused, never kept. */
export type PathPoints = [open: number, first: number, second: number, close: number];

/** Far under any price step, and over what two subtractions of doubles can be off by: 0.2 - 0.1 and 0.3 - 0.2 are a tie. */
const TIE = 1e-12;

/** Writes the assumed path of a bar into `points`. A tie of `nearest` goes low first. */
export function walkPath(model: PathModel, open: number, high: number, low: number, close: number, points: PathPoints): void {
  const lowFirst =
    model === "olhc" ||
    (model === "nearest" && open - low <= high - open + high * TIE) ||
    (model === "min-turnover" && close >= open);
  points[0] = open;
  points[1] = lowFirst ? low : high;
  points[2] = lowFirst ? high : low;
  points[3] = close;
}
