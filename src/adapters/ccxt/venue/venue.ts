import type { Exchange } from "ccxt";
import { z } from "zod";
import type { Candle } from "../../../core/candle.ts";
import type { InstrumentFilters } from "../../../core/instrument.ts";
import { parseTimeframe } from "../../../core/timeframe.ts";
import { UserError } from "../../../core/user-error.ts";
import type { KeySwitch } from "../../../ports/key-switch.ts";
import type { Answer, KeyPermissions, Venue, VenueBalance, VenueEvent, VenueFailure, VenueOrder, VenueSubmit, VenueTrade } from "../../../ports/venue.ts";
import { balancesShape } from "./account.ts";
import { Caller } from "./call.ts";
import { VenueClock } from "./clock.ts";
import { openExchange } from "./exchange.ts";
import { KeyRing } from "./key-ring.ts";
import { candlesShape, closedOf, filtersShapeFor } from "./market.ts";
import { acceptedShape, orderShape, ordersShape } from "./order.ts";
import { type TradesFrom, type Walk, walkOpenOrders, walkTrades } from "./pages.ts";
import { plainId, type Quirks, QUIRKS, type VenueName } from "./quirks.ts";
import { readPermissions } from "./probe.ts";
import { fitting } from "./shape.ts";
import { Streams } from "./streams.ts";
import { compareIds, compareTrades, tradesShape } from "./trade.ts";

/** How a venue is opened. Times in milliseconds. */
export interface CcxtVenueOptions {
  readonly exchange: VenueName;
  /** Without keys a venue can be read but not traded on. */
  readonly apiKey?: string;
  readonly secret?: string;
  /** OKX's passphrase. */
  readonly password?: string;
  /** Hosts instead of the real ones, such as `http://127.0.0.1:8080` and `ws://127.0.0.1:8080`; the paths stay. */
  readonly urls?: { readonly http: string; readonly ws: string };
  /** Silence of a stream after which it counts as down. */
  readonly staleAfterMs: number;
  /** The longest that an answer may take; reads may wait their turn before, and are tried twice when the network fails. */
  readonly deadlineMs: number;
  /** How old a request may be when the venue gets it. */
  readonly recvWindow: number;
  /** `false` for a local exchange: ccxt then does not hold requests back to the real venue's rate. */
  readonly rateLimit?: boolean;
}

/** A venue over ccxt; its key can be changed while it trades. */
export interface KeyedVenue extends Venue {
  readonly keys: KeySwitch;
}

/** Opens a venue over the real ccxt client. Nothing is sent until the first call. */
export async function openCcxtVenue(options: CcxtVenueOptions): Promise<KeyedVenue> {
  const keepAliveMs = Math.max(1_000, Math.min(15_000, Math.floor(options.staleAfterMs / 2)));
  const access = { ...options, keepAliveMs };
  return new CcxtVenue(await openExchange(access), options, keepAliveMs);
}

/** More pages than this of one list are a venue that repeats itself. */
const MOST_PAGES = 1_000;
/** Candles that are read at once to fill a hole of a stream. */
const MOST_CANDLES = 1_000;

class CcxtVenue implements KeyedVenue {
  readonly name: VenueName;
  readonly keys: KeyRing;
  readonly #quirks: Quirks;
  readonly #clock = new VenueClock();
  readonly #options: CcxtVenueOptions;
  #streams: Streams | null = null;
  #loading: Promise<Answer<unknown>> | null = null;

