import type { BasisFlow, BasisTrade } from "../core/holdings/basis.ts";
import type { QuotedMarket } from "../core/holdings/rates.ts";
import type { Side } from "../core/order.ts";

/** What one place holds of one asset; decimal texts. */
export interface Holding {
  /** The asset's code, such as BTC. */
  readonly asset: string;
  /** All of it, what is bound in orders included. */
  readonly quantity: string;
  /** `null` where the place does not tell it apart. */
  readonly free: string | null;
  readonly used: string | null;
  /** The asset as whose price it is worth, where that is another (WETH as ETH). */
  readonly pricedAs?: string;
  /** What the whole quantity has cost, in the portfolio's currency; by hand only. */
  readonly cost?: string;
}

/** An order that waits at an exchange; decimal texts. */
export interface OpenOrder {
  readonly id: string;
  readonly symbol: string;
  readonly side: Side;
  readonly type: string;
  /** Limit in quote; `null` when it has none. */
  readonly price: string | null;
  readonly quantity: string;
  readonly filled: string;
  /** Epoch milliseconds; `null` when the exchange does not say. */
  readonly time: number | null;
}

/** What a place answered. */
export interface Reading {
  readonly holdings: readonly Holding[];
  readonly openOrders: readonly OpenOrder[];
  /** What could not be read beside the balances, in sentences. */
  readonly missing: readonly string[];
}

/** One execution of the owner's. */
export interface AccountTrade extends BasisTrade {
  /** Label of the place, and an id that is unique in it with the market. */
  readonly source: string;
  readonly id: string;
}

/** What came from outside of the portfolio, or left it. */
export interface Flow extends BasisFlow {
  readonly source: string;
  readonly id: string;
  /** The address at the other end, where it is known: what goes to an own address has not left. */
  readonly counterparty?: string;
  /** The transaction on the chain: what left one own place and came in at another has not left either. */
  readonly transaction?: string;
}

/** Where the reading of a market's trades goes on. */
export interface TradeCursor {
  /** Epoch milliseconds. */
  readonly since: number;
  /** The newest trade that is known. */
  readonly lastId?: string;
}

/** Kinds of places. */
export const SOURCE_KINDS = ["exchange", "address", "by-hand"] as const;
/** The kind of a place. */
export type SourceKind = (typeof SOURCE_KINDS)[number];

/** A place that holds something. Its calls throw a `UserError` or `RunError` that says why they failed. */
export interface HoldingsSource {
  readonly label: string;
  readonly kind: SourceKind;
  /** Where it is, for people: binance, chain 1 0x12...ab. */
  readonly place: string;
  read(signal: AbortSignal): Promise<Reading>;
  /** New trades of the markets between the assets named; `from` says per market (BASE/QUOTE) what is known already. */
  trades?(from: ReadonlyMap<string, TradeCursor>, assets: readonly string[], signal: AbortSignal): Promise<ReadTrades>;
  /** Deposits and withdrawals since an instant. */
  flows?(since: number, signal: AbortSignal): Promise<readonly Flow[]>;
}

/** Trades of several markets, and those markets that could not be read. */
export interface ReadTrades {
  readonly trades: readonly AccountTrade[];
  /** Up to when each market (BASE/QUOTE) was read, epoch milliseconds. */
  readonly readTo: ReadonlyMap<string, number>;
  readonly missing: readonly string[];
}

/** A market's price as an exchange tells it. */
export type MarketPrice = QuotedMarket;

/** Where prices come from. Its calls throw as those of a `HoldingsSource`. */
export interface PriceSource {
  readonly venue: string;
  /** The prices of all markets now. */
  prices(signal: AbortSignal): Promise<readonly MarketPrice[]>;
  /** Closes of a market's UTC days from one instant to another, by the day's open time (epoch milliseconds); empty when there is no such market. */
  dailyCloses(base: string, quote: string, from: number, to: number, signal: AbortSignal): Promise<ReadonlyMap<number, string>>;
}

/** What a place held when it was last read. */
export interface StoredReading {
  readonly label: string;
  readonly kind: SourceKind;
  readonly place: string;
  /** Epoch milliseconds. */
  readonly readAt: number;
  readonly holdings: readonly Holding[];
  readonly openOrders: readonly OpenOrder[];
}

/** Everything held at an instant, and its worth; epoch milliseconds, decimal texts. */
export interface Snapshot {
  readonly time: number;
  readonly currency: string;
  readonly total: string;
  /** Whether all places were read and all that was held had a price. */
  readonly complete: boolean;
  readonly readings: readonly StoredReading[];
  /** Of one unit of each asset that had one. */
  readonly prices: ReadonlyMap<string, string>;
}

/** What one unit of an asset was worth at the close of a UTC day; the day's open in epoch milliseconds, decimal text. */
export interface PastWorth {
  readonly asset: string;
  readonly day: number;
  readonly worth: string;
}

/** Keeps snapshots, trades and flows. Every call that writes is durable when it returns. */
export interface HoldingsStore {
  add(snapshot: Snapshot): void;
  /** In one currency, the oldest first; before `allSince` (epoch milliseconds) the first one and the last of each UTC day. */
  snapshots(currency: string, allSince: number): readonly Snapshot[];
  /** The newest one in a currency; `null` when there is none. */
  latest(currency: string): Snapshot | null;
  /** What a place held when it was last read; `null` when it never was. */
  lastReading(label: string): StoredReading | null;
  /** Adds what is new; a trade or flow that is known already stays as it is. */
  addTrades(trades: readonly AccountTrade[], label: string, readTo: ReadonlyMap<string, number>): void;
  addFlows(flows: readonly Flow[], label: string, readTo: number): void;
  /** The oldest first. */
  trades(): readonly AccountTrade[];
  flows(): readonly Flow[];
  tradeCursors(label: string): ReadonlyMap<string, TradeCursor>;
  /** Up to when flows of a place were read; 0 when never. */
  flowsReadTo(label: string): number;
  /** Worths in one currency; of days that are over, so that they do not change. */
  worths(currency: string): readonly PastWorth[];
  addWorths(currency: string, worths: readonly PastWorth[]): void;
  close(): void;
}
