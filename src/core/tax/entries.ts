import type { Exact } from "../holdings/exact.ts";
import type { Method } from "./lots.ts";
import type { PriceLeg } from "./price-book.ts";
import type { IncomeKind } from "./row.ts";

/** What the owner has to say about how it is counted. Parameters, not advice. */
export interface TaxSettings {
  /** The tax currency. */
  readonly currency: string;
  readonly method: Method;
  /** Whether each account has its own lots, or all accounts share them. */
  readonly by: "account" | "universal";
  /** Whether gifts and donations that were made count as gains. */
  readonly gifts: "taxed" | "untaxed";
  /** Held for so many days of 24 hours, it is long-term. */
  readonly longTermDays: number;
}

/** What a disposal was. */
export type DisposalKind = "sale" | "spend" | "fee" | "gift" | "donation" | "lost";

/** A part of a lot that was given away. Money in the tax currency. */
export interface Disposal {
  readonly origin: string;
  readonly kind: DisposalKind;
  readonly time: number;
  readonly account: string;
  readonly asset: string;
  readonly quantity: Exact;
  readonly acquired: number;
  /** The row that the lot came by. */
  readonly lot: string;
  readonly proceeds: Exact;
  readonly cost: Exact;
  readonly gain: Exact;
  readonly term: "short" | "long";
  /** Whether the gain counts: not for what was lost, and for gifts as the settings say. */
  readonly counted: boolean;
}

/** Income at its value on receipt, in the tax currency. */
export interface Income {
  readonly origin: string;
  readonly time: number;
  readonly account: string;
  readonly kind: IncomeKind;
  readonly asset: string;
  readonly quantity: Exact;
  readonly value: Exact;
}

/** What became of a fee. */
export type FeeTreatment = "cost" | "proceeds" | "received less" | "disposal" | "cash";

/** A fee that was paid, with its value in the tax currency; `null` without a price. */
export interface Fee {
  readonly origin: string;
  readonly time: number;
  readonly account: string;
  readonly asset: string;
  readonly quantity: Exact;
  readonly value: Exact | null;
  readonly treatment: FeeTreatment;
}

/** A lot that is still held; its cost in the tax currency. */
export interface OpenLot {
  readonly account: string;
  readonly asset: string;
  readonly acquired: number;
  readonly lot: string;
  readonly quantity: Exact;
  readonly cost: Exact;
}

/** What an account holds, all told: what has a known cost and what has not. */
export interface TaxBalance {
  readonly account: string;
  readonly asset: string;
  readonly quantity: Exact;
}

/** What could not be done, and how it can be. */
export interface Problem {
  readonly origin: string;
  readonly time: number;
  readonly kind: "no price" | "no acquisition" | "unmatched deposit" | "unmatched withdrawal" | "negative balance";
  readonly asset: string;
  readonly quantity: Exact;
  readonly text: string;
}

/** A worth that was used: of `quantity` of the asset in the tax currency, from candles or as the row states it. */
export interface PriceUse {
  readonly origin: string;
  readonly time: number;
  readonly asset: string;
  readonly quantity: Exact;
  readonly value: Exact;
  readonly source: "candles" | "stated";
  /** The candles; for a stated value in another currency those that it was converted by. */
  readonly legs: readonly PriceLeg[];
}

/** The books after a number of rows. */
export interface Books {
  readonly disposals: readonly Disposal[];
  readonly income: readonly Income[];
  readonly fees: readonly Fee[];
  readonly lots: readonly OpenLot[];
  readonly balances: readonly TaxBalance[];
  readonly problems: readonly Problem[];
  readonly prices: readonly PriceUse[];
}
