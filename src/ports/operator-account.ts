import type { OutsideStatus } from "./outside-status.ts";
import type { Hold } from "../core/bot.ts";
import type { Stance } from "../core/decision.ts";
import type { Side } from "../core/order.ts";
import type { Head } from "../core/receipts/receipt.ts";

/** How the bot stands. Money in quote, times epoch milliseconds, shares as fractions of equity. */
export interface StatusView {
  readonly bot: string;
  readonly mode: "replay" | "paper" | "live";
  readonly venue: string;
  /** The venue's time. */
  readonly time: number;
  readonly hold: Hold;
  readonly quote: string;
  readonly equity: number;
  readonly startEquity: number;
  readonly cash: number;
  /** Share of equity in the market. */
  readonly exposure: number;
  readonly closedProfit: number;
  readonly feesPaid: number;
  readonly fills: number;
  readonly openOrders: number;
  /** What becomes of open orders when the run is stopped. */
  readonly onStop: "keep" | "cancel";
  readonly unknownOrders: number;
  readonly foreignOrders: number;
  /** Why nothing new is sent, sentences; empty while all is well. */
  readonly troubles: readonly string[];
  readonly symbols: readonly SymbolStatus[];
  /** How what is looked at outside stands; absent when nothing is. */
  readonly outside?: OutsideStatus | undefined;
}

/** One symbol of a status. */
export interface SymbolStatus {
  readonly symbol: string;
  readonly base: string;
  /** Quote; null before the first. */
  readonly price: number | null;
  /** Base held. */
  readonly held: number;
  /** Of what is held, quote. */
  readonly worth: number;
  readonly stance: Stance | null;
  readonly openOrders: number;
}

/** What the bot's own books hold of an asset, in that asset; `worth` in quote, null without a price. */
export interface BalanceRow {
  readonly asset: string;
  readonly free: number;
  readonly reserved: number;
  readonly worth: number | null;
}

/** What one strategy holds of one symbol. Base amounts and quote money. */
export interface Position {
  readonly symbol: string;
  readonly base: string;
  readonly strategy: string;
  readonly held: number;
  /** Quote paid for it, fees included. */
  readonly cost: number;
  /** Quote per base; null when nothing is held. */
  readonly average: number | null;
  readonly worth: number;
  /** Quote: worth less cost. */
  readonly openProfit: number;
  /** Quote that the strategy may have in the market. */
  readonly budget: number;
}

/** What closed between two times (from inclusive, to exclusive; epoch milliseconds). Money in quote, after fees. */
export interface ProfitView {
  readonly from: number;
  readonly to: number;
  readonly total: ProfitRow;
  readonly symbols: readonly (ProfitRow & { readonly symbol: string })[];
}
/** Round trips that closed, and their money in quote. */
export interface ProfitRow {
  readonly profit: number;
  readonly fees: number;
  readonly trips: number;
  readonly won: number;
}

/** How the run has done since it began. Money in quote; fractions of equity. */
export interface PerformanceView {
  readonly began: number;
  readonly time: number;
  readonly equity: number;
  readonly startEquity: number;
  /** Fraction of the start. */
  readonly change: number;
  readonly closedProfit: number;
  readonly openProfit: number;
  readonly feesPaid: number;
  readonly peakEquity: number;
  /** Fall from the highest equity, fraction. */
  readonly drawdown: number;
  readonly fills: number;
  readonly trips: number;
  readonly won: number;
  readonly best: number | null;
  readonly worst: number | null;
  /** Mean time from entry to exit, ms; null without a round trip. */
  readonly meanHold: number | null;
}

/** A page of a list, newest first where there is time; `page` counts from 1. */
export interface Page<T> {
  readonly rows: readonly T[];
  readonly page: number;
  readonly pages: number;
  readonly total: number;
}

/** One fill. Price and worth in quote, quantity in base, the fee in `feeCurrency`. */
export interface TradeRow {
  readonly time: number;
  /** The venue's own number of it. */
  readonly tradeId: string;
  readonly symbol: string;
  readonly base: string;
  readonly strategy: string;
  readonly side: Side;
  readonly price: number;
  readonly quantity: number;
  readonly worth: number;
  readonly fee: number;
  readonly feeCurrency: string;
}

/** Entry to exit of one lot: base sold, quote paid for it and got for it, fees in quote (they are in both). Times epoch milliseconds. */
export interface ClosedTrip {
  readonly symbol: string;
  readonly base: string;
  readonly strategy: string;
  readonly opened: number;
  readonly closed: number;
  readonly quantity: number;
  readonly cost: number;
  readonly proceeds: number;
  readonly fees: number;
  readonly profit: number;
}

/** What was executed since a time, oldest first, and how far the journal was then: whoever has the journal can check it. */
export interface ReceiptView {
  readonly from: number;
  readonly to: number;
  readonly fills: readonly TradeRow[];
  /** Whether every fill of the time is in it; a long one goes back further than is read for a chat. */
  readonly complete: boolean;
  readonly sequence: number;
  readonly hash: string;
  /** How far the chain of receipts goes; null until it was read for the first time. */
  readonly chain: Head | null;
}

/** One open order. Price in quote (null at the market), quantities in base. */
export interface OpenOrder {
  readonly symbol: string;
  readonly base: string;
  readonly strategy: string;
  readonly key: string;
  readonly side: Side;
  readonly price: number | null;
  readonly quantity: number;
  readonly filled: number;
  readonly state: string;
  /** From the last price, fraction, signed; null at the market. */
  readonly distance: number | null;
}
