import { compound } from "../../../src/core/statistics/returns.ts";
import { describe, expect, it } from "vitest";
import { planSearch } from "../../../src/app/optimize/plan.ts";
import { bestRule, rulesOf } from "../../../src/app/optimize/rules.ts";
import { runTrial, runWinner } from "../../../src/app/optimize/trial.ts";
import { foldsOf, trialsInFold } from "../../../src/app/optimize/walk-forward.ts";
import { catalogue, contextOf, searchText, THREE } from "./fixture.ts";

const DAY = 86_400_000;

describe("the rules that need no search", () => {
  it.each(["", "symbols: [BTC/USDT, ETH/USDT]\n"])("hold what the report's buy and hold holds, day by day: %j", async (symbols) => {
    const context = await contextOf(symbols + searchText(THREE));
    const { prepared } = planSearch(context, catalogue);
    const { result } = runWinner(context, {}, catalogue);
    const rules = rulesOf(prepared.plan, result, null, "sharpe");
    expect(rules.map(({ name }) => name)).toEqual(["buy and hold", `hold ${(result.exposure * 100).toFixed(0)} %, as the winner`, "cash"]);
    expect(rules[0]?.totalReturn).toBe(result.buyAndHold.totalReturn);
    expect(rules[1]?.totalReturn).toBe(result.buyAndHold.equalExposureReturn);
    expect(rules[0]?.sharpe).not.toBeNull();
    // A constant share of the same days has the same Sharpe ratio, the fee of the first day apart.
    expect(rules[1]?.sharpe).toBeCloseTo(rules[0]?.sharpe ?? Number.NaN, 6);
    expect(rules[2]).toEqual({ name: "cash", totalReturn: 0, sharpe: null, maxDrawdown: 0, objective: 0 });
  });

  it("have the Calmar ratio of the return and the drawdown that stand beside it", async () => {
    const context = await contextOf(searchText(THREE));
    const { prepared } = planSearch(context, catalogue);
    for (const { name, totalReturn, maxDrawdown, objective } of rulesOf(prepared.plan, runWinner(context, {}, catalogue).result, null, "calmar")) {
      if (name !== "cash") expect(objective).toBeCloseTo(((1 + totalReturn) ** (365 / 40) - 1) / -maxDrawdown, 9);
    }
  });

  it("pay each symbol's own fee", async () => {
    const rulesWith = async (fees: string) => {
      const context = await contextOf(`symbols: [BTC/USDT, ETH/USDT]\nfees: ${fees}\n${searchText(THREE)}`);
      return rulesOf(planSearch(context, catalogue).prepared.plan, runWinner(context, {}, catalogue).result, null, "sharpe");
    };
    const [common, own, other] = await Promise.all([rulesWith("{taker: 0.001}"), rulesWith("{taker: 0.001, of: {ETH/USDT: {taker: 0.05}}}"), rulesWith("{taker: 0.05, of: {BTC/USDT: {maker: 0.001, taker: 0.001}, ETH/USDT: {maker: 0.001}}}")]);
    expect(own).toEqual(other);
    // The dearer purchase is a loss of the first day, in the daily returns as in the whole.
    expect(own[0]!.totalReturn).toBeLessThan(common[0]!.totalReturn - 0.01);
    expect(own[0]!.sharpe).toBeLessThan(common[0]!.sharpe!);
  });

  it("names the best by the objective, cash where everything else loses", () => {
    const rule = (name: string, objective: number | null) => ({ name, totalReturn: 0, sharpe: null, maxDrawdown: 0, objective });
    expect(bestRule([rule("a", -1), rule("b", null), rule("cash", 0)])).toBe("cash");
    expect(bestRule([rule("a", 2), rule("b", 2), rule("cash", 0)])).toBe("a");
  });
});

describe("a trial", () => {
  it("of a window is the backtest from its start to its end", async () => {
    const context = await contextOf(searchText(THREE));
    const from = planSearch(context, catalogue).span.from + 5 * DAY;
    const outcome = runTrial(context, { parameters: {}, window: { from, to: from + 10 * DAY } }, catalogue);
    const same = await contextOf(`from: ${new Date(from).toISOString()}\nto: ${new Date(from + 10 * DAY).toISOString()}\n${searchText(THREE)}`);
    const { result, daily } = runWinner(same, {}, catalogue);
    expect(outcome).toMatchObject({ state: "done", figures: { totalReturn: result.totalReturn, fills: result.fills } });
    if (outcome.state === "done") {
      expect([...outcome.daily]).toEqual(daily);
      expect(compound([...outcome.daily])).toBeCloseTo(result.totalReturn, 9);
      expect(outcome.daily).toHaveLength(10);
    }
  });
});

describe("the folds of a walk-forward", () => {
  it("are none when the data are too short for them", () => {
    expect(foldsOf({ from: 0, to: 5 * DAY }, 4)).toBeNull();
    expect(foldsOf({ from: 0, to: 60 * DAY }, 4)?.anchored).toHaveLength(4);
  });

  it("are cut at midnight, so that no day is in two of them, however late the candles begin", () => {
    const folds = foldsOf({ from: DAY / 2, to: 60.5 * DAY }, 4);
    const cuts = [...(folds?.anchored ?? []), ...(folds?.rolling ?? [])].flatMap(({ inSample, outOfSample }) => [inSample.from, inSample.to, outOfSample.from]);
    expect(cuts.filter((time) => time % DAY !== 0)).toEqual([]);
    expect(folds?.anchored.at(-1)?.outOfSample.to).toBe(60.5 * DAY);
  });

  it("get a quarter of the trials, sixteen at least, and never more than the search", () => {
    expect([trialsInFold(8), trialsInFold(40), trialsInFold(400)]).toEqual([8, 16, 100]);
  });
});
