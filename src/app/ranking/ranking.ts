import type { AgentEntry } from "../../core/agent.ts";
import { measure } from "../../core/ranking/figures.ts";
import type { MarketFilters } from "../../core/ranking/filters.ts";
import { rank, screen } from "../../core/ranking/rank.ts";
import type { PartWeights } from "../../core/ranking/score.ts";
import { formatTimeframe } from "../../core/timeframe.ts";
import { UserError } from "../../core/user-error.ts";
import type { Dataset } from "../../ports/candles.ts";
import { looksOutside } from "../council/backtest-outside.ts";
import type { Definition } from "../definition/schema.ts";
import { type Conviction, convictionSteps } from "./conviction.ts";
import type { Ranking } from "./result.ts";

/** What is ranked, and how. */
export interface RankingOrder {
  readonly definition: Definition;
  readonly agents: readonly AgentEntry[];
  readonly datasets: readonly Dataset[];
  /** Candles of what is held, for correlation alone. */
  readonly held: readonly Dataset[];
  /** Length of the bars that are measured, milliseconds. */
  readonly timeframe: number;
  /** Only what had closed by then is looked at, epoch milliseconds. */
  readonly at: number;
  readonly filters: MarketFilters;
  readonly weights: PartWeights;
}

/** Ranks symbols by candles that had closed by a time; yields the share done (0..1). */
export function* rankingSteps({ definition, agents, datasets, held, timeframe, at, filters, weights }: RankingOrder): Generator<number, Ranking> {
  for (const { symbol, series } of [...datasets, ...held]) {
    if (timeframe % series.timeframe !== 0) {
      throw new UserError(`bars: ${formatTimeframe(timeframe)} is no multiple of the ${formatTimeframe(series.timeframe)} candles of ${symbol}; bars are made of whole candles, so write a multiple.`);
    }
  }
  const measured = datasets.map(({ symbol, series }) => ({ symbol, measured: measure(series, timeframe, at) }));
  const heldMeasured = held.map(({ symbol, series }) => ({ symbol, measured: measure(series, timeframe, at) }));
  const { passed, leftOut } = screen(measured, heldMeasured.flatMap(({ measured: { returns } }) => returns ?? []), filters);
  const convictions = new Map<string, Conviction>();
  // Who counts for nothing need not be asked.
  const asked = weights.conviction === 0 ? [] : passed;
  for (const [done, { symbol }] of asked.entries()) {
    const dataset = datasets.find((one) => one.symbol === symbol) as Dataset;
    const steps = convictionSteps(dataset, { definition, agents, at });
    let next = steps.next();
    while (!next.done) {
      yield (done + next.value) / asked.length;
      next = steps.next();
    }
    convictions.set(symbol, next.value);
    yield (done + 1) / asked.length;
  }
  const values = new Map([...convictions].flatMap(([symbol, { value }]) => (value === null ? [] : [[symbol, value] as const])));
  const ranked = rank(passed, values, weights);
  return {
    version: 1,
    name: definition.name,
    at: new Date(at).toISOString(),
    bars: formatTimeframe(timeframe),
    held: held.map(({ symbol }) => symbol),
    weights: { ...weights },
    ranked: ranked.map(({ symbol, total, conviction, figures, parts }) => ({
      symbol, total, conviction, figures, places: { ...parts },
      ...(conviction === null ? { abstains: convictions.get(symbol)?.why ?? "its weight is 0, so it was not asked" } : {}),
    })),
    leftOut: leftOut.map(({ symbol, why, figures }) => ({ symbol, why: [...why], figures })),
    warnings: [
      ...(datasets.some(({ synthetic }) => synthetic) ? ["synthetic candles: markets that never were"] : []),
      ...mixedQuotes(datasets),
      ...heldMeasured.flatMap(({ symbol, measured: { why } }) => (why === null ? [] : [`${symbol} is held, but ${why}: no correlation to it is told`])),
      ...(looksOutside(definition) && asked.length > 0 ? ["the council hears nothing from outside the market here: agents that read sources abstain"] : []),
    ],
  };
}

function mixedQuotes(datasets: readonly Dataset[]): string[] {
  const quotes = [...new Set(datasets.map(({ symbol }) => symbol.split("/")[1] ?? ""))].toSorted();
  return quotes.length < 2 ? [] : [`the symbols are quoted in ${quotes.join(", ")}: their volumes are amounts of different things, so their places in liquidity mean little`];
}
