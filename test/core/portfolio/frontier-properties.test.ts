import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { openHighs } from "../../../src/adapters/highs/solve.ts";
import { largestBreach, type Constraints } from "../../../src/core/portfolio/constraints.ts";
import { efficientFrontier, maximumSharpe, meanVariance, minimumVariance, weighed, type Market, type Weights } from "../../../src/core/portfolio/frontier.ts";
import type { SolveQp } from "../../../src/core/portfolio/quadratic-program.ts";
import { createRandom } from "../../../src/core/random.ts";
import { keptLimits, market, reordered, shuffled, valueOf } from "./market.ts";

const RUNS = { numRuns: 30 };
let solve: SolveQp;
beforeAll(async () => {
  solve = await openHighs();
});

/** Markets of one to eight assets, every second one singular, with limits that one known point keeps. */
const cases = fc.record({ assets: fc.integer({ min: 1, max: 8 }), factors: fc.integer({ min: 1, max: 8 }), own: fc.constantFrom(0, 0.01, 0.05), seed: fc.integer({ min: 1, max: 1e9 }) }).map(({ assets, factors, own, seed }) => ({
  ...keptLimits(assets, seed),
  market: market(assets, factors, seed + 1, own),
  seed,
}));

const excessOf = (one: Weights, { riskFree = 0 }: Market): number => one.mean - riskFree;

describe("weights of a portfolio", () => {
  test("sum to one with cash and keep every limit to 1e-7, by every method", () => {
    fc.assert(
      fc.property(cases, ({ market, constraints }) => {
        const sharpe = maximumSharpe(market, 0.02, constraints, solve);
        const all = [
          valueOf(minimumVariance(market, constraints, solve)),
          valueOf(meanVariance(market, 3, constraints, solve)),
          ...valueOf(efficientFrontier(market, 5, constraints, solve)),
          ...(sharpe.ok ? [sharpe.value] : []),
        ];
        for (const { weights, cash } of all) expect(largestBreach(weights, cash, constraints)).toBeLessThan(1e-7);
      }),
      RUNS,
    );
  });

  test("are no worse than another point that keeps the limits, each method by its own measure", () => {
    fc.assert(
      fc.property(cases, ({ market, constraints, point, cash }) => {
        const other = weighed(market, point, cash);
        expect(valueOf(minimumVariance(market, constraints, solve)).deviation).toBeLessThanOrEqual(other.deviation + 1e-7);
        const utility = (one: Weights): number => one.mean - 1.5 * one.deviation ** 2;
        expect(utility(valueOf(meanVariance(market, 3, constraints, solve)))).toBeGreaterThanOrEqual(utility(other) - 1e-7);
        const sharpe = maximumSharpe(market, 0.02, constraints, solve);
        if (excessOf(other, market) > 1e-6 && sharpe.ok) expect(sharpe.value.sharpe).toBeGreaterThanOrEqual(other.sharpe - 1e-6);
      }),
      RUNS,
    );
  });

  test("have no more variance and no more mean when risk is liked less", () => {
    fc.assert(
      fc.property(cases, fc.double({ min: 0.1, max: 20, noNaN: true }), fc.double({ min: 1, max: 20, noNaN: true }), ({ market, constraints }, aversion, more) => {
        const bold = valueOf(meanVariance(market, aversion, constraints, solve));
        const careful = valueOf(meanVariance(market, aversion * more, constraints, solve));
        expect(careful.deviation ** 2).toBeLessThanOrEqual(bold.deviation ** 2 + 1e-9);
        expect(careful.mean).toBeLessThanOrEqual(bold.mean + 1e-9);
      }),
      RUNS,
    );
  });

  test("do not depend on the order in which assets are listed", () => {
    fc.assert(
      fc.property(cases, ({ market, constraints, seed }) => {
        const order = shuffled(market.names.map((_, i) => i), createRandom(seed));
        const mixed = { ...market, names: order.map((i) => market.names[i]!), mean: order.map((i) => market.mean[i]!), covariance: reordered(market.covariance, order) };
        const limits = reorderedLimits(constraints, order);
        const pairs = [
          [minimumVariance(market, constraints, solve), minimumVariance(mixed, limits, solve)],
          [meanVariance(market, 3, constraints, solve), meanVariance(mixed, 3, limits, solve)],
          [maximumSharpe(market, 0.02, constraints, solve), maximumSharpe(mixed, 0.02, limits, solve)],
        ] as const;
        for (const [first, second] of pairs) {
          expect(second.ok).toBe(first.ok);
          if (first.ok && second.ok) order.forEach((from, to) => expect(second.value.weights[to]).toBeCloseTo(first.value.weights[from]!, 5));
        }
      }),
      RUNS,
    );
  });

  test("do not change with the unit in which risk, or risk and return, are measured", () => {
    fc.assert(
      fc.property(cases, fc.constantFrom(1e-4, 0.01, 7, 365), ({ market, constraints }, unit) => {
        const scaled = { ...market, covariance: market.covariance.map((row) => row.map((value) => value * unit)) };
        const [one, other] = [valueOf(minimumVariance(market, constraints, solve)), valueOf(minimumVariance(scaled, constraints, solve))];
        one.weights.forEach((weight, i) => expect(other.weights[i]).toBeCloseTo(weight, 5));
        expect(other.deviation).toBeCloseTo(one.deviation * Math.sqrt(unit), 5);
        const first = meanVariance(market, 3, constraints, solve);
        const second = meanVariance({ ...scaled, riskFree: 0.02 * unit, mean: market.mean.map((value) => value * unit) }, 3, constraints, solve);
        valueOf(first).weights.forEach((weight, i) => expect(valueOf(second).weights[i]).toBeCloseTo(weight, 5));
      }),
      RUNS,
    );
  });
});

