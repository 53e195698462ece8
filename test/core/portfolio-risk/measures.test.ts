import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { deviationOf, historicalTail, normalTail, worseOf } from "../../../src/core/portfolio-risk/measures.ts";

const sample = (count: number) => fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: count, maxLength: count });
const pair = fc.integer({ min: 1, max: 90 }).chain((count) => fc.tuple(sample(count), sample(count)));
const tail = (outcomes: readonly number[]) => historicalTail(Float64Array.from(outcomes));
const sum = (a: readonly number[], b: readonly number[]) => a.map((x, i) => x + (b[i] as number));

describe("the tail of a normal distribution", () => {
  it("is the closed form at 95 %", () => {
    // Tables of the standard normal: z = 1.644854, density 0.103136, which over 0.05 is 2.062713.
    const { valueAtRisk, shortfall } = normalTail(0.02);
    expect(valueAtRisk).toBeCloseTo(0.02 * 1.644854, 7);
    expect(shortfall).toBeCloseTo((0.02 * 0.103136) / 0.05, 6);
  });

  it("takes deviations about zero, so that a drift does not look safe", () => {
    expect(deviationOf(Float64Array.of(0.01, 0.01, 0.01))).toBeCloseTo(0.01, 12);
    expect(deviationOf(Float64Array.of(0.03, -0.04))).toBeCloseTo(Math.sqrt(0.0025 / 2), 12);
    expect(deviationOf(new Float64Array(0))).toBe(0);
  });
});

describe("the tail of what happened", () => {
  it("is counted by hand for forty outcomes: two of them are the worst twentieth", () => {
    // Worst: -10, -8 (their mean is -9); the first one better is -5.
    const outcomes = [-10, 3, -8, -5, ...Array.from({ length: 36 }, (_, i) => i)];
    expect(tail(outcomes)).toEqual({ valueAtRisk: 5, shortfall: 9 });
  });

  it("takes the outcome at the edge by its part where the twentieth is no whole number", () => {
    // A twentieth of 30 is one and a half: (10 + 0.5 x 4) / 1.5 = 8.
    const outcomes = [-10, -4, ...Array.from({ length: 28 }, () => 1)];
    const { valueAtRisk, shortfall } = tail(outcomes);
    expect(valueAtRisk).toBe(4);
    expect(shortfall).toBeCloseTo(8, 12);
  });

  it("is no loss where nothing was lost, or nothing is known", () => {
    expect(tail(Array.from({ length: 50 }, (_, i) => i + 1))).toEqual({ valueAtRisk: 0, shortfall: 0 });
    expect(tail([])).toEqual({ valueAtRisk: 0, shortfall: 0 });
  });

  it("never has a shortfall under its value at risk", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }).chain(sample), (outcomes) => {
        const { valueAtRisk, shortfall } = tail(outcomes);
        expect(shortfall).toBeGreaterThanOrEqual(valueAtRisk);
      }),
    );
  });

  it("never has a shortfall of a sum over the sum of shortfalls", () => {
    fc.assert(
      fc.property(pair, ([a, b]) => {
        expect(tail(sum(a, b)).shortfall).toBeLessThanOrEqual(tail(a).shortfall + tail(b).shortfall + 1e-12);
        const deviation = (outcomes: readonly number[]) => deviationOf(Float64Array.from(outcomes));
        expect(deviation(sum(a, b))).toBeLessThanOrEqual(deviation(a) + deviation(b) + 1e-12);
      }),
    );
  });

  it("grows in proportion to what is held, and adds up where all moves together", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 120 }).chain(sample), fc.double({ min: 0, max: 50, noNaN: true }), (outcomes, size) => {
        const one = tail(outcomes);
        const more = tail(outcomes.map((outcome) => outcome * (1 + size)));
        expect(more.shortfall).toBeGreaterThanOrEqual(one.shortfall);
        expect(more.valueAtRisk).toBeCloseTo((1 + size) * one.valueAtRisk, 9);
        expect(more.shortfall).toBeCloseTo(one.shortfall + tail(outcomes.map((outcome) => outcome * size)).shortfall, 9);
      }),
    );
  });
});

it("takes the larger of two tails figure by figure", () => {
  expect(worseOf({ valueAtRisk: 1, shortfall: 4 }, { valueAtRisk: 2, shortfall: 3 })).toEqual({ valueAtRisk: 2, shortfall: 4 });
});
