import type { Candle } from "../../core/candle.ts";
import type { ExtremesView, PricePoint } from "../../ports/operator.ts";

/** Turning points that are kept a symbol; only a price that runs one way for longer than this loses its beginning. */
const MOST = 4_096;

interface Trail {
  readonly highs: PricePoint[];
  readonly lows: PricePoint[];
  last: PricePoint | null;
}

/**
 * Remembers how far each symbol's price went, so that whoever looks once in a while misses nothing. What a later price
 * has surpassed is forgotten, which keeps it small, and the answer for any time since is one search.
 */
export class PriceTrail {
  readonly #symbols = new Map<string, Trail>();

  /** A price in quote that was believed, at a venue's time, epoch milliseconds. */
  quote(symbol: string, price: number, time: number): void {
    const trail = this.#of(symbol);
    const point = { price, time };
    add(trail.highs, point, 1);
    add(trail.lows, point, -1);
    if (trail.last === null || time >= trail.last.time) trail.last = point;
  }

  /** A closed candle, `timeframe` in milliseconds. Nobody knows when in it the price went where: it counts from its opening on, its close from its end on. */
  candle(symbol: string, { time, high, low, close }: Candle, timeframe: number): void {
    const { highs, lows } = this.#of(symbol);
    add(highs, { price: high, time }, 1);
    add(lows, { price: low, time }, -1);
    this.quote(symbol, close, time + timeframe);
  }

  /** How far a symbol's price went at or after a time, epoch milliseconds. */
  since(symbol: string, time: number): ExtremesView {
    const trail = this.#symbols.get(symbol);
    if (!trail) return { high: null, low: null, last: null };
    const { highs, lows, last } = trail;
    return { high: highs[firstFrom(highs, time)] ?? null, low: lows[firstFrom(lows, time)] ?? null, last };
  }

  #of(symbol: string): Trail {
    let trail = this.#symbols.get(symbol);
    if (!trail) this.#symbols.set(symbol, (trail = { highs: [], lows: [], last: null }));
    return trail;
  }
}

/** Puts a point among those in order of time of which each surpasses all later ones: upwards (1) or downwards (-1). */
function add(points: PricePoint[], point: PricePoint, way: 1 | -1): void {
  const surpasses = (one: PricePoint | undefined, other: PricePoint | undefined): boolean => one !== undefined && other !== undefined && (one.price - other.price) * way >= 0;
  let start = firstFrom(points, point.time);
  if (surpasses(points[start], point)) return;
  const end = points[start]?.time === point.time ? start + 1 : start;
  while (surpasses(point, points[start - 1])) start -= 1;
  points.splice(start, end - start, point);
  if (points.length > MOST) points.shift();
}

/** Index of the first point at or after a time; the points are in order of time. */
function firstFrom(points: readonly PricePoint[], time: number): number {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((points[middle]?.time ?? Number.POSITIVE_INFINITY) >= time) high = middle;
    else low = middle + 1;
  }
  return low;
}
