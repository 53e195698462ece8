import { z } from "zod";
import type { VenueOrder, VenueSubmit } from "../../../ports/venue.ts";
import { plainId } from "./quirks.ts";
import { fitting, type Shape } from "./shape.ts";

/** A decimal that is not negative; comes out without exponent and without zeros that mean nothing. */
export const decimal = z.string().regex(/^\d{1,30}(?:\.\d{1,30})?(?:[eE][+-]?\d{1,2})?$/).transform(plainDecimal);
/** ccxt writes undefined, and at times null, for what a venue has not said. */
const maybe = <Value>(inner: z.ZodType<Value>): z.ZodType<Value | undefined> => inner.nullish().transform((value) => value ?? undefined);
/**
 * What a venue calls its orders and trades: digits, or letters and digits in groups, and no text for a number that a broken
 * answer has in its place. Taken over, it would be asked for in vain for ever.
 */
export const venueId = z.string().regex(/^(?!NaN$|Infinity$|0x|\d+e\d+$)[0-9A-Za-z][\w:-]{0,63}$/i);
const side = z.enum(["buy", "sell"]);
/** ccxt's states. A cancel that has not come through yet leaves the order open. */
const status = z.enum(["open", "closed", "canceled", "canceling", "expired", "rejected"]);

const wholeOrder = z.object({
  id: venueId,
  clientOrderId: maybe(z.string()),
  symbol: z.string(),
  side,
  status,
  filled: decimal,
  amount: decimal,
  price: maybe(decimal),
  timestamp: maybe(z.number()),
  lastUpdateTimestamp: maybe(z.number()),
});

/** ccxt's order in the form of the port; whatever is not a whole order is refused. */
export const orderShape: z.ZodType<VenueOrder> = wholeOrder.transform((order): VenueOrder => {
  const price = order.price;
  const time = order.lastUpdateTimestamp ?? order.timestamp;
  return {
    venueOrderId: order.id,
    ...(order.clientOrderId === undefined || order.clientOrderId === "" ? {} : { clientOrderId: plainId(order.clientOrderId) }),
    symbol: order.symbol,
    side: order.side,
    status: statusOf(order.status, order.filled, order.amount),
    filled: order.filled,
    quantity: order.amount,
    ...(price === undefined || price === "0" ? {} : { price }),
    ...(time === undefined ? {} : { time }),
  };
});

/** Open or finished orders of a list. */
export const ordersShape: z.ZodType<readonly VenueOrder[]> = z.array(orderShape);

/** What a venue says about an order that it has just taken: at least its id; the others only say that. */
const accepted = z.object({
  id: venueId,
  clientOrderId: maybe(z.string()),
  symbol: maybe(z.string()),
  side: maybe(side),
  status: maybe(status),
  filled: maybe(decimal),
  lastUpdateTimestamp: maybe(z.number()),
  timestamp: maybe(z.number()),
});

/** The form of the answer to a submit. An answer about another order than the one sent is refused. */
export function acceptedShape(sent: VenueSubmit): Shape<VenueOrder> {
  return fitting(
    accepted,
    (order) => {
      if (order.clientOrderId !== undefined && plainId(order.clientOrderId) !== sent.clientOrderId) return "another client order id";
      if (order.symbol !== undefined && order.symbol !== sent.symbol) return "another symbol";
      return order.side !== undefined && order.side !== sent.side ? "the other side" : null;
    },
    (order): VenueOrder => {
      const filled = order.filled ?? "0";
      const time = order.lastUpdateTimestamp ?? order.timestamp;
      return {
        venueOrderId: order.id,
        clientOrderId: sent.clientOrderId,
        symbol: sent.symbol,
        side: sent.side,
        status: statusOf(order.status ?? "open", filled, sent.quantity),
        filled,
        quantity: plainDecimal(sent.quantity),
        ...(sent.price === undefined ? {} : { price: plainDecimal(sent.price) }),
        ...(time === undefined ? {} : { time }),
      };
    },
  );
}

function statusOf(said: z.infer<typeof status>, filled: string, quantity: string): VenueOrder["status"] {
  if (said === "canceling") return "open";
  if (said !== "closed") return said;
  // Venues also close what they did not fill to the end, such as market orders without a counterpart.
  return compareDecimals(filled, quantity) < 0 ? "canceled" : "filled";
}

/** `0060.10` as `60.1`, and `1e-7`, which JavaScript makes of a small JSON number, as `0.0000001`; exact. */
export function plainDecimal(text: string): string {
  const [mantissa = "", exponent = "0"] = text.toLowerCase().split("e");
  const [whole = "", part = ""] = mantissa.split(".");
  const places = part.length - Number(exponent);
  const digits = (whole + part + "0".repeat(Math.max(0, -places))).padStart(Math.max(0, places) + 1, "0");
  const at = digits.length - Math.max(0, places);
  const front = digits.slice(0, at).replace(/^0+(?=\d)/, "");
  const back = digits.slice(at).replace(/0+$/, "");
  return back === "" ? front : `${front}.${back}`;
}

/** Sign of a - b for decimals that are not negative; exact. */
export function compareDecimals(a: string, b: string): number {
  const [wholeA = "", partA = ""] = a.split(".");
  const [wholeB = "", partB = ""] = b.split(".");
  const places = Math.max(partA.length, partB.length);
  const difference = BigInt(wholeA + partA.padEnd(places, "0")) - BigInt(wholeB + partB.padEnd(places, "0"));
  return difference === 0n ? 0 : difference < 0n ? -1 : 1;
}
