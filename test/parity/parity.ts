import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { agents } from "../../agents/index.ts";
import { openJournal } from "../../src/adapters/sqlite/journal.ts";
import { prepare } from "../../src/app/backtest/prepare.ts";
import { runBacktest } from "../../src/app/backtest/run.ts";
import { loadDefinition } from "../../src/app/definition/load.ts";
import type { Definition } from "../../src/app/definition/schema.ts";
import type { JournaledEvent } from "../../src/app/trade/journaled.ts";
import { watchedLevels } from "../../src/app/trade/paper/levels.ts";
import { paperVenue } from "../../src/app/trade/paper/open.ts";
import type { PaperVenue } from "../../src/app/trade/paper/venue.ts";
import { Session } from "../../src/app/trade/session.ts";
import { timeframesOf } from "../../src/app/trade/venue-candles.ts";
import type { Bot } from "../../src/core/bot.ts";
import { type CandleSeries, candleAt, indexAtOrAfter, sliceSeries } from "../../src/core/candle.ts";
import type { Fill } from "../../src/core/fill.ts";
import { baseUnitsOf } from "../../src/core/ledger.ts";
import { createMarket } from "../../src/core/synthetic/market.ts";
import type { Venue } from "../../src/ports/venue.ts";
import { strategies } from "../../strategies/index.ts";
import { BTC, HURRY, MINUTE, until } from "../app/trade/harness.ts";
import { ScriptedMarket } from "./scripted-market.ts";

export const START = Date.UTC(2024, 0, 1);
/** A running bot's own limits are not the backtest's: they are opened wide here, and tested elsewhere. */
export const OPEN_LIMITS = "limits: { dailyLoss: 1, drawdown: 1, ordersPerMinute: 1000000, rejectionsPerHour: 1000000 }";

/** What both sides must agree in: every fill, and the money at the end, units. */
export interface Outcome {
  readonly fills: readonly string[];
  readonly cash: number;
  readonly base: readonly number[];
  readonly decisions: number;
}

/** One-minute candles that no exchange ever traded. */
export function synthetic(seed: number, days: number, kind: "mix" | "range" = "mix"): CandleSeries {
  return createMarket({ kind, seed, days, timeframe: MINUTE, start: START, price: 42_000, priceStep: 0.01 }).series;
}

export function definitionOf(text: string): Definition {
  return loadDefinition({ text, name: "parity.yaml", overrides: [], agents, strategies });
}

const bodyOf = (series: CandleSeries, symbol: string) => ({ symbol, series, hash: symbol, synthetic: true, description: "parity", notes: [], filters: BTC.filters });

/** A fill to the candle: what must be the same wherever the candles are traded. */
const fillText = ({ symbol, strategy, key, side, time, ticks, steps, liquidity, feeUnits, feeCurrency }: Omit<Fill, "id" | "orderId" | "complete">): string =>
  `${new Date(Math.floor(time / MINUTE) * MINUTE).toISOString()} ${symbol} ${strategy} ${key} ${side} ${ticks} x ${steps} ${liquidity}, fee ${feeUnits} ${feeCurrency}`;

function outcomeOf(bot: Bot, fills: readonly string[], decisions: number): Outcome {
  return { fills, cash: bot.ledger.quoteFree + bot.ledger.quoteReserved, base: bot.ledger.sleeves.map(baseUnitsOf), decisions };
}

/** A market that is traded from `begin` on, with the bars before it that a session shows its agents. */
export interface Course {
  readonly yaml: string;
  readonly markets: ReadonlyMap<string, CandleSeries>;
  /** Open time of the first decision bar that is traded, epoch milliseconds. */
  readonly begin: number;
}

/** Bars that a session shows before it begins. */
function warmupOf(definition: Definition): number {
  return Math.max(50, ...agents.filter(({ name }) => definition.agents[name] !== undefined).map((entry) => 2 * entry.start(definition.agents[entry.name]).warmup));
}

