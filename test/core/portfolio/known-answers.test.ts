import { readFileSync } from "node:fs";
import { z } from "zod";
import { beforeAll, describe, expect, test } from "vitest";
import { openHighs } from "../../../src/adapters/highs/solve.ts";
import { blackLitterman } from "../../../src/core/portfolio/black-litterman.ts";
import { meanReturns, sampleCorrelation, sampleCovariance, simpleReturns } from "../../../src/core/portfolio/estimates.ts";
import { efficientFrontier, maximumSharpe, meanVariance, minimumVariance, weighed, type Market, type Weights } from "../../../src/core/portfolio/frontier.ts";
import { hierarchicalRiskParity } from "../../../src/core/portfolio/hierarchical-risk-parity.ts";
import { cholesky, solveFactored } from "../../../src/core/portfolio/matrix.ts";
import type { SolveQp } from "../../../src/core/portfolio/quadratic-program.ts";
import { sharedData } from "../../shared-data.ts";
import { valueOf } from "./market.ts";

const stocks = sharedData("known_answers", "pyportfolioopt", "stock_prices.csv");
const riskfolio = sharedData("known_answers", "riskfolio", "stock_prices.csv");

let solve: SolveQp;
beforeAll(async () => {
  solve = await openHighs();
});

/** A table of prices: names from the first line, NaN where a cell is empty. */
function readPrices(path: string): { readonly names: string[]; readonly prices: number[][] } {
  const [head, ...lines] = readFileSync(path, "utf8").trim().split("\n");
  const names = head!.split(",").slice(1);
  const cell = z.string().transform((text) => (text === "" ? Number.NaN : Number(text)));
  return { names, prices: lines.map((line) => names.map((_, i) => cell.parse(line.split(",")[i + 1] ?? ""))) };
}

