import type { Dataset } from "../../ports/candles.ts";
import { ALL_FILL_MODELS } from "../../core/fill-model.ts";
import { gapsOf } from "../../core/candle-gaps.ts";
import { formatTimeframe } from "../../core/timeframe.ts";
import { councilScores } from "../council/scores.ts";
import type { OutsideReport } from "../council/outside-report.ts";
import type { BacktestBounds, BacktestOutput, FullBacktestOutput } from "../result.ts";
import { figures } from "./figures.ts";
import { decisionRecords, equityRecords, fillRecords, ladderRecords, roundTripRecords, voteRecords } from "./records.ts";
import type { BacktestPlan } from "./plan.ts";
import type { RunRecord } from "./record.ts";
import { backtestSteps } from "./run.ts";

/** The lists that `--with` can ask for. */
export const LISTS = ["fills", "votes", "decisions", "equity", "roundTrips", "ladders"] as const;
/** One of them. */
export type ListName = (typeof LISTS)[number];

const iso = (time: number): string => new Date(time).toISOString();

/** What data a run stood on. */
export function dataOf(datasets: readonly Dataset[], plan: BacktestPlan, hash: string): BacktestOutput["data"] {
  const symbols = datasets.map((dataset, i) => {
    const { series } = plan.markets[i] ?? dataset;
    const gaps = gapsOf(series);
    return {
      symbol: dataset.symbol,
      source: dataset.description,
      hash: dataset.hash,
      candles: series.length,
      from: iso(series.time[0] ?? 0),
      to: iso((series.time[series.length - 1] ?? 0) + series.timeframe),
      timeframe: formatTimeframe(series.timeframe),
      gaps: gaps.count,
      missing: gaps.missing,
      synthetic: dataset.synthetic,
    };
  });
  return {
    hash,
    candles: symbols.reduce((sum, symbol) => sum + symbol.candles, 0),
    from: symbols.map(({ from }) => from).toSorted()[0] ?? "",
    to: symbols.map(({ to }) => to).toSorted().at(-1) ?? "",
    synthetic: symbols.some(({ synthetic }) => synthetic),
    symbols,
  };
}

/** Everything a run tells, with all its lists. */
export function fullOutput(input: {
  readonly definition: Record<string, unknown>;
  readonly data: BacktestOutput["data"];
  readonly plan: BacktestPlan;
  readonly record: RunRecord;
  readonly warnings: readonly string[];
  readonly bounds?: BacktestBounds;
  readonly outside?: OutsideReport;
}): FullBacktestOutput {
  const { record, plan } = input;
  return {
    version: 1,
    definition: input.definition,
    data: input.data,
    result: figures(record, plan),
    council: councilOf(record),
    warnings: [...input.warnings, ...record.warnings],
    ...(input.outside ? { outside: input.outside } : {}),
    ...(input.bounds ? { bounds: input.bounds } : {}),
    fills: fillRecords(record),
    votes: voteRecords(record.decisions),
    decisions: decisionRecords(record.decisions),
    equity: equityRecords(record),
    roundTrips: roundTripRecords(record),
    ladders: ladderRecords(record),
  };
}

/** By symbol; null where no agent forecasts a direction. */
function councilOf({ bot }: RunRecord): BacktestOutput["council"] {
  const scores = [...bot.symbols.keys()].flatMap((symbol) => councilScores(bot, symbol) ?? []);
  return scores.length === 0 ? null : scores;
}

/** The output with only the lists that were asked for. */
export function withLists(output: FullBacktestOutput, lists: readonly ListName[]): BacktestOutput {
  const wanted = (name: string): boolean => !LISTS.some((list) => list === name) || lists.some((list) => list === name);
  return Object.fromEntries(Object.entries(output).filter(([name]) => wanted(name))) as BacktestOutput;
}

/** Spread over which the candles are too coarse for the strategy to be judged by them, fraction of the capital. */
const TOO_COARSE = 0.25;

/** Runs all sixteen fill models; yields the share done. The base is the model of the plan. */
export function* boundsSteps(plan: BacktestPlan, base: RunRecord): Generator<number, BacktestBounds> {
  const runs: BacktestBounds["runs"] = [];
  for (const [at, model] of ALL_FILL_MODELS.entries()) {
    const variant = { ...plan, fillModel: { ...plan.fillModel, ...model } };
    const steps = backtestSteps(variant);
    let next = steps.next();
    while (!next.done) {
      yield (at + next.value) / ALL_FILL_MODELS.length;
      next = steps.next();
    }
    const result = figures(next.value, variant);
    runs.push({ ...model, totalReturn: result.totalReturn, maxDrawdown: result.maxDrawdown, fills: result.fills });
    yield (at + 1) / ALL_FILL_MODELS.length;
  }
  const own = figures(base, plan);
  const spanOf = (pick: (run: { totalReturn: number; maxDrawdown: number; fills: number }) => number) => {
    const values = runs.map(pick);
    return { least: Math.min(...values), base: pick(own), most: Math.max(...values) };
  };
  const totalReturn = spanOf((run) => run.totalReturn);
  const spread = totalReturn.most - totalReturn.least;
  return {
    totalReturn,
    maxDrawdown: spanOf((run) => run.maxDrawdown),
    fills: spanOf((run) => run.fills),
    spread,
    tooCoarse: spread > TOO_COARSE,
    runs,
  };
}
