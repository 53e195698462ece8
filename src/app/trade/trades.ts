import type { VenueTrade } from "../../ports/venue.ts";
import type { OrderRow } from "../../ports/journal.ts";
import { notionalUnits } from "../../core/instrument.ts";
import type { Desk } from "./desk.ts";
import { stepsOf, ticksOf, unitsOf } from "./exact.ts";

/** What became of a trade that a venue reported. */
export type Booked =
  | "booked"
  /** Seen before: by the stream and by a question, or after a reconnect. */
  | "duplicate"
  /** Its order is not known (yet): foreign, or its acknowledgement is still on the way. */
  | "unknown-order"
  /** The venue has not said the fee yet: it will be asked again. */
  | "no-fee"
  /** It cannot be true of this order: not on a step, more than was ordered. Nothing is booked. */
  | "impossible";

/**
 * Books a venue's trade exactly once. The answer of a question and the push of a stream come the same way, in any
 * order, any number of times.
 */
export function bookTrade(desk: Desk, trade: VenueTrade): Booked {
  const { journal, venue } = desk.parts;
  if (journal.hasFill(venue, trade.symbol, trade.id)) return "duplicate";
  const row = desk.rowOfVenueId(trade.symbol, trade.venueOrderId);
  if (!row) return "unknown-order";
  if (trade.fee === null) return "no-fee";
  // Forgotten since its venue counts in other steps, or so long ago that nothing of it is known: it cannot be booked here.
  if (!desk.remembers(row)) return "impossible";
  const instrument = desk.instrument(trade.symbol);
  const ticks = ticksOf(instrument, trade.price);
  const steps = stepsOf(instrument, trade.quantity);
  if (ticks === null || steps === null || ticks <= 0 || steps <= 0) return "impossible";
  if (trade.side !== row.side || row.filledSteps + steps > row.steps) return "impossible";
  const fee = feeOf(desk, row, trade.fee, notionalUnits(instrument, ticks, steps));
  if (fee === null) return "impossible";
  desk.fill({
    orderId: row.orderId,
    symbol: row.symbol,
    strategy: row.strategy,
    key: row.key,
    side: row.side,
    time: trade.time,
    ticks,
    steps,
    liquidity: trade.liquidity,
    ...fee,
    complete: row.filledSteps + steps === row.steps,
    tradeId: trade.id,
  });
  return "booked";
}

/** A fee in a third asset costs that asset, which this ledger does not hold: it is noted with the trade and counts 0 here. */
function feeOf(
  desk: Desk,
  row: OrderRow,
  fee: { readonly currency: string; readonly amount: string },
  notional: number,
): { readonly feeUnits: number; readonly feeCurrency: "base" | "quote" } | null {
  const instrument = desk.instrument(row.symbol);
  const currency = fee.currency === instrument.base ? "base" : fee.currency === instrument.quote ? "quote" : null;
  if (currency === null) return { feeUnits: 0, feeCurrency: "quote" };
  const units = unitsOf(instrument, currency, fee.amount);
  // A rebate is negative; a fee of half the trade is no fee.
  if (units === null || Math.abs(units) > (currency === "quote" ? notional : row.steps * instrument.stepUnits) / 2) return null;
  return { feeUnits: units, feeCurrency: currency };
}
