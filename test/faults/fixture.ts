import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { agents } from "../../agents/index.ts";
import { openCcxtVenue } from "../../src/adapters/ccxt/venue/venue.ts";
import { type JournalOptions, openJournal } from "../../src/adapters/sqlite/journal.ts";
import { loadDefinition } from "../../src/app/definition/load.ts";
import type { Patience } from "../../src/app/trade/patience.ts";
import type { SessionListener } from "../../src/app/trade/parts.ts";
import { Session } from "../../src/app/trade/session.ts";
import { createEngine } from "../../src/exchange/engine/engine.ts";
import type { ExchangeOrder, ExchangeTrade } from "../../src/exchange/engine/model.ts";
import { type Exchange, startExchange } from "../../src/exchange/server.ts";
import type { Limits } from "../../src/exchange/rest/limits.ts";
import type { Journal } from "../../src/ports/journal.ts";
import type { Venue } from "../../src/ports/venue.ts";
import { strategies } from "../../strategies/index.ts";
import { BTC, HURRY, KEY, MINUTE, START, candlesOf } from "../app/trade/harness.ts";
import { instrument } from "../plan.ts";

export { assertInvariants } from "./invariants.ts";
export { BTC, HURRY, MINUTE, START };

/** In memory where there is such a place: on a slow disk every commit waits tens of milliseconds for it. */
const FOLDERS = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();

