import { beforeAll, describe, expect, test } from "vitest";
import { openHighs } from "../../../src/adapters/highs/solve.ts";
import { largestBreach, type Constraints } from "../../../src/core/portfolio/constraints.ts";
import { meanReturns, sampleCovariance } from "../../../src/core/portfolio/estimates.ts";
import { efficientFrontier } from "../../../src/core/portfolio/frontier.ts";
import type { Matrix } from "../../../src/core/portfolio/matrix.ts";
import type { SolveQp } from "../../../src/core/portfolio/quadratic-program.ts";
import { resampledFrontier } from "../../../src/core/portfolio/resample.ts";
import { returns, valueOf, whyNot } from "./market.ts";

let solve: SolveQp;
beforeAll(async () => {
  solve = await openHighs();
});

const estimate = (rows: Matrix, periods: number) => ({ mean: meanReturns(rows, periods, { compounding: false }), covariance: sampleCovariance(rows, periods) });
const constraints: Constraints = { maxWeight: 0.7, cash: { min: 0.05, max: 0.2 } };
const input = (data: Matrix) => ({ returns: data, periods: 365, points: 4, draws: 40, seed: 7, constraints, estimate });

describe("the resampled frontier", () => {
  test("averages weights that keep the limits, between bands that hold them, the same for the same seed", () => {
    const made = valueOf(resampledFrontier(input(returns(80, 4, 1)), solve));
    expect(made.frontier).toHaveLength(4);
    made.frontier.forEach(({ weights, cash }, rank) => {
      expect(largestBreach(weights, cash, constraints)).toBeLessThan(1e-7);
      const { low, high } = made.bands[rank]!;
      weights.forEach((weight, i) => {
        expect(low[i]).toBeLessThanOrEqual(high[i]!);
        expect(weight).toBeGreaterThanOrEqual(low[i]! * 0.9 - 1e-9);
      });
    });
    expect(valueOf(resampledFrontier(input(returns(80, 4, 1)), solve))).toEqual(made);
    expect(valueOf(resampledFrontier({ ...input(returns(80, 4, 1)), seed: 8 }, solve))).not.toEqual(made);
  });

  test("is surer of the weights the longer the history is", () => {
    const width = (rows: number): number => {
      const { bands } = valueOf(resampledFrontier({ ...input(returns(rows, 3, 2)), points: 1 }, solve));
      return bands[0]!.high.reduce((sum, high, i) => sum + high - bands[0]!.low[i]!, 0);
    };
    expect(width(2_000)).toBeLessThan(width(40) / 2);
  });

  test("lies on or under the frontier of the history itself", () => {
    const data = returns(120, 3, 5);
    const made = valueOf(resampledFrontier(input(data), solve));
    const own = valueOf(efficientFrontier({ names: ["A", "B", "C"], ...estimate(data, 365) }, 4, constraints, solve));
    expect(made.frontier[0]!.deviation).toBeGreaterThanOrEqual(own[0]!.deviation - 1e-9);
    expect(made.frontier.at(-1)!.mean).toBeLessThanOrEqual(own.at(-1)!.mean + 1e-9);
  });

  test("says what is wrong: too few rows, no draws, limits that cannot be kept", () => {
    const data = returns(80, 4, 1);
    expect(whyNot(resampledFrontier(input(data.slice(0, 1)), solve))).toContain("1 rows of returns");
    expect(whyNot(resampledFrontier({ ...input(data), draws: 0 }, solve))).toContain("0 draws");
    expect(whyNot(resampledFrontier({ ...input(data), constraints: { maxWeight: 0.1 } }, solve))).toContain("caps on single assets add up to 40 %");
  });
});