/** The course as the backtest runs it. */
export function backtested({ yaml, markets, begin }: Course): Outcome {
  const definition = definitionOf(yaml);
  const { decision } = timeframesOf(definition);
  // Without a council a backtest begins at the close of its first candle; a session at the time that it is.
  const from = begin - (Object.keys(definition.agents).length === 0 ? MINUTE : 0);
  const datasets = [...markets].map(([symbol, series]) => bodyOf(sliceSeries(series, indexAtOrAfter(series, begin - warmupOf(definition) * decision), series.length), symbol));
  const { plan } = prepare({ ...definition, from: new Date(from).toISOString() }, datasets, agents, strategies);
  const record = runBacktest(plan);
  return outcomeOf(record.bot, record.fills.map(fillText), record.decisions.length);
}

/** A session with a journal on disk that keeps what it fills. */
export async function openSession(yaml: string, mode: "paper" | "live", venue: Venue, folder: string) {
  const fills: string[] = [];
  const alerts: string[] = [];
  let decisions = 0;
  const journal = openJournal(join(folder, "journal.sqlite"), { name: "parity", now: () => Date.now() });
  const session = await Session.start({
    botId: "parity", mode, definition: definitionOf(yaml), agents, strategies, venue, journal, patience: { ...HURRY, reconcileEvery: 2_000 }, clock: () => Date.now(),
    listener: {
      event: (event: JournaledEvent, { decision }) => {
        if (event.type === "fill") fills.push(fillText(event));
        if (decision) decisions += 1;
      },
      state: () => undefined,
      alert: ({ kind, message }) => alerts.push(`${kind}: ${message}`),
    },
  });
  return {
    session, fills, alerts, journal,
    outcome: () => outcomeOf(session.bot, fills, decisions),
    close: async () => {
      await session.stop("keep");
      journal.close();
    },
  };
}

/** The pretended exchange of a definition over a market. */
export async function openPaper(yaml: string, market: Venue, folder: string): Promise<PaperVenue> {
  const definition = definitionOf(yaml);
  const { symbols, fillModel, fees, capital } = definition;
  return paperVenue(market, { symbols, fillModel, fees, balances: { [symbols[0]!.split("/")[1]!]: String(capital) }, ...timeframesOf(definition), path: join(folder, "paper.jsonl") });
}

/** Gives every candle that opens from `from` on and before `to` to the bot, each answered before the next comes. */
export async function play(market: ScriptedMarket, paper: PaperVenue, markets: ReadonlyMap<string, CandleSeries>, from: number, to: number): Promise<void> {
  for (let time = from; time < to; time += MINUTE) {
    market.time = time + MINUTE;
    for (const [symbol, series] of markets) {
      const index = indexAtOrAfter(series, time);
      if (series.time[index] === time) market.push({ type: "candle", symbol, timeframe: MINUTE, candle: candleAt(series, index) });
    }
    while (!paper.idle()) {
      if (paper.failure !== null) throw new Error("paper trading stopped", { cause: paper.failure });
      await turn();
    }
  }
}

/** The course as a session trades it on paper. */
export async function onPaper({ yaml, markets, begin }: Course): Promise<Outcome & { readonly alerts: readonly string[] }> {
  const folder = mkdtempSync(join(tmpdir(), "caucus-parity-"));
  const market = new ScriptedMarket(new Map([...markets].map(([symbol, series]) => [symbol, { series, filters: BTC.filters }])), begin);
  try {
    const paper = await openPaper(yaml, market, folder);
    const bot = await openSession(yaml, "paper", paper, folder);
    try {
      await until("the first orders stand", () => bot.session.settled());
      paper.follow((symbol) => watchedLevels(bot.session.bot, symbol), () => bot.session.isAnswering);
      const end = Math.max(...[...markets.values()].map((series) => (series.time[series.length - 1] ?? 0) + MINUTE));
      await play(market, paper, markets, begin, end);
      if (bot.session.failure !== null) throw new Error("the session stopped", { cause: bot.session.failure });
      return { ...bot.outcome(), alerts: bot.alerts };
    } finally {
      await bot.close();
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}
