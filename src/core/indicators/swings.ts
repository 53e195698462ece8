import type { CandleSeries } from "../candle.ts";

/** A turning point: the extreme of its neighbourhood, known only when the bars after it have closed. */
export interface Swing {
  readonly kind: "high" | "low";
  /** Index of the bar of the extreme. */
  readonly index: number;
  readonly price: number;
  /** Volume of that bar, base. */
  readonly volume: number;
  /** Index of the bar whose close made it known: `wing` bars later. */
  readonly knownAt: number;
}

/**
 * All swings of a series in the order in which they become known. A bar is a swing when no extreme within `wing`
 * bars on either side goes beyond it; of equal extremes the first counts.
 */
export function findSwings(series: CandleSeries, wing: number): Swing[] {
  const swings: Swing[] = [];
  for (let index = wing; index + wing < series.length; index++) {
    if (isExtreme(series.high, index, wing, 1)) swings.push(swingAt(series, "high", index, wing));
    if (isExtreme(series.low, index, wing, -1)) swings.push(swingAt(series, "low", index, wing));
  }
  return swings;
}

function isExtreme(values: Float64Array, index: number, wing: number, sign: 1 | -1): boolean {
  const price = sign * (values[index] as number);
  for (let k = 1; k <= wing; k++) {
    if (sign * (values[index - k] as number) >= price || sign * (values[index + k] as number) > price) return false;
  }
  return true;
}

function swingAt(series: CandleSeries, kind: Swing["kind"], index: number, wing: number): Swing {
  return {
    kind,
    index,
    price: (kind === "high" ? series.high : series.low)[index] as number,
    volume: series.volume[index] as number,
    knownAt: index + wing,
  };
}

/** The swings that were known at bar `at` and happened at or after bar `from`. */
export function knownSwings(swings: readonly Swing[], from: number, at: number): readonly Swing[] {
  return swings.slice(firstWith(swings, (swing) => swing.index >= from), firstWith(swings, (swing) => swing.knownAt > at));
}

/** First position whose swing satisfies a condition that stays true once it is; binary search. */
function firstWith(swings: readonly Swing[], condition: (swing: Swing) => boolean): number {
  let low = 0;
  let high = swings.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (condition(swings[middle] as Swing)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * The swings of a stretch of bars as numbers that lie together, for whoever looks at them at every bar. They stay the same until one more is
 * known or the oldest is out of the stretch, and are good until the next bar is asked about.
 */
export interface SwingWindow {
  readonly count: number;
  /** Index of the bar of the oldest; NaN without any. */
  readonly oldest: number;
  /** A row of `SWING` numbers for each, by rising price, of equal prices the older first; then, from `path` on, the prices in the order of time. */
  readonly rows: Float64Array;
  /** Where in `rows` the prices in the order of time begin, quote. */
  readonly path: number;
}

/** What the numbers of a swing's row are, by their place in it, and how many they are. */
export const SWING = {
  /** Quote. */
  price: 0,
  /** Index of the bar. */
  index: 1,
  /** Volume over the mean volume of all; 1 where nothing was traded at any. */
  busy: 2,
  /** How far the price went until it turned the other way, quote; NaN for those after which it has not turned yet. */
  reach: 3,
  size: 4,
} as const;

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Windows of `lookback` bars over the swings of a series, one after the other. */
export class SwingWindows {
  readonly #swings: readonly Swing[];
  readonly #lookback: number;
  #newest = -1;
  #from = 0;
  #to = 0;
  /** Places in all swings, by rising price. */
  readonly #order: number[] = [];
  readonly #window: Writable<SwingWindow> = roomFor(32);
  /** By place in the window: how far the price went after it. */
  #reach = new Float64Array(32);
  /** The first bars at which the oldest is out of the window, and another is known. */
  #leaves = 0;
  #comes = 0;

  constructor(swings: readonly Swing[], lookback: number) {
    this.#swings = swings;
    this.#lookback = lookback;
  }

  /** The swings that were known at bar `newest` and happened in the last bars up to it, oldest first. */
  swings(newest: number): readonly Swing[] {
    this.at(newest);
    return this.#swings.slice(this.#from, this.#to);
  }

  /** The same as rows of numbers. */
  at(newest: number): SwingWindow {
    if (newest >= this.#newest && newest < this.#leaves && newest < this.#comes) {
      this.#newest = newest;
      return this.#window;
    }
    if (newest < this.#newest) this.#restart();
    const all = this.#swings;
    let from = this.#from;
    let to = this.#to;
    this.#newest = newest;
    while (from < all.length && (all[from] as Swing).index <= newest - this.#lookback) from += 1;
    while (to < all.length && (all[to] as Swing).knownAt <= newest) to += 1;
    if (from > this.#from) this.#forget(from);
    for (let place = Math.max(from, this.#to); place < to; place++) this.#insert(place);
    this.#from = from;
    this.#to = Math.max(from, to);
    this.#leaves = all.length > from ? (all[from] as Swing).index + this.#lookback : Number.POSITIVE_INFINITY;
    this.#comes = all.length > this.#to ? (all[this.#to] as Swing).knownAt : Number.POSITIVE_INFINITY;
    this.#fill();
    return this.#window;
  }

  #restart(): void {
    this.#from = 0;
    this.#to = 0;
    this.#order.length = 0;
    this.#fill();
  }

  /** Takes out what is older than place `from`. */
  #forget(from: number): void {
    const order = this.#order;
    let kept = 0;
    for (const place of order) if (place >= from) order[kept++] = place;
    order.length = kept;
  }

  /** Sorted in as they come: one more is known every few bars, and the others keep their order. */
  #insert(place: number): void {
    const { price } = this.#swings[place] as Swing;
    const order = this.#order;
    let at = order.length;
    order.push(place);
    for (; at > 0 && (this.#swings[order[at - 1] as number] as Swing).price > price; at--) order[at] = order[at - 1] as number;
    order[at] = place;
  }

  /** Writes the columns anew. */
  #fill(): void {
    const window = this.#window;
    const all = this.#swings;
    const from = this.#from;
    const count = this.#to - from;
    if (count > this.#reach.length) {
      Object.assign(window, roomFor(2 * count));
      this.#reach = new Float64Array(2 * count);
    }
    window.count = count;
    window.oldest = count > 0 ? (all[from] as Swing).index : Number.NaN;
    const { rows, path } = window;
    const reached = this.#reach;
    let meanVolume = 0;
    for (let i = 0; i < count; i++) meanVolume += (all[from + i] as Swing).volume / count;
    let high = Number.NaN;
    let low = Number.NaN;
    for (let i = count - 1; i >= 0; i--) {
      const swing = all[from + i] as Swing;
      rows[path + i] = swing.price;
      if (swing.kind === "high") {
        reached[i] = Math.abs(low - swing.price);
        high = swing.price;
      } else {
        reached[i] = Math.abs(high - swing.price);
        low = swing.price;
      }
    }
    for (let i = 0; i < count; i++) {
      const place = this.#order[i] as number;
      const swing = all[place] as Swing;
      const row = i * SWING.size;
      rows[row + SWING.price] = swing.price;
      rows[row + SWING.index] = swing.index;
      rows[row + SWING.busy] = meanVolume > 0 ? swing.volume / meanVolume : 1;
      rows[row + SWING.reach] = reached[place - from] as number;
    }
  }
}

function roomFor(swings: number): Writable<SwingWindow> {
  return { count: 0, oldest: Number.NaN, rows: new Float64Array(swings * (SWING.size + 1)), path: swings * SWING.size };
}
