import { setImmediate as turn, setTimeout as sleep } from "node:timers/promises";
import type { Candle } from "../../../core/candle.ts";
import type { Fees, FillModel } from "../../../core/fill-model.ts";
import type { InstrumentFilters } from "../../../core/instrument.ts";
import { barStart } from "../../../core/resample.ts";
import type { Answer, KeyPermissions, Venue, VenueBalance, VenueEvent, VenueOrder, VenueSubmit, VenueTrade } from "../../../ports/venue.ts";
import { fetchAll } from "../venue-candles.ts";
import type { PaperExchange, PaperNews } from "./exchange.ts";
import { Gathering } from "./gathering.ts";
import type { PaperLevel } from "./market.ts";
import type { PaperRecord } from "./record.ts";

/** How paper trading is set up. Times in milliseconds. */
export interface PaperOptions {
  readonly symbols: readonly string[];
  readonly fillModel: FillModel;
  readonly fees: Fees;
  /** What the pretended account begins with, decimals by asset. */
  readonly balances: Readonly<Record<string, string>>;
  /** Length of the candles that fill orders, and of the bars that are decided on. */
  readonly fill: number;
  readonly decision: number;
  /** The file that the pretended exchange is kept in. */
  readonly path: string;
  /** How long the candle of one symbol waits for those of the others, so that all are filled before anything is decided. */
  readonly gather?: number;
  /** Pause before missing candles are asked for again. */
  readonly retry?: number;
}

/** A venue whose orders are filled by the simulator. */
export interface PaperVenue extends Venue {
  /**
   * Begins to walk candles; `levels` gives what the strategies of a symbol watch now, `isAnswering` whether the bot has
   * yet to send what comes of what it has heard. Candles that come before wait.
   */
  follow(levels: (symbol: string) => readonly PaperLevel[], isAnswering: () => boolean): void;
  /** Whether every candle that has come was walked and told. */
  idle(): boolean;
  /** Why no more candles are walked; null while they are. */
  readonly failure: unknown;
}

const GATHER = 2_000;
const RETRY = 1_000;

type Arrival = { readonly type: "candle"; readonly symbol: string; readonly candle: Candle } | { readonly type: "pass"; readonly event: VenueEvent };

/** Paper trading over a real market; `open.ts` opens one. */
export class PaperTrading implements PaperVenue {
  readonly name: string;
  readonly #market: Venue;
  readonly #options: PaperOptions;
  readonly #exchange: PaperExchange;
  readonly #record: PaperRecord;
  readonly #queue: Arrival[] = [];
  readonly #gathered: Gathering;
  readonly #told = new Map<string, PaperLevel>();
  #levels: ((symbol: string) => readonly PaperLevel[]) | null = null;
  #isAnswering: () => boolean = () => false;
  #listener: (event: VenueEvent) => void = () => undefined;
  #calls = 0;
  /** The candle that is being answered: its orders come with the next one, whatever the clock says by then. */
  #answering: string | null = null;
  #working: Promise<unknown> | null = null;
  #failure: unknown = null;
  #timer: NodeJS.Timeout | undefined;
  readonly #stop = new AbortController();

  constructor(market: Venue, options: PaperOptions, exchange: PaperExchange, record: PaperRecord) {
    this.name = `paper-${market.name}`;
    this.#market = market;
    this.#options = options;
    this.#exchange = exchange;
    this.#record = record;
    this.#gathered = new Gathering(options.symbols, options.gather ?? GATHER);
  }

