import { createHash } from "node:crypto";
import type { AgentEntry } from "../../core/agent.ts";
import { type CandleSeries, indexAtOrAfter, sliceSeries } from "../../core/candle.ts";
import { parseInstant } from "../../core/instant.ts";
import { createInstrument, type Instrument, type InstrumentFilters, quoteDecimals } from "../../core/instrument.ts";
import { resample } from "../../core/resample.ts";
import type { StrategyEntry } from "../../core/strategy-entry.ts";
import { formatTimeframe, parseTimeframe } from "../../core/timeframe.ts";
import { UserError } from "../../core/user-error.ts";
import type { Dataset } from "../../ports/candles.ts";
import { botOf, councilWarnings } from "../definition/bot.ts";
import { resolveFilters } from "../definition/instrument-auto.ts";
import type { Definition } from "../definition/schema.ts";
import { choiceNotes } from "../ranking/choice-notes.ts";
import { withDelistings } from "./listing.ts";
import { exchangeWarnings } from "./listing-warnings.ts";
import type { BacktestMarket, BacktestPlan } from "./plan.ts";

/** A definition brought together with its candles. */
export interface Prepared {
  readonly plan: BacktestPlan;
  /** The definition as it was run: filters and decision timeframe as numbers. */
  readonly resolved: Record<string, unknown>;
  /** Hash over all datasets of the run; of one dataset, its own. */
  readonly hash: string;
  readonly warnings: readonly string[];
}

/** Money beyond this many units would not be exact. */
const MOST_UNITS = 2 ** 52;

/** Makes a plan of a definition and its candles. Throws a `UserError` for what cannot be run. */
export function prepare(
  definition: Definition,
  datasets: readonly Dataset[],
  agents: readonly AgentEntry[],
  strategies: readonly StrategyEntry[],
): Prepared {
  const warnings: string[] = datasets.flatMap(({ symbol, notes }) => notes.map((note) => `${symbol}: ${note}`));
  const filters = datasets.map((dataset) => filtersOf(definition, dataset));
  const decimals = quoteDecimals(filters);
  const instruments = datasets.map(({ symbol }, i) => instrumentOf(symbol, filters[i] as InstrumentFilters, decimals));
  const decision = decisionTimeframe(definition, datasets, warnings);
  const markets = withDelistings(datasets.map((dataset, i) => marketOf(definition, dataset, instruments[i] as Instrument, decision)));
  const scale = instruments[0]?.quoteScale ?? 1;
  const capitalUnits = Math.round(definition.capital * scale);
  if (capitalUnits > MOST_UNITS) throw new UserError(`capital: at most ${Math.floor(MOST_UNITS / scale)} can be counted exactly at these steps, got ${definition.capital}.`);
  checkCapital(definition, markets);
  warnings.push(...choiceNotes(definition), ...exchangeWarnings(definition), ...councilWarnings(definition));
  return {
    plan: {
      markets,
      fillModel: definition.fillModel,
      delisting: definition.delisting,
      bot: botOf(definition, capitalUnits, agents, strategies),
    },
    resolved: {
      ...backtested(definition),
      timeframe: { fill: formatTimeframe(datasets[0]?.series.timeframe ?? 0), decision: formatTimeframe(decision) },
      instruments: Object.fromEntries(datasets.map(({ symbol }, i) => [symbol, filters[i]])),
    },
    hash: hashOf(datasets),
    warnings,
  };
}

/** What a backtest stands on: how the definition runs elsewhere does not change its result. */
function backtested(definition: Definition): Record<string, unknown> {
  return Object.fromEntries(Object.entries(definition).filter(([key]) => key !== "trade" && key !== "search" && key !== "telegram" && key !== "portfolio"));
}

function filtersOf(definition: Definition, { symbol, series, filters }: Dataset): InstrumentFilters {
  const own = Object.fromEntries(Object.entries(definition.instruments[symbol] ?? {}).filter(([, value]) => value !== undefined));
  return resolveFilters({ ...definition.instrument, ...own }, filters, series, symbol.split("/")[1] ?? "");
}

function instrumentOf(symbol: string, filters: InstrumentFilters, decimals: number): Instrument {
  const made = createInstrument(symbol, filters, decimals);
  if (typeof made === "string") throw new UserError(`instrument (${symbol}): ${made}.`);
  return made;
}

/** The bars that agents decide on; never finer than the candles. */
function decisionTimeframe(definition: Definition, datasets: readonly Dataset[], warnings: string[]): number {
  const wanted = parseTimeframe(definition.timeframe.decision) ?? 0;
  const coarsest = Math.max(...datasets.map(({ series }) => series.timeframe));
  if (wanted < coarsest) {
    warnings.push(
      `the candles are ${formatTimeframe(coarsest)} bars, so decisions are taken every ${formatTimeframe(coarsest)} instead of every ${definition.timeframe.decision}; orders fill inside bars that are this long, which is a guess`,
    );
    return coarsest;
  }
  for (const { symbol, series } of datasets) {
    if (wanted % series.timeframe !== 0) {
      throw new UserError(`timeframe.decision: ${definition.timeframe.decision} is no multiple of the ${formatTimeframe(series.timeframe)} candles of ${symbol}.`);
    }
  }
  return wanted;
}

function marketOf(definition: Definition, { symbol, series }: Dataset, instrument: Instrument, decision: number): BacktestMarket {
  const from = definition.from === undefined ? 0 : indexAtOrAfter(series, parseInstant(definition.from));
  const to = definition.to === undefined ? series.length : indexAtOrAfter(series, parseInstant(definition.to));
  if (to - from < 2) {
    const span = `${iso(series.time[0])} to ${iso(series.time[series.length - 1])}`;
    throw new UserError(`from, to: fewer than two candles of ${symbol} lie between them; there are candles from ${span}.`);
  }
  const traded: CandleSeries = to < series.length ? sliceSeries(series, 0, to) : series;
  return { instrument, series: traded, bars: resample(traded, decision), from };
}

const iso = (time: number | undefined): string => new Date(time ?? 0).toISOString();

/** A capital that cannot carry one order of the smallest kind is a mistake, not a run without fills. */
function checkCapital(definition: Definition, markets: readonly BacktestMarket[]): void {
  for (const { instrument, series, from } of markets) {
    const { minNotional, minQuantity } = instrument.filters;
    const price = series.close[from] as number;
    const least = Math.max(minNotional, minQuantity * price);
    if (definition.capital < least) {
      throw new UserError(
        `capital: ${definition.capital} ${instrument.quote} is too small for one order of ${instrument.symbol}: the smallest is worth ${Number(least.toPrecision(6))} ${instrument.quote} (minNotional ${minNotional}, minQuantity ${minQuantity}).`,
      );
    }
  }
}

function hashOf(datasets: readonly Dataset[]): string {
  const [only] = datasets;
  if (only && datasets.length === 1) return only.hash;
  const hash = createHash("sha256");
  for (const { symbol, hash: own } of datasets) hash.update(`${symbol} ${own}\n`);
  return hash.digest("hex");
}
