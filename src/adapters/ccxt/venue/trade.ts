import { z } from "zod";
import type { VenueTrade } from "../../../ports/venue.ts";
import { decimal, plainDecimal, venueId } from "./order.ts";

const fee = z.object({ currency: z.string().min(1), cost: z.string().regex(/^-?\d{1,30}(?:\.\d{1,30})?(?:e-?\d{1,2})?$/i) });

/** ccxt's trade in the form of the port. A fee without its currency or amount is one that is not known yet. */
export const tradeShape: z.ZodType<VenueTrade> = z
  .object({
    id: venueId,
    order: venueId,
    symbol: z.string(),
    side: z.enum(["buy", "sell"]),
    price: decimal,
    amount: decimal,
    takerOrMaker: z.enum(["taker", "maker"]),
    timestamp: z.number(),
    fee: z.unknown(),
  })
  .transform((trade): VenueTrade => {
    const paid = fee.safeParse(trade.fee);
    return {
      id: trade.id,
      venueOrderId: trade.order,
      symbol: trade.symbol,
      side: trade.side,
      price: trade.price,
      quantity: trade.amount,
      liquidity: trade.takerOrMaker,
      fee: paid.success ? { currency: paid.data.currency, amount: paid.data.cost.startsWith("-") ? `-${plainDecimal(paid.data.cost.slice(1))}` : plainDecimal(paid.data.cost) } : null,
      time: trade.timestamp,
    };
  });

/** A page of trades. */
export const tradesShape: z.ZodType<readonly VenueTrade[]> = z.array(tradeShape);

/** Order of ids that are numbers, else of time: the order in which the trades happened, as far as the venue says it. */
export function compareTrades(a: VenueTrade, b: VenueTrade): number {
  const byId = compareIds(a.id, b.id);
  if (byId !== null) return byId;
  return a.time - b.time || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

/** Sign of the difference of two numeric ids; `null` when ids of this venue are no numbers and have no order. */
export function compareIds(a: string, b: string): number | null {
  if (!/^\d+$/.test(a) || !/^\d+$/.test(b)) return null;
  const difference = BigInt(a) - BigInt(b);
  return difference === 0n ? 0 : difference < 0n ? -1 : 1;
}