  /** What happened while nobody was there: the market did not wait. */
  async catchUp(): Promise<void> {
    const { symbols, fill } = this.#options;
    await this.#market.syncClock();
    const open = Math.floor(this.#market.now() / fill);
    for (const symbol of symbols) {
      const market = this.#exchange.market(symbol);
      if (market.seen >= 0) {
        for (const candle of await fetchAll(this.#market, symbol, fill, (market.seen + 1) * fill, open * fill)) {
          for (let news = this.#exchange.walk(symbol, candle); news !== null; ) news = this.#exchange.goOn(symbol);
        }
      }
      market.pass(open - 1);
    }
  }

  now(): number {
    return this.#market.now();
  }

  syncClock(): Promise<Answer<number>> {
    return this.#market.syncClock();
  }

  instruments(symbols: readonly string[]): Promise<Answer<ReadonlyMap<string, InstrumentFilters>>> {
    return this.#market.instruments(symbols);
  }

  permissions(): Promise<Answer<KeyPermissions>> {
    return said({ read: true, trade: true, withdraw: false, extra: [], ipRestricted: true, fields: { read: "simulated", trade: "simulated", withdraw: "simulated", ip: "simulated" }, expires: null });
  }

  candles(symbol: string, timeframe: number, since: number, limit: number): Promise<Answer<readonly Candle[]>> {
    return this.#market.candles(symbol, timeframe, since, limit);
  }

  balances(): Promise<Answer<ReadonlyMap<string, VenueBalance>>> {
    this.#calls += 1;
    return said(this.#exchange.balances());
  }

  submit(order: VenueSubmit): Promise<Answer<VenueOrder>> {
    this.#calls += 1;
    const now = this.#market.now();
    return Promise.resolve(this.#exchange.submit(order, this.#arrivalOf(order.symbol, now), now));
  }

  cancel(symbol: string, clientOrderId: string): Promise<Answer<VenueOrder>> {
    this.#calls += 1;
    return Promise.resolve(this.#exchange.cancel(symbol, clientOrderId, this.#market.now()));
  }

  order(symbol: string, clientOrderId: string): Promise<Answer<VenueOrder>> {
    this.#calls += 1;
    return Promise.resolve(this.#exchange.order(symbol, clientOrderId));
  }

  openOrders(symbol: string): Promise<Answer<readonly VenueOrder[]>> {
    this.#calls += 1;
    return said(this.#exchange.openOrders(symbol));
  }

  trades(symbol: string, { afterId, since }: { readonly afterId?: string; readonly since: number }): Promise<Answer<readonly VenueTrade[]>> {
    this.#calls += 1;
    return said(this.#exchange.trades(symbol, Number(afterId ?? 0), since));
  }

  async listen(symbols: readonly string[], timeframe: number, listener: (event: VenueEvent) => void): Promise<void> {
    this.#listener = listener;
    await this.#market.listen(symbols, timeframe, (event) => this.#hear(event));
  }

  follow(levels: (symbol: string) => readonly PaperLevel[], isAnswering: () => boolean): void {
    this.#levels = levels;
    this.#isAnswering = isAnswering;
    for (const symbol of this.#options.symbols) this.#watch(symbol, false);
    this.#timer = setInterval(() => this.#work(), 50);
    this.#work();
  }

  idle(): boolean {
    return this.#working === null && this.#queue.length === 0 && this.#gathered.size === 0;
  }

  get failure(): unknown {
    return this.#failure;
  }

  async close(): Promise<void> {
    this.#stop.abort();
    clearInterval(this.#timer);
    await this.#market.close();
    await this.#working;
    this.#record.close();
  }

  /** An order that comes while a candle is under way counts from the next: what the candle did before it is past. */
  #arrivalOf(symbol: string, now: number): number {
    const next = this.#exchange.market(symbol).seen + 1;
    const { fill } = this.#options;
    if (this.#answering === symbol) return next;
    return Math.max(next, Math.ceil(now / fill));
  }

  #hear(event: VenueEvent): void {
    // Levels are touched along the path of the closed candle, as in a backtest; a touch by the price of now would come
    // twice, and its order would fill at an open that lies before it.
    if (event.type === "price") return;
    if (event.type === "candle") this.#queue.push({ type: "candle", symbol: event.symbol, candle: event.candle });
    else this.#queue.push({ type: "pass", event });
    this.#work();
  }

  #work(): void {
    if (this.#working !== null || this.#levels === null || this.#failure !== null || this.#stop.signal.aborted) return;
    if (this.#queue.length === 0 && !this.#gathered.isOverdue()) return;
    this.#working = this.#drain()
      // Memory and file may differ now: a restart begins from the file.
      .catch((error: unknown) => (this.#failure = error))
      .then(() => {
        this.#working = null;
        // What came while the last one ended has found somebody at work.
        this.#work();
      });
  }

  async #drain(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const next = this.#queue[0];
      const isLater = next?.type === "candle" && this.#gathered.has(next.symbol);
      if (this.#gathered.isComplete() || isLater || (next === undefined && this.#gathered.isOverdue())) {
        await this.#walkGathered();
        continue;
      }
      if (next === undefined) return;
      this.#queue.shift();
      if (next.type === "pass") this.#listener(next.event);
      else this.#gathered.add(next.symbol, next.candle);
    }
  }

  /** As in a backtest: first the candles of all symbols fill what rests, then their bars are decided on. */
  async #walkGathered(): Promise<void> {
    const candles: (readonly [string, Candle])[] = [];
    for (const [symbol, candle] of this.#gathered.take()) {
      for (const one of [...(await this.#missed(symbol, candle)), candle]) candles.push([symbol, one]);
    }
    candles.sort(([, a], [, b]) => a.time - b.time);
    for (let i = 0; i < candles.length; ) {
      const time = candles[i]?.[1].time;
      const same = candles.slice(i).filter(([, candle]) => candle.time === time);
      i += same.length;
      for (const [symbol, candle] of same) await this.#walk(symbol, candle);
      for (const [symbol, candle] of same) await this.#tell(symbol, candle);
    }
  }

  /** Candles that should have come before this one. */
  async #missed(symbol: string, candle: Candle): Promise<readonly Candle[]> {
    const { fill } = this.#options;
    const { seen } = this.#exchange.market(symbol);
    while (!this.#stop.signal.aborted && candle.time / fill > seen + 1) {
      try {
        return await fetchAll(this.#market, symbol, fill, (seen + 1) * fill, candle.time);
      } catch {
        await sleep(this.#options.retry ?? RETRY, undefined, { signal: this.#stop.signal }).catch(() => undefined);
      }
    }
    return [];
  }

  async #walk(symbol: string, candle: Candle): Promise<void> {
    for (let news = this.#exchange.walk(symbol, candle); news !== null; news = this.#exchange.goOn(symbol)) {
      this.#listener(eventOf(news));
      await this.#answered();
      this.#watch(symbol, true);
    }
  }

  async #tell(symbol: string, candle: Candle): Promise<void> {
    const { fill, decision } = this.#options;
    this.#answering = symbol;
    this.#listener({ type: "candle", symbol, timeframe: fill, candle });
    await this.#answered();
    this.#answering = null;
    this.#watch(symbol, barStart(candle.time, decision) + decision === candle.time + fill);
  }

  /** Waits until the bot has answered: every answer of this venue is there at once, so that it takes a few turns of the event loop. */
  async #answered(): Promise<void> {
    for (let before = -1; (before !== this.#calls || this.#isAnswering()) && !this.#stop.signal.aborted; ) {
      before = this.#calls;
      await turn();
    }
  }

  /** Passes on what the strategies watch: after what the bot has heard, as the backtest does, else only when it has changed. */
  #watch(symbol: string, always: boolean): void {
    for (const level of this.#levels?.(symbol) ?? []) {
      const key = `${symbol} ${level.strategy}`;
      const last = this.#told.get(key);
      const same = last?.below === level.below && last?.above === level.above;
      if (same && (!always || (level.below === undefined && level.above === undefined))) continue;
      this.#told.set(key, level);
      this.#exchange.watch(symbol, level);
    }
  }
}

/** A level that was reached comes as the price that reached it. */
function eventOf(news: PaperNews): VenueEvent {
  return news.type === "touch" ? { type: "price", symbol: news.symbol, bid: news.price, ask: news.price, time: news.time } : news;
}

function said<T>(value: T): Promise<Answer<T>> {
  return Promise.resolve({ ok: true, value });
}
