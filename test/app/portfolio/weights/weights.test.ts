import { describe, expect, it } from "vitest";
import { openHighs } from "../../../../src/adapters/highs/solve.ts";
import { portfolioWeightsSchema, type PortfolioWeights } from "../../../../src/app/portfolio/weights/result.ts";
import { METHODS, type WeightsSettings } from "../../../../src/app/portfolio/weights/settings.ts";
import type { SharedBars } from "../../../../src/app/portfolio/weights/shared-bars.ts";
import { weightsSteps } from "../../../../src/app/portfolio/weights/weights.ts";
import type { CouncilViews } from "../../../../src/app/portfolio/weights/council-run.ts";
import { PLAIN, randomBars } from "./random-bars.ts";

const solve = await openHighs();
const NO_VIEWS: CouncilViews = { views: [], warnings: [] };

function weigh(bars: SharedBars, settings: Partial<WeightsSettings> = {}, council: CouncilViews | null = settings.method === "black-litterman" ? NO_VIEWS : null): PortfolioWeights {
  const steps = weightsSteps({ name: "test", bars, settings: { ...PLAIN, ...settings }, council, solve });
  for (let next = steps.next(); ; next = steps.next()) if (next.done) return next.value;
}

const FOUR = randomBars([{ mean: 0.6, deviation: 0.6 }, { mean: 0.9, deviation: 0.8 }, { mean: 0.4, deviation: 0.5 }, { mean: 1.1, deviation: 1.1 }], 500, 7);
const weightsOf = ({ weights }: PortfolioWeights): number[] => weights.map(({ weight }) => weight);
const total = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0);

describe("the weights of a portfolio", () => {
  it.each(METHODS)("are a result of the schema and keep every limit with %s", (method) => {
    const limits = { maxWeight: 0.4, minWeight: new Map([["S3/USDT", 0.1]]), groups: [{ name: "two", members: ["S0/USDT", "S1/USDT"], min: 0, max: 0.5 }], cash: { min: 0.05, max: 0.2 } };
    const result = weigh(FOUR, { method, ...limits });
    expect(portfolioWeightsSchema.parse(JSON.parse(JSON.stringify(result)))).toEqual(JSON.parse(JSON.stringify(result)));
    const weights = weightsOf(result);
    expect(total(weights) + result.cash.weight).toBeCloseTo(1, 7);
    expect(Math.max(...weights)).toBeLessThanOrEqual(0.4 + 1e-7);
    expect(weights[3]).toBeGreaterThanOrEqual(0.1 - 1e-7);
    expect(weights[0]! + weights[1]!).toBeLessThanOrEqual(0.5 + 1e-7);
    expect(result.cash.weight).toBeGreaterThanOrEqual(0.05 - 1e-7);
    expect(result.cash.weight).toBeLessThanOrEqual(0.2 + 1e-7);
    for (const point of result.frontier) expect(total(point.weights.map(({ weight }) => weight)) + point.cash).toBeCloseTo(1, 7);
  });

  it("are the same in every run, and others with another seed only in how unsure they are", () => {
    const [first, second, other] = [weigh(FOUR), weigh(FOUR), weigh(FOUR, { seed: 2 })];
    expect(JSON.stringify(first)).toBe(JSON.stringify(second));
    expect(weightsOf(other)).toEqual(weightsOf(first));
    expect(other.resample.cloud).not.toEqual(first.resample.cloud);
  });

  it("do not depend on the order of the symbols", () => {
    const order = [2, 0, 3, 1];
    const mixed: SharedBars = { ...FOUR, symbols: order.map((i) => FOUR.symbols[i]!), returns: FOUR.returns.map((row) => order.map((i) => row[i]!)), spans: order.map((i) => FOUR.spans[i]!) };
    const [plain, other] = [weigh(FOUR), weigh(mixed)];
    for (const { symbol, weight, band } of plain.weights) {
      const same = other.weights.find((one) => one.symbol === symbol)!;
      expect(same.weight).toBeCloseTo(weight, 5);
      expect(same.band.high).toBeCloseTo(band.high, 4);
    }
  });

  it("of least variance are those that two symbols have in closed form", () => {
    const bars = randomBars([{ mean: 0, deviation: 0.5 }, { mean: 0, deviation: 1 }], 400, 3, 0);
    const { weights } = weigh(bars, { method: "min-variance" });
    const column = (i: number): number[] => bars.returns.map((row) => row[i]!);
    const covariance = (a: number[], b: number[]): number => total(a.map((x, t) => (x - total(a) / a.length) * (b[t]! - total(b) / b.length)));
    const [a, b] = [column(0), column(1)];
    // w = (s2^2 - s12) / (s1^2 + s2^2 - 2 s12)
    const exact = (covariance(b, b) - covariance(a, b)) / (covariance(a, a) + covariance(b, b) - 2 * covariance(a, b));
    expect(weights[0]!.weight).toBeCloseTo(exact, 6);
  });

  it("have shares of the risk that sum to one, equal ones with risk parity", () => {
    const { weights } = weigh(FOUR, { method: "risk-parity" });
    for (const { riskShare } of weights) expect(riskShare).toBeCloseTo(0.25, 6);
    expect(total(weigh(FOUR).weights.map(({ riskShare }) => riskShare!))).toBeCloseTo(1, 9);
  });

  it("stay within the turnover from what is held, and tell what that is", () => {
    const current = new Map([["S0/USDT", 0.7], ["S2/USDT", 0.3]]);
    const result = weigh(FOUR, { current, turnover: 0.1 });
    const moved = total(result.weights.map(({ weight, current: held }) => Math.abs(weight - held!))) / 2;
    expect(moved).toBeLessThanOrEqual(0.1 + 1e-7);
    expect(result.weights.map(({ current: held }) => held)).toEqual([0.7, 0, 0.3, 0]);
    expect(result.current!.deviation).toBeGreaterThan(0);
  });

  it("are the market's own where the council has no view", () => {
    const marketWeights = new Map([["S0/USDT", 0.4], ["S1/USDT", 0.3], ["S2/USDT", 0.2], ["S3/USDT", 0.1]]);
    const result = weigh(FOUR, { method: "black-litterman", marketWeights });
    weightsOf(result).forEach((weight, i) => expect(weight).toBeCloseTo([0.4, 0.3, 0.2, 0.1][i]!, 5));
    expect(result.views).toEqual([]);
  });

  it("follow a view of the council, the more the surer it is", () => {
    const view = (confidence: number): CouncilViews => ({ views: [{ symbol: "S1/USDT", index: 1, score: 0.8, confidence, horizonShare: 1 / 12, time: FOUR.to, votes: [{ agent: "momentum", score: 0.8, confidence }] }], warnings: [] });
    const [none, some, much] = [NO_VIEWS, view(0.2), view(0.7)].map((council) => weightsOf(weigh(FOUR, { method: "black-litterman" }, council))[1]!);
    expect(some!).toBeGreaterThan(none!);
    expect(much!).toBeGreaterThan(some!);
    const down = view(0.7);
    const sold = weightsOf(weigh(FOUR, { method: "black-litterman" }, { views: [{ ...down.views[0]!, score: -0.8 }], warnings: [] }))[1]!;
    expect(sold).toBeLessThan(none!);
  });

  it("give two symbols that are the same one weight", () => {
    const twins: SharedBars = { ...FOUR, returns: FOUR.returns.map(([a, , c, d]) => [a!, a!, c!, d!]) };
    for (const method of ["min-variance", "risk-parity", "max-sharpe"] as const) {
      const weights = weightsOf(weigh(twins, { method }));
      expect(weights[0]!).toBeCloseTo(weights[1]!, 4);
    }
  });
});

