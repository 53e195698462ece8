import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normalCdf, normalQuantile } from "../../../src/core/statistics/normal.ts";
import {
  deflatedSharpe,
  expectedMaximum,
  minimumBacktestLength,
  minimumTrackRecord,
  probabilisticSharpe,
  type SharpeStatistics,
  sharpeStatistics,
} from "../../../src/core/statistics/sharpe-inference.ts";

const returns = [0.01, -0.02, 0.03, 0.005, -0.01, 0.02, -0.015, 0.01, 0, 0.025];
const normal = (sharpe: number, observations: number): SharpeStatistics => ({ sharpe, observations, skewness: 0, kurtosis: 3 });

describe("known answers of the statistics page", () => {
  it("the probabilistic Sharpe ratio of the ten returns over zero", () => {
    expect(probabilisticSharpe(sharpeStatistics(returns)!, 0)).toBeCloseTo(0.8294126694, 10);
  });
  it("the Sharpe ratio of the ten returns, a year of 365 days", () => {
    const stats = sharpeStatistics(returns)!;
    expect(stats.sharpe * Math.sqrt(365)).toBeCloseTo(6.2151653142, 9);
    expect(stats.skewness).toBeCloseTo(-0.0905227067, 9);
    expect(stats.kurtosis).toBeCloseTo(1.8253703814, 9);
    expect(stats.observations).toBe(10);
  });
  it("the probabilistic Sharpe ratio of Bailey and Lopez de Prado's two years of months", () => {
    const stats = { sharpe: 1.585 / Math.sqrt(12), observations: 24, skewness: -2.448, kurtosis: 10.164 };
    expect(probabilisticSharpe(stats, 0)).toBeCloseTo(0.9132343069, 10);
  });
  it("the deflated Sharpe ratio of their hundred trials", () => {
    const stats = { sharpe: 2.5 / Math.sqrt(250), observations: 1_250, skewness: -3, kurtosis: 10 };
    expect(deflatedSharpe(stats, { trials: 100, variance: 0.5 / 250 })).toBeCloseTo(0.9003968344, 10);
  });
  it("the expected maximum of 100 and of 10", () => {
    expect(expectedMaximum(100)).toBeCloseTo(2.5306028932, 9);
    expect(expectedMaximum(10)).toBeCloseTo(1.5745983013, 10);
  });
  it("the minimum track record of a daily Sharpe ratio of 2 a year against 1, in years of 250 days", () => {
    expect(minimumTrackRecord(normal(2 / Math.sqrt(250), 1_000), 1 / Math.sqrt(250), 0.95) / 250).toBeCloseTo(2.7311878, 7);
  });
  it("the minimum backtest length of 45 trials that show a Sharpe ratio of 1", () => {
    expect(minimumBacktestLength(45, 1)).toBeCloseTo(4.998087, 7);
  });
});

describe("the normal distribution", () => {
  it("has the quantiles of the printed tables", () => {
    expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 12);
    expect(normalQuantile(0.95)).toBeCloseTo(1.6448536269514722, 12);
    expect(normalCdf(1)).toBeCloseTo(0.8413447460685429, 12);
    expect(normalQuantile(0)).toBe(Number.NEGATIVE_INFINITY);
  });
  it("takes back with the quantile what the share gave", () => {
    fc.assert(fc.property(fc.double({ min: -5, max: 5, noNaN: true }), (z) => Math.abs(normalQuantile(normalCdf(z)) - z) < 1e-9));
  });
});

describe("Sharpe ratios that say nothing", () => {
  it("are none where nothing varies, even by a last digit", () => {
    expect(sharpeStatistics([])).toBeNull();
    expect(sharpeStatistics([0.01])).toBeNull();
    expect(sharpeStatistics([0, 0, 0])).toBeNull();
    expect(sharpeStatistics([0.1, 0.1, 0.1])).toBeNull();
    expect(sharpeStatistics([0.01, 0.01 + 1e-17, 0.01 - 1e-16])).toBeNull();
  });
  it("need a track record without end when they are not over the benchmark", () => {
    expect(minimumTrackRecord(normal(0.05, 100), 0.05, 0.95)).toBe(Number.POSITIVE_INFINITY);
    expect(minimumBacktestLength(10, 0)).toBe(Number.POSITIVE_INFINITY);
  });
  it("are not made worse by a choice that was none", () => {
    expect(expectedMaximum(1)).toBe(0);
    expect(deflatedSharpe(normal(0.1, 400), { trials: 1, variance: 0.5 })).toBe(probabilisticSharpe(normal(0.1, 400), 0));
  });
  it("stay a probability when two values alone leave the estimate no spread", () => {
    const stats = sharpeStatistics([0.02, -0.01, 0.02, -0.01, 0.02])!;
    for (const benchmark of [-1, 0, stats.sharpe, 2]) {
      const p = probabilisticSharpe(stats, benchmark);
      expect(p).toBeGreaterThanOrEqual(0);
      expect(p).toBeLessThanOrEqual(1);
    }
    expect(probabilisticSharpe({ sharpe: 1, skewness: 2, kurtosis: 5, observations: 10 }, 1)).toBe(0.5);
  });
});

describe("what more trials and more data do", () => {
  const sharpe = fc.double({ min: 0.01, max: 0.3, noNaN: true });
  it("every further trial lowers the deflated Sharpe ratio", () => {
    fc.assert(
      fc.property(sharpe, fc.integer({ min: 2, max: 10_000 }), (value, trials) => {
        const of = (n: number): number => deflatedSharpe(normal(value, 300), { trials: n, variance: 0.001 });
        return of(trials + 1) <= of(trials) && of(trials) < of(1);
      }),
    );
  });
  it("a track record just as long as the minimum has just the confidence that was asked for", () => {
    fc.assert(
      fc.property(sharpe, fc.double({ min: -1, max: 0.5, noNaN: true }), fc.double({ min: 3, max: 12, noNaN: true }), (value, skew, kurt) => {
        const stats = { sharpe: value, skewness: skew, kurtosis: kurt, observations: 0 };
        const observations = minimumTrackRecord(stats, 0, 0.95);
        expect(probabilisticSharpe({ ...stats, observations }, 0)).toBeCloseTo(0.95, 9);
      }),
    );
  });
});
