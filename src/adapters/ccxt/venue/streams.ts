import { setTimeout as sleep } from "node:timers/promises";
import type { Exchange } from "ccxt";
import { z } from "zod";
import type { Candle } from "../../../core/candle.ts";
import type { Answer, VenueEvent } from "../../../ports/venue.ts";
import { ClosedCandles } from "./closed-candles.ts";
import { FINAL_CANDLES } from "./final-candles.ts";
import { candlesShape, numeric } from "./market.ts";
import { orderShape } from "./order.ts";
import type { VenueName } from "./quirks.ts";
import { Sockets } from "./sockets.ts";
import { Stream } from "./stream.ts";
import { tradeShape } from "./trade.ts";

/** What streams are opened for. Times in milliseconds. */
export interface StreamsPlan {
  readonly venue: VenueName;
  readonly symbols: readonly string[];
  readonly timeframe: number;
  /** ccxt's name of the timeframe. */
  readonly timeframeName: string;
  /** Whether there are keys, and so orders and trades to hear of. */
  readonly isPrivate: boolean;
  readonly staleAfterMs: number;
  readonly listener: (event: VenueEvent) => void;
  readonly candles: (symbol: string, since: number) => Promise<Answer<readonly Candle[]>>;
  /** The markets must be there before ccxt can subscribe. */
  readonly ready: () => Promise<Answer<unknown>>;
  readonly now: () => number;
}

const TICK = 50;
const KEPT_TRADES = 10_000;
const trades = z.array(tradeShape);
const orders = z.array(z.unknown());
const price = z.object({ bid: numeric, ask: numeric, timestamp: z.number().nullish() });

/** All streams of a venue. */
export class Streams {
  readonly #client: Exchange;
  readonly #plan: StreamsPlan;
  readonly #sockets: Sockets;
  readonly #streams: Stream[] = [];
  readonly #closings = new Map<string, ClosedCandles>();
  readonly #seenTrades = new Set<string>();
  readonly #stop = new AbortController();
  #running: Promise<unknown> = Promise.resolve();

  constructor(client: Exchange, plan: StreamsPlan) {
    this.#client = client;
    this.#plan = plan;
    this.#sockets = new Sockets(client);
    this.#tapFinalCandles();
  }