  constructor(client: Exchange, options: CcxtVenueOptions, keepAliveMs: number) {
    this.name = options.exchange;
    this.#options = options;
    this.#quirks = QUIRKS[options.exchange];
    const caller = new Caller(this.#quirks, options.deadlineMs, () => this.syncClock());
    this.keys = new KeyRing(client, { ...options, keepAliveMs }, caller, () => this.#streams);
  }

  /** Of the key in use: another one as soon as the key is changed. */
  get #client(): Exchange {
    return this.keys.client;
  }

  now(): number {
    return this.#clock.now();
  }

  async syncClock(): Promise<Answer<number>> {
    return this.keys.call({
      // A clock that must be measured before a clock can be measured would go round for ever.
      effect: "measure",
      shape: z.number().int(),
      run: async (wire) => {
        const time = z.number().int().positive().parse(await this.#client.fetchTime());
        const offset = this.#clock.measured(wire.sentAt, time, wire.answeredAt);
        this.#client.options["timeDifference"] = offset;
        return offset;
      },
    });
  }

  async instruments(symbols: readonly string[]): Promise<Answer<ReadonlyMap<string, InstrumentFilters>>> {
    return this.#loadMarkets(filtersShapeFor(symbols));
  }

  async permissions(): Promise<Answer<KeyPermissions>> {
    return readPermissions(() => this.#client, this.keys, this.name, (answer) => this.keys.heard(answer));
  }

  async balances(): Promise<Answer<ReadonlyMap<string, VenueBalance>>> {
    return this.#ready(() =>
      this.keys.call({ effect: "read", shape: balancesShape, form: this.#quirks.forms.balances, run: () => this.#balances() }),
    );
  }

  async #balances(): Promise<unknown> {
    const answer: unknown = await this.#client.fetchBalance();
    this.keys.heard(answer);
    return answer;
  }

  async submit(order: VenueSubmit): Promise<Answer<VenueOrder>> {
    const { symbol, type, side, price, quantity, postOnly } = order;
    const params = { ...this.#quirks.orderParams, clientOrderId: this.#quirks.shapeId(order.clientOrderId), ...(postOnly ? { postOnly } : {}) };
    return this.#ready(() =>
      this.keys.call({
        effect: "submit",
        shape: acceptedShape(order),
        run: () => this.#client.createOrder(symbol, type, side, asNumber(quantity), price === undefined ? undefined : asNumber(price), params),
      }),
    );
  }

  async cancel(symbol: string, clientOrderId: string): Promise<Answer<VenueOrder>> {
    const { cancelAnswersOrder, cancelParam, shapeId } = this.#quirks;
    const run = (): Promise<unknown> => this.#client.cancelOrder(absent(), symbol, { [cancelParam]: shapeId(clientOrderId) });
    return this.#ready(async () => {
      if (cancelAnswersOrder) {
        const answer = await this.keys.call({ effect: "cancel", shape: orderShape, run });
        // Binance names the cancel itself where the order's id should be.
        return answer.ok ? { ok: true, value: { ...answer.value, clientOrderId } } : answer;
      }
      const heard = await this.keys.call({ effect: "cancel", shape: z.unknown(), run });
      if (!heard.ok) return heard;
      const after = await this.order(symbol, clientOrderId);
      if (after.ok || after.failure.kind !== "not-found") return after;
      return failed({ kind: "unknown", message: `the cancel was heard, then: ${after.failure.message}` });
    });
  }

  async order(symbol: string, clientOrderId: string): Promise<Answer<VenueOrder>> {
    const { lookup, shapeId, forms } = this.#quirks;
    return this.#ready(async () => {
      if (lookup.by === "order") {
        const shape = fitting(orderShape, (order) => (order.clientOrderId === clientOrderId ? null : "another order"), (order) => order);
        return this.keys.call({ effect: "read", shape, run: () => this.#client.fetchOrder(absent(), symbol, { clientOrderId: shapeId(clientOrderId) }) });
      }
      const params = { [lookup.param]: shapeId(clientOrderId) };
      // Open first: an order that closes between the two is in the second.
      for (const list of ["fetchOpenOrders", lookup.closed] as const) {
        const run = (): Promise<unknown> => this.#client[list](symbol, undefined, undefined, params);
        const answer = await this.keys.call({ effect: "read", shape: ordersShape, form: forms.list, run });
        if (!answer.ok) return answer;
        const found = answer.value.find((order) => order.clientOrderId === clientOrderId);
        if (found) return { ok: true, value: found };
      }
      return failed({ kind: "not-found", message: `${this.name} knows no order ${plainId(clientOrderId)}` });
    });
  }

  async openOrders(symbol: string): Promise<Answer<readonly VenueOrder[]>> {
    return this.#ready(async () => {
      const answer = await this.#walk(walkOpenOrders(this.name), ordersShape, (since, limit, params) => this.#client.fetchOpenOrders(symbol, since, limit, params));
      if (!answer.ok) return answer;
      const open = new Map(answer.value.filter(({ status }) => status === "open").map((order) => [order.venueOrderId, order]));
      return { ok: true, value: [...open.values()] };
    });
  }

  async trades(symbol: string, from: TradesFrom): Promise<Answer<readonly VenueTrade[]>> {
    return this.#ready(async () => {
      const answer = await this.#walk(walkTrades(this.name, from, this.now()), tradesShape, (since, limit, params) => this.#client.fetchMyTrades(symbol, since, limit, params));
      if (!answer.ok) return answer;
      const { afterId } = from;
      // One that the venue does not know has no place among the others.
      const isKnown = answer.value.some(({ id }) => id === afterId);
      const isNew = (trade: VenueTrade): boolean => afterId === undefined || !isKnown || (compareIds(trade.id, afterId) ?? (trade.id === afterId ? 0 : 1)) > 0;
      const trades = new Map(answer.value.filter((trade) => trade.symbol === symbol && isNew(trade)).map((trade) => [trade.id, trade]));
      return { ok: true, value: [...trades.values()].toSorted(compareTrades) };
    });
  }

  async candles(symbol: string, timeframe: number, since: number, limit: number): Promise<Answer<readonly Candle[]>> {
    const name = this.#timeframeName(timeframe);
    if (name === null) return failed({ kind: "rejected", reason: "other", message: `${this.name} has no candles of ${timeframe} ms` });
    return this.#ready(async () => {
      const candles: Candle[] = [];
      for (let from = since; candles.length < limit; ) {
        const asked = this.#clock.passed();
        const run = (): Promise<unknown> => this.#client.fetchOHLCV(symbol, name, from, limit - candles.length);
        const page = await this.keys.call({ effect: "read", shape: candlesShape, form: this.#quirks.forms.candles, run });
        if (!page.ok) return page;
        const closed = closedOf(page.value, timeframe, asked).filter(({ time }) => time >= from);
        const last = closed.at(-1);
        if (!last) break;
        candles.push(...closed.slice(0, limit - candles.length));
        from = last.time + timeframe;
        // The next candle has not closed: another page would be empty.
        if (from + timeframe > asked) break;
      }
      return { ok: true, value: candles };
    });
  }

  async listen(symbols: readonly string[], timeframe: number, listener: (event: VenueEvent) => void): Promise<void> {
    const timeframeName = this.#timeframeName(timeframe);
    if (timeframeName === null) throw new UserError(`${this.name} has no candles of ${timeframe} ms`);
    if (this.#streams) throw new Error("a venue listens once");
    const { apiKey, staleAfterMs } = this.#options;
    this.#streams = new Streams(this.#client, {
      venue: this.name,
      symbols,
      timeframe,
      timeframeName,
      isPrivate: apiKey !== undefined,
      staleAfterMs,
      listener,
      candles: (symbol, since) => this.candles(symbol, timeframe, since, MOST_CANDLES),
      ready: () => this.#ready(() => Promise.resolve({ ok: true, value: undefined })),
      now: () => this.now(),
    });
    await this.#streams.start();
  }

  async close(): Promise<void> {
    await this.#streams?.stop();
    await this.keys.leave();
  }

  /** ccxt's name of a timeframe in milliseconds; `null` when the exchange has no such candles. */
  #timeframeName(timeframe: number): string | null {
    return Object.keys(this.#client.timeframes).find((name) => parseTimeframe(name) === timeframe) ?? null;
  }

  /** Runs a call that needs the markets; they are loaded first when they have not been. */
  async #ready<Value>(call: () => Promise<Answer<Value>>): Promise<Answer<Value>> {
    const markets: unknown = this.#client.markets;
    if (markets === undefined || markets === null) {
      // Many calls and streams start at once; one load is enough for all.
      this.#loading ??= this.#loadMarkets(z.unknown()).finally(() => (this.#loading = null));
      const loaded = await this.#loading;
      if (!loaded.ok) return loaded;
    }
    return call();
  }

  async #loadMarkets<Value>(shape: z.ZodType<Value>): Promise<Answer<Value>> {
    return this.keys.call({
      effect: "read",
      shape,
      run: () => {
        // ccxt keeps a failed or hanging load and answers every later call with it; only this makes it ask again.
        this.#client.reloadingMarkets = false;
        return this.#client.loadMarkets(true);
      },
    });
  }

  /** All pages of a list, or the failure of one. */
  async #walk<Row>(walk: Walk, shape: z.ZodType<readonly Row[]>, read: (since: number | undefined, limit: number | undefined, params: Record<string, unknown>) => Promise<unknown>): Promise<Answer<readonly Row[]>> {
    const rows: Row[] = [];
    let page = walk.first;
    for (let pages = 0; pages < MOST_PAGES; pages++) {
      const answer = await this.keys.call({
        effect: "read",
        shape: z.object({ rows: shape, next: z.custom<typeof page | null>() }),
        form: this.#quirks.forms.list,
        run: async (wire) => ({ rows: await read(page.since, page.limit, page.params), next: walk.next(wire.answer?.json, page) }),
      });
      if (!answer.ok) return answer;
      rows.push(...answer.value.rows);
      if (answer.value.next === null) return { ok: true, value: rows };
      page = answer.value.next;
    }
    return failed({ kind: "unknown", message: `the list did not end after ${MOST_PAGES} pages` });
  }
}

function failed(failure: VenueFailure): { readonly ok: false; readonly failure: VenueFailure } {
  return { ok: false, failure };
}

/** ccxt's types ask for numbers; with `number = String` it takes and sends decimal strings as they are. */
function asNumber(text: string): number {
  return text as unknown as number;
}

/** ccxt's types ask for a venue order id also where a client order id is given instead. */
function absent(): string {
  return undefined as unknown as string;
}
