import type { AgentEntry } from "../../core/agent.ts";
import { parseTimeframe } from "../../core/timeframe.ts";
import type { StrategyEntry } from "../../core/strategy-entry.ts";
import { UserError } from "../../core/user-error.ts";
import type { CandleSource, Dataset } from "../../ports/candles.ts";
import type { Definition } from "../definition/schema.ts";
import { suggestion } from "../definition/problems.ts";
import type { OutsideFound } from "../council/backtest-outside.ts";
import type { BacktestBounds, FullBacktestOutput } from "../result.ts";
import { boundsSteps, dataOf, fullOutput } from "./output.ts";
import { listingWarnings } from "./listing-warnings.ts";
import type { BacktestPlan } from "./plan.ts";
import { prepare } from "./prepare.ts";
import { backtestSteps } from "./run.ts";
import { gridWarnings, haltWarnings } from "./warnings.ts";

/** What a backtest is asked for. */
export interface BacktestOrder {
  readonly definition: Definition;
  readonly agents: readonly AgentEntry[];
  readonly strategies: readonly StrategyEntry[];
  readonly candles: CandleSource;
  /** Whether all sixteen fill models are run beside the base. */
  readonly bounds: boolean;
  /** Whether somebody asks for decisions and votes one by one; without, a run of years takes half the memory. */
  readonly lists: boolean;
  /** Whether a part of very many decisions is enough, as for a report; all of them when absent. */
  readonly isThin?: boolean;
  /** What was known outside the market; nothing when absent. */
  readonly outside?: OutsideFound;
}

/** A finished backtest with the candles it stood on. */
export interface FinishedBacktest {
  readonly output: FullBacktestOutput;
  readonly datasets: readonly Dataset[];
}

/** Loads the candles that a definition names. */
export async function loadDatasets(definition: Definition, candles: CandleSource): Promise<Dataset[]> {
  const { symbols, seed, volumeIn } = definition;
  const timeframe = parseTimeframe(definition.timeframe.fill);
  const datasets: Dataset[] = [];
  for (const symbol of symbols) datasets.push(await candles.load({ symbol, source: sourceOf(definition, symbol), timeframe, seed, volumeIn }));
  return datasets;
}

function sourceOf({ candles, symbols }: Definition, symbol: string): string {
  if (typeof candles === "string") {
    if (symbols.length > 1 && !/^(synthetic|store):/.test(candles)) {
      throw new UserError(`candles: one file cannot hold ${symbols.length} symbols; write a map such as "BTC/USDT: btc.csv.gz".`);
    }
    return candles;
  }
  const source = candles[symbol];
  if (source === undefined) throw new UserError(`candles: there is no source for ${symbol}${suggestion(symbol, Object.keys(candles))}`);
  return source;
}

/** Runs a backtest on loaded candles; yields the share done (0..1), so that it can be shown and stopped. */
export function* backtestSession(order: BacktestOrder, datasets: readonly Dataset[]): Generator<number, FinishedBacktest> {
  const prepared = prepare(order.definition, datasets, order.agents, order.strategies);
  const { items = [], report = null, warnings = [] } = order.outside ?? {};
  const plan: BacktestPlan = { ...prepared.plan, ...(items.length > 0 ? { outside: items } : {}), keeps: !order.lists ? "figures" : order.isThin ? "thinned" : "everything" };
  // With bounds there are seventeen runs, the first of which is the base.
  const share = order.bounds ? 1 / 17 : 1;
  const steps = backtestSteps(plan);
  let next = steps.next();
  while (!next.done) {
    yield next.value * share;
    next = steps.next();
  }
  const record = next.value;
  let bounds: BacktestBounds | undefined;
  if (order.bounds) {
    const rest = boundsSteps({ ...plan, keeps: "figures" }, record);
    let step = rest.next();
    while (!step.done) {
      yield share + step.value * (1 - share);
      step = rest.next();
    }
    bounds = step.value;
  }
  const output = fullOutput({
    definition: prepared.resolved,
    data: dataOf(datasets, plan, prepared.hash),
    plan,
    record,
    warnings: [...prepared.warnings, ...warnings, ...listingWarnings(record, plan), ...gridWarnings(record, plan), ...haltWarnings(record)],
    ...(bounds ? { bounds } : {}),
    ...(report === null ? {} : { outside: report }),
  });
  return { output, datasets };
}
