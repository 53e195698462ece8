import { describe, expect, test } from "vitest";
import { blackLitterman, impliedReturns, viewOfVote, type View } from "../../../src/core/portfolio/black-litterman.ts";
import { cholesky, solveFactored } from "../../../src/core/portfolio/matrix.ts";
import { valueOf, whyNot } from "./market.ts";

// He and Litterman (1999), "The intuition behind Black-Litterman model portfolios": tables 1, 2 and 4, for Australia,
// Canada, France, Germany, Japan, the United Kingdom and the United States; published in tenths of a percent.
const deviations = [0.16, 0.203, 0.248, 0.271, 0.21, 0.2, 0.187];
const correlations = [
  [1, 0.488, 0.478, 0.515, 0.439, 0.512, 0.491],
  [0.488, 1, 0.664, 0.655, 0.31, 0.608, 0.779],
  [0.478, 0.664, 1, 0.861, 0.355, 0.783, 0.668],
  [0.515, 0.655, 0.861, 1, 0.354, 0.777, 0.653],
  [0.439, 0.31, 0.355, 0.354, 1, 0.405, 0.306],
  [0.512, 0.608, 0.783, 0.777, 0.405, 1, 0.652],
  [0.491, 0.779, 0.668, 0.653, 0.306, 0.652, 1],
];
const covariance = correlations.map((row, i) => row.map((value, j) => value * deviations[i]! * deviations[j]!));
const marketWeights = [0.016, 0.022, 0.052, 0.055, 0.116, 0.124, 0.615];
const market = { covariance, marketWeights, riskAversion: 2.5, tau: 0.05 };
const germany: View = { weights: [0, 0, -0.295, 1, 0, -0.705, 0], return: 0.05, confidence: 0.5 };

const inTenths = (values: readonly number[]): number[] => values.map((value) => Math.round(value * 1000) / 10 + 0);

describe("Black-Litterman", () => {
  test("implies He and Litterman's equilibrium returns", () => {
    expect(inTenths(impliedReturns(covariance, marketWeights, 2.5))).toEqual([3.9, 6.9, 8.4, 9, 4.3, 6.8, 7.6]);
  });

  test("gives He and Litterman's returns and weights for a Germany that beats the rest of Europe by 5 %", () => {
    const posterior = valueOf(blackLitterman({ ...market, views: [germany] }));
    expect(inTenths(posterior.mean)).toEqual([4.3, 7.6, 9.3, 11, 4.5, 7, 8.1]);
    const weights = solveFactored(cholesky(posterior.covariance.map((row) => row.map((value) => 2.5 * value)))!, posterior.mean);
    [1.5, 2.1, -4, 35.4, 11, -9.5, 58.6].forEach((value, i) => expect(Math.abs(weights[i]! * 100 - value)).toBeLessThan(0.06));
  });

  test("returns the prior without views, and with views of no confidence", () => {
    const prior = impliedReturns(covariance, marketWeights, 2.5);
    for (const views of [[], [{ ...germany, confidence: 0 }]]) {
      const posterior = valueOf(blackLitterman({ ...market, views }));
      posterior.mean.forEach((value, i) => expect(value).toBeCloseTo(prior[i]!, 12));
      expect(posterior.covariance[3]![4]).toBeCloseTo(1.05 * covariance[3]![4]!, 12);
    }
  });

  test("moves a view's mix to the view in proportion to the confidence, as Idzorek (2005) has it", () => {
    const start = impliedReturns(covariance, marketWeights, 2.5);
    const mixOf = (mean: readonly number[]): number => germany.weights.reduce((sum, weight, i) => sum + weight * mean[i]!, 0);
    for (const confidence of [0, 0.25, 0.5, 0.65, 1]) {
      const { mean } = valueOf(blackLitterman({ ...market, views: [{ ...germany, confidence }] }));
      expect(mixOf(mean)).toBeCloseTo(mixOf(start) + confidence * (0.05 - mixOf(start)), 10);
    }
  });

  test("meets several certain views exactly and leaves a symmetric covariance that is no smaller than the assets' own", () => {
    const views = [{ ...germany, confidence: 1 }, { weights: [0, 1, 0, 0, 0, 0, -1], return: 0.03, confidence: 1 }];
    const posterior = valueOf(blackLitterman({ ...market, views }));
    for (const view of views) expect(view.weights.reduce((sum, weight, i) => sum + weight * posterior.mean[i]!, 0)).toBeCloseTo(view.return, 10);
    posterior.covariance.forEach((row, i) => {
      expect(row[i]).toBeGreaterThanOrEqual(covariance[i]![i]! - 1e-12);
      row.forEach((value, j) => expect(value).toBe(posterior.covariance[j]![i]));
    });
  });

  test("says what is wrong with its input", () => {
    const certain = { ...germany, confidence: 1 };
    expect(whyNot(blackLitterman({ ...market, views: [certain, { ...certain, return: 0.1 }] }))).toContain("confidence under 1");
    expect(whyNot(blackLitterman({ ...market, views: [{ ...germany, confidence: 1.2 }] }))).toContain("View 1 has a confidence of 1.2");
    expect(whyNot(blackLitterman({ ...market, views: [{ ...germany, return: Number.NaN }] }))).toContain("expects a return of NaN");
    expect(whyNot(blackLitterman({ ...market, views: [{ ...germany, weights: [1] }] }))).toContain("does not weigh 7 assets");
    expect(whyNot(blackLitterman({ ...market, tau: 0, views: [] }))).toContain("tau of 0");
    expect(whyNot(blackLitterman({ covariance, tau: 0.05, views: [] }))).toContain("neither prior returns nor market weights");
    expect(whyNot(blackLitterman({ covariance, marketWeights, tau: 0.05, views: [] }))).toContain("risk aversion");
  });
});

describe("a vote as a view", () => {
  test("expects score x one deviation over its horizon, once, above what is expected anyway", () => {
    const view = viewOfVote({ index: 1, n: 3, score: -0.5, confidence: 0.4, volatility: 0.8, horizonShare: 0.25, prior: 0.1 });
    expect(view).toEqual({ weights: [0, 1, 0], return: 0.1 - 0.5 * 0.8 * 0.5, confidence: 0.4 });
  });

  test("that is neutral leaves the returns as they were", () => {
    const prior = impliedReturns(covariance, marketWeights, 2.5);
    const view = viewOfVote({ index: 3, n: 7, score: 0, confidence: 0.9, volatility: 0.271, horizonShare: 1 / 52, prior: prior[3]! });
    valueOf(blackLitterman({ ...market, views: [view] })).mean.forEach((value, i) => expect(value).toBeCloseTo(prior[i]!, 12));
  });
});
