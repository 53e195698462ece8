import { indexAtOrAfter } from "../../core/candle.ts";
import { progress } from "./candle-walk.ts";
import { type Market, lastPrice } from "./market.ts";
import type { ApiError, ExchangeCandle } from "./model.ts";

/** Monday 1970-01-05, where weeks begin; every other timeframe is counted from the epoch. */
const MONDAY = 4 * 86_400_000;
const WEEK = 7 * 86_400_000;

/** The candle being walked, as far as it has come. Its volume grows with the path. */
export function currentCandle(market: Market): ExchangeCandle {
  const { walk, series, symbol } = market;
  const close = lastPrice(market);
  return {
    symbol,
    time: series.time[walk.bar] as number,
    timeframe: series.timeframe,
    open: series.open[walk.bar] as number,
    high: Math.max(walk.top, close),
    low: Math.min(walk.bottom, close),
    close,
    volume: (series.volume[walk.bar] as number) * progress(market),
    closed: false,
  };
}

/** A candle whose time is over. */
export function closedCandle({ series, symbol }: Market, bar: number): ExchangeCandle {
  return {
    symbol,
    time: series.time[bar] as number,
    timeframe: series.timeframe,
    open: series.open[bar] as number,
    high: series.high[bar] as number,
    low: series.low[bar] as number,
    close: series.close[bar] as number,
    volume: series.volume[bar] as number,
    closed: true,
  };
}

/** Candles that opened at or after `since`, at most `limit`, up to market time; a timeframe that cannot be made of the series is refused. */
export function candlesOf(market: Market, timeframe: number, since: number, limit: number, now: number): readonly ExchangeCandle[] | ApiError {
  const { series, walk } = market;
  if (!(timeframe > 0) || !Number.isInteger(timeframe / series.timeframe)) return { code: -1120, msg: "Invalid interval." };
  const origin = timeframe % WEEK === 0 ? MONDAY : 0;
  const bucket = (time: number): number => Math.floor((time - origin) / timeframe) * timeframe + origin;
  const from = Number.isFinite(since) ? bucket(since + timeframe - 1) : Number.NEGATIVE_INFINITY;
  const out: ExchangeCandle[] = [];
  const end = walk.stage === -1 ? walk.bar : walk.bar + 1;
  for (let bar = indexAtOrAfter(series, from); bar < end; bar++) {
    const part = bar === walk.bar ? currentCandle(market) : closedCandle(market, bar);
    const time = bucket(part.time);
    const previous = out.at(-1);
    if (previous?.time === time) out[out.length - 1] = joined(previous, part, now);
    else if (out.length >= limit) break;
    else out.push({ ...part, time, timeframe, closed: part.closed && time + timeframe <= now });
  }
  return out;
}

function joined(left: ExchangeCandle, right: ExchangeCandle, now: number): ExchangeCandle {
  return {
    ...left,
    high: Math.max(left.high, right.high),
    low: Math.min(left.low, right.low),
    close: right.close,
    volume: left.volume + right.volume,
    closed: right.closed && left.time + left.timeframe <= now,
  };
}
