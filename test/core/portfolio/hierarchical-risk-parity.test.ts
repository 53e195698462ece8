import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hierarchicalRiskParity } from "../../../src/core/portfolio/hierarchical-risk-parity.ts";
import { createRandom } from "../../../src/core/random.ts";
import { market, reordered, shuffled, valueOf, whyNot } from "./market.ts";

describe("hierarchical risk parity", () => {
  test("weighs uncorrelated assets of a power of two by the inverse of their variance", () => {
    // Lopez de Prado (2016): recursive bisection with inverse-variance weights is the inverse-variance portfolio there.
    const variances = [0.01, 0.04, 0.09, 0.16];
    const weights = valueOf(hierarchicalRiskParity(variances.map((value, i) => variances.map((_, j) => (i === j ? value : 0)))));
    const total = variances.reduce((sum, value) => sum + 1 / value, 0);
    variances.forEach((value, i) => expect(weights[i]).toBeCloseTo(1 / value / total, 12));
  });

  test("puts those that move together into one half: a twin takes weight from its twin, not from the stranger", () => {
    const weights = valueOf(hierarchicalRiskParity([[1, 0.1, 0.99], [0.1, 1, 0.1], [0.99, 0.1, 1]]));
    expect(weights[1]).toBeGreaterThan(0.45);
    expect(weights[0]! + weights[2]!).toBeCloseTo(1 - weights[1]!, 12);
  });

  test("sums to one without a weight below zero, for covariances that cannot be inverted too", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 1e9 }), (assets, factors, seed) => {
        const weights = valueOf(hierarchicalRiskParity(market(assets, factors, seed).covariance));
        expect(weights.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
        for (const weight of weights) expect(weight).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 100 },
    );
  });

  test("with names does not depend on the order in which assets are listed, nor ever on the unit", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 15 }), fc.integer({ min: 1, max: 1e9 }), (assets, seed) => {
        const { names, covariance } = market(assets, 20, seed, 0.01);
        const weights = valueOf(hierarchicalRiskParity(covariance, "single", { names }));
        const order = shuffled(names.map((_, i) => i), createRandom(seed));
        const mixed = reordered(covariance, order).map((row) => row.map((value) => value * 365));
        const again = valueOf(hierarchicalRiskParity(mixed, "single", { names: order.map((i) => names[i]!) }));
        order.forEach((from, to) => expect(again[to]).toBeCloseTo(weights[from]!, 10));
      }),
      { numRuns: 100 },
    );
  });

  test("takes one asset, identical assets and opposite ones", () => {
    expect(valueOf(hierarchicalRiskParity([[0.04]]))).toEqual([1]);
    expect(valueOf(hierarchicalRiskParity([[0.04, 0.04], [0.04, 0.04]]))).toEqual([0.5, 0.5]);
    expect(valueOf(hierarchicalRiskParity([[0.04, -0.04], [-0.04, 0.04]]))).toEqual([0.5, 0.5]);
  });

  test("says which asset never moves and which has no number", () => {
    expect(whyNot(hierarchicalRiskParity([[0.04, 0], [0, 0]], "single", { names: ["BTC", "USDT"] }))).toMatch(/^USDT never moves/);
    expect(whyNot(hierarchicalRiskParity([[0.04, Number.NaN], [Number.NaN, 0.1]], "single", { names: ["BTC", "NEW"] }))).toContain("covariance of BTC and NEW is not a finite number");
    expect(whyNot(hierarchicalRiskParity([]))).toContain("no asset");
  });
});
