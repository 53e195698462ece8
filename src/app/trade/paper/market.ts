import type { Candle } from "../../../core/candle.ts";
import type { FillModel } from "../../../core/fill-model.ts";
import { type Instrument, priceOf } from "../../../core/instrument.ts";
import type { Order } from "../../../core/order.ts";
import type { Execution, FeeSchedule, MarketEvents } from "../../../core/simulator/execute.ts";
import { type Market, type Resting, type Watcher, createMarket, momentOf, remove, rest, setWatch, updateHits } from "../../../core/simulator/market.ts";
import { walkCandle } from "../../../core/simulator/walk.ts";

/** Something in a candle that the bot may answer. Times are epoch milliseconds. */
export type PaperEvent =
  | { readonly type: "filled"; readonly execution: Execution }
  | { readonly type: "rejected" | "canceled"; readonly order: Order; readonly time: number; readonly reason: string }
  | { readonly type: "touched"; readonly strategy: string; readonly direction: "below" | "above"; readonly price: number; readonly time: number };

/** A level that a strategy watches, price in quote. */
export interface PaperLevel {
  readonly strategy: string;
  readonly below?: number;
  readonly above?: number;
}

/** What the bot did about an event of a candle. */
type Response =
  | { readonly type: "rest"; readonly order: Order; readonly reserved: number }
  | { readonly type: "remove"; readonly order: Order }
  | { readonly type: "watch"; readonly level: PaperLevel };

/** Thrown out of a walk to stop it; never leaves this file. */
const PAUSE = Symbol("pause");

/** A market as it was when a candle opened. */
interface Snapshot {
  readonly buys: readonly Resting[];
  readonly sells: readonly Resting[];
  readonly pending: readonly Resting[];
  readonly watchers: readonly Watcher[];
  readonly moment: number;
  readonly progress: readonly { readonly order: Order; readonly filled: number; readonly reserved: number }[];
}

/** A candle that is being walked: what was answered to its events so far, an entry an event. */
interface Walking {
  readonly bar: number;
  readonly candle: Candle;
  readonly before: Snapshot;
  readonly responses: Response[][];
}

/**
 * The backtest's simulator of one symbol, for a bot that answers later. The simulator walks a candle in one go and
 * wants the answer to a fill before it goes on, so the walk is broken off at each event that is new. Once that is
 * answered the candle is walked again from its open, with the answers known so far given at the same places: what comes
 * of it is what one walk with prompt answers would have come to, through the very same code.
 */
export class PaperMarket {
  readonly instrument: Instrument;
  readonly #fees: FeeSchedule;
  readonly #market: Market;
  #walking: Walking | null = null;
  /** Number of the last candle that is over; -1 before the first. */
  #seen = -1;
  #price = Number.NaN;

  constructor(instrument: Instrument, model: FillModel, fees: FeeSchedule) {
    this.instrument = instrument;
    this.#fees = fees;
    this.#market = createMarket(instrument, model);
  }

  get seen(): number {
    return this.#seen;
  }

  /** What the symbol was last worth, quote; NaN before the first candle. */
  get price(): number {
    return this.#price;
  }

  /** Whether an event waits for its answer. */
  get paused(): boolean {
    return this.#walking !== null;
  }

