import type { Side } from "../core/order.ts";
import type { RiskProfileName } from "../core/risk-profiles.ts";

/** An order that a person gives. Either `quantity` (base) or `worth` (quote); prices in quote, `until` epoch milliseconds. */
export interface OrderDraft {
  readonly symbol: string;
  readonly side: Side;
  readonly quantity?: number;
  readonly worth?: number;
  /** Rests at this price; at the market without it. */
  readonly limit?: number;
  /** Is sent when the price has come to one of these. */
  readonly when?: { readonly below?: number; readonly above?: number };
  /** Lapses then; without it, after the days that the definition gives. */
  readonly until?: number;
}

/** What such an order would come to. Quantities in base, money in quote, shares as fractions of equity, times epoch milliseconds. */
export interface OrderPreview {
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
  readonly side: Side;
  readonly type: "market" | "limit";
  /** In the venue's steps. */
  readonly quantity: number;
  /** The limit in the venue's steps; at the market the last price, or the one that it waits for. Null before the first price. */
  readonly price: number | null;
  /** Whether the price can only be told about: it is at the market. */
  readonly isAbout: boolean;
  readonly worth: number;
  readonly fee: number;
  /** What it waits for; null when it goes at once. */
  readonly waitsFor: { readonly below?: number; readonly above?: number } | null;
  readonly lapses: number;
  /** Of the symbol, bought by hand and not offered yet, before this order. */
  readonly heldByHand: number;
  readonly cashAfter: number;
  readonly exposureBefore: number;
  readonly exposureAfter: number;
  /** Why it would be refused, sentences; empty when it would go. */
  readonly refusals: readonly string[];
}

/** An instruction that is not done yet. Quantity in base, worth in quote; one of them is null. Times epoch milliseconds. */
export interface InstructionRow {
  readonly id: number;
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
  readonly side: Side;
  readonly quantity: number | null;
  readonly worth: number | null;
  readonly limit: number | null;
  readonly when: { readonly below?: number; readonly above?: number } | null;
  readonly given: number;
  readonly lapses: number;
  /** `waiting` for its price, `planned` and not yet at the venue, or `resting` there. */
  readonly state: "waiting" | "planned" | "resting";
  /** Base filled so far. */
  readonly filled: number;
}

/** An order of a strategy in the venue's steps; price null at the market. */
export interface PlannedOrder {
  readonly key: string;
  readonly side: Side;
  readonly price: number | null;
  readonly quantity: number;
  readonly reason: string;
}

/** What other parameters of a strategy would come to on one symbol. Prices in quote, quantities in base. */
export interface ParamsPreview {
  readonly strategy: string;
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
  /** Every parameter with its value, in force now and then; an absent one has no value. */
  readonly changes: readonly { readonly name: string; readonly from: unknown; readonly to: unknown }[];
  /** The strategy's own price levels. */
  readonly levelsBefore: readonly number[];
  readonly levelsAfter: readonly number[];
  /** Every order that would rest then, those that rest already included. */
  readonly orders: readonly PlannedOrder[];
  /** Open orders that would be taken back. */
  readonly cancels: readonly PlannedOrder[];
  readonly submits: readonly PlannedOrder[];
  /** What the owner should know of them in this market. */
  readonly warnings: readonly string[];
  /** Why they would be refused, sentences; empty when they would be taken. */
  readonly refusals: readonly string[];
}

/** What another profile would come to. Shares as fractions of equity, money in quote. */
export interface ProfilePreview {
  readonly from: RiskProfileName | null;
  readonly to: RiskProfileName;
  readonly quote: string;
  /** Whether anything grows that may be lost. */
  readonly isBolder: boolean;
  /** Limits that differ, in words with their unit. */
  readonly changes: readonly { readonly name: string; readonly from: string; readonly to: string }[];
  /** What it would stop or start as the account stands now, sentences. */
  readonly effects: readonly string[];
  /** Why it would be refused, sentences; empty when it would be taken. */
  readonly refusals: readonly string[];
}

/** What an operator can order beside turning the switch. Each order is durable before anything is sent, and throws a `UserError` when it is refused. */
export interface OperatorOrders {
  previewOrder(draft: OrderDraft): OrderPreview;
  /** Gives the order; its number, under which it can be taken back. `by` says who, for the journal. */
  order(draft: OrderDraft, by: string): number;
  /** Takes back an instruction that is not done. What it has got stays held. */
  cancelInstruction(symbol: string, id: number, by: string): void;
  /** What was given and is not done yet, oldest first. */
  instructions(): readonly InstructionRow[];
  /** Parameters merge over those in force; null puts one back to its default. */
  previewParams(strategy: string, symbol: string, params: Readonly<Record<string, unknown>>): ParamsPreview;
  setParams(strategy: string, symbol: string, params: Readonly<Record<string, unknown>>, by: string): void;
  previewProfile(name: RiskProfileName): ProfilePreview;
  setProfile(name: RiskProfileName, by: string): void;
}