describe("the efficient frontier", () => {
  test("rises in mean and in deviation, from the least variance, each point the best of its mean", () => {
    fc.assert(
      fc.property(cases, ({ market, constraints, point, cash }) => {
        const frontier = valueOf(efficientFrontier(market, 7, constraints, solve));
        expect(frontier[0]!.deviation).toBeCloseTo(valueOf(minimumVariance(market, constraints, solve)).deviation, 8);
        frontier.slice(1).forEach((next, i) => {
          expect(next.mean).toBeGreaterThanOrEqual(frontier[i]!.mean - 1e-9);
          expect(next.deviation).toBeGreaterThanOrEqual(frontier[i]!.deviation - 1e-7);
        });
        const other = weighed(market, point, cash);
        for (const one of frontier) if (one.mean <= other.mean) expect(one.deviation).toBeLessThanOrEqual(other.deviation + 1e-6);
        expect(frontier.at(-1)!.mean).toBeGreaterThanOrEqual(other.mean - 1e-7);
      }),
      RUNS,
    );
  });
});

describe("corners at which the solver was found to go wrong", () => {
  test("a point that it calls optimal and is not is told, and the best is found in either order of the assets", () => {
    const { constraints } = keptLimits(6, 658338410);
    const found = valueOf(minimumVariance(market(6, 7, 658338411, 0.05), constraints, solve));
    [0.01922, 0, 0.09932, 0.16818, 0.17205, 0.17823].forEach((weight, i) => expect(found.weights[i]).toBeCloseTo(weight, 4));
  });

  test("a target for the mean at which it stops with an error is met all the same", () => {
    const { constraints } = keptLimits(8, 997700658);
    expect(valueOf(efficientFrontier(market(8, 8, 997700659), 7, constraints, solve))).toHaveLength(7);
  });
});

function reorderedLimits(constraints: Constraints, order: readonly number[]): Constraints {
  const { maxWeight, minWeight, groups, turnover } = constraints;
  const pick = (list: readonly number[]): number[] => order.map((i) => list[i]!);
  return {
    ...constraints,
    ...(typeof maxWeight === "object" && { maxWeight: pick(maxWeight) }),
    ...(typeof minWeight === "object" && { minWeight: pick(minWeight) }),
    ...(groups && { groups: groups.map((group) => ({ ...group, members: group.members.map((member) => order.indexOf(member)) })) }),
    ...(turnover && { turnover: { ...turnover, from: pick(turnover.from) } }),
  };
}
