import type { Catalogue } from "../definition/load.ts";
import { returnsOf } from "../../core/statistics/returns.ts";
import { figures } from "../backtest/figures.ts";
import { boundsSteps } from "../backtest/output.ts";
import type { BacktestPlan } from "../backtest/plan.ts";
import { prepare } from "../backtest/prepare.ts";
import { runBacktest } from "../backtest/run.ts";
import { gridWarnings, haltWarnings } from "../backtest/warnings.ts";
import type { BacktestBounds, BacktestResult } from "../result.ts";
import { definitionWith, type TrialContext, type Window } from "./context.ts";
import type { Parameters, TrialFigures } from "./result.ts";

/** One run that is asked for. */
export interface TrialRequest {
  readonly parameters: Parameters;
  /** Null: the definition's own span. */
  readonly window: Window | null;
}

/** What a run came to: figures and the returns of its days, or why it could not be run. */
export type TrialOutcome =
  | { readonly state: "done"; readonly figures: TrialFigures; readonly daily: Float64Array; readonly seconds: number }
  | { readonly state: "failed"; readonly reason: string; readonly seconds: number };

/** Everything about one run that is told in full. */
export interface WinnerRun {
  readonly result: BacktestResult;
  readonly bounds: BacktestBounds;
  readonly startTime: number;
  /** Returns of its days, fractions. */
  readonly daily: readonly number[];
  readonly warnings: readonly string[];
}

/** Runs one parameter set over the context's candles. The same arguments give the same outcome, `seconds` apart. */
export function runTrial(context: TrialContext, { parameters, window }: TrialRequest, catalogue: Catalogue): TrialOutcome {
  const started = performance.now();
  const seconds = (): number => (performance.now() - started) / 1_000;
  try {
    const { result, daily } = runOf(context, parameters, window, catalogue);
    return { state: "done", figures: keptOf(result), daily: Float64Array.from(daily), seconds: seconds() };
  } catch (error) {
    return { state: "failed", reason: error instanceof Error ? error.message : String(error), seconds: seconds() };
  }
}

/** Runs the chosen set once more, with all its figures and over all fill models. */
export function runWinner(context: TrialContext, parameters: Parameters, catalogue: Catalogue): WinnerRun {
  const { plan, record, result, daily, notes } = runOf(context, parameters, null, catalogue);
  const warnings = [...notes, ...record.warnings, ...gridWarnings(record, plan), ...haltWarnings(record)];
  const steps = boundsSteps(plan, record);
  for (;;) {
    const next = steps.next();
    if (next.done) return { result, daily, warnings, bounds: next.value, startTime: record.startTime };
  }
}

function runOf(context: TrialContext, parameters: Parameters, window: Window | null, catalogue: Catalogue) {
  const definition = definitionWith(context, parameters, window, catalogue);
  const { plan: whole, warnings: notes } = prepare(definition, context.datasets, catalogue.agents, catalogue.strategies);
  const plan: BacktestPlan = { ...whole, keeps: "figures" };
  const record = runBacktest(plan);
  const result = figures(record, plan);
  return { plan, notes, record, result, daily: returnsOf([result.startEquity, ...record.marker.daily]) };
}

function keptOf(result: BacktestResult): TrialFigures {
  const { totalReturn, cagr, sharpe, sortino, calmar, maxDrawdown, exposure, turnover, feesPaid, fills, roundTrips } = result;
  return { totalReturn, cagr, sharpe, sortino, calmar, maxDrawdown, exposure, turnover, feesPaid, fills, roundTrips };
}
