import { setTimeout as sleep } from "node:timers/promises";
import type { Exchange } from "ccxt";
import { z } from "zod";
import type { Candle } from "../../../core/candle.ts";
import type { Answer, VenueEvent } from "../../../ports/venue.ts";
import { ClosedCandles } from "./closed-candles.ts";
import { FINAL_CANDLES } from "./final-candles.ts";
import { candlesShape, numeric } from "./market.ts";
import { OwnStream } from "./own-stream.ts";
import type { VenueName } from "./quirks.ts";
import { Sockets } from "./sockets.ts";
import { Stream } from "./stream.ts";

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
const price = z.object({ bid: numeric, ask: numeric, timestamp: z.number().nullish() });

/** All streams of a venue. */
export class Streams {
  readonly #client: Exchange;
  readonly #plan: StreamsPlan;
  readonly #sockets: Sockets;
  readonly #streams: Stream[] = [];
  readonly #closings = new Map<string, ClosedCandles>();
  readonly #seenTrades = new Set<string>();
  /** One per key that is open; more than one only while keys are changed. */
  readonly #own = new Map<Exchange, OwnStream>();
  /** The one whose outages are told. */
  #spoken: OwnStream | null = null;
  #toldDown = false;
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
    const own = this.#plan.isPrivate ? this.#addOwn(this.#client, this.#sockets) : null;
    this.#spoken = own;
    for (const symbol of this.#plan.symbols) {
      const closing = new ClosedCandles({
        timeframe: this.#plan.timeframe,
        flagged: FINAL_CANDLES[this.#plan.venue] !== null,
        read: (since) => this.#plan.candles(symbol, since),
        emit: (candle) => this.#plan.listener({ type: "candle", symbol, timeframe: this.#plan.timeframe, candle }),
      });
      this.#closings.set(symbol, closing);
      this.#add("candles", symbol, () => this.#candles(symbol, closing), () => closing.interrupted());
      this.#add("prices", symbol, () => this.#prices(symbol));
    }
    this.#running = Promise.all([this.#tick(), ...this.#streams.map((stream) => stream.run())]);
    await own?.start();
  }

  /** Opens the account's stream with another client beside what is there; why it did not come up within `withinMs`, or `null`. */
  async openOwn(client: Exchange, withinMs: number): Promise<string | null> {
    const own = this.#addOwn(client, new Sockets(client));
    const late = new AbortController();
    const inTime = await Promise.race([own.start().then(() => true), sleep(withinMs, false, { signal: late.signal }).catch(() => false)]);
    late.abort();
    const reason = inTime ? own.downBecause : `it was not there after ${withinMs} ms`;
    if (reason !== null) await this.closeOwn(client);
    return reason;
  }

  /** From now on the outages of this client's stream of the account are the ones that are told. */
  speakFor(client: Exchange): void {
    const own = this.#own.get(client);
    if (!own) return;
    this.#spoken = own;
    const reason = own.downBecause;
    if (reason !== null && !this.#toldDown) this.#tellDown(reason);
    if (reason === null && this.#toldDown) this.#tellUp();
  }

  /** Gives up a client's stream of the account, and tells nobody. */
  async closeOwn(client: Exchange): Promise<void> {
    const own = this.#own.get(client);
    this.#own.delete(client);
    if (own === this.#spoken) this.#spoken = null;
    await own?.stop();
  }

  /** Ends all loops and gives up all sockets. */
  async stop(): Promise<void> {
    this.#stop.abort();
    for (const stream of this.#streams) stream.stop();
    const owns = [...this.#own.values()].map((own) => own.stop());
    this.#sockets.dropAll("closed");
    await Promise.all([this.#running, ...owns]);
  }

  #add(stream: "candles" | "prices", symbol: string, round: () => Promise<boolean>, onBroken?: () => void): void {
    const { listener, staleAfterMs } = this.#plan;
    const added = new Stream(
      {
        rounds: [
          async () => {
            await this.#ready();
            return round();
          },
        ],
        own: /./,
        liveness: "messages",
        acknowledged: this.#plan.venue !== "binance",
        staleAfterMs,
        onDown: (reason) => listener({ type: "down", stream, symbol, reason }),
        onUp: () => listener({ type: "up", stream, symbol }),
        ...(onBroken ? { onBroken } : {}),
      },
      this.#sockets,
    );
    this.#streams.push(added);
  }

  #addOwn(client: Exchange, sockets: Sockets): OwnStream {
    const { venue, symbols, staleAfterMs, listener } = this.#plan;
    const own: OwnStream = new OwnStream(client, sockets, {
      venue,
      symbols,
      staleAfterMs,
      ready: () => this.#ready(),
      onTrade: (trade) => {
        const key = `${trade.symbol} ${trade.id}`;
        if (this.#seenTrades.has(key)) return;
        this.#seenTrades.add(key);
        const oldest = this.#seenTrades.values().next();
        if (this.#seenTrades.size > KEPT_TRADES && oldest.done === false) this.#seenTrades.delete(oldest.value);
        listener({ type: "trade", trade });
      },
      onOrder: (order) => listener({ type: "order", order }),
      onDown: (reason) => own === this.#spoken && this.#tellDown(reason),
      onUp: () => own === this.#spoken && this.#tellUp(),
    });
    this.#own.set(client, own);
    return own;
  }

  #tellDown(reason: string): void {
    this.#toldDown = true;
    this.#plan.listener({ type: "down", stream: "private", reason });
  }

  #tellUp(): void {
    this.#toldDown = false;
    this.#plan.listener({ type: "up", stream: "private" });
  }

  async #ready(): Promise<void> {
    const answer = await this.#plan.ready();
    if (!answer.ok) throw new Error(answer.failure.message);
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
