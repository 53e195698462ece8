import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { agents } from "../../../agents/index.ts";
import { openCcxtVenue } from "../../../src/adapters/ccxt/venue/venue.ts";
import { openJournal } from "../../../src/adapters/sqlite/journal.ts";
import { loadDefinition } from "../../../src/app/definition/load.ts";
import type { Patience } from "../../../src/app/trade/patience.ts";
import type { SessionListener } from "../../../src/app/trade/parts.ts";
import { Session } from "../../../src/app/trade/session.ts";
import { type CandleSeries, seriesFrom } from "../../../src/core/candle.ts";
import { createEngine } from "../../../src/exchange/engine/engine.ts";
import { type Exchange, startExchange } from "../../../src/exchange/server.ts";
import type { Journal } from "../../../src/ports/journal.ts";
import type { Venue } from "../../../src/ports/venue.ts";
import { strategies } from "../../../strategies/index.ts";
import { instrument } from "../../plan.ts";

export const MINUTE = 60_000;
export const START = Date.UTC(2024, 0, 1);
export const KEY = { apiKey: "key", secret: "secret" };
/** Waits of seconds cut to milliseconds. */
export const HURRY: Patience = {
  notFound: { tries: 3, span: 150, afterSend: 100 },
  askEvery: 50, tradesEvery: 20, reconcileEvery: 300, tickEvery: 10, pause: 20,
};
export const BTC = instrument("BTC/USDT", { priceStep: 0.01, quantityStep: 0.00001, minQuantity: 0.00001, minNotional: 5 });

/** How the definition of a bot of one market begins that trades by its strategies alone: they follow, and the mode. */
export const ONE_MARKET = `symbols: [BTC/USDT]
capital: 10000
timeframe: { fill: 1m, decision: 5m }
fees: { maker: 0.001, taker: 0.001, currency: received, slippage: 0 }
agents: {}
`;

/** One-minute candles that go from price to price, a minute each, with wicks of 0.1 %. */
export function candlesOf(closes: readonly number[], volume = 1_000): CandleSeries {
  let last = closes[0]!;
  return seriesFrom(
    closes.map((close, i) => {
      const open = last;
      last = close;
      const round = (x: number): number => Math.round(x * 100) / 100;
      return { time: START + i * MINUTE, open, high: round(Math.max(open, close) * 1.001), low: round(Math.min(open, close) * 0.999), close, volume };
    }),
    MINUTE,
  );
}

export interface BenchOptions {
  readonly series: CandleSeries;
  readonly yaml: string;
  readonly balances?: Readonly<Record<string, string>>;
  readonly folder?: string;
  readonly patience?: Patience;
}

/** The local exchange, in this process, with one market and one account. */
export async function openExchange(series: CandleSeries, balances: Readonly<Record<string, string>> = { USDT: "100000" }): Promise<Exchange> {
  const engine = createEngine(
    {
      markets: [{ instrument: BTC, series, multiplierUp: 5, multiplierDown: 0.2, maxOrders: 200 }],
      accounts: [{ ...KEY, balances }],
      fees: { maker: 0.001, taker: 0.001 },
      volumeShare: 1,
      seed: 1,
    },
    { book: "deep" },
  );
  return startExchange({ engine, port: 0, limits: {} });
}

/** A bot on that exchange through the real client, with a journal on disk. */
export async function openBot(exchange: Exchange, options: { readonly yaml: string; readonly folder?: string; readonly patience?: Patience; readonly staleAfterMs?: number }) {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), "caucus-trade-"));
  const definition = loadDefinition({ text: options.yaml, name: "test.yaml", overrides: [], agents, strategies });
  const venue: Venue = await openCcxtVenue({
    exchange: "binance", ...KEY, urls: { http: exchange.url, ws: exchange.wsUrl }, staleAfterMs: options.staleAfterMs ?? 60_000, deadlineMs: 4_000, recvWindow: 10_000,
  });
  const journal: Journal = openJournal(join(folder, "journal.sqlite"), { name: "test", now: () => Date.now() });
  const log: string[] = [];
  const listener: SessionListener = {
    event: (event, { requests, notices, decision }) => {
      log.push(`${event.type}${event.type === "fill" ? ` ${event.side} ${event.key} ${event.steps}` : ""}`);
      for (const request of requests) log.push(`  ${request.type} ${request.side} ${request.key}`);
      for (const notice of notices) log.push(`  ${notice.type} ${notice.key}: ${notice.reason}`);
      if (decision) log.push(`  decision ${decision.stance}`);
    },
    state: (row, from, why) => log.push(`  ${row.key}: ${from} -> ${row.state} (${why})`),
    alert: ({ kind, message }) => log.push(`ALERT ${kind}: ${message}`),
  };
  const parts = { botId: "test", mode: "live" as const, definition, agents, strategies, venue, journal, patience: options.patience ?? HURRY, clock: () => Date.now(), listener };
  const session = await Session.start(parts);
  return {
    folder, session, venue, journal, log,
    close: async () => {
      await session.stop("keep");
      journal.close();
    },
  };
}

/** Waits until a condition holds; fails with its name after half a minute. */
export async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const ends = performance.now() + 30_000;
  while (!(await condition())) {
    if (performance.now() > ends) throw new Error(`waited too long until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Whether the bot has answered everything that the exchange did. */
export function settled(bot: Awaited<ReturnType<typeof openBot>>, exchange: Exchange): boolean {
  const trades = exchange.engine.trades(0, "BTCUSDT");
  const last = Array.isArray(trades) ? (trades as readonly { readonly id: number }[]).at(-1) : undefined;
  return bot.session.settled() && (last === undefined || bot.journal.hasFill("binance", "BTC/USDT", String(last.id)));
}
