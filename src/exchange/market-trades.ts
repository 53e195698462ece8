import { ticksNearest, type Instrument } from "../core/instrument.ts";
import { walkPath, type PathPoints } from "../core/simulator/path.ts";
import type { Listing } from "./directory.ts";

/** A print of the public tape: price in ticks, quantity in steps. */
export interface MarketTrade {
  readonly id: number;
  readonly time: number;
  readonly ticks: number;
  readonly steps: number;
  /** Whether the seller was the one who would not wait. */
  readonly falling: boolean;
}

/** Stretches of a candle's path. */
const STRETCHES = 3;

/** Which trades are wanted: those up to `until` (epoch milliseconds), oldest first. */
export interface TradeSpan {
  readonly until: number;
  /** The first `limit` from this time on; absent: the last `limit`. */
  readonly since?: number | undefined;
  /** As `since`, by the trade's id. */
  readonly fromId?: number | undefined;
  readonly limit: number;
}

/**
 * Public trades of a market. Candles do not tell single trades, so each
 * stretch of a candle's path (open, extreme, extreme, close) is one print at its end, with its share of the volume:
 * bought while the price rises, sold while it falls. Orders of accounts trade inside that volume.
 */
export function marketTrades({ plan: { series }, instrument }: Pick<Listing, "plan" | "instrument">, { until, since = 0, fromId = 0, limit }: TradeSpan): readonly MarketTrade[] {
  const wanted = ({ id, time }: MarketTrade): boolean => time <= until && time >= since && id >= fromId;
  const newest = barAt(series.time, until);
  const found: MarketTrade[] = [];
  if (since > 0 || fromId > 0) {
    // The print at the end of a candle carries the time at which the next one opens.
    const first = Math.max(barAt(series.time, since) - 1, Math.floor((fromId - 1) / STRETCHES), 0);
    for (let bar = first; bar <= newest && found.length < limit; bar++) found.push(...printsOf(series, bar, instrument()).filter(wanted));
    return found.slice(0, limit);
  }
  for (let bar = newest; bar >= 0 && found.length < limit; bar--) found.push(...printsOf(series, bar, instrument()).filter(wanted).toReversed());
  return found.slice(0, limit).reverse();
}

/** The last bar that has opened by a time; -1 when none has. */
function barAt(opens: ArrayLike<number>, now: number): number {
  let low = 0;
  let high = opens.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((opens[middle] ?? Number.POSITIVE_INFINITY) <= now) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function printsOf(series: Listing["plan"]["series"], bar: number, instrument: Instrument): readonly MarketTrade[] {
  const [open = 0, high = 0, low = 0, close = 0, volume = 0, time = 0] = [series.open[bar], series.high[bar], series.low[bar], series.close[bar], series.volume[bar], series.time[bar]];
  const points: PathPoints = [0, 0, 0, 0];
  walkPath("nearest", open, high, low, close, points);
  const length = Math.abs(points[1] - points[0]) + Math.abs(points[2] - points[1]) + Math.abs(points[3] - points[2]);
  const prints: MarketTrade[] = [];
  let travelled = 0;
  for (let stretch = 0; stretch < STRETCHES; stretch++) {
    const [from = 0, to = 0] = [points[stretch], points[stretch + 1]];
    // A candle that stood still trades evenly, a third in each part of its time.
    const share = length > 0 ? Math.abs(to - from) / length : 1 / STRETCHES;
    travelled += share;
    const steps = Math.floor((volume * share) / instrument.filters.quantityStep + 1e-9);
    if (steps < 1) continue;
    prints.push({ id: bar * STRETCHES + stretch + 1, time: Math.floor(time + series.timeframe * Math.min(1, travelled)), ticks: Math.max(1, ticksNearest(instrument, to)), steps, falling: to < from });
  }
  return prints;
}
