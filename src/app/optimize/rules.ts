import { cagr, calmar, deepestFall, returnsOf, sharpe, sortino } from "../../core/statistics/returns.ts";
import { DAY } from "../../core/timeframe.ts";
import { type BacktestMarket, type BacktestPlan, takerFeeOf } from "../backtest/plan.ts";
import type { Objective } from "../definition/search-schema.ts";
import type { BacktestResult } from "../result.ts";
import { objectiveOf } from "./objective.ts";
import type { Rule, TrialFigures } from "./result.ts";

/** What needs no search, beside which its winner has to stand. */
export function rulesOf(plan: BacktestPlan, winner: BacktestResult, written: TrialFigures | null, objective: Objective): Rule[] {
  const { buyAndHold, exposure } = winner;
  const held = heldReturns(plan);
  const partly = held.map((one) => one * exposure);
  const hold = shapeOf(held, buyAndHold.totalReturn, buyAndHold.maxDrawdown);
  const equal = shapeOf(partly, buyAndHold.equalExposureReturn, deepestFall(partly));
  const named: [string, Parameters<typeof objectiveOf>[0]][] = [
    ...(written === null ? [] : [["the definition as written", written] as [string, TrialFigures]]),
    ["buy and hold", hold],
    [`hold ${(exposure * 100).toFixed(0)} %, as the winner`, equal],
    ["cash", { totalReturn: 0, sharpe: null, sortino: null, cagr: 0, calmar: null, maxDrawdown: 0 }],
  ];
  return named.map(([name, figures]) => ({
    name,
    totalReturn: figures.totalReturn,
    sharpe: figures.sharpe,
    maxDrawdown: figures.maxDrawdown,
    // Cash has no Sharpe ratio; no risk for no return counts as zero.
    objective: objectiveOf(figures, objective) ?? (name === "cash" ? 0 : null),
  }));
}

/** The rule with the highest objective, the earlier among equals. */
export function bestRule(rules: readonly Rule[]): string {
  let best: Rule | undefined;
  for (const rule of rules) if (best === undefined || (rule.objective ?? Number.NEGATIVE_INFINITY) > (best.objective ?? Number.NEGATIVE_INFINITY)) best = rule;
  return best?.name ?? "";
}

/** The objectives of a rule; growth and Calmar ratio follow from the return and the drawdown that are told, as the winner's do. */
function shapeOf(daily: readonly number[], totalReturn: number, maxDrawdown: number): Parameters<typeof objectiveOf>[0] {
  const growth = cagr(1, 1 + totalReturn, daily.length);
  return { totalReturn, cagr: growth, sharpe: sharpe(daily), sortino: sortino(daily), calmar: calmar(growth, maxDrawdown, daily.length), maxDrawdown };
}

/** Daily returns of all the capital in equal parts in every symbol, from the first traded close on, the taker fee paid at the start. */
function heldReturns(plan: BacktestPlan): number[] {
  const start = Math.min(...plan.markets.map(({ series, from }) => series.time[from] ?? Number.POSITIVE_INFINITY));
  const end = Math.max(...plan.markets.map(({ series }) => (series.time[series.length - 1] ?? 0) + 1));
  const closes = plan.markets.map((market) => dailyCloses(market, start, end));
  const shares = plan.markets.map((market) => (1 - takerFeeOf(plan, market)) / plan.markets.length);
  const values = (closes[0] ?? []).map((_, day) => closes.reduce((sum, own, i) => sum + ((shares[i] ?? 0) * (own[day] ?? 0)) / (own[0] ?? 1), 0));
  return returnsOf([1, ...values.slice(1)]);
}

/** The first traded close, then the last close of every UTC day; a day without candles repeats the one before. */
function dailyCloses({ series, from }: BacktestMarket, start: number, end: number): number[] {
  const first = series.close[from] as number;
  const closes = [first];
  let at = from;
  let latest = first;
  for (let dayEnd = (Math.floor(start / DAY) + 1) * DAY; dayEnd - DAY < end; dayEnd += DAY) {
    while (at < series.length && (series.time[at] as number) < dayEnd) latest = series.close[at++] as number;
    closes.push(latest);
  }
  return closes;
}