describe("what weights are worth", () => {
  it("is no better than equal weights where all symbols are drawn alike", () => {
    const alike = randomBars(Array.from({ length: 5 }, () => ({ mean: 0.5, deviation: 0.8 })), 300, 11);
    const { betterThanEqual, verdict, chosen, resample } = weigh(alike, { draws: 60 });
    expect(betterThanEqual).toBe(false);
    expect(verdict.at(-1)).toMatch(/^This is not better than equal weights within its own uncertainty/);
    // What is chosen for its Sharpe ratio loses some of it where it was not chosen on.
    expect(resample.unseen!.sharpe.middle).toBeLessThan(chosen.sharpe!);
    expect(verdict.join(" ")).toMatch(/of it is hindsight/);
  });

  it("is better where one symbol is far calmer and least variance is asked for", () => {
    const calm = randomBars([{ mean: 0.1, deviation: 0.1 }, { mean: 0.1, deviation: 1 }, { mean: 0.1, deviation: 1 }], 300, 5);
    const { betterThanEqual, verdict } = weigh(calm, { method: "min-variance", draws: 60 });
    expect(betterThanEqual).toBe(true);
    expect(verdict.at(-1)).toMatch(/a lower deviation than equal weights in at least 95 of 100/);
  });

  it("does not count holding more cash as an advantage", () => {
    const alike = randomBars(Array.from({ length: 4 }, () => ({ mean: 0.5, deviation: 0.8 })), 250, 13, 0.95);
    const { cash, equal, chosen } = weigh(alike, { method: "min-variance", cash: { min: 0, max: 0.5 } });
    expect(cash.weight).toBeCloseTo(0.5, 6);
    expect(equal.deviation).toBeLessThan(1.1 * chosen.deviation);
  });

  it("warns of fewer returns than symbols, and still gives weights", () => {
    const few = randomBars(Array.from({ length: 20 }, () => ({ mean: 0.5, deviation: 0.8 })), 15, 17);
    const result = weigh(few, { method: "min-variance", estimate: "ledoit-wolf" });
    expect(total(weightsOf(result))).toBeCloseTo(1, 7);
    expect(result.warnings.join(" ")).toMatch(/15 returns for 20 symbols/);
  });

  it.each<[string, Partial<WeightsSettings>, RegExp]>([
    ["caps under the whole", { maxWeight: 0.2 }, /^max-sharpe: The caps on single assets add up to 80 %/],
    ["a risk-free rate that nothing earns", { riskFree: 0.99, maxWeight: 0.3 }, /No allowed mix earns more than the risk-free rate of 99 %/],
  ])("is an error that speaks to the person with %s", (_name, settings, message) => {
    const dull = randomBars(Array.from({ length: 4 }, () => ({ mean: 0.1, deviation: 0.3 })), 300, 19);
    expect(() => weigh(dull, settings)).toThrow(message);
  });
});