  /** Orders that have not come to their end, those nearest to the price first. */
  *resting(): Generator<Order> {
    for (const list of [this.#market.buys.toReversed(), this.#market.sells.toReversed(), this.#market.pending]) for (const { order } of list) yield order;
  }

  /** Passes over candles in which nothing happened; `close` is the last one's, where it is known. */
  pass(bar: number, close?: number): void {
    if (bar > this.#seen) this.#seen = bar;
    this.#price = close ?? this.#price;
  }

  /** Rests an order: as an answer to the event that waits, else from candle `arrival` on. */
  rest(order: Order, arrival: number): void {
    this.#walking?.responses.at(-1)?.push({ type: "rest", order, reserved: order.reserved });
    this.#market.nextBar = arrival;
    rest(this.#market, order);
    this.#holdBack(order, arrival);
  }

  /** Takes an order out; false when it does not rest here (any more). */
  remove(order: Order): boolean {
    const removed = remove(this.#market, order);
    if (removed) this.#walking?.responses.at(-1)?.push({ type: "remove", order });
    return removed;
  }

  /** Sets what a strategy watches. */
  watch(level: PaperLevel): void {
    this.#walking?.responses.at(-1)?.push({ type: "watch", level });
    setWatch(this.#market, level.strategy, level.below, level.above);
  }

  /** Whether anything can happen in a candle. */
  isQuiet({ high, low }: Candle): boolean {
    return low > this.#market.hitBelow && high < this.#market.hitAbove;
  }

  /** Walks a candle to its first event; null when there was none and it is over. */
  walk(bar: number, candle: Candle): PaperEvent | null {
    if (this.#walking) throw new Error("a candle is being walked already");
    const market = this.#market;
    for (const list of [market.buys, market.sells, market.pending]) {
      list.forEach((resting, i) => {
        // What was there for the candle before does not arrive with this one; what was to arrive with a missing one does.
        const arrivesWith = resting.arrivesWith < 0 || resting.arrivesWith > bar ? resting.arrivesWith : resting.arrivesWith > this.#seen ? bar : -1;
        if (arrivesWith !== resting.arrivesWith) list[i] = { ...resting, arrivesWith };
      });
    }
    this.#walking = { bar, candle, before: this.#snapshot(), responses: [] };
    return this.#run();
  }

  /** Goes on after an event has been answered, to the next one; null when the candle is over. */
  goOn(): PaperEvent | null {
    if (!this.#walking) throw new Error("no candle is being walked");
    return this.#run();
  }

  #run(): PaperEvent | null {
    const walking = this.#walking as Walking;
    const known = walking.responses.length;
    if (known > 0) this.#restore(walking.before);
    let at = 0;
    let found: PaperEvent | null = null;
    const tell = (event: PaperEvent): void => {
      this.#apply(event);
      if (at === known) {
        found = event;
        walking.responses.push([]);
        // eslint-disable-next-line @typescript-eslint/only-throw-error -- no error: it stops a walk that has no other way to stop
        throw PAUSE;
      }
      for (const response of walking.responses[at] ?? []) this.#repeat(response);
      at += 1;
    };
    try {
      walkCandle(this.#market, this.#fees, walking.bar, walking.candle, eventsTo(tell));
    } catch (thrown) {
      if (thrown !== PAUSE) throw thrown;
      return found;
    }
    this.#walking = null;
    this.#seen = walking.bar;
    this.#price = walking.candle.close;
    return null;
  }

  #apply(event: PaperEvent): void {
    if (event.type === "touched") this.#price = event.price;
    if (event.type !== "filled") return;
    this.#price = priceOf(this.instrument, event.execution.ticks);
    const { order, ticks, steps } = event.execution;
    order.filled += steps;
    order.reserved = Math.max(0, order.reserved - ticks * steps * this.instrument.notionalScale);
  }

  #repeat(response: Response): void {
    if (response.type === "watch") setWatch(this.#market, response.level.strategy, response.level.below, response.level.above);
    else if (response.type === "remove") remove(this.#market, response.order);
    else {
      Object.assign(response.order, { filled: 0, reserved: response.reserved });
      rest(this.#market, response.order);
    }
  }

  /** An order for a later candle than the next: the one that is under way had begun before it came. */
  #holdBack(order: Order, arrival: number): void {
    const market = this.#market;
    if (market.walking || arrival <= this.#seen + 1) return;
    for (const list of [market.buys, market.sells, market.pending]) {
      const index = list.findIndex((resting) => resting.order === order);
      const resting = list[index];
      if (resting) list[index] = { ...resting, activeFrom: momentOf(arrival) };
    }
  }

  #snapshot(): Snapshot {
    const { buys, sells, pending, watchers, moment } = this.#market;
    return {
      buys: [...buys],
      sells: [...sells],
      pending: [...pending],
      watchers: watchers.map((watcher) => ({ ...watcher })),
      moment,
      progress: [...this.resting()].map((order) => ({ order, filled: order.filled, reserved: order.reserved })),
    };
  }

  #restore({ buys, sells, pending, watchers, moment, progress }: Snapshot): void {
    const market = this.#market;
    market.buys.splice(0, Number.POSITIVE_INFINITY, ...buys);
    market.sells.splice(0, Number.POSITIVE_INFINITY, ...sells);
    market.pending.splice(0, Number.POSITIVE_INFINITY, ...pending);
    market.watchers.splice(0, Number.POSITIVE_INFINITY, ...watchers.map((watcher) => ({ ...watcher })));
    market.moment = moment;
    market.walking = false;
    market.cause = "fill";
    for (const { order, filled, reserved } of progress) Object.assign(order, { filled, reserved });
    updateHits(market);
  }
}

function eventsTo(tell: (event: PaperEvent) => void): MarketEvents {
  return {
    filled: (_market, execution) => tell({ type: "filled", execution }),
    rejected: (_market, order, time, reason) => tell({ type: "rejected", order, time, reason }),
    canceled: (_market, order, time, reason) => tell({ type: "canceled", order, time, reason }),
    touched: (_market, strategy, direction, price, time) => tell({ type: "touched", strategy, direction, price, time }),
  };
}
