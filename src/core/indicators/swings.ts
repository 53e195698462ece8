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

/** The swings of a stretch of bars, with what is the same until one more is known or the oldest is out of it. */
export interface SwingWindow {
  /** Oldest first. */
  readonly swings: readonly Swing[];
  /** Places in `swings` by rising price; of equal prices the older first. */
  readonly byPrice: readonly number[];
  /** Mean volume of their bars, base; 0 without any. */
  readonly meanVolume: number;
}

const NO_SWINGS: SwingWindow = { swings: [], byPrice: [], meanVolume: 0 };

/** Windows of `lookback` bars over the swings of a series, one after the other: a window that still stands is the same object. */
export class SwingWindows {
  readonly #swings: readonly Swing[];
  readonly #lookback: number;
  #newest = -1;
  #from = 0;
  #to = 0;
  /** Places in all swings, by rising price. */
  #order: number[] = [];
  #window = NO_SWINGS;

  constructor(swings: readonly Swing[], lookback: number) {
    this.#swings = swings;
    this.#lookback = lookback;
  }

  /** The swings that were known at bar `newest` and happened in the last bars up to it. */
  at(newest: number): SwingWindow {
    if (newest === this.#newest) return this.#window;
    if (newest < this.#newest) this.#restart();
    const all = this.#swings;
    let from = this.#from;
    let to = this.#to;
    this.#newest = newest;
    while (from < all.length && (all[from] as Swing).index <= newest - this.#lookback) from += 1;
    while (to < all.length && (all[to] as Swing).knownAt <= newest) to += 1;
    if (from === this.#from && to === this.#to) return this.#window;
    if (from > this.#from) this.#order = this.#order.filter((place) => place >= from);
    for (let place = Math.max(from, this.#to); place < to; place++) this.#insert(place);
    this.#from = from;
    this.#to = Math.max(from, to);
    this.#window = windowOf(all.slice(from, to), this.#order.map((place) => place - from));
    return this.#window;
  }

  #restart(): void {
    this.#from = 0;
    this.#to = 0;
    this.#order = [];
    this.#window = NO_SWINGS;
  }

  /** Sorted in as they come: one more is known every few bars, and the others keep their order. */
  #insert(place: number): void {
    const { price } = this.#swings[place] as Swing;
    let at = this.#order.length;
    while (at > 0 && (this.#swings[this.#order[at - 1] as number] as Swing).price > price) at -= 1;
    this.#order.splice(at, 0, place);
  }
}

function windowOf(swings: readonly Swing[], byPrice: readonly number[]): SwingWindow {
  let meanVolume = 0;
  for (const swing of swings) meanVolume += swing.volume / swings.length;
  return { swings, byPrice, meanVolume };
}
