import { beforeAll, describe, expect, test } from "vitest";
import { openHighs } from "../../../src/adapters/highs/solve.ts";
import type { Constraints } from "../../../src/core/portfolio/constraints.ts";
import { meanReturns, sampleCovariance } from "../../../src/core/portfolio/estimates.ts";
import { efficientFrontier, maximumSharpe, meanVariance, minimumVariance, type Market } from "../../../src/core/portfolio/frontier.ts";
import type { SolveQp } from "../../../src/core/portfolio/quadratic-program.ts";
import { riskParity } from "../../../src/core/portfolio/risk-parity.ts";
import { returns, valueOf, whyNot } from "./market.ts";

let solve: SolveQp;
beforeAll(async () => {
  solve = await openHighs();
});

const two: Market = { names: ["BTC", "ETH"], mean: [0.3, 0.4], covariance: [[0.25, 0.1], [0.1, 0.36]] };

describe("input at the edge gets a right answer", () => {
  test("one asset gets everything, by every method, and its frontier is one point", () => {
    const one: Market = { names: ["BTC"], mean: [0.3], covariance: [[0.25]] };
    for (const outcome of [minimumVariance(one, {}, solve), maximumSharpe(one, 0.02, {}, solve), meanVariance(one, 3, {}, solve)]) {
      expect(valueOf(outcome).weights[0]).toBeCloseTo(1, 12);
    }
    expect(valueOf(efficientFrontier(one, 20, {}, solve))).toHaveLength(1);
    expect(valueOf(riskParity([[0.25]]))).toEqual([1]);
  });

  test("two identical assets share evenly, beside a third too", () => {
    const twins: Market = { names: ["A", "A2", "B"], mean: [0.3, 0.3, 0.2], covariance: [[0.25, 0.25, 0.05], [0.25, 0.25, 0.05], [0.05, 0.05, 0.16]] };
    for (const outcome of [minimumVariance(twins, {}, solve), maximumSharpe(twins, 0.02, {}, solve), meanVariance(twins, 3, {}, solve)]) {
      const { weights } = valueOf(outcome);
      expect(weights[0]).toBeGreaterThan(0.05);
      expect(weights[0]).toBeCloseTo(weights[1]!, 8);
    }
    const end = valueOf(efficientFrontier(twins, 5, {}, solve)).at(-1)!;
    expect(end.weights.map((weight) => Number(weight.toFixed(6)))).toEqual([0.5, 0.5, 0]);
    const parity = valueOf(riskParity(twins.covariance));
    expect(parity[0]).toBeCloseTo(parity[1]!, 12);
  });

  test("fewer rows than assets give weights that keep their limits", () => {
    const data = returns(6, 15, 4);
    const few: Market = { names: data[0]!.map((_, i) => `A${i}`), mean: meanReturns(data, 365, { compounding: false }), covariance: sampleCovariance(data, 365) };
    const { weights } = valueOf(minimumVariance(few, { maxWeight: 0.2 }, solve));
    expect(weights.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
    expect(Math.max(...weights)).toBeLessThan(0.2 + 1e-7);
    expect(valueOf(riskParity(few.covariance)).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
  });

  test("a constant price is all of the least variance, with a Sharpe ratio of 0, and none of what needs its risk", () => {
    const still: Market = { names: ["BTC", "USDT"], mean: [0.3, 0], covariance: [[0.25, 0], [0, 0]] };
    expect(valueOf(minimumVariance(still, {}, solve))).toMatchObject({ weights: [0, 1], deviation: 0, sharpe: 0 });
    expect(valueOf(maximumSharpe(still, 0.02, {}, solve)).weights[0]).toBeCloseTo(1, 9);
    expect(whyNot(riskParity(still.covariance, undefined, still.names))).toMatch(/^USDT never moves/);
  });

  test("an asset without risk that earns more than the risk-free rate has no greatest Sharpe ratio", () => {
    const free: Market = { names: ["BTC", "EARN"], mean: [0.3, 0.05], covariance: [[0.25, 0], [0, 0]] };
    expect(whyNot(maximumSharpe(free, 0.02, {}, solve))).toMatch(/^EARN never moves and earns more than the risk-free rate of 2 %/);
    const hedge: Market = { names: ["UP", "DOWN"], mean: [0.3, 0.05], covariance: [[0.25, -0.25], [-0.25, 0.25]] };
    expect(whyNot(maximumSharpe(hedge, 0.02, {}, solve))).toMatch(/^A mix of UP, DOWN never moves/);
    expect(whyNot(riskParity(hedge.covariance))).toContain("no risk is left at all");
  });
});

describe("input without an answer gets a sentence", () => {
  test("no excess return: nothing to be paid for risk, and what to do instead", () => {
    const sentence = whyNot(maximumSharpe({ ...two, mean: [-0.1, 0.01] }, 0.02, {}, solve));
    expect(sentence).toContain("No allowed mix earns more than the risk-free rate of 2 % a year (the best asset, ETH, 1 %)");
    expect(sentence).toContain("Hold cash");
    expect(whyNot(maximumSharpe({ ...two, mean: [-0.1, 0.03] }, 0.02, { maxWeight: 0.6 }, solve))).toContain("No allowed mix");
  });

  test("numbers that are none are named by their asset", () => {
    expect(whyNot(minimumVariance({ ...two, mean: [0.1, Number.NaN] }, {}, solve))).toContain("mean return of ETH is not a finite number");
    expect(whyNot(minimumVariance({ ...two, covariance: [[0.25, 0.1], [0.1, Infinity]] }, {}, solve))).toContain("variance of ETH is not a finite number");
    expect(whyNot(minimumVariance({ ...two, covariance: [[0.25, Number.NaN], [Number.NaN, 0.1]] }, {}, solve))).toContain("covariance of BTC and ETH is not a finite number");
    expect(whyNot(maximumSharpe(two, Number.NaN, {}, solve))).toContain("risk-free rate is NaN");
    expect(whyNot(meanVariance(two, 0, {}, solve))).toContain("risk aversion of 0");
    expect(whyNot(efficientFrontier(two, 0, {}, solve))).toContain("frontier of 0 points");
    expect(whyNot(minimumVariance({ names: [], mean: [], covariance: [] }, {}, solve))).toContain("no asset");
  });

  test("a matrix that is no covariance is told apart", () => {
    expect(whyNot(minimumVariance({ ...two, covariance: [[0.25, 0.5], [0.5, 0.25]] }, {}, solve))).toContain("a variance below zero");
    expect(whyNot(minimumVariance({ ...two, covariance: [[0.25, 0.1], [0.2, 0.25]] }, {}, solve))).toContain("is symmetric");
    expect(whyNot(minimumVariance({ ...two, covariance: [[-0.25, 0], [0, 0.25]] }, {}, solve))).toContain("variance of BTC is -0.25");
    expect(whyNot(minimumVariance({ ...two, covariance: [[0.25]] }, {}, solve))).toContain("not 2 x 2");
  });

  test.each<readonly [string, Constraints, string]>([
    ["caps that add up to too little", { maxWeight: 0.4 }, "The caps on single assets add up to 80 %, and 100 % has to be invested: raise the caps to 50 % or more each"],
    ["caps too low for the cash allowed", { maxWeight: 0.2, cash: { min: 0, max: 0.5 } }, "40 %, and 50 % has to be invested"],
    ["least weights that add up to too much", { minWeight: 0.5, cash: { min: 0.1, max: 0.2 } }, "least weights add up to 100 %, and only 90 %"],
    ["a least weight above the most", { minWeight: [0.5, 0], maxWeight: [0.4, 1] }, "The least of BTC is 50 %, above the most of it, 40 %"],
    ["a cap below zero", { maxWeight: [-0.1, 1] }, "The most of BTC is -10 %"],
    ["a group that cannot be filled", { groups: [{ name: "all", members: [0, 1], max: 0.5 }] }, "Loosen the groups"],
    ["a group against a least weight", { minWeight: [0.6, 0], groups: [{ name: "majors", members: [0], max: 0.5 }] }, "Loosen the groups or the least weights"],
    ["a group whose least is above its most", { groups: [{ name: "majors", members: [0], min: 0.5, max: 0.4 }] }, 'Group "majors" is to be at least 50 % and at most 40 %'],
    ["a group of a stranger", { groups: [{ name: "majors", members: [2], max: 0.4 }] }, 'Group "majors" names asset 2'],
    ["a group that names one twice", { groups: [{ name: "majors", members: [0, 0], max: 0.4 }] }, "names an asset twice"],
    ["too little turnover to get within the limits", { maxWeight: 0.6, turnover: { from: [1, 0], max: 0.1 } }, "Loosen the turnover or the caps on single assets"],
    ["a list of the wrong length", { maxWeight: [0.5] }, "A list of 1 weights for 2 assets"],
    ["cash that is no range", { cash: { min: 0.5, max: 0.2 } }, "Cash between 50 % and 20 %"],
    ["a limit that is no number", { maxWeight: [Number.NaN, 1] }, "A limit on the weight of BTC is not a number"],
    ["a turnover below zero", { turnover: { from: [1, 0], max: -1 } }, "A turnover of at most -1"],
    ["weights from before that are no numbers", { turnover: { from: [1, Number.NaN], max: 1 } }, "turnover is counted from are not all finite"],
  ])("%s", (_, constraints, sentence) => {
    expect(whyNot(minimumVariance(two, constraints, solve))).toContain(sentence);
  });

  test("shorts without end have a least variance, and no greatest mean", () => {
    expect(valueOf(minimumVariance(two, { longOnly: false }, solve)).weights[0]).toBeCloseTo(0.26 / 0.41, 9);
    expect(whyNot(efficientFrontier(two, 5, { longOnly: false }, solve))).toContain("set a least and a most weight");
  });

  test("risk budgets that are none are told", () => {
    expect(whyNot(riskParity(two.covariance, [1, 0]))).toContain("not above zero");
    expect(whyNot(riskParity(two.covariance, [1]))).toContain("1 risk budgets for 2 assets");
  });
});
