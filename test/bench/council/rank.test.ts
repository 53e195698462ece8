import { describe, expect, it } from "vitest";
import { growthOf, rankOf, returnOverDrawdown } from "./rank.ts";

const run = (totalReturn: number, maxDrawdown: number, days = 200) => ({ totalReturn, maxDrawdown, days });

describe("what runs are ranked by", () => {
  it("is return over the deepest drawdown, a year's where there is a year or more", () => {
    expect(returnOverDrawdown(run(0.2, -0.1))).toBeCloseTo(2, 12);
    expect(growthOf(run(0.21, -0.1, 2 * 365.25))).toBeCloseTo(0.1, 12);
    expect(returnOverDrawdown(run(0.21, -0.05, 2 * 365.25))).toBeCloseTo(2, 12);
  });

  it("puts the shallower of two equal losses first, which the plain ratio would not", () => {
    const [deep, shallow] = [run(-0.1, -0.5), run(-0.1, -0.1)];
    expect(returnOverDrawdown(deep)).toBeGreaterThan(returnOverDrawdown(shallow));
    expect(rankOf(shallow)).toBeGreaterThan(rankOf(deep));
  });

  it("puts every gain before what never moved, and that before every loss", () => {
    expect(rankOf(run(0.001, -0.6))).toBeGreaterThan(rankOf(run(0, 0)));
    expect(rankOf(run(0, 0))).toBeGreaterThan(rankOf(run(-0.001, -0.01)));
  });
});