  /** Starts all streams; settles when the private one is subscribed, or has failed to be and was told down. */
  async start(): Promise<void> {
    const own = this.#plan.isPrivate ? this.#add("private", undefined, /order|trade/i, [() => this.#trades(), () => this.#orders()]) : null;
    for (const symbol of this.#plan.symbols) {
      const closing = new ClosedCandles({
        timeframe: this.#plan.timeframe,
        flagged: FINAL_CANDLES[this.#plan.venue] !== null,
        read: (since) => this.#plan.candles(symbol, since),
        emit: (candle) => this.#plan.listener({ type: "candle", symbol, timeframe: this.#plan.timeframe, candle }),
      });
      this.#closings.set(symbol, closing);
      this.#add("candles", symbol, /./, [() => this.#candles(symbol, closing)], () => closing.interrupted());
      this.#add("prices", symbol, /./, [() => this.#prices(symbol)]);
    }
    this.#running = Promise.all([this.#tick(), ...this.#streams.map((stream) => stream.run())]);
    await own?.settled;
  }

  /** Ends all loops and gives up all sockets. */
  async stop(): Promise<void> {
    this.#stop.abort();
    for (const stream of this.#streams) stream.stop();
    this.#sockets.dropAll("closed");
    await this.#running;
  }

  #add(stream: "private" | "candles" | "prices", symbol: string | undefined, own: RegExp, rounds: readonly (() => Promise<boolean>)[], onBroken?: () => void): Stream {
    const { listener, staleAfterMs, ready, venue } = this.#plan;
    const of = symbol === undefined ? {} : { symbol };
    const added = new Stream(
      {
        rounds: rounds.map((round) => async () => {
          const answer = await ready();
          if (!answer.ok) throw new Error(answer.failure.message);
          return round();
        }),
        own,
        liveness: stream === "private" ? "socket" : "messages",
        // Binance's answer to the subscription comes before ccxt waits for events.
        acknowledged: venue !== "binance",
        staleAfterMs,
        onDown: (reason) => listener({ type: "down", stream, ...of, reason }),
        onUp: () => listener({ type: "up", stream, ...of }),
        ...(onBroken ? { onBroken } : {}),
      },
      this.#sockets,
    );
    this.#streams.push(added);
    return added;
  }

  async #trades(): Promise<boolean> {
    // A trade that cannot be read must not be lost: the stream counts as broken, and what happened is read over REST.
    const made = trades.parse(await this.#client.watchMyTrades());
    for (const trade of made) {
      const key = `${trade.symbol} ${trade.id}`;
      if (this.#seenTrades.has(key) || !this.#plan.symbols.includes(trade.symbol)) continue;
      this.#seenTrades.add(key);
      const oldest = this.#seenTrades.values().next();
      if (this.#seenTrades.size > KEPT_TRADES && oldest.done === false) this.#seenTrades.delete(oldest.value);
      this.#plan.listener({ type: "trade", trade });
    }
    return true;
  }

  async #orders(): Promise<boolean> {
    const changed = orders.parse(await this.#client.watchOrders());
    for (const order of changed) {
      // Some venues send changes only; an order that is not whole is asked for over REST by whoever needs it.
      const parsed = orderShape.safeParse(order);
      if (parsed.success && this.#plan.symbols.includes(parsed.data.symbol)) this.#plan.listener({ type: "order", order: parsed.data });
    }
    return true;
  }

  async #candles(symbol: string, closing: ClosedCandles): Promise<boolean> {
    const rows = candlesShape.safeParse(await this.#client.watchOHLCV(symbol, this.#plan.timeframeName));
    if (!rows.success) return false;
    for (const row of rows.data) closing.row(row);
    return rows.data.length > 0;
  }

  async #prices(symbol: string): Promise<boolean> {
    const answer: unknown = await this.#client.watchBidsAsks([symbol]);
    // Most give the tickers by symbol, Bybit gives the ticker itself.
    const ticker = (answer as Readonly<Record<string, unknown>> | undefined)?.[symbol] ?? answer;
    const parsed = price.safeParse(ticker);
    if (!parsed.success) return false;
    const { bid, ask, timestamp } = parsed.data;
    // NaN and a crossed book answer false.
    if (!(bid > 0 && ask >= bid && ask < Number.POSITIVE_INFINITY)) return false;
    this.#plan.listener({ type: "price", symbol, bid, ask, time: timestamp ?? this.#plan.now() });
    return true;
  }

  /** ccxt drops the flag by which a venue calls a candle final, so it is read before ccxt sees the message. */
  #tapFinalCandles(): void {
    const read = FINAL_CANDLES[this.#plan.venue];
    if (!read) return;
    const handlers = this.#client as unknown as { handleOHLCV(socket: unknown, message: unknown): unknown };
    const handle = handlers.handleOHLCV.bind(this.#client);
    handlers.handleOHLCV = (socket, message) => {
      for (const { marketId, interval, candle } of read(message)) {
        if (this.#client.findTimeframe(interval) !== this.#plan.timeframeName) continue;
        this.#closings.get(this.#client.safeSymbol(marketId, undefined, undefined, "spot"))?.final(candle);
      }
      return handle(socket, message);
    };
  }

  async #tick(): Promise<void> {
    const { signal } = this.#stop;
    while (!this.#stop.signal.aborted) {
      await sleep(TICK, undefined, { signal }).catch(() => undefined);
      for (const closing of this.#closings.values()) closing.tick(this.#plan.now(), Date.now());
    }
  }
}
