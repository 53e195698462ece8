import type { Catalogue } from "../definition/load.ts";
import { returnsOf } from "../../core/statistics/returns.ts";
import type { Dataset } from "../../ports/candles.ts";
import { figures } from "../backtest/figures.ts";
import { dataOf } from "../backtest/output.ts";
import { prepare } from "../backtest/prepare.ts";
import { backtestSteps } from "../backtest/run.ts";
import { gridWarnings, haltWarnings } from "../backtest/warnings.ts";
import { looksOutside } from "../council/backtest-outside.ts";
import type { Definition } from "../definition/schema.ts";
import type { BacktestOutput, BacktestResult } from "../result.ts";

/** A finished run, day by day. */
export interface DailyRun {
  /** The definition as it was run. */
  readonly definition: Record<string, unknown>;
  readonly data: BacktestOutput["data"];
  readonly result: BacktestResult;
  /** Equity at the start and at the end of each UTC day, quote. */
  readonly equity: readonly number[];
  /** Daily returns as fractions: one fewer than `equity`. */
  readonly returns: readonly number[];
  /** First and last instant of the run, epoch milliseconds. */
  readonly startTime: number;
  readonly endTime: number;
  readonly warnings: readonly string[];
}

/** Runs a definition and keeps its days; yields the share done (0..1). */
export function* dailySteps(definition: Definition, datasets: readonly Dataset[], { agents, strategies }: Catalogue): Generator<number, DailyRun> {
  const { plan, resolved, hash, warnings } = prepare(definition, datasets, agents, strategies);
  const record = yield* backtestSteps({ ...plan, keeps: "figures" });
  const result = figures(record, plan);
  const equity = [result.startEquity, ...record.marker.daily];
  return {
    definition: resolved,
    data: dataOf(datasets, plan, hash),
    result,
    equity,
    returns: returnsOf(equity),
    startTime: record.startTime,
    endTime: record.endTime,
    warnings: [...warnings, ...outsideWarnings(definition), ...record.warnings, ...gridWarnings(record, plan), ...haltWarnings(record)],
  };
}

/** What is told where a definition looks outside and its candles alone are run: a backtest of it hears more. */
export function outsideWarnings(definition: Definition): string[] {
  return looksOutside(definition) ? ["nothing from outside the market is heard here, so agents that read sources abstain: a backtest of this definition may say something else"] : [];
}

/** Lets a generator that yields its own share done stand for the part `at` of `count` equal parts. */
export function* part<Result>(steps: Generator<number, Result>, at: number, count: number): Generator<number, Result> {
  for (let next = steps.next(); ; next = steps.next()) {
    if (next.done) return next.value;
    yield (at + next.value) / count;
  }
}
