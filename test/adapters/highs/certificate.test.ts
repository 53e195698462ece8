import { describe, expect, test } from "vitest";
import { dualityGap } from "../../../src/adapters/highs/certificate.ts";

describe("the proof that a point is best", () => {
  // Minimise x² / 2 + y² with x + y = 1 and both in [0, 1]: best at (2/3, 1/3), where the row's multiplier is 2/3.
  const program = { hessian: [[1, 0], [0, 2]], linear: [0, 0], lower: [0, 0], upper: [1, 1], rows: [{ coefficients: [1, 1], lower: 1, upper: 1 }] };

  test("leaves no gap at the best point with its multiplier", () => {
    expect(dualityGap(program, [2 / 3, 1 / 3], [2 / 3], 1e-9)).toBeCloseTo(0, 12);
  });

  test("bounds from above how much worse another point is, with any multiplier", () => {
    const worse = 0.5 * 0.5 ** 2 + 0.5 ** 2 - 1 / 3;
    for (const multiplier of [-1, 0, 0.5, 2 / 3, 1, 3]) expect(dualityGap(program, [0.5, 0.5], [multiplier], 1e-9)).toBeGreaterThanOrEqual(worse);
  });

  test("is without end where a multiplier pulls to a bound that is not there, unless it is only rounding", () => {
    const open = { ...program, upper: [Infinity, Infinity], linear: [0, -2] };
    expect(dualityGap(open, [0.5, 0.5], [0.5], 1e-9)).toBe(Infinity);
    expect(dualityGap({ ...program, upper: [Infinity, Infinity] }, [2 / 3, 1 / 3], [2 / 3 + 1e-12], 1e-9)).toBeCloseTo(0, 9);
  });
});
