import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { openHighs } from "../../../src/adapters/highs/solve.ts";
import { efficientFrontier, maximumSharpe, meanVariance, minimumVariance } from "../../../src/core/portfolio/frontier.ts";
import type { SolveQp } from "../../../src/core/portfolio/quadratic-program.ts";
import { riskContributions } from "../../../src/core/portfolio/risk-contributions.ts";
import { riskParity } from "../../../src/core/portfolio/risk-parity.ts";
import { createRandom } from "../../../src/core/random.ts";
import { market, reordered, shuffled, valueOf } from "./market.ts";

let solve: SolveQp;
beforeAll(async () => {
  solve = await openHighs();
});

const pairOf = (a: number, b: number, correlation: number): number[][] => [[a * a, correlation * a * b], [correlation * a * b, b * b]];
const deviation = fc.double({ min: 0.05, max: 1.5, noNaN: true });
const correlation = fc.double({ min: -0.9, max: 0.9, noNaN: true });

describe("two assets, by the formulas of every textbook", () => {
  test("the least variance is at w = (b² - rho a b) / (a² + b² - 2 rho a b), cut to 0 and 1", () => {
    fc.assert(
      fc.property(deviation, deviation, correlation, (a, b, rho) => {
        const weight = (b * b - rho * a * b) / (a * a + b * b - 2 * rho * a * b);
        const found = valueOf(minimumVariance({ names: ["A", "B"], mean: [0, 0], covariance: pairOf(a, b, rho) }, {}, solve));
        expect(found.weights[0]).toBeCloseTo(Math.min(1, Math.max(0, weight)), 7);
      }),
      { numRuns: 60 },
    );
  });

  test("the tangency is at the inverse covariance times the excess, where both are held", () => {
    fc.assert(
      fc.property(deviation, deviation, correlation, fc.double({ min: 0.05, max: 0.4, noNaN: true }), fc.double({ min: 0.05, max: 0.4, noNaN: true }), (a, b, rho, x, y) => {
        const [first, second] = [b * b * x - rho * a * b * y, a * a * y - rho * a * b * x];
        const raw = first / (first + second);
        const weight = first <= 0 ? 0 : second <= 0 ? 1 : raw;
        const found = valueOf(maximumSharpe({ names: ["A", "B"], mean: [x + 0.03, y + 0.03], covariance: pairOf(a, b, rho) }, 0.03, {}, solve));
        expect(found.weights[0]).toBeCloseTo(weight, 6);
        if (first > 0 && second > 0) expect(found.sharpe).toBeCloseTo(Math.sqrt((x * first + y * second) / (a * a * b * b * (1 - rho * rho))), 7);
      }),
      { numRuns: 60 },
    );
  });

  test("with cash free, mean-variance puts excess / (aversion x variance) into one risky asset (Merton, 1969)", () => {
    const found = valueOf(meanVariance({ names: ["A"], mean: [0.1], covariance: [[0.16]], riskFree: 0.02 }, 2, { cash: { min: 0, max: 1 } }, solve));
    expect(found.weights[0]).toBeCloseTo(0.08 / (2 * 0.16), 9);
    expect(found.cash).toBeCloseTo(0.75, 9);
    expect(found.mean).toBeCloseTo(0.25 * 0.1 + 0.75 * 0.02, 9);
  });

  test("the frontier of two assets is the hyperbola between them", () => {
    const covariance = pairOf(0.2, 0.4, 0.1);
    const frontier = valueOf(efficientFrontier({ names: ["A", "B"], mean: [0.05, 0.15], covariance }, 9, {}, solve));
    expect(frontier).toHaveLength(9);
    for (const { mean, deviation } of frontier) {
      const share = (0.15 - mean) / 0.1;
      expect(deviation).toBeCloseTo(Math.sqrt(share ** 2 * 0.04 + 2 * share * (1 - share) * 0.008 + (1 - share) ** 2 * 0.16), 7);
    }
    expect(frontier.at(-1)!.weights[1]).toBeCloseTo(1, 9);
  });
});

