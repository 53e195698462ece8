import type { AgentEntry } from "../../../core/agent.ts";
import { indexAtOrAfter, sliceSeries } from "../../../core/candle.ts";
import { parseInstant } from "../../../core/instant.ts";
import type { OutsideItem } from "../../../core/outside.ts";
import type { StrategyEntry } from "../../../core/strategy-entry.ts";
import { UserError } from "../../../core/user-error.ts";
import type { Dataset } from "../../../ports/candles.ts";
import { prepare } from "../../backtest/prepare.ts";
import { backtestSteps } from "../../backtest/run.ts";
import type { Definition } from "../../definition/schema.ts";
import { type CouncilView, lastDecisions, viewOf } from "./council-views.ts";

/** What a council is run over for its views. */
export interface CouncilOrder {
  readonly definition: Definition;
  readonly datasets: readonly Dataset[];
  readonly agents: readonly AgentEntry[];
  readonly strategies: readonly StrategyEntry[];
  /** What was known outside the market; nothing when absent. */
  readonly outside?: readonly OutsideItem[];
}

/** The views, and what there is to say about them. */
export interface CouncilViews {
  readonly views: readonly CouncilView[];
  readonly warnings: readonly string[];
}

/**
 * Runs the definition's council over its candles, as a backtest does, and takes each symbol's last decision for its view.
 * A bar that has not closed by the end is never shown to it. Yields the share done (0..1).
 */
export function* councilViewSteps({ definition, datasets, agents, strategies, outside }: CouncilOrder): Generator<number, CouncilViews> {
  if (Object.values(definition.agents).every((params) => params === undefined)) {
    throw new UserError("agents: black-litterman takes its views from the council, and this definition has none; name agents, or choose another --method.");
  }
  const known = closedBy(datasets, definition.to === undefined ? Number.POSITIVE_INFINITY : parseInstant(definition.to));
  const { plan } = prepare(definition, known, agents, strategies);
  const steps = backtestSteps({ ...plan, ...(outside === undefined || outside.length === 0 ? {} : { outside }), keeps: "everything" });
  let next = steps.next();
  while (!next.done) {
    yield next.value;
    next = steps.next();
  }
  const symbols = datasets.map(({ symbol }) => symbol);
  const decisionBar = plan.markets[0]?.bars.timeframe ?? 0;
  const horizon = definition.coordinator.horizon * decisionBar;
  const views: CouncilView[] = [];
  const silent: string[] = [];
  const stale: string[] = [];
  const ends = Math.max(...plan.markets.map(({ series }) => (series.time[series.length - 1] ?? 0) + series.timeframe));
  for (const [index, decision] of lastDecisions(next.value.decisions, symbols).entries()) {
    const view = decision === null ? null : viewOf(decision, index, horizon);
    const symbol = symbols[index] ?? "";
    if (view === null) silent.push(symbol);
    // Its candles end before those of the others: what was said then is about another time.
    else if (ends - view.time > decisionBar) stale.push(symbol);
    else views.push(view);
  }
  return { views, warnings: [...said(silent, "the council has no view on"), ...said(stale, "the candles end before the others', so the council's last word is too old on")] };
}

/** The candles that had closed by a time (epoch milliseconds): a backtest ends with the one that opens before its end, which here would be tomorrow's news. */
function closedBy(datasets: readonly Dataset[], time: number): Dataset[] {
  return datasets.map((dataset) => {
    const { series } = dataset;
    const end = indexAtOrAfter(series, time - series.timeframe + 1);
    return end < series.length ? { ...dataset, series: sliceSeries(series, 0, end) } : dataset;
  });
}

function said(symbols: readonly string[], what: string): string[] {
  return symbols.length === 0 ? [] : [`${what} ${symbols.join(", ")}: the market's own weight speaks there.`];
}