describe.skipIf(stocks === null)("weights agree with PyPortfolioOpt over its 20 stocks (skipped without the recorded answers)", () => {
  let market: Market;
  let returns: number[][];
  const folder = (name: string): string => readFileSync(sharedData("known_answers", "pyportfolioopt", name)!, "utf8");
  const figures = z.tuple([z.number(), z.number(), z.number()]);
  const expected = (): Record<string, z.infer<typeof figures>> =>
    z.object({ min_volatility: figures, min_volatility_shorts_unbounded: figures, hrp_single_linkage_performance: figures }).parse(JSON.parse(folder("expected.json")));

  beforeAll(() => {
    const { names, prices } = readPrices(stocks!);
    returns = simpleReturns(prices);
    market = { names, mean: meanReturns(returns, 252, { compounding: true }), covariance: sampleCovariance(returns, 252), riskFree: 0.02 };
  });

  const agrees = (own: Weights, [mean, deviation, sharpe]: readonly [number, number, number]): void => {
    expect(Math.abs(own.mean - mean)).toBeLessThan(1e-9);
    expect(Math.abs(own.deviation - deviation)).toBeLessThan(1e-9);
    expect(Math.abs(own.sharpe - sharpe)).toBeLessThan(1e-9);
  };

  test("minimum variance, long only", () => agrees(valueOf(minimumVariance(market, {}, solve)), expected()["min_volatility"]!));

  test("minimum variance, short as much as one likes", () => agrees(valueOf(minimumVariance(market, { longOnly: false }, solve)), expected()["min_volatility_shorts_unbounded"]!));

  // The numbers below are those of tests/test_efficient_frontier.py of robertmartin8/PyPortfolioOpt (MIT), same data.
  test("maximum Sharpe, long only", () => agrees(valueOf(maximumSharpe(market, 0.02, {}, solve)), [0.3047768672819914, 0.22165566922402932, 1.2847714127003216]));

  test("maximum Sharpe, short as much as one likes", () => agrees(valueOf(maximumSharpe(market, 0.02, { longOnly: false }, solve)), [0.4937195216716211, 0.29516576454651955, 1.6049270564945908]));

  test("mean-variance at a risk aversion of 2, long only", () => agrees(valueOf(meanVariance(market, 2, {}, solve)), [0.3677732711751504, 0.2921342197778279, 1.1904571516463793]));

  test("mean-variance at a risk aversion of 1, each weight from -1 to 1", () =>
    agrees(valueOf(meanVariance(market, 1, { longOnly: false, minWeight: -1, maxWeight: 1 }, solve)), [1.4170505733098597, 1.0438577623242156, 1.3383533884915872]));

  test("the frontier passes the published point at a mean of 25 %, between two neighbours and under their chord by less than 1e-5", () => {
    const frontier = valueOf(efficientFrontier(market, 100, {}, solve));
    const above = frontier.findIndex(({ mean }) => mean >= 0.25);
    const [low, high] = [frontier[above - 1]!, frontier[above]!];
    const chord = low.deviation + ((high.deviation - low.deviation) * (0.25 - low.mean)) / (high.mean - low.mean);
    expect(chord - 0.18723269942026335).toBeGreaterThan(-1e-6);
    expect(chord - 0.18723269942026335).toBeLessThan(1e-5);
  });

  test("hierarchical risk parity with single linkage: all 20 weights to 1e-9, where the source's own test asks for 1 %", () => {
    const weights = valueOf(hierarchicalRiskParity(market.covariance, "single", { names: market.names, correlation: sampleCorrelation(returns) }));
    const rows = folder("weights_hrp.csv").trim().split("\n").slice(1).map((line) => line.split(","));
    expect(rows).toHaveLength(20);
    for (const [name, weight] of rows) expect(Math.abs(weights[market.names.indexOf(name!)]! - Number(weight))).toBeLessThan(1e-9);
    const arithmetic = { ...market, mean: meanReturns(returns, 252, { compounding: false }) };
    agrees(weighed(arithmetic, weights, 0), expected()["hrp_single_linkage_performance"]!);
  });

  test("Black-Litterman's weights from five views, to the five decimals that tests/test_black_litterman.py gives", () => {
    const views = { AAPL: 0.2, BBY: -0.3, BAC: 0, SBUX: -0.2, T: 0.131321 };
    const posterior = valueOf(
      blackLitterman({
        covariance: market.covariance,
        prior: market.names.map(() => 0),
        tau: 0.05,
        views: Object.entries(views).map(([name, value]) => ({ weights: market.names.map((own) => (own === name ? 1 : 0)), return: value, confidence: 0.5 })),
      }),
    );
    const raw = solveFactored(cholesky(market.covariance)!, posterior.mean);
    const total = raw.reduce((a, b) => a + b, 0);
    const published: Record<string, number> = { AAPL: 1.40675, BAC: 0.02651, T: 2.81117, BBY: -1.44667, SBUX: -1.79776 };
    market.names.forEach((name, i) => expect(Math.abs(raw[i]! / total - (published[name] ?? 0))).toBeLessThan(6e-6));
  });
});

describe.skipIf(riskfolio === null)("weights agree with Riskfolio-Lib (skipped without the recorded answers)", () => {
  test("minimum variance over the last 200 returns of ten stocks, to 1e-6", () => {
    const { names: all, prices } = readPrices(riskfolio!);
    const kept = all.map((_, i) => i).filter((i) => all[i] !== "SPY");
    const names = kept.map((i) => all[i]!);
    const covariance = sampleCovariance(simpleReturns(prices).slice(-200).map((row) => kept.map((i) => row[i]!)), 252);
    const { weights } = valueOf(minimumVariance({ names, mean: names.map(() => 0), covariance }, {}, solve));
    const rows = readFileSync(sharedData("known_answers", "riskfolio", "Classic_MinRisk.csv")!, "utf8").trim().split("\n").slice(1).map((line) => line.split(","));
    expect(rows).toHaveLength(10);
    for (const [name, weight] of rows) expect(Math.abs(weights[names.indexOf(name!)]! - Number(weight))).toBeLessThan(1e-6);
  });
});