describe("limits", () => {
  const three = { names: ["A", "B", "C"], mean: [0.3, 0.2, 0.1], covariance: [[0.09, 0, 0], [0, 0.09, 0], [0, 0, 0.09]], riskFree: 0.02 };

  test("hold at caps, groups and turnover, with the rest spread as the formula says", () => {
    const { weights } = valueOf(minimumVariance(three, { maxWeight: [0.2, 1, 1] }, solve));
    [0.2, 0.4, 0.4].forEach((value, i) => expect(weights[i]).toBeCloseTo(value, 9));
    const grouped = valueOf(minimumVariance(three, { groups: [{ name: "two", members: [0, 1], max: 0.5 }] }, solve));
    [0.25, 0.25, 0.5].forEach((value, i) => expect(grouped.weights[i]).toBeCloseTo(value, 9));
    const turned = valueOf(minimumVariance(three, { turnover: { from: [1, 0, 0], max: 0.3 } }, solve));
    [0.7, 0.15, 0.15].forEach((value, i) => expect(turned.weights[i]).toBeCloseTo(value, 8));
  });

  test("the greatest Sharpe ratio keeps as little cash as its limits need, and cash does not change the ratio", () => {
    const free = valueOf(maximumSharpe(three, 0.02, {}, solve));
    const withCash = valueOf(maximumSharpe(three, 0.02, { cash: { min: 0.1, max: 0.9 } }, solve));
    expect(withCash.cash).toBeCloseTo(0.1, 7);
    expect(withCash.sharpe).toBeCloseTo(free.sharpe, 8);
    const capped = valueOf(maximumSharpe(three, 0.02, { cash: { min: 0, max: 1 }, maxWeight: 0.28 }, solve));
    expect(capped.sharpe).toBeCloseTo(free.sharpe, 8);
    expect(Math.max(...capped.weights)).toBeCloseTo(0.28, 7);
  });
});

describe("risk parity", () => {
  test("gives two assets weights in inverse proportion to their deviations, whatever the correlation", () => {
    fc.assert(
      fc.property(deviation, deviation, correlation, (a, b, rho) => {
        expect(valueOf(riskParity(pairOf(a, b, rho)))[0]).toBeCloseTo(b / (a + b), 10);
      }),
    );
  });

  test("gives uncorrelated assets the root of their budget over their deviation", () => {
    const weights = valueOf(riskParity([[0.04, 0, 0], [0, 0.09, 0], [0, 0, 0.25]], [0.5, 0.3, 0.2]));
    const raw = [Math.sqrt(0.5) / 0.2, Math.sqrt(0.3) / 0.3, Math.sqrt(0.2) / 0.5];
    const total = raw.reduce((a, b) => a + b, 0);
    raw.forEach((value, i) => expect(weights[i]).toBeCloseTo(value / total, 10));
  });

  test("makes the shares of risk the budgets, with singular covariances too, in any order and unit", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 2, max: 12 }), fc.integer({ min: 1, max: 1e9 }), (assets, factors, seed) => {
        const random = createRandom(seed);
        const { covariance } = market(assets, factors, seed, factors < assets ? 1e-3 : 0);
        const raw = covariance.map(() => 0.1 + random.uniform());
        const total = raw.reduce((a, b) => a + b, 0);
        const budgets = raw.map((value) => value / total);
        const weights = valueOf(riskParity(covariance, raw));
        expect(weights.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
        riskContributions(weights, covariance).forEach((share, i) => expect(share).toBeCloseTo(budgets[i]!, 9));
        const order = shuffled(weights.map((_, i) => i), random);
        const mixed = valueOf(riskParity(reordered(covariance, order).map((row) => row.map((value) => value * 1e-6)), order.map((i) => raw[i]!)));
        order.forEach((from, to) => expect(mixed[to]).toBeCloseTo(weights[from]!, 9));
      }),
      { numRuns: 100 },
    );
  });

  test("shares of risk sum to one, and are nothing where nothing varies", () => {
    expect(riskContributions([0.5, 0.5], pairOf(0.2, 0.4, 0.5)).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
    expect(riskContributions([0.5, 0.5], [[0, 0], [0, 0]])).toEqual([0, 0]);
  });
});
