import { z } from "zod";
import { ORDER_TYPES } from "../engine/model.ts";
import { restrictionChanges } from "../rest/restrictions.ts";

const symbol = z.string().min(1).max(30);
const account = z.int().min(0).default(0);
const decimal = z.string().regex(/^\d{1,20}(\.\d{1,20})?$/);
const clientOrderId = z.string().max(36);
const size = z.number().positive();

/** What the routes of the control API take. Accounts are numbered as in the plan; symbols are "BTCUSDT" or "BTC/USDT". */
export const CONTROL = {
  advance: z
    .strictObject({
      /** Epoch milliseconds. */
      to: z.number().optional(),
      /** Milliseconds. */
      by: z.number().min(0).optional(),
      stopAtTrade: z.boolean().default(false),
    })
    .refine(({ to, by }) => (to === undefined) !== (by === undefined), { error: "either `to` or `by` must be given" }),
  speed: z.strictObject({ speed: z.number().min(0) }),
  transfer: z.strictObject({ account, asset: z.string().min(1).max(20), amount: z.string().regex(/^-?\d{1,20}(\.\d{1,20})?$/) }),
  filters: z.strictObject({
    symbol,
    priceStep: size.optional(),
    quantityStep: size.optional(),
    minQuantity: z.number().min(0).optional(),
    minNotional: z.number().min(0).optional(),
  }),
  halt: z.strictObject({ symbol, halted: z.boolean().default(true) }),
  /** One more key of an account, or other rights for one that it has; without `trade` it is refused wherever it is to place or cancel. */
  key: z.strictObject({ account, apiKey: z.string().regex(/^[\w-]{1,128}$/), secret: z.string().min(1).max(128), trade: z.boolean().default(true) }),
  revoke: z.strictObject({ apiKey: z.string().optional(), revoked: z.boolean().default(true) }),
  /** What the keys, or one of them, say of themselves; nothing is refused because of it. `fields` are those of the answer, `null` leaves one out. */
  permissions: z.strictObject({ apiKey: z.string().optional(), withdraw: z.boolean().optional(), trade: z.boolean().optional(), fields: restrictionChanges.optional() }),
  expire: z.strictObject({ symbol }),
  order: z.strictObject({
    account,
    symbol,
    side: z.enum(["buy", "sell"]),
    type: z.enum(ORDER_TYPES).default("LIMIT"),
    timeInForce: z.enum(["GTC", "IOC", "FOK"]).optional(),
    quantity: decimal.optional(),
    quoteOrderQty: decimal.optional(),
    price: decimal.optional(),
    stopPrice: decimal.optional(),
    clientOrderId: clientOrderId.optional(),
  }),
  cancel: z.strictObject({ account, symbol, orderId: z.int().optional(), clientOrderId: clientOrderId.optional() }),
  requests: z.strictObject({ method: z.string().optional(), path: z.string().optional(), clientOrderId: clientOrderId.optional() }),
} as const;

/** An object without the fields that are undefined, as exact optional properties want it. */
export function given<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as { [K in keyof T]: Exclude<T[K], undefined> };
}