/** Waits until a condition holds; fails with its name when a slow machine too would have got there. */
export async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const ends = performance.now() + 20_000;
  while (!(await condition())) {
    if (performance.now() > ends) throw new Error(`waited too long until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** A second market beside BTC/USDT. */
export const ETH = instrument("ETH/USDT", { priceStep: 0.01, quantityStep: 0.0001, minQuantity: 0.0001, minNotional: 5 });
/** Minutes of one price before a bot begins. */
export const CALM = 60;

/** A grid of ten orders around a price of 100, on each of the symbols; `extra` is YAML that follows. */
export function gridOf(symbols: readonly string[] = ["BTC/USDT"], extra = ""): string {
  return `
symbols: [${symbols.join(", ")}]
capital: 10000
timeframe: { fill: 1m, decision: 5m }
fees: { maker: 0.001, taker: 0.001, currency: received, slippage: 0 }
agents: {}
strategies:
  grid: { lower: 95, upper: 105, levels: 11, spacing: arithmetic, quantity: 1 }
trade: { mode: live }
${extra}`;
}

export interface WorldOptions {
  /** Prices of the minutes after the calm ones at 100. */
  readonly path?: readonly number[];
  readonly balances?: Readonly<Record<string, string>>;
  /** Whether ETH/USDT is traded too, on the same path. */
  readonly two?: boolean;
  /** Base units that a minute trades. */
  readonly volume?: number;
  readonly volumeShare?: number;
  /** Request limits of the exchange; Binance's when absent. */
  readonly limits?: Partial<Limits>;
}

let warm: Promise<void> | undefined;

/** A process compiles the client at its first calls, seconds long on a busy machine: the deadlines of the tests are not about that. */
async function warmUp(): Promise<void> {
  const series = candlesOf(Array<number>(CALM).fill(100));
  const market = { instrument: BTC, series, multiplierUp: 5, multiplierDown: 0.2, maxOrders: 200 };
  const engine = createEngine({ markets: [market], accounts: [{ ...KEY, balances: { USDT: "1000" } }], fees: { maker: 0, taker: 0 }, volumeShare: 1, seed: 1 }, { book: "deep" });
  const exchange = await startExchange({ engine, port: 0, limits: {} });
  const venue = await openCcxtVenue({ exchange: "binance", ...KEY, urls: { http: exchange.url, ws: exchange.wsUrl }, staleAfterMs: 60_000, deadlineMs: 60_000, recvWindow: 60_000 });
  engine.advance(START + CALM * MINUTE);
  const symbol = "BTC/USDT";
  for (const ask of [() => venue.syncClock(), () => venue.permissions(), () => venue.instruments([symbol]), () => venue.balances(), () => venue.openOrders(symbol)]) await ask();
  await venue.close();
  await exchange.close();
}

/** The local exchange at the end of the calm minutes; closed when the test has finished. */
export async function openWorld({ path = [], balances = { USDT: "100000" }, two = false, volume = 1_000, volumeShare = 1, limits = {} }: WorldOptions = {}): Promise<Exchange> {
  await (warm ??= warmUp());
  const series = candlesOf([...Array<number>(CALM).fill(100), ...path], volume);
  const engine = createEngine(
    {
      markets: (two ? [BTC, ETH] : [BTC]).map((own) => ({ instrument: own, series, multiplierUp: 5, multiplierDown: 0.2, maxOrders: 200 })),
      accounts: [{ ...KEY, balances }],
      fees: { maker: 0.001, taker: 0.001 },
      volumeShare,
      seed: 1,
    },
    { book: "deep" },
  );
  const exchange = await startExchange({ engine, port: 0, limits });
  onTestFinished(() => exchange.close());
  exchange.engine.advance(START + CALM * MINUTE);
  return exchange;
}

export interface BotOptions {
  readonly yaml?: string;
  readonly folder?: string;
  /** Instead of the account's first key. */
  readonly keys?: { readonly apiKey: string; readonly secret: string };
  readonly patience?: Patience;
  readonly staleAfterMs?: number;
  readonly deadlineMs?: number;
  readonly recvWindow?: number;
  readonly journal?: Partial<JournalOptions>;
  /** Puts something between the session and the real venue. */
  readonly venue?: (venue: Venue) => Venue;
  /** Hears of each line of the log at the moment at which it is written; what it tells of is durable by then. */
  readonly onLine?: (line: string) => void;
}

export interface RunningBot {
  readonly folder: string;
  readonly session: Session;
  readonly venue: Venue;
  readonly journal: Journal;
  readonly log: string[];
  /** Lines of the log that alert. */
  readonly alerts: () => readonly string[];
  /** Stops it and leaves its orders where they are. */
  readonly close: () => Promise<void>;
  /** Ends it as kill -9 does: nothing more is sent, heard or written, what is on the wire arrives and its answer is lost. */
  readonly crash: () => void;
}

/** A bot on an exchange through the real client, with a journal on disk; stopped when the test has finished. */
export async function openBot(exchange: Exchange, options: BotOptions = {}): Promise<RunningBot> {
  const folder = options.folder ?? mkdtempSync(join(FOLDERS, "caucus-fault-"));
  if (options.folder === undefined) onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const definition = loadDefinition({ text: options.yaml ?? gridOf(), name: "test.yaml", overrides: [], agents, strategies });
  const real = await openCcxtVenue({
    exchange: "binance", ...(options.keys ?? KEY), urls: { http: exchange.url, ws: exchange.wsUrl },
    staleAfterMs: options.staleAfterMs ?? 60_000, deadlineMs: options.deadlineMs ?? 1_000, recvWindow: options.recvWindow ?? 5_000,
  });
  const life = { over: false };
  const venue = mortal(options.venue?.(real) ?? real, life);
  const log: string[] = [];
  const tell = (line: string): void => {
    if (life.over) return;
    log.push(line);
    options.onLine?.(line);
  };
  const listener: SessionListener = {
    event: (event, { requests, notices, decision }) => {
      tell(`${event.type}${event.type === "fill" ? ` ${event.side} ${event.key} ${event.steps}` : ""}`);
      for (const request of requests) tell(`  ${request.type} ${request.side} ${request.key}`);
      for (const notice of notices) tell(`  ${notice.type} ${notice.key}: ${notice.reason}`);
      if (decision) tell(`  decision ${decision.stance}`);
    },
    state: (row, from, why) => tell(`  ${row.key}: ${from} -> ${row.state} (${why})`),
    alert: ({ kind, message }) => tell(`ALERT ${kind}: ${message}`),
  };
  let journal: Journal | null = null;
  let session: Session;
  try {
    journal = openJournal(join(folder, "journal.sqlite"), { name: "test", now: () => Date.now(), ...options.journal });
    session = await Session.start({
      botId: "test", mode: "live", definition, agents, strategies, venue, journal, patience: options.patience ?? HURRY, clock: () => Date.now(), listener,
    });
  } catch (error) {
    journal?.close();
    await real.close();
    throw error;
  }
  const opened = journal;
  let closed = false;
  const bot: RunningBot = {
    folder, session, venue, journal: opened, log,
    alerts: () => log.filter((line) => line.startsWith("ALERT")),
    close: async () => {
      if (closed) return;
      closed = true;
      await session.stop("keep");
      opened.close();
    },
    crash: () => {
      if (closed) return;
      closed = true;
      life.over = true;
      opened.close();
      void real.close();
    },
  };
  onTestFinished(() => bot.close());
  return bot;
}

/** A venue whose user can die: from then on no call goes out, no answer comes in, and nothing is pushed. */
function mortal(venue: Venue, life: { readonly over: boolean }): Venue {
  const never = new Promise<never>(() => undefined);
  const isOver = (): boolean => life.over;
  const call = <A extends unknown[], R>(run: (...args: A) => Promise<R>) => async (...args: A): Promise<R> => {
    if (isOver()) return never;
    const answer = await run(...args);
    return isOver() ? never : answer;
  };
  return {
    name: venue.name,
    now: () => venue.now(),
    syncClock: call(() => venue.syncClock()),
    instruments: call((symbols) => venue.instruments(symbols)),
    permissions: call(() => venue.permissions()),
    balances: call(() => venue.balances()),
    submit: call((order) => venue.submit(order)),
    cancel: call((symbol, id) => venue.cancel(symbol, id)),
    order: call((symbol, id) => venue.order(symbol, id)),
    openOrders: call((symbol) => venue.openOrders(symbol)),
    trades: call((symbol, from) => venue.trades(symbol, from)),
    candles: call((symbol, timeframe, since, limit) => venue.candles(symbol, timeframe, since, limit)),
    listen: (symbols, timeframe, listener) => venue.listen(symbols, timeframe, (event) => life.over || listener(event)),
    close: () => venue.close(),
  };
}

/** The id of a symbol at the exchange. */
export const idOf = (symbol: string): string => symbol.replace("/", "");

/** Orders of the account that stand on the exchange. */
export function openOrders(exchange: Exchange, symbol?: string): readonly ExchangeOrder[] {
  return (symbol === undefined ? exchange.engine.openOrders(0) : exchange.engine.openOrders(0, idOf(symbol))) as readonly ExchangeOrder[];
}

/** Executions of the account. */
export function tradesOf(exchange: Exchange, symbol = "BTC/USDT"): readonly ExchangeTrade[] {
  return exchange.engine.trades(0, idOf(symbol)) as readonly ExchangeTrade[];
}

/** How many requests of a method and path have arrived. */
export function requests(exchange: Exchange, method: string, path: string): number {
  return exchange.faults.requests({ method, path }).length;
}

/** Whether the bot has answered everything that the exchange did: nothing on its way, every trade of its orders booked. */
export function settled(bot: RunningBot, exchange: Exchange): boolean {
  if (bot.session.failure !== null || !bot.session.settled()) return false;
  const ours = new Set(bot.journal.orders().map(({ clientOrderId }) => clientOrderId));
  return [...bot.session.bot.symbols.keys()].every((symbol) => {
    const ids = new Map((exchange.engine.orders(0, idOf(symbol)) as readonly ExchangeOrder[]).map((order) => [order.id, order.clientOrderId]));
    return tradesOf(exchange, symbol).every(({ id, orderId }) => !ours.has(ids.get(orderId) ?? "") || bot.journal.hasFill("binance", symbol, String(id)));
  });
}

/** Waits until the bot is at rest. */
export async function rest(bot: RunningBot, exchange: Exchange): Promise<void> {
  await until("the bot is at rest", () => settled(bot, exchange));
}

/** Waits until the bot's whole first grid stands on the exchange. */
export async function gridRests(bot: RunningBot, exchange: Exchange, count = 10): Promise<void> {
  await until("the grid rests", () => settled(bot, exchange) && openOrders(exchange).length >= count);
}

/** Plays market time on, trade by trade, waiting for the bot's answer to each; to the end, or for some minutes. */
export async function play(bot: RunningBot, exchange: Exchange, minutes = Number.POSITIVE_INFINITY): Promise<void> {
  const { engine } = exchange;
  const end = Math.min(engine.end, engine.now + minutes * MINUTE);
  while (engine.now < end) {
    const to = Math.min(end, engine.now - (engine.now % MINUTE) + MINUTE);
    while (engine.advance(to, true) < to) await rest(bot, exchange);
    await rest(bot, exchange);
  }
}

/** Waits until something happened and the bot is at rest for the given number of further looks at the account. */
export async function looks(exchange: Exchange, count: number): Promise<void> {
  const before = requests(exchange, "GET", "/api/v3/openOrders");
  await until(`${count} more looks at the account`, () => requests(exchange, "GET", "/api/v3/openOrders") >= before + count);
}
