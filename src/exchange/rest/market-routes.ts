import type { Listing } from "../directory.ts";
import { marketCandles, nextOpen, openOf } from "../market-candles.ts";
import { exchangeInfo } from "../shapes/exchange-info.ts";
import { marketTrades } from "../market-trades.ts";
import { aggregateRow, bookRow, dayTicker, klineRow, lastPrice, quoteRow, tradeRow } from "../shapes/market.ts";
import { PARAMETERS } from "./parameters.ts";
import { route, type Doors, type Route } from "./route.ts";

type Raw = Readonly<Record<string, string>>;

function depthWeight({ limit }: Raw): number {
  const levels = Number(limit ?? 100);
  if (levels <= 100) return 5;
  if (levels <= 500) return 25;
  return levels <= 1_000 ? 50 : 250;
}

function tickerWeight(one: number, all: number): (raw: Raw) => number {
  return ({ symbol }) => (symbol === undefined ? all : one);
}

interface Choice {
  readonly symbol?: string | undefined;
  readonly symbols?: readonly string[] | undefined;
}

function chosen({ directory }: Doors, { symbol, symbols }: Choice): readonly Listing[] {
  if (symbol !== undefined) return [directory.listing(symbol)];
  return symbols === undefined ? directory.listings : symbols.map((id) => directory.listing(id));
}

/** One row for one symbol, a list for several or for all. */
function rows(doors: Doors, choice: Choice, row: (listing: Listing) => unknown): unknown {
  const all = chosen(doors, choice).map(row);
  return choice.symbol === undefined ? all : all[0];
}

interface Span {
  readonly symbol: string;
  readonly interval: string;
  readonly startTime?: number | undefined;
  readonly endTime?: number | undefined;
  readonly limit: number;
}

function klines({ engine, directory }: Doors, { symbol, interval, startTime, endTime, limit }: Span): unknown {
  const listing = directory.listing(symbol);
  const end = Math.min(endTime ?? engine.now, engine.now);
  // Without a start the last candles are meant: as far back as the limit reaches.
  const newest = openOf(interval, end);
  const since = startTime ?? newest - (limit - 1) * (nextOpen(interval, newest) - newest);
  const found = marketCandles(engine, listing, interval, Math.max(0, since), limit);
  return found.filter(({ time }) => time <= end).map((candle) => klineRow(interval, candle));
}

/** The public routes. */
export const MARKET_ROUTES: readonly Route[] = [
  route("GET", "/api/v3/ping", 1, PARAMETERS.none, () => ({})),
  route("GET", "/sapi/v1/system/status", 1, PARAMETERS.none, () => ({ status: 0, msg: "normal" })),
  route("GET", "/api/v3/time", 1, PARAMETERS.none, ({ clock }) => ({ serverTime: clock.tell() })),
  route("GET", "/api/v3/exchangeInfo", 20, PARAMETERS.exchangeInfo, (doors, { parameters }) =>
    exchangeInfo(chosen(doors, parameters), doors.clock.now(), doors.limits),
  ),
  route("GET", "/api/v3/klines", 2, PARAMETERS.klines, (doors, { parameters }) => klines(doors, parameters)),
  route("GET", "/api/v3/depth", depthWeight, PARAMETERS.depth, ({ engine, directory }, { parameters }) => ({
    lastUpdateId: Math.round(engine.now),
    ...bookRow(engine, directory.listing(parameters.symbol), parameters.limit),
  })),
  route("GET", "/api/v3/trades", 25, PARAMETERS.trades, ({ engine, directory }, { parameters: { symbol, limit } }) => {
    const listing = directory.listing(symbol);
    return marketTrades(listing, { until: engine.now, limit }).map((trade) => tradeRow(listing, trade));
  }),
  route("GET", "/api/v3/aggTrades", 4, PARAMETERS.aggTrades, ({ engine, directory }, { parameters: { symbol, fromId, startTime, endTime, limit } }) => {
    const listing = directory.listing(symbol);
    return marketTrades(listing, { until: Math.min(endTime ?? engine.now, engine.now), since: startTime, fromId, limit }).map((trade) => aggregateRow(listing, trade));
  }),
  route("GET", "/api/v3/ticker/bookTicker", tickerWeight(2, 4), PARAMETERS.ticker, (doors, { parameters }) =>
    rows(doors, parameters, (listing) => ({ symbol: listing.id, ...quoteRow(doors.engine, listing) })),
  ),
  route("GET", "/api/v3/ticker/price", tickerWeight(2, 4), PARAMETERS.ticker, (doors, { parameters }) =>
    rows(doors, parameters, (listing) => ({ symbol: listing.id, price: lastPrice(doors.engine, listing) })),
  ),
  route("GET", "/api/v3/ticker/24hr", tickerWeight(2, 80), PARAMETERS.ticker, (doors, { parameters }) =>
    rows(doors, parameters, (listing) => dayTicker(doors.engine, listing)),
  ),
];
