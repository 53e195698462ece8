import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sampleCovariance } from "../../../src/core/portfolio/estimates.ts";
import { ledoitWolf } from "../../../src/core/portfolio/ledoit-wolf.ts";
import { cholesky } from "../../../src/core/portfolio/matrix.ts";
import { returns } from "./market.ts";

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** Everything by its definition, one sum at a time, from the rows themselves. */
function parts(rows: readonly (readonly number[])[]) {
  const assets = rows[0]!.map((_, i) => i);
  const means = assets.map((i) => mean(rows.map((row) => row[i]!)));
  const x = rows.map((row) => row.map((value, i) => value - means[i]!));
  const s = assets.map((i) => assets.map((j) => mean(x.map((row) => row[i]! * row[j]!))));
  return { assets, x, s };
}

/** scikit-learn's documented rule: beta / delta with delta = |S - mI|² and beta = min(delta, sum_t |x_t x_t' - S|² / T²). */
function identityShare(rows: readonly (readonly number[])[]): number {
  const { assets, x, s } = parts(rows);
  const m = mean(assets.map((i) => s[i]![i]!));
  let [delta, beta] = [0, 0];
  for (const i of assets) for (const j of assets) {
    delta += (s[i]![j]! - (i === j ? m : 0)) ** 2;
    for (const row of x) beta += (row[i]! * row[j]! - s[i]![j]!) ** 2 / x.length ** 2;
  }
  return Math.min(beta, delta) / delta;
}

/** Appendix B of "Honey, I shrunk the sample covariance matrix": kappa / T with kappa = (pi - rho) / gamma. */
function correlationShare(rows: readonly (readonly number[])[]): number {
  const { assets, x, s } = parts(rows);
  const apart = assets.flatMap((i) => assets.filter((j) => j !== i).map((j) => [i, j] as const));
  const r = mean(apart.map(([i, j]) => s[i]![j]! / Math.sqrt(s[i]![i]! * s[j]![j]!)));
  const f = (i: number, j: number): number => (i === j ? s[i]![i]! : r * Math.sqrt(s[i]![i]! * s[j]![j]!));
  const pi = (i: number, j: number): number => mean(x.map((row) => (row[i]! * row[j]! - s[i]![j]!) ** 2));
  const theta = (k: number, i: number, j: number): number => mean(x.map((row) => (row[k]! ** 2 - s[k]![k]!) * (row[i]! * row[j]! - s[i]![j]!)));
  let [sumPi, gamma, rho] = [0, 0, 0];
  for (const i of assets) for (const j of assets) {
    sumPi += pi(i, j);
    gamma += (f(i, j) - s[i]![j]!) ** 2;
    rho += i === j ? pi(i, i) : (r / 2) * (Math.sqrt(s[j]![j]! / s[i]![i]!) * theta(i, i, j) + Math.sqrt(s[i]![i]! / s[j]![j]!) * theta(j, i, j));
  }
  return Math.min(1, Math.max(0, (sumPi - rho) / gamma / x.length));
}

describe("Ledoit and Wolf's shrinkage", () => {
  test("shrinks by the share that the definitions give, for both targets", () => {
    fc.assert(
      fc.property(fc.integer({ min: 5, max: 60 }), fc.integer({ min: 3, max: 7 }), fc.integer({ min: 1, max: 1e9 }), (rows, assets, seed) => {
        const data = returns(rows, assets, seed);
        expect(ledoitWolf(data, 252, "identity").shrinkage).toBeCloseTo(identityShare(data), 9);
        expect(ledoitWolf(data, 252, "constant-correlation").shrinkage).toBeCloseTo(correlationShare(data), 9);
      }),
      { numRuns: 50 },
    );
  });

  test("mixes target and sample: the trace stays, and with constant correlation each variance", () => {
    const data = returns(40, 5, 3);
    const biased = sampleCovariance(data, 252).map((row) => row.map((value) => (value * 39) / 40));
    const trace = (matrix: readonly (readonly number[])[]): number => matrix.reduce((sum, row, i) => sum + row[i]!, 0);
    const identity = ledoitWolf(data, 252, "identity");
    expect(trace(identity.covariance)).toBeCloseTo(trace(biased), 10);
    expect(identity.covariance[0]![1]).toBeCloseTo((1 - identity.shrinkage) * biased[0]![1]!, 12);
    ledoitWolf(data, 252, "constant-correlation").covariance.forEach((row, i) => expect(row[i]).toBeCloseTo(biased[i]![i]!, 12));
  });

  test("makes an invertible matrix of fewer rows than assets, where the sample's is singular", () => {
    const data = returns(6, 20, 5);
    expect(cholesky(ledoitWolf(data, 252, "identity").covariance)).not.toBeNull();
    expect(ledoitWolf(data, 252, "identity").shrinkage).toBeGreaterThan(0);
  });

  test("leaves one asset, identical assets and a constant price with finite numbers", () => {
    for (const target of ["identity", "constant-correlation"] as const) {
      for (const data of [returns(20, 1, 1), returns(20, 2, 1), returns(20, 1, 1).map(([x]) => [x!, x!]), returns(20, 2, 1).map(([x, y]) => [x!, y!, 0])]) {
        const { covariance, shrinkage } = ledoitWolf(data, 365, target);
        expect(covariance.flat().every(Number.isFinite)).toBe(true);
        expect(shrinkage).toBeGreaterThanOrEqual(0);
        expect(shrinkage).toBeLessThanOrEqual(1);
      }
    }
  });

  test("leaves out rows with a missing return, and says so when too few are left", () => {
    const data = returns(30, 3, 9);
    expect(ledoitWolf([[Number.NaN, 0.1, 0.2], ...data], 252, "identity")).toEqual(ledoitWolf(data, 252, "identity"));
    expect(() => ledoitWolf([[Number.NaN, 0.1], [0.1, 0.2]], 252, "identity")).toThrow("only 1 of 2 rows");
  });
});
