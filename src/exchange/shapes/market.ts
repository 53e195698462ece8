import { candleText, priceText, quantityText } from "../decimal-text.ts";
import type { Listing } from "../directory.ts";
import type { Engine, ExchangeCandle } from "../engine/model.ts";
import { marketCandles, nextOpen } from "../market-candles.ts";
import type { MarketTrade } from "../market-trades.ts";
import { accepted, Refusal } from "../refusal.ts";

const DAY = 86_400_000;

/** A row of klines. Trades are not counted and taker volume is taken as half: candles do not say. */
export function klineRow(interval: string, candle: ExchangeCandle): readonly unknown[] {
  const { time, open, high, low, close, volume } = candle;
  const quote = candleText(volume * close);
  const half = candleText(volume / 2);
  return [time, candleText(open), candleText(high), candleText(low), candleText(close), candleText(volume), nextOpen(interval, time) - 1, quote, 0, half, candleText((volume * close) / 2), "0"];
}

/** Best bid and ask of a market: prices and sizes as texts. */
export interface Quote {
  readonly bidPrice: string;
  readonly bidQty: string;
  readonly askPrice: string;
  readonly askQty: string;
}

/** The best bid and ask. */
export function quoteRow(engine: Engine, listing: Listing): Quote {
  const { bids, asks } = bookRow(engine, listing, 1);
  const [bid, ask] = [bids[0], asks[0]];
  if (!bid || !ask) throw new Refusal(-1000, `${listing.id} has no book yet.`);
  return { bidPrice: bid[0], bidQty: bid[1], askPrice: ask[0], askQty: ask[1] };
}

type Level = readonly [string, string];

/** The book of a market, best levels first. */
export function bookRow(engine: Engine, listing: Listing, depth: number): { readonly bids: readonly Level[]; readonly asks: readonly Level[] } {
  const { bids, asks } = accepted(engine.book(listing.key, depth));
  const instrument = listing.instrument();
  const level = ([ticks, steps]: readonly [number, number]): Level => [priceText(instrument, ticks), quantityText(instrument, steps)];
  return { bids: bids.map(level), asks: asks.map(level) };
}

/** A row of trades. */
export function tradeRow(listing: Listing, { id, time, ticks, steps, falling }: MarketTrade): Record<string, unknown> {
  const instrument = listing.instrument();
  const [price, qty] = [priceText(instrument, ticks), quantityText(instrument, steps)];
  return { id, price, qty, quoteQty: candleText(Number(price) * Number(qty)), time, isBuyerMaker: falling, isBestMatch: true };
}

/** A row of aggTrades: each print is an aggregate of itself. */
export function aggregateRow(listing: Listing, { id, time, ticks, steps, falling }: MarketTrade): Record<string, unknown> {
  const instrument = listing.instrument();
  return { a: id, p: priceText(instrument, ticks), q: quantityText(instrument, steps), f: id, l: id, T: time, m: falling, M: true };
}

/** The last price of a market. */
export function lastPrice(engine: Engine, listing: Listing): string {
  const ticks = engine.lastTicks(listing.key);
  if (ticks === null) throw new Refusal(-1000, `${listing.id} has no price yet.`);
  return priceText(listing.instrument(), ticks);
}

/** What the last 24 hours of market time were like. */
export interface DayFigures {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly volume: number;
  readonly quoteVolume: number;
  readonly openTime: number;
  readonly closeTime: number;
}

/** The figures of the last 24 hours, from candles of at most an hour. */
export function dayFigures(engine: Engine, listing: Listing): DayFigures {
  const series = listing.plan.series;
  const hours = series.timeframe <= 3_600_000 && 3_600_000 % series.timeframe === 0;
  const candles = marketCandles(engine, listing, hours ? "1h" : "1d", engine.now - DAY, 1_000);
  const first = candles[0];
  const now = engine.now;
  const last = Number(lastPrice(engine, listing));
  return {
    open: first?.open ?? last,
    high: candles.reduce((most, { high }) => Math.max(most, high), last),
    low: candles.reduce((least, { low }) => Math.min(least, low), last),
    volume: candles.reduce((sum, { volume }) => sum + volume, 0),
    quoteVolume: candles.reduce((sum, { volume, close }) => sum + volume * close, 0),
    openTime: now - DAY,
    closeTime: now,
  };
}

/** The answer to ticker/24hr for a market. */
export function dayTicker(engine: Engine, listing: Listing): Record<string, unknown> {
  const day = dayFigures(engine, listing);
  const last = lastPrice(engine, listing);
  const change = Number(last) - day.open;
  return {
    symbol: listing.id,
    priceChange: candleText(change),
    priceChangePercent: ((100 * change) / day.open).toFixed(3),
    weightedAvgPrice: candleText(day.volume > 0 ? day.quoteVolume / day.volume : day.open),
    prevClosePrice: candleText(day.open),
    lastPrice: last,
    lastQty: "0.00000000",
    ...quoteRow(engine, listing),
    openPrice: candleText(day.open),
    highPrice: candleText(day.high),
    lowPrice: candleText(day.low),
    volume: candleText(day.volume),
    quoteVolume: candleText(day.quoteVolume),
    openTime: day.openTime,
    closeTime: day.closeTime,
    firstId: -1,
    lastId: -1,
    count: 0,
  };
}
