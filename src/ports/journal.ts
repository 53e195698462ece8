import type { Side } from "../core/order.ts";
import type { OrderState } from "../core/order-state.ts";

/** One journaled event: `payload` is canonical JSON; `hash` covers sequence, time, type, payload and the hash before it. */
export interface JournalEntry {
  readonly sequence: number;
  /** Epoch milliseconds. */
  readonly time: number;
  readonly type: string;
  readonly payload: string;
  readonly hash: string;
}

/** An order as the tables keep it; quantities in steps, prices in ticks of its instrument. */
export interface OrderRow {
  readonly clientOrderId: string;
  /** The bot's own number. */
  readonly orderId: number;
  readonly venue: string;
  readonly symbol: string;
  readonly strategy: string;
  readonly key: string;
  readonly attempt: number;
  readonly side: Side;
  readonly type: "limit" | "market";
  readonly ticks: number;
  readonly steps: number;
  readonly state: OrderState;
  readonly filledSteps: number;
  /** What it has set aside, units of quote (buy) or base (sell). */
  readonly reserved: number;
  readonly venueOrderId: string | null;
  /** When it was last sent (submit or cancel), and last changed; epoch milliseconds, 0 for never. */
  readonly sentAt: number;
  readonly changedAt: number;
}

/** One execution as booked; unique by venue, symbol and trade id. */
export interface FillRow {
  readonly venue: string;
  readonly symbol: string;
  readonly tradeId: string;
  readonly clientOrderId: string;
  readonly ticks: number;
  readonly steps: number;
  readonly feeUnits: number;
  readonly feeCurrency: string;
  readonly time: number;
}

/** One side of a double entry: `units` of the currency's smallest unit, positive into the account. */
export interface Posting {
  /** "cash:<venue>", "reserved:<venue>", "position:<strategy>:<symbol>", "fees:<venue>", "capital", "trading". */
  readonly account: string;
  readonly currency: string;
  readonly units: number;
}

/** What has to be sent to a venue. */
export interface OutboxEntry {
  readonly id: number;
  readonly action: "submit" | "cancel";
  readonly clientOrderId: string;
  readonly state: "waiting" | "claimed" | "done" | "unknown";
}

/** Everything that one transaction writes; it is written whole or not at all. */
export interface Batch {
  readonly events?: readonly { readonly time: number; readonly type: string; readonly payload: unknown }[];
  /** New orders and the new values of known ones. */
  readonly orders?: readonly OrderRow[];
  readonly fills?: readonly FillRow[];
  /** Transactions of postings; each sums to zero per currency. */
  readonly postings?: readonly (readonly Posting[])[];
  readonly outbox?: readonly Pick<OutboxEntry, "action" | "clientOrderId">[];
  /** Outbox entries that came to an end (or to nothing known). */
  readonly settled?: readonly { readonly id: number; readonly state: "done" | "unknown" }[];
  readonly cursors?: readonly { readonly name: string; readonly value: string }[];
  readonly settings?: readonly { readonly name: string; readonly value: string }[];
}

/** The journal could not be written: nothing of the batch is kept, and nothing may be sent on the strength of it. */
export class NotDurableError extends Error {
  override readonly name: string = "NotDurableError";
}

/** Another instance has taken the journal, and with it the orders: whoever hears this keeps its hands off both. */
export class LeaseLostError extends NotDurableError {
  override readonly name = "LeaseLostError";
}

/** The durable memory of a run: events, orders, ledger, outbox. Synchronous: a commit that returned is on the disk. */
export interface Journal {
  /** The last sequence, 0 when empty. */
  readonly lastSequence: number;
  /**
   * Writes a batch in one transaction under the lease and returns the last sequence. Throws NotDurableError (disk full,
   * busy, read-only, a lease that another instance has taken), with nothing written.
   */
  commit(batch: Batch): number;
  /** Makes everything that is written inside one transaction: on the disk when this returns, none of it when it throws. */
  together<T>(work: () => T): T;
  /** Entries from a sequence (inclusive), in order. */
  entries(from: number): Iterable<JournalEntry>;
  orders(states?: readonly OrderState[]): readonly OrderRow[];
  order(clientOrderId: string): OrderRow | null;
  hasFill(venue: string, symbol: string, tradeId: string): boolean;
  fillsOf(clientOrderId: string): readonly FillRow[];
  /**
   * Claims those of the entries (by id) that still wait and may be sent, in the order given, all in one transaction that
   * is committed before it returns; the kill switch and the state of each order are checked in it.
   */
  claim(ids: readonly number[]): readonly OutboxEntry[];
  outbox(state: OutboxEntry["state"]): readonly OutboxEntry[];
  cursor(name: string): string | null;
  setting(name: string): string | null;
  /** Sum of all postings by account and currency. */
  balances(): readonly { readonly account: string; readonly currency: string; readonly units: number }[];
  /** Does what has grown since and can wait; nothing that was written depends on it. Cheap when there is nothing. */
  tidy(): void;
  /** The first thing that is wrong, in one sentence with the row; null when all is well. */
  verify(): string | null;
  close(): void;
}
