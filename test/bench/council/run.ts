import { agents } from "../../../agents/index.ts";
import { figures } from "../../../src/app/backtest/figures.ts";
import { prepare } from "../../../src/app/backtest/prepare.ts";
import { runBacktest } from "../../../src/app/backtest/run.ts";
import { councilScores } from "../../../src/app/council/scores.ts";
import type { CouncilScores } from "../../../src/app/council/result.ts";
import { parseSet } from "../../../src/app/definition/document.ts";
import { loadDefinition } from "../../../src/app/definition/load.ts";
import type { BacktestResult } from "../../../src/app/result.ts";
import { returnsOf } from "../../../src/core/statistics/returns.ts";
import { strategies } from "../../../strategies/index.ts";
import type { PartCandles, RecordedMarket } from "./markets.ts";

/** A way to run the shipped default definition. */
export interface Variant {
  readonly name: string;
  /** `key=value`, as `--set` takes it. */
  readonly sets: readonly string[];
  /** Only these agents; all of the definition when absent. */
  readonly agents?: readonly string[];
  /** Only these strategies; all of the definition when absent. */
  readonly strategies?: readonly string[];
}

/** What a run came to. Returns and drawdowns are fractions, a drawdown is not positive. */
export interface Outcome {
  readonly variant: string;
  readonly totalReturn: number;
  readonly maxDrawdown: number;
  readonly days: number;
  readonly exposure: number;
  readonly fills: number;
  readonly switchesPerMonth: number | null;
  /** Share of decisions, by stance. */
  readonly stances: Readonly<Record<string, number>>;
  readonly hold: { readonly totalReturn: number; readonly maxDrawdown: number };
  /** Returns of the days. */
  readonly daily: readonly number[];
  readonly scores: CouncilScores | null;
  readonly seconds: number;
}

/** Runs a variant of a definition over the part of a market. */
export function runVariant(text: string, market: RecordedMarket, { dataset, from }: PartCandles, variant: Variant): Outcome {
  const began = performance.now();
  const given = [`symbols=[${market.symbol}]`, `timeframe.decision=${market.decision}`, `from=${new Date(dataset.series.time[from] as number).toISOString().slice(0, 16)}`, ...variant.sets];
  const definition = loadDefinition({
    text,
    name: "default.yaml",
    overrides: given.map(parseSet),
    agents,
    strategies,
    ...(variant.agents === undefined ? {} : { agentNames: variant.agents }),
    ...(variant.strategies === undefined ? {} : { strategyNames: variant.strategies }),
  });
  const { plan } = prepare(definition, [dataset], agents, strategies);
  const record = runBacktest({ ...plan, keeps: "figures" });
  const result: BacktestResult = figures(record, plan);
  return {
    variant: variant.name,
    totalReturn: result.totalReturn,
    maxDrawdown: -Math.abs(result.maxDrawdown),
    days: (record.endTime - record.startTime) / (24 * 3_600_000),
    exposure: result.exposure,
    fills: result.fills,
    switchesPerMonth: result.switchesPerMonth,
    stances: Object.fromEntries(Object.entries(result.stances).map(([stance, count]) => [stance, count / Math.max(1, result.decisions)])),
    hold: { totalReturn: result.buyAndHold.totalReturn, maxDrawdown: -Math.abs(result.buyAndHold.maxDrawdown) },
    daily: returnsOf([result.startEquity, ...record.marker.daily]),
    scores: councilScores(record.bot, market.symbol),
    seconds: (performance.now() - began) / 1_000,
  };
}
