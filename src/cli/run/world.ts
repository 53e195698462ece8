import { join } from "node:path";
import { agents } from "../../../agents/index.ts";
import { openCcxtVenue } from "../../adapters/ccxt/venue/venue.ts";
import { loadDatasets } from "../../app/backtest/session.ts";
import { botOf, warmupBars } from "../../app/definition/bot.ts";
import type { Definition } from "../../app/definition/schema.ts";
import type { TradeMode } from "../../app/definition/trade-schema.ts";
import { shortened } from "../../app/keys/roster.ts";
import { watchedLevels } from "../../app/trade/paper/levels.ts";
import { paperVenue } from "../../app/trade/paper/open.ts";
import { PATIENCE, type Patience } from "../../app/trade/patience.ts";
import type { Session } from "../../app/trade/session.ts";
import { timeframesOf } from "../../app/trade/venue-candles.ts";
import { RunError, UserError } from "../../core/user-error.ts";
import { parseInstant } from "../../core/instant.ts";
import { formatTimeframe } from "../../core/timeframe.ts";
import type { Dataset } from "../../ports/candles.ts";
import type { KeySwitch } from "../../ports/key-switch.ts";
import type { Venue } from "../../ports/venue.ts";
import { candleSource } from "../candle-source.ts";
import { hostsOf } from "./hosts.ts";
import type { StoredKeyInUse } from "./key-rotation.ts";
import { type FoundKeys, noteUses } from "./find-keys.ts";
import { readKeys } from "./keys.ts";
import { openReplayExchange, REPLAY_KEY } from "./local-exchange.ts";
import { playMarket, REPLAY_PATIENCE, spanOf } from "./replay.ts";

/** What a bot trades in: a venue, and what moves it. */
export interface World {
  readonly venue: Venue;
  readonly patience: Patience;
  /** The definition as it is traded: a replay fills orders on the candles that there are. */
  readonly definition: Definition;
  /** Where there is a real account: how its key is changed, and which one of the key store it is; `stored` is null for one of the environment. */
  readonly keys?: { readonly venue: KeySwitch; readonly stored: StoredKeyInUse | null };
  /** Mode, account and what may be spent, in one line. */
  readonly headline: string;
  /** Lets the world turn until it ends or the signal says so. */
  play(session: Session, signal: AbortSignal): Promise<void>;
  /** Whether it has come to its end (a replay), so that there is nothing to go on with. */
  finished(): boolean;
  close(): Promise<void>;
}

/** Where a world is opened. */
export interface WorldOptions {
  readonly definition: Definition;
  readonly mode: TradeMode;
  readonly folder: string;
  readonly dataDir: string;
  /** Of the account that live trades in; absent: those of the environment. */
  readonly keys?: FoundKeys;
}

/** Opens the world that a mode means. */
export async function openWorld(options: WorldOptions): Promise<World> {
  if (options.mode === "replay") return openReplay(options);
  if (options.mode === "paper") return openPaper(options);
  return openReal(options);
}

const DEADLINE = 10_000;
const RECV_WINDOW = 5_000;
/** Streams of a replay are silent while the bot thinks. */
const NEVER_STALE = 24 * 3_600_000;

async function openReplay({ definition: given, folder, dataDir }: WorldOptions): Promise<World> {
  const datasets = await loadDatasets(given, candleSource(dataDir));
  const definition = onCandles(given, datasets);
  const { engine, exchange, close } = await openReplayExchange(definition, datasets, folder);
  const warmup = warmupBars(botOf(definition, 0, agents, []).agents);
  const { begin, end } = spanOf(engine, definition, warmup, definition.from === undefined ? null : parseInstant(definition.from));
  if (begin >= end) {
    await close();
    throw new UserError(`trade.days: the candles end before the ${warmup} bars are over that the agents need first. Give more candles (synthetic:mix?days=90) or a shorter timeframe.decision.`);
  }
  if (engine.now < begin) engine.advance(begin);
  const venue = await openCcxtVenue({
    exchange: "binance", ...REPLAY_KEY, urls: { http: exchange.url, ws: exchange.wsUrl }, staleAfterMs: NEVER_STALE, deadlineMs: DEADLINE, recvWindow: RECV_WINDOW,
  });
  const synthetic = datasets.every((dataset) => dataset.synthetic);
  const quote = definition.symbols[0]?.split("/")[1] ?? "";
  return {
    venue,
    patience: REPLAY_PATIENCE,
    definition,
    headline: `REPLAY of ${synthetic ? "a SYNTHETIC MARKET that no exchange ever traded" : "recorded candles"} on the local exchange: no real money. It may spend ${definition.trade.limits.spend ?? definition.capital} ${quote} of a pretended account.`,
    play: (session, signal) => playMarket({ session, venue, engine, end, speed: definition.trade.speed, decision: timeframesOf(definition).decision, signal }),
    finished: () => engine.now >= end,
    close,
  };
}

