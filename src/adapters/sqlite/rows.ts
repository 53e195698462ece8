import { z } from "zod";
import { ORDER_STATES } from "../../core/order-state.ts";

/** Columns of an event in the port's names. */
export const EVENT_COLUMNS = "seq AS sequence, time, type, payload, hash";
export const eventSchema = z.object({ sequence: z.int(), time: z.int(), type: z.string(), payload: z.string(), hash: z.string() });

/** Columns of an order in the port's names. */
export const ORDER_COLUMNS = `client_order_id AS clientOrderId, order_id AS orderId, venue, symbol, strategy, key, attempt, side, type, ticks, steps,
  state, filled_steps AS filledSteps, reserved, venue_order_id AS venueOrderId, sent_at AS sentAt, changed_at AS changedAt`;
export const orderSchema = z.object({
  clientOrderId: z.string(),
  orderId: z.int(),
  venue: z.string(),
  symbol: z.string(),
  strategy: z.string(),
  key: z.string(),
  attempt: z.int(),
  side: z.enum(["buy", "sell"]),
  type: z.enum(["limit", "market"]),
  ticks: z.int(),
  steps: z.int(),
  state: z.enum(ORDER_STATES),
  filledSteps: z.int(),
  reserved: z.int(),
  venueOrderId: z.string().nullable(),
  sentAt: z.int(),
  changedAt: z.int(),
});

/** Columns of a fill in the port's names. */
export const FILL_COLUMNS =
  "venue, symbol, trade_id AS tradeId, client_order_id AS clientOrderId, ticks, steps, fee_units AS feeUnits, fee_currency AS feeCurrency, time";
export const fillSchema = z.object({
  venue: z.string(),
  symbol: z.string(),
  tradeId: z.string(),
  clientOrderId: z.string(),
  ticks: z.int(),
  steps: z.int(),
  feeUnits: z.int(),
  feeCurrency: z.string(),
  time: z.int(),
});

/** Columns of an outbox entry in the port's names. */
export const OUTBOX_COLUMNS = "id, action, client_order_id AS clientOrderId, state";
export const outboxSchema = z.object({
  id: z.int(),
  action: z.enum(["submit", "cancel"]),
  clientOrderId: z.string(),
  state: z.enum(["waiting", "claimed", "done", "unknown"]),
});

/** Sum of the postings of an account in a currency, units. Sums are read as text, since they may leave the range of doubles. */
export const balanceSchema = z.object({ account: z.string(), currency: z.string(), units: z.string() });

/** A value kept under a name. */
export const valueSchema = z.object({ value: z.string() });

/** The end of a chain: how many rows it has and the hash of the last one. */
export const chainSchema = z.object({ rows: z.int(), hash: z.string() });
