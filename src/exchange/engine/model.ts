import type { CandleSeries } from "../../core/candle.ts";
import type { Instrument } from "../../core/instrument.ts";
import type { Side } from "../../core/order.ts";

/** A market of the exchange: an instrument, the candles that move its price, and Binance's limits beside the filters. */
export interface MarketPlan {
  /** As ccxt writes it, "BTC/USDT"; the venue's own id is base and quote joined, "BTCUSDT". */
  readonly instrument: Instrument;
  readonly series: CandleSeries;
  /** PERCENT_PRICE_BY_SIDE: prices must lie within these multiples of the last price. */
  readonly multiplierUp: number;
  readonly multiplierDown: number;
  /** MAX_NUM_ORDERS: open orders of one account in this market. */
  readonly maxOrders: number;
}

/** What opens an account, and whether it may place and cancel orders. */
export interface AccountKey {
  readonly apiKey: string;
  readonly secret: string;
  readonly mayTrade: boolean;
}

/** An account with its first key, which may trade, and its first balances (asset to decimal string). */
export interface AccountPlan {
  readonly apiKey: string;
  readonly secret: string;
  readonly balances: Readonly<Record<string, string>>;
}

/** What an exchange is made of. Fees are fractions; a share of a candle's volume fills at most (0..1]. */
export interface ExchangePlan {
  readonly markets: readonly MarketPlan[];
  readonly accounts: readonly AccountPlan[];
  readonly fees: { readonly maker: number; readonly taker: number };
  readonly volumeShare: number;
  readonly seed: number;
}

/** Order types that the exchange takes, with Binance's names. */
export const ORDER_TYPES = ["LIMIT", "LIMIT_MAKER", "MARKET", "STOP_LOSS_LIMIT", "TAKE_PROFIT_LIMIT"] as const;
export type OrderType = (typeof ORDER_TYPES)[number];

export const ORDER_STATUSES = ["NEW", "PARTIALLY_FILLED", "FILLED", "CANCELED", "REJECTED", "EXPIRED"] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];

/** A request for an order, after the door has checked its form. Exactly as wide as Binance's: decimals are strings. */
export interface PlaceRequest {
  readonly symbol: string;
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce?: "GTC" | "IOC" | "FOK";
  readonly quantity?: string;
  /** MARKET buys only: what to spend. */
  readonly quoteOrderQty?: string;
  readonly price?: string;
  readonly stopPrice?: string;
  /** The exchange makes one up when it is missing. */
  readonly clientOrderId?: string;
}

/** An order as the exchange keeps it; prices in ticks, quantities in steps, money in units of the instrument. */
export interface ExchangeOrder {
  readonly id: number;
  readonly clientOrderId: string;
  readonly account: number;
  readonly symbol: string;
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: "GTC" | "IOC" | "FOK";
  /** 0 for a market order. */
  readonly ticks: number;
  readonly stopTicks: number;
  readonly steps: number;
  readonly time: number;
  status: OrderStatus;
  filledSteps: number;
  /** Quote units traded so far. */
  filledQuote: number;
  /** Whether a stop order has been triggered and rests as a limit. */
  triggered: boolean;
  updated: number;
}

/** One execution of a user's order. Fee in units of its asset: base for a buy, quote for a sell. */
export interface ExchangeTrade {
  readonly id: number;
  readonly orderId: number;
  readonly account: number;
  readonly symbol: string;
  readonly side: Side;
  readonly ticks: number;
  readonly steps: number;
  readonly quoteUnits: number;
  readonly feeUnits: number;
  readonly feeAsset: string;
  readonly maker: boolean;
  readonly time: number;
}

/** A balance in exact decimal strings of the asset. */
export interface AssetBalance {
  readonly asset: string;
  readonly free: string;
  readonly locked: string;
}

/** What Binance would answer: its code and its text. */
export interface ApiError {
  readonly code: number;
  readonly msg: string;
}

/** A candle as far as market time has come; `closed` once its time is over. */
export interface ExchangeCandle {
  readonly symbol: string;
  /** Open time and timeframe, milliseconds. */
  readonly time: number;
  readonly timeframe: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly closed: boolean;
}

