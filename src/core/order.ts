/** Buy or sell. */
export type Side = "buy" | "sell";

/** What should rest on the book (or be done at once), as a strategy wishes it; not yet rounded to steps. */
export interface DesiredOrder {
  /** An intent, with a turn or round in it; completely filled, it is spent for ever. */
  readonly key: string;
  readonly side: Side;
  /** `limit` rests at `price`; `market` takes what is there. */
  readonly type: "limit" | "market";
  /** Limit price in quote; a buy is rounded down, a sell up. */
  readonly price?: number;
  /** Total for the key in base, rounded down to the step. */
  readonly quantity: number;
  /** The lots that this order opens or closes, with their parts of the quantity in base. */
  readonly lots: readonly LotPart[];
  /** Rejected rather than filled when it would take. */
  readonly postOnly?: boolean;
  /** Why, in a few words. */
  readonly reason: string;
}

/** A part of an order that belongs to one lot (a grid cell, a DCA deal). */
export interface LotPart {
  readonly lot: string;
  readonly quantity: number;
}

/** An order in exact steps: price in ticks (0 for market), quantity in lots of the quantity step. */
export interface SteppedOrder {
  readonly desired: DesiredOrder;
  readonly ticks: number;
  readonly steps: number;
}

/** Which strategy on which symbol an order belongs to. */
export interface Sleeve {
  readonly symbol: string;
  readonly strategy: string;
}

/** An order as the bot knows it: sent, and not yet finished. */
export interface Order extends SteppedOrder {
  /** Unique in the run and rising; the venue's client order id is derived from sleeve, key and attempt. */
  readonly id: number;
  readonly sleeve: Sleeve;
  readonly attempt: number;
  status: "pending" | "open" | "canceling";
  /** Filled so far by this order, in steps. */
  filled: number;
  /** Steps that earlier attempts at the same key had filled. */
  readonly filledBefore: number;
  /** The diff that last found this order desired. */
  round: number;
  /** Units set aside for what is not filled yet: quote for a buy, base for a sell. */
  reserved: number;
}

/** What the bot asks of a venue. */
export type Request =
  | { readonly type: "submit"; readonly order: Order }
  | { readonly type: "cancel"; readonly order: Order };