/** A running bot's own candles are minutes unless it is told; those of a replay may be longer, and none can be made shorter. */
function onCandles(definition: Definition, datasets: readonly Dataset[]): Definition {
  const longest = Math.max(...datasets.map(({ series }) => series.timeframe));
  if (longest <= timeframesOf(definition).fill) return definition;
  if (definition.timeframe.fill !== "auto") throw new UserError(`timeframe.fill: the candles are ${formatTimeframe(longest)} bars, so orders cannot be filled on ${definition.timeframe.fill}. Leave it out, or give finer candles.`);
  return { ...definition, timeframe: { ...definition.timeframe, fill: formatTimeframe(longest) } };
}

async function openPaper({ definition, folder }: WorldOptions): Promise<World> {
  const { symbols, fillModel, fees, capital } = definition;
  const { exchange, limits, url } = definition.trade;
  const quote = symbols[0]?.split("/")[1] ?? "";
  const { fill, decision } = timeframesOf(definition);
  const market = await openCcxtVenue({ exchange, ...hostsOf(definition), staleAfterMs: fill, deadlineMs: DEADLINE, recvWindow: RECV_WINDOW });
  const venue = await paperVenue(market, { symbols, fillModel, fees, balances: { [quote]: String(capital) }, fill, decision, path: join(folder, "paper.jsonl") });
  return {
    venue,
    patience: PATIENCE,
    definition,
    headline: `PAPER on the candles of ${exchange}${url === undefined ? "" : ` at ${url}`}: orders are filled by the simulator, no real money. It may spend ${limits.spend ?? capital} ${quote} of a pretended account on ${symbols.join(", ")}.`,
    play: async (session, signal) => {
      venue.follow((symbol) => watchedLevels(session.bot, symbol), () => session.isAnswering);
      await untilStoppedAt(definition, venue, session, () => session.failure !== null || venue.failure !== null, signal);
      if (venue.failure !== null) throw new RunError(`The pretended exchange stopped: ${venue.failure instanceof Error ? venue.failure.message : "unknown"}. What is durable is kept in ${folder}; the same command goes on from there.`);
    },
    finished: () => false,
    close: () => Promise.resolve(),
  };
}

/** Between two looks at the clock of an exchange whose time goes at a speed of its own, ms. */
const FOLLOW_EVERY = 1_000;

/** As `untilStopped`; the clock of an address that is not the exchange's own is followed meanwhile: a local exchange's may run. */
async function untilStoppedAt({ trade: { url } }: Definition, venue: Venue, session: Session, hasFailed: () => boolean, signal: AbortSignal): Promise<void> {
  const follow = (): void => {
    if (session.troubles.length === 0) void venue.syncClock();
  };
  const timer = url === undefined ? undefined : setInterval(follow, FOLLOW_EVERY);
  await untilStopped(hasFailed, signal);
  clearInterval(timer);
}

/** Waits until something has failed or the signal says stop. */
function untilStopped(hasFailed: () => boolean, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const end = (): void => {
      clearInterval(timer);
      done();
    };
    const timer = setInterval(() => hasFailed() && end(), 100);
    if (signal.aborted) end();
    else signal.addEventListener("abort", end, { once: true });
  });
}

async function openReal({ definition, keys: found }: WorldOptions): Promise<World> {
  const keys = found?.keys ?? readKeys();
  const stored = found?.stored ?? null;
  const inUse: StoredKeyInUse | null = stored && { store: stored.store, id: stored.key.id };
  const { exchange, url, limits } = definition.trade;
  const venue = await openCcxtVenue({
    exchange, ...keys,
    ...hostsOf(definition),
    staleAfterMs: timeframesOf(definition).fill, deadlineMs: DEADLINE, recvWindow: RECV_WINDOW,
  });
  const quote = definition.symbols[0]?.split("/")[1] ?? "";
  const account = `${exchange}${url === undefined ? "" : ` at ${url}`}, key ${stored === null ? shortened(keys.apiKey) : `${stored.key.label} (${stored.key.id})`}`;
  return {
    venue,
    keys: { venue: venue.keys, stored: inUse },
    patience: PATIENCE,
    definition,
    headline: `LIVE on ${account}: real orders. It may spend ${limits.spend ?? definition.capital} ${quote} on ${definition.symbols.join(", ")}.`,
    play: async (session, signal) => {
      const stop = stored === null ? () => undefined : noteUses(stored.store, () => inUse?.id ?? stored.key.id);
      await untilStoppedAt(definition, venue, session, () => session.failure !== null, signal).finally(stop);
    },
    finished: () => false,
    close: () => Promise.resolve(),
  };
}