/** What happens on the exchange, in order; streams are made of it. */
export type EngineEvent =
  | { readonly type: "order"; readonly order: ExchangeOrder; readonly execution: OrderStatus | "TRADE"; readonly trade?: ExchangeTrade; readonly reason?: string }
  | { readonly type: "balance"; readonly account: number; readonly balances: readonly AssetBalance[]; readonly time: number }
  | { readonly type: "candle"; readonly candle: ExchangeCandle }
  /** The book of a market: best bid and ask in ticks with their sizes in steps. */
  | { readonly type: "book"; readonly symbol: string; readonly bid: number; readonly ask: number; readonly bidSteps: number; readonly askSteps: number; readonly time: number };

/** The exchange without its doors. Pure and synchronous: time is what `advance` says. Errors are values. */
export interface Engine {
  readonly plan: ExchangePlan;
  /** Market time, epoch milliseconds. */
  readonly now: number;
  /** The end of the last candle of all markets. */
  readonly end: number;
  /**
   * Walks all markets to a time. With `stopAtTrade` it returns right after the first moment in which a resting order
   * of an account was filled, so that whoever trades can answer before the price moves on; call again to go on.
   * Returns the time that was reached.
   */
  advance(to: number, stopAtTrade?: boolean): number;
  /** The account with this key, or null; a revoked key is null too. */
  accountOf(apiKey: string): { readonly id: number; readonly secret: string; readonly mayTrade: boolean } | null;
  place(account: number, request: PlaceRequest): { readonly order: ExchangeOrder; readonly trades: readonly ExchangeTrade[] } | ApiError;
  /** Checks a request as `place` does and changes nothing. */
  test(account: number, request: PlaceRequest): ApiError | null;
  cancel(account: number, symbol: string, by: { readonly id?: number; readonly clientOrderId?: string }): ExchangeOrder | ApiError;
  cancelAll(account: number, symbol: string): readonly ExchangeOrder[] | ApiError;
  order(account: number, symbol: string, by: { readonly id?: number; readonly clientOrderId?: string }): ExchangeOrder | ApiError;
  openOrders(account: number, symbol?: string): readonly ExchangeOrder[] | ApiError;
  orders(account: number, symbol: string): readonly ExchangeOrder[] | ApiError;
  trades(account: number, symbol: string): readonly ExchangeTrade[] | ApiError;
  balances(account: number): readonly AssetBalance[];
  /** Levels of the synthetic book, best first: ticks and steps. */
  book(symbol: string, depth: number): { readonly bids: readonly (readonly [number, number])[]; readonly asks: readonly (readonly [number, number])[] } | ApiError;
  /** Candles of any timeframe that is a multiple of the series', up to market time; the last may be unclosed. */
  candles(symbol: string, timeframe: number, since: number, limit: number): readonly ExchangeCandle[] | ApiError;
  lastTicks(symbol: string): number | null;
  instrument(symbol: string): Instrument | null;

  /** Deposits (positive) or withdraws (negative decimal string); an error when there is not so much free. */
  transfer(account: number, asset: string, amount: string): ApiError | null;
  /** Expires every open order of a market, as a venue does in maintenance. */
  expireOrders(symbol: string): readonly ExchangeOrder[];
  /** Changes filters while running; open orders stay. */
  setFilters(symbol: string, filters: Partial<Instrument["filters"]>): ApiError | null;
  /** A halted market answers every order with -1013 "Market is closed." */
  setHalted(symbol: string, halted: boolean): void;
  /** Gives an account one more key, or changes one that it has. False when another account has it, or there is no such account. */
  setKey(account: number, key: AccountKey): boolean;
  /** Whether there was ever a key with this name, revoked or not. */
  hasKey(apiKey: string): boolean;
  setRevoked(apiKey: string, revoked: boolean): void;
  /** Throws when an invariant of the exchange is broken: assets conserved, locks equal to open orders, nothing negative. */
  check(): void;
  subscribe(listener: (event: EngineEvent) => void): () => void;
}
