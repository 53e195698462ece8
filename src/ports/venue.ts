import type { Candle } from "../core/candle.ts";
import type { InstrumentFilters } from "../core/instrument.ts";
import type { Side } from "../core/order.ts";

/** An order as it goes to a venue. Money and quantities are exact decimal strings. */
export interface VenueSubmit {
  readonly clientOrderId: string;
  readonly symbol: string;
  readonly side: Side;
  readonly type: "limit" | "market";
  /** Absent for a market order. */
  readonly price?: string;
  readonly quantity: string;
  readonly postOnly: boolean;
}

/** An order as a venue reports it. */
export interface VenueOrder {
  readonly venueOrderId: string;
  /** Absent when the venue does not say (a foreign order, an old one). */
  readonly clientOrderId?: string;
  readonly symbol: string;
  readonly side: Side;
  readonly status: "open" | "filled" | "canceled" | "expired" | "rejected";
  /** Base filled so far, decimal string. */
  readonly filled: string;
  readonly quantity: string;
  readonly price?: string;
  /** Venue time of the last change, epoch milliseconds, when it says. */
  readonly time?: number;
}

/** One execution as a venue reports it. */
export interface VenueTrade {
  /** Unique per venue and symbol. */
  readonly id: string;
  readonly venueOrderId: string;
  readonly symbol: string;
  readonly side: Side;
  readonly price: string;
  readonly quantity: string;
  readonly liquidity: "maker" | "taker";
  /** `null` when the venue has not said yet: it is asked again before the trade is booked. */
  readonly fee: { readonly currency: string; readonly amount: string } | null;
  readonly time: number;
}

/** A balance, decimal strings. */
export interface VenueBalance {
  readonly free: string;
  readonly total: string;
}

/** Why a venue definitely did not do what it was asked. */
export type RejectionReason =
  | "insufficient-funds"
  | "post-only-would-take"
  | "duplicate-client-order-id"
  | "filter"
  | "market-closed"
  | "other";

/** What can come back instead of an answer. Everything that is not a definite rejection is `unknown`. */
export type VenueFailure =
  /** Definite: it did not happen. */
  | { readonly kind: "rejected"; readonly reason: RejectionReason; readonly message: string }
  /** The venue knows no such order (yet). */
  | { readonly kind: "not-found"; readonly message: string }
  /** It may have happened: look it up before anything else. */
  | { readonly kind: "unknown"; readonly message: string }
  /** Too many requests: nothing (with `ordersOnly` no new order) may be sent until then, epoch milliseconds; a `ban` is a 418. */
  | { readonly kind: "limited"; readonly until: number; readonly ban: boolean; readonly ordersOnly?: boolean; readonly message: string }
  /** The key does not work (any more): nothing will until the owner acts. */
  | { readonly kind: "denied"; readonly message: string };

/** An answer or a failure; a venue never throws for what happens on the wire. */
export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: VenueFailure };

/** What a venue pushes. `down` is told once per outage, at the latest when nothing came for the stale time; `up` after reconnecting. */
export type VenueEvent =
  | { readonly type: "trade"; readonly trade: VenueTrade }
  | { readonly type: "order"; readonly order: VenueOrder }
  /** A closed candle of the fill timeframe. */
  | { readonly type: "candle"; readonly symbol: string; readonly timeframe: number; readonly candle: Candle }
  | { readonly type: "price"; readonly symbol: string; readonly bid: number; readonly ask: number; readonly time: number }
  | { readonly type: "down"; readonly stream: "private" | "candles" | "prices"; readonly symbol?: string; readonly reason: string }
  | { readonly type: "up"; readonly stream: "private" | "candles" | "prices"; readonly symbol?: string };

/** What a key may be allowed beside reading and spot trading; nothing that runs today needs any of it. */
export type ExtraRight = "internal-transfer" | "universal-transfer" | "margin" | "futures" | "options" | "portfolio-margin";

/** One such right, and what the venue says of it. */
export interface KeyRight {
  readonly right: ExtraRight;
  /** What tells of it in the venue's answer, in the venue's own words: `enableMargin`. */
  readonly field: string;
  /** `bundled`: this venue has no separate leave for it, it comes with trading or reading. `null`: the field was not in the answer. */
  readonly granted: boolean | "bundled" | null;
}

/** What the key may do; a field that the venue does not report is `null`, and the caller fails closed. */
export interface KeyPermissions {
  readonly read: boolean | null;
  readonly trade: boolean | null;
  readonly withdraw: boolean | null;
  /** All of them, in the order of the type. */
  readonly extra: readonly KeyRight[];
  readonly ipRestricted: boolean | null;
  /** Which fields of the answer tell of the above, in the venue's own words. */
  readonly fields: { readonly read: string; readonly trade: string; readonly withdraw: string; readonly ip: string };
  /** When the venue ends the key or its leave to trade, epoch milliseconds; `null` when it names no time. */
  readonly expires: number | null;
}

/** An exchange account, real, local or simulated. Every call has a deadline of its own. */
export interface Venue {
  readonly name: string;
  /** Venue time by the last measured offset, epoch milliseconds. */
  now(): number;
  /** Measures the offset of the local clock (ms, local minus venue) and keeps it. */
  syncClock(): Promise<Answer<number>>;
  /** Filters of the symbols; fetched anew each time. */
  instruments(symbols: readonly string[]): Promise<Answer<ReadonlyMap<string, InstrumentFilters>>>;
  permissions(): Promise<Answer<KeyPermissions>>;
  balances(): Promise<Answer<ReadonlyMap<string, VenueBalance>>>;
  submit(order: VenueSubmit): Promise<Answer<VenueOrder>>;
  cancel(symbol: string, clientOrderId: string): Promise<Answer<VenueOrder>>;
  order(symbol: string, clientOrderId: string): Promise<Answer<VenueOrder>>;
  openOrders(symbol: string): Promise<Answer<readonly VenueOrder[]>>;
  /** Every trade of a symbol after a trade id (paged until there are no more), or from a time when there is no id yet or the venue has no such trade. */
  trades(symbol: string, from: { readonly afterId?: string; readonly since: number }): Promise<Answer<readonly VenueTrade[]>>;
  /** Closed candles that open at or after `since`, oldest first, at most `limit`. */
  candles(symbol: string, timeframe: number, since: number, limit: number): Promise<Answer<readonly Candle[]>>;
  /** Starts the streams; events come until `close`. */
  listen(symbols: readonly string[], timeframe: number, listener: (event: VenueEvent) => void): Promise<void>;
  close(): Promise<void>;
}
