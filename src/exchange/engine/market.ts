import type { CandleSeries } from "../../core/candle.ts";
import { type Instrument, priceOf } from "../../core/instrument.ts";
import type { ExchangeOrder, ExchangeTrade, MarketPlan } from "./model.ts";

/** An order as the engine keeps it: all of it may be rewritten when the market's grid gets finer. */
export type LiveOrder = { -readonly [K in keyof ExchangeOrder]: ExchangeOrder[K] };

/** Where a market is in its candles. Prices in quote, distances along the path in quote too. */
export interface CandleWalk {
  /** The candle being walked, or the one that comes next. */
  bar: number;
  /** -1 before the candle's open, 0 at its open, 1 to 3 its three stretches. */
  stage: -1 | 0 | 1 | 2 | 3;
  /** Open, two extremes, close, in the order walked. */
  points: readonly [number, number, number, number];
  /** The whole path, and what of it lies before this stretch. */
  length: number;
  travelled: number;
  position: number;
  /** Highest and lowest price of this candle so far. */
  top: number;
  bottom: number;
  /** Steps of this candle that may be filled in all, and that have been. */
  allowance: number;
  used: number;
  /** Orders up to this id were there when the candle opened. */
  lastOrderAtOpen: number;
}

/** A price in ticks with what is left there in steps; `Infinity` in a deep book. */
export interface Level {
  readonly ticks: number;
  steps: number;
}

/** Bids and asks of the market maker, best first. */
export interface SyntheticBook {
  readonly bids: Level[];
  readonly asks: Level[];
}

/** A market with its orders. */
export interface Market {
  /** The venue's id, "BTCUSDT". */
  readonly symbol: string;
  readonly plan: MarketPlan;
  readonly series: CandleSeries;
  /** Counts on the finest grid that the market ever had; `filters` are those of now. */
  instrument: Instrument;
  /** Ticks and steps of the grid in one price step and one quantity step of the filters. */
  tick: number;
  lot: number;
  halted: boolean;
  /** The last price in ticks; `null` before the first candle. */
  last: number | null;
  /** Whether the price last moved up; then the ask stands at it, otherwise the bid. */
  rising: boolean;
  book: SyntheticBook | null;
  readonly walk: CandleWalk;
  /** Resting limits: best price first, older first at a price. */
  readonly buys: LiveOrder[];
  readonly sells: LiveOrder[];
  /** Stop orders that wait for their price, oldest first. */
  readonly stops: LiveOrder[];
  /** Everything that ever was, per account, oldest first. */
  readonly orders: readonly LiveOrder[][];
  readonly trades: readonly ExchangeTrade[][];
  /** Per account: the newest order of a client order id. */
  readonly byClientId: readonly Map<string, LiveOrder>[];
}

/** A market before its first candle. */
export function openMarket(plan: MarketPlan, accounts: number): Market {
  const { instrument, series } = plan;
  return {
    symbol: `${instrument.base}${instrument.quote}`,
    plan,
    series,
    instrument,
    tick: 1,
    lot: 1,
    halted: false,
    last: null,
    rising: false,
    book: null,
    walk: {
      bar: 0,
      stage: -1,
      points: [0, 0, 0, 0],
      length: 0,
      travelled: 0,
      position: Number.NaN,
      top: Number.NaN,
      bottom: Number.NaN,
      allowance: 0,
      used: 0,
      lastOrderAtOpen: 0,
    },
    buys: [],
    sells: [],
    stops: [],
    orders: Array.from({ length: accounts }, () => []),
    trades: Array.from({ length: accounts }, () => []),
    byClientId: Array.from({ length: accounts }, () => new Map<string, LiveOrder>()),
  };
}

/** Whether an order is still at work. */
export function isOpen(order: ExchangeOrder): boolean {
  return order.status === "NEW" || order.status === "PARTIALLY_FILLED";
}

/** Whether an order waits for its stop price. */
export function isWaiting(order: ExchangeOrder): boolean {
  return order.stopTicks > 0 && !order.triggered;
}

/** Puts an open order where it waits: among the stops, or in the book by price and age. */
export function rest(market: Market, order: LiveOrder): void {
  if (isWaiting(order)) {
    market.stops.push(order);
    return;
  }
  const isBuy = order.side === "buy";
  const side = isBuy ? market.buys : market.sells;
  let at = side.length;
  while (at > 0) {
    const other = side[at - 1] as LiveOrder;
    const better = isBuy ? other.ticks > order.ticks : other.ticks < order.ticks;
    if (better || (other.ticks === order.ticks && other.id < order.id)) break;
    at -= 1;
  }
  side.splice(at, 0, order);
}

/** Takes an order from where it waits. */
export function unrest(market: Market, order: LiveOrder): void {
  for (const list of [market.buys, market.sells, market.stops]) {
    const at = list.indexOf(order);
    if (at >= 0) list.splice(at, 1);
  }
}

/** The open orders of a market, oldest first; of one account or of all. */
export function openOrdersOf(market: Market, account?: number): LiveOrder[] {
  return [...market.buys, ...market.sells, ...market.stops]
    .filter((order) => account === undefined || order.account === account)
    .sort((a, b) => a.id - b.id);
}

/** The last price in quote. */
export function lastPrice(market: Market): number {
  return priceOf(market.instrument, market.last ?? 0);
}
