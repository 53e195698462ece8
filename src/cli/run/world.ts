import { agents } from "../../../agents/index.ts";
import { openCcxtVenue } from "../../adapters/ccxt/venue/venue.ts";
import { loadDatasets } from "../../app/backtest/session.ts";
import type { Definition } from "../../app/definition/schema.ts";
import type { TradeMode } from "../../app/definition/trade-schema.ts";
import { PATIENCE, type Patience } from "../../app/trade/patience.ts";
import type { Session } from "../../app/trade/session.ts";
import { timeframesOf } from "../../app/trade/venue-candles.ts";
import { UserError } from "../../core/user-error.ts";
import { parseInstant } from "../../core/instant.ts";
import type { Venue } from "../../ports/venue.ts";
import { candleSource } from "../candle-source.ts";
import { readKeys } from "./keys.ts";
import { openReplayExchange, REPLAY_KEY } from "./local-exchange.ts";
import { playMarket, REPLAY_PATIENCE, spanOf } from "./replay.ts";

/** What a bot trades in: a venue, and what moves it. */
export interface World {
  readonly venue: Venue;
  readonly patience: Patience;
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
}

/** Opens the world that a mode means. */
export async function openWorld(options: WorldOptions): Promise<World> {
  if (options.mode === "replay") return openReplay(options);
  return openReal(options);
}

const DEADLINE = 10_000;
const RECV_WINDOW = 5_000;
/** Streams of a replay are silent while the bot thinks. */
const NEVER_STALE = 24 * 3_600_000;

async function openReplay({ definition, folder, dataDir }: WorldOptions): Promise<World> {
  const datasets = await loadDatasets(definition, candleSource(dataDir));
  const { engine, exchange, close } = await openReplayExchange(definition, datasets, folder);
  const warmup = Math.max(50, ...agents.filter(({ name }) => definition.agents[name] !== undefined).map((entry) => 2 * entry.start(definition.agents[entry.name]).warmup));
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
    headline: `REPLAY of ${synthetic ? "a SYNTHETIC MARKET that no exchange ever traded" : "recorded candles"} on the local exchange: no real money. It may spend ${definition.trade.limits.spend ?? definition.capital} ${quote} of a pretended account.`,
    play: (session, signal) => playMarket({ session, venue, engine, end, speed: definition.trade.speed, decision: timeframesOf(definition).decision, signal }),
    finished: () => engine.now >= end,
    close,
  };
}

async function openReal({ definition, mode }: WorldOptions): Promise<World> {
  if (mode === "paper") throw new UserError("--mode paper is not built yet: use replay, or live against the local exchange (trade.url).");
  const keys = readKeys();
  const { exchange, url, limits } = definition.trade;
  const venue = await openCcxtVenue({
    exchange, ...keys,
    ...(url === undefined ? {} : { urls: { http: url.replace(/\/$/, ""), ws: url.replace(/^http/, "ws").replace(/\/$/, "") } }),
    staleAfterMs: timeframesOf(definition).fill, deadlineMs: DEADLINE, recvWindow: RECV_WINDOW,
  });
  const quote = definition.symbols[0]?.split("/")[1] ?? "";
  const account = `${exchange}${url === undefined ? "" : ` at ${url}`}, key ${keys.apiKey.slice(0, 4)}...`;
  return {
    venue,
    patience: PATIENCE,
    headline: `LIVE on ${account}: real orders. It may spend ${limits.spend ?? definition.capital} ${quote} on ${definition.symbols.join(", ")}.`,
    play: (session, signal) =>
      new Promise((done) => {
        const timer = setInterval(() => {
          if (session.failure === null && !signal.aborted) return;
          clearInterval(timer);
          done();
        }, 100);
        signal.addEventListener("abort", () => {
          clearInterval(timer);
          done();
        });
      }),
    finished: () => false,
    close: () => Promise.resolve(),
  };
}
