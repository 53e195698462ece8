import type { Listing } from "./directory.ts";
import type { Engine, ExchangeCandle } from "./engine/model.ts";
import { accepted, Refusal } from "./refusal.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;
/** Weeks of candles begin on Monday; the epoch was a Thursday. */
const MONDAY = 4 * DAY;
/** More than the days of any candle that is made of days. */
const MOST_DAYS = 31;

/** Binance's intervals and their lengths in milliseconds; a month has none. */
export const INTERVALS: Readonly<Record<string, number | null>> = {
  "1s": SECOND,
  "1m": MINUTE,
  "3m": 3 * MINUTE,
  "5m": 5 * MINUTE,
  "15m": 15 * MINUTE,
  "30m": 30 * MINUTE,
  "1h": HOUR,
  "2h": 2 * HOUR,
  "4h": 4 * HOUR,
  "6h": 6 * HOUR,
  "8h": 8 * HOUR,
  "12h": 12 * HOUR,
  "1d": DAY,
  "3d": 3 * DAY,
  "1w": WEEK,
  "1M": null,
};

/** When the candle opens in which a time lies, epoch milliseconds. */
export function openOf(interval: string, time: number): number {
  const length = lengthOf(interval);
  if (length === null) {
    const date = new Date(time);
    return Date.UTC(date.getUTCFullYear(), date.getUTCMonth());
  }
  return interval === "1w" ? Math.floor((time - MONDAY) / length) * length + MONDAY : Math.floor(time / length) * length;
}

/** When the candle after one opens, epoch milliseconds. */
export function nextOpen(interval: string, open: number): number {
  const length = lengthOf(interval);
  if (length !== null) return open + length;
  const date = new Date(open);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1);
}

function lengthOf(interval: string): number | null {
  const length = INTERVALS[interval];
  if (length === undefined) throw new Refusal(-1120, "Invalid interval.");
  return length;
}

/** Candles of a market from the first that opens at or after `since`, at most `limit`, up to market time. */
export function marketCandles(engine: Engine, { key, plan }: Listing, interval: string, since: number, limit: number): readonly ExchangeCandle[] {
  const length = lengthOf(interval);
  const { series } = plan;
  const first = series.time[0] ?? 0;
  if (length !== null) {
    if (length % series.timeframe !== 0) throw new Refusal(-1120, "Invalid interval.");
    return accepted(engine.candles(key, length, Math.max(since, openOf(interval, first)), limit));
  }
  const candles: ExchangeCandle[] = [];
  let open = openOf(interval, Math.max(since, first));
  if (open < since) open = nextOpen(interval, open);
  for (; candles.length < limit && open <= engine.now; open = nextOpen(interval, open)) {
    const end = nextOpen(interval, open);
    const days = accepted(engine.candles(key, DAY, open, MOST_DAYS)).filter(({ time }) => time >= open && time < end);
    const candle = merge(days, open, end, engine.now);
    if (candle) candles.push(candle);
  }
  return candles;
}

function merge(days: readonly ExchangeCandle[], open: number, end: number, now: number): ExchangeCandle | null {
  const first = days[0];
  const last = days.at(-1);
  if (!first || !last) return null;
  return {
    symbol: first.symbol,
    time: open,
    timeframe: end - open,
    open: first.open,
    high: Math.max(...days.map(({ high }) => high)),
    low: Math.min(...days.map(({ low }) => low)),
    close: last.close,
    volume: days.reduce((sum, { volume }) => sum + volume, 0),
    closed: now >= end,
  };
}
