import type { Candle } from "../../core/candle.ts";
import { isPossible } from "../../core/candle-check.ts";
import { barStart } from "../../core/resample.ts";

/** What a feed does with what it knows. */
export interface FeedEvents {
  /** A bar of the decision timeframe is complete. */
  bar(symbol: string, bar: Candle): void;
  /** A fill candle has closed (the simulator of paper trading wants every one). */
  candle(symbol: string, candle: Candle): void;
  /** The bar that opens then misses a candle that the venue does not have: nothing is decided on it. */
  incomplete(symbol: string, time: number): void;
  /** Candles are missing between these open times: they have to be fetched. */
  gap(symbol: string, from: number, to: number): void;
}

interface Lane {
  readonly symbol: string;
  /** Open time of the next fill candle. */
  next: number;
  /** Fill candles of the decision bar that is being made. */
  parts: Candle[];
  /** Candles that came while older ones were missing. */
  waiting: Candle[];
  asked: boolean;
}

/**
 * Makes decision bars of closed fill candles, each candle once and in order, whatever comes twice or out of order.
 * A bar with a hole in it is never decided on: the hole is asked for first.
 */
export class CandleFeed {
  readonly #fill: number;
  readonly #decision: number;
  readonly #events: FeedEvents;
  readonly #lanes = new Map<string, Lane>();

  constructor(parts: { fillTimeframe: number; decisionTimeframe: number; events: FeedEvents }) {
    this.#fill = parts.fillTimeframe;
    this.#decision = parts.decisionTimeframe;
    this.#events = parts.events;
  }

  /** Begins a symbol at the decision bar that opens at `from`. */
  begin(symbol: string, from: number): void {
    this.#lanes.set(symbol, { symbol, next: from, parts: [], waiting: [], asked: false });
  }

  /** Open time of the first fill candle that is still to come. */
  next(symbol: string): number {
    return this.#lane(symbol).next;
  }

  /** A closed candle, from a stream or fetched. */
  accept(symbol: string, candle: Candle): void {
    const lane = this.#lane(symbol);
    if (candle.time < lane.next || !isSane(candle)) return;
    if (candle.time > lane.next) {
      if (!lane.waiting.some(({ time }) => time === candle.time)) lane.waiting.push(candle);
      this.#ask(lane);
      return;
    }
    this.#take(lane, candle);
    this.#drain(lane);
  }

  /** What was fetched for a gap is all that the venue has: what is still missing was never traded, and is passed over. */
  filled(symbol: string, candles: readonly Candle[]): void {
    const lane = this.#lane(symbol);
    lane.asked = false;
    const known = new Map([...lane.waiting, ...candles].map((candle) => [candle.time, candle]));
    lane.waiting = [];
    for (const time of [...known.keys()].sort((a, b) => a - b)) {
      const candle = known.get(time);
      if (candle && time >= lane.next && isSane(candle)) this.#take(lane, candle);
    }
  }

  /** The fetch failed: it may be asked for again. */
  failed(symbol: string): void {
    this.#lane(symbol).asked = false;
  }

  /** Asks again for what candles that wait are waiting for. */
  retry(): void {
    for (const lane of this.#lanes.values()) if (lane.waiting.length > 0) this.#ask(lane);
  }

  #ask(lane: Lane): void {
    if (lane.asked) return;
    lane.asked = true;
    const to = Math.max(...lane.waiting.map(({ time }) => time));
    this.#events.gap(lane.symbol, lane.next, to);
  }

  #drain(lane: Lane): void {
    lane.waiting.sort((a, b) => a.time - b.time);
    while (lane.waiting[0] !== undefined && lane.waiting[0].time <= lane.next) {
      const candle = lane.waiting.shift() as Candle;
      if (candle.time === lane.next) this.#take(lane, candle);
    }
  }

  #take(lane: Lane, candle: Candle): void {
    const bar = barStart(candle.time, this.#decision);
    if (lane.parts[0] && barStart(lane.parts[0].time, this.#decision) < bar) this.#incomplete(lane);
    this.#events.candle(lane.symbol, candle);
    lane.parts.push(candle);
    lane.next = candle.time + this.#fill;
    if (lane.next === bar + this.#decision) this.#close(lane, bar);
  }

  /** As in a backtest: a bar is made only of all its candles. */
  #close(lane: Lane, time: number): void {
    const { parts } = lane;
    const [first] = parts;
    const last = parts.at(-1);
    if (!first || !last || parts.length !== this.#decision / this.#fill) {
      this.#incomplete(lane);
      return;
    }
    lane.parts = [];
    this.#events.bar(lane.symbol, {
      time,
      open: first.open,
      high: Math.max(...parts.map(({ high }) => high)),
      low: Math.min(...parts.map(({ low }) => low)),
      close: last.close,
      volume: parts.reduce((sum, { volume }) => sum + volume, 0),
    });
  }

  #incomplete(lane: Lane): void {
    const [first] = lane.parts;
    lane.parts = [];
    if (first) this.#events.incomplete(lane.symbol, barStart(first.time, this.#decision));
  }

  #lane(symbol: string): Lane {
    const lane = this.#lanes.get(symbol);
    if (!lane) throw new Error(`no candles are fed for ${symbol}`);
    return lane;
  }
}

/** Whether a candle can be true: a tick of NaN, zero or a high under a low is never traded on. */
function isSane({ time, open, high, low, close, volume }: Candle): boolean {
  return Number.isInteger(time) && isPossible(open, high, low, close, volume);
}
