import type { Listing } from "../directory.ts";
import type { Engine, ExchangeCandle } from "../engine/model.ts";
import { INTERVALS, nextOpen, openOf } from "../market-candles.ts";
import { accepted } from "../refusal.ts";

const DAY = 86_400_000;
/** More candles than a month of the shortest timeframe has. */
const MOST = 3_000_000;

/**
 * Makes candles of a longer interval out of a market's own as they come in. Events may be told later than they
 * happened, so the engine's candle of now is not the candle of the event. `null`: they cannot make the interval.
 */
export function createCandleFold(engine: Engine, listing: Listing, interval: string): ((candle: ExchangeCandle) => ExchangeCandle) | null {
  const base = listing.plan.series.timeframe;
  const length = INTERVALS[interval];
  if (length === base) return (candle) => candle;
  // A month is made of days.
  if (length === undefined || (length ?? DAY) % base !== 0) return null;
  /** What is complete of the candle, and up to which time. */
  let before: ExchangeCandle | null = null;
  let from = Number.NaN;
  return (candle) => {
    const open = openOf(interval, candle.time);
    const end = nextOpen(interval, open);
    if (open !== from) {
      from = open;
      before = null;
      for (const earlier of accepted(engine.candles(listing.key, base, open, MOST))) {
        if (earlier.time < candle.time) before = joined(before, earlier, open, end);
      }
    }
    const now = joined(before, candle, open, end);
    if (candle.closed) before = now;
    return { ...now, closed: candle.closed && candle.time + base >= end };
  };
}

function joined(before: ExchangeCandle | null, candle: ExchangeCandle, open: number, end: number): ExchangeCandle {
  if (!before) return { ...candle, time: open, timeframe: end - open };
  return {
    ...before,
    high: Math.max(before.high, candle.high),
    low: Math.min(before.low, candle.low),
    close: candle.close,
    volume: before.volume + candle.volume,
  };
}
