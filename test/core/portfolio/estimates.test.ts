import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { exponentialCovariance, exponentialMean, meanReturns, sampleCorrelation, sampleCovariance, simpleReturns } from "../../../src/core/portfolio/estimates.ts";
import { returns } from "./market.ts";

describe("returns and estimates", () => {
  test("give the covariance of PyPortfolioOpt's dummy prices", () => {
    // tests/test_risk_models.py, test_sample_cov_dummy, of robertmartin8/PyPortfolioOpt.
    const prices = [[4, 2, 0.6], [4.2, 2.1, 0.59], [3.9, 2, 0.58], [4.3, 2.1, 0.62], [4.1, 2.2, 0.63]];
    const published = [
      [0.006661687937656102, 0.00264970955585574, 0.0020849735375206195],
      [0.00264970955585574, 0.0023450491307634215, 0.00096770864287974],
      [0.0020849735375206195, 0.00096770864287974, 0.0016396416271856837],
    ];
    const own = sampleCovariance(simpleReturns(prices), 1);
    published.forEach((row, i) => row.forEach((value, j) => expect(own[i]![j]).toBeCloseTo(value, 15)));
  });

  test("compound to the growth from the first price to the last, and add up to the average", () => {
    const moved = simpleReturns([[100], [150], [75], [120]]);
    expect(meanReturns(moved, 3, { compounding: true })[0]).toBeCloseTo(0.2, 12);
    expect(meanReturns(moved, 6, { compounding: true })[0]).toBeCloseTo(0.44, 12);
    expect(meanReturns(moved, 3, { compounding: false })[0]).toBeCloseTo(0.5 - 0.5 + 0.6, 12);
  });

  test("weigh a row that is one half-life older half", () => {
    const moved = [[0.1], [0.2], [0.3]];
    const weights = [0.25, 0.5, 1];
    const mean = (0.25 * 0.1 + 0.5 * 0.2 + 0.3) / 1.75;
    expect(exponentialMean(moved, 1, 1)[0]).toBeCloseTo(mean, 12);
    const variance = weights.reduce((sum, weight, t) => sum + (weight / 1.75) * (moved[t]![0]! - mean) ** 2, 0);
    expect(exponentialCovariance(moved, 1, 1)[0]![0]).toBeCloseTo(variance / (1 - weights.reduce((sum, weight) => sum + (weight / 1.75) ** 2, 0)), 12);
    expect(exponentialMean([[0.1], [0.1]], 2, 5, { compounding: true })[0]).toBeCloseTo(0.21, 12);
  });

  test("with a half-life without end are the plain ones", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 40 }), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 1e9 }), (rows, assets, seed) => {
        const data = returns(rows, assets, seed);
        const plain = sampleCovariance(data, 252);
        exponentialCovariance(data, 252, Infinity).forEach((row, i) => row.forEach((value, j) => expect(value).toBeCloseTo(plain[i]![j]!, 12)));
        exponentialMean(data, 252, Infinity).forEach((value, i) => expect(value).toBeCloseTo(meanReturns(data, 252, { compounding: false })[i]!, 10));
      }),
      { numRuns: 30 },
    );
  });

  test("use for each pair the rows that both have, and are no number where there are too few", () => {
    const gap = Number.NaN;
    const moved = simpleReturns([[10, gap, gap], [11, 5, gap], [12, 6, gap], [11, 6.5, 3]]);
    const covariance = sampleCovariance(moved, 1);
    expect(covariance[0]![1]).toBeCloseTo(sampleCovariance(moved.slice(1).map((row) => row.slice(0, 2)), 1)[0]![1]!, 15);
    expect(covariance[0]![0]).toBeCloseTo(sampleCovariance(moved.map(([x]) => [x!]), 1)[0]![0]!, 15);
    expect(covariance[2]![0]).toBeNaN();
    expect(meanReturns(moved, 1, { compounding: false })[2]).toBeNaN();
  });

  test("correlations are the covariances over the deviations where all rows are whole", () => {
    const data = returns(50, 4, 2);
    const covariance = sampleCovariance(data, 1);
    sampleCorrelation(data).forEach((row, i) => row.forEach((value, j) => expect(value).toBeCloseTo(covariance[i]![j]! / Math.sqrt(covariance[i]![i]! * covariance[j]![j]!), 12)));
  });

  test("refuse prices that cannot be, with the row and the asset, and a half-life of nothing", () => {
    expect(() => simpleReturns([[1, 2], [1, 0]])).toThrow("price of asset 2 in row 2 is 0");
    expect(() => simpleReturns([[1, 2], [Infinity, 1]])).toThrow("price of asset 1 in row 2 is Infinity");
    expect(() => simpleReturns([[1, 2], [-1, 1]])).toThrow("price of asset 1 in row 2 is -1");
    expect(() => simpleReturns([[1, 2], [1]])).toThrow("row 2 of the prices has 1 columns");
    expect(() => exponentialMean([[0.1]], 1, 0)).toThrow("half-life of 0");
  });
});
