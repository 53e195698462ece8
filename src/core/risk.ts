import { type Instrument, RATE_SCALE, feeUnits, notionalUnits, priceOf } from "./instrument.ts";
import { type Ledger, type SleeveAccount, reserve } from "./ledger.ts";
import type { Order, Request } from "./order.ts";

declare const approval: unique symbol;

/** A request that passed the gate. Only this file can make one, and a venue takes nothing else. */
export type Approved<R extends Request = Request> = R & { readonly [approval]: true };

/** Why the gate refused; `reason` is a stable word for counting, `detail` a sentence. */
export interface Refused {
  readonly order: Order;
  readonly reason: RefusalReason;
  readonly detail: string;
}

/** The stable words for counting refusals. */
export type RefusalReason =
  | "below-minimum-quantity"
  | "below-minimum-notional"
  | "insufficient-funds"
  | "too-many-orders"
  | "far-from-price"
  | "order-too-large"
  | "exposure-limit"
  | "symbol-limit"
  | "group-limit"
  | "var-limit"
  | "cvar-limit"
  | "cash-reserve";

/** What the gate compares a request with. Money in quote units, shares as fractions of equity. */
export interface RiskContext {
  readonly ledger: Ledger;
  readonly sleeve: SleeveAccount;
  /** Last price in quote. */
  readonly price: number;
  readonly equityUnits: number;
  /** Value of all inventory in quote units. */
  readonly inventoryUnits: number;
  readonly openOrders: number;
  /** Higher of maker and taker rate, in parts of RATE_SCALE; 0 when fees are not paid in quote. */
  readonly buyFeeRate: number;
  /** Largest share of equity in the market, open buys included. */
  readonly maxExposure: number;
  /** Largest share of equity in one order. */
  readonly maxOrderShare: number;
  readonly maxOpenOrders: number;
  /** Cash that stays free after every buy and all that is set aside for it, quote units; none when absent. */
  readonly floorUnits?: number;
  /** Why the limits of the whole portfolio refuse a buy of so many quote units; null when they do not. */
  readonly portfolio?: (notionalUnits: number) => { readonly reason: RefusalReason; readonly detail: string } | null;
}

/** A limit this far beyond the last price on the wrong side is a slip of the finger, not an order. */
const FAT_FINGER = 0.1;
/** A market buy sets this much more aside than the last price asks for, so that a jump at the open is paid for. */
export const MARKET_MARGIN = 0.02;
/** Units more for the fees of partial fills, each of which is rounded up by less than one. */
const MOST_ROUNDINGS = 1_000;

/**
 * The gate before every venue: filters, limits, funds. An approved submit has its money set aside.
 * Cancels always pass. Refusals are values: they are counted and shown, never thrown.
 */
export function gate(request: Request, context: RiskContext): Approved | Refused {
  if (request.type === "cancel") return request as Approved;
  const { order } = request;
  const refusal = judge(order, context);
  return refusal ?? (request as Approved);
}

/** Whether the gate refused. */
export function isRefused(outcome: Approved | Refused): outcome is Refused {
  return "detail" in outcome;
}

const refuse = (order: Order, reason: RefusalReason, detail: string): Refused => ({ order, reason, detail });

function judge(order: Order, context: RiskContext): Refused | null {
  const { instrument } = context.sleeve;
  const { desired, steps } = order;
  const price = desired.type === "limit" ? priceOf(instrument, order.ticks) : context.price;
  // What is no number is not under a limit either: the two minimums are asked so that it is refused here.
  if (!(steps >= instrument.minSteps)) {
    return refuse(order, "below-minimum-quantity", `${desired.quantity} is under the minimum of ${instrument.filters.minQuantity} ${instrument.base}`);
  }
  const ticks = desired.type === "limit" ? order.ticks : Math.max(1, Math.round((price * instrument.price.scale) / instrument.price.multiple));
  const notional = notionalUnits(instrument, ticks, steps);
  if (!(notional >= instrument.minNotionalUnits)) {
    return refuse(order, "below-minimum-notional", `worth ${notional / instrument.quoteScale}, under the minimum of ${instrument.filters.minNotional} ${instrument.quote}`);
  }
  if (context.openOrders >= context.maxOpenOrders) {
    return refuse(order, "too-many-orders", `${context.openOrders} orders are open already`);
  }
  if (desired.side === "sell") {
    if (price < context.price * (1 - FAT_FINGER)) return refuse(order, "far-from-price", `a sell at ${price} is far under the price of ${context.price}`);
    const units = steps * instrument.stepUnits;
    return reserve(context.ledger, context.sleeve, order, units)
      ? null
      : refuse(order, "insufficient-funds", `${context.sleeve.strategy} does not hold ${desired.quantity} ${instrument.base}`);
  }
  if (price > context.price * (1 + FAT_FINGER)) return refuse(order, "far-from-price", `a buy at ${price} is far over the price of ${context.price}`);
  if (notional > context.maxOrderShare * context.equityUnits) {
    return refuse(order, "order-too-large", `worth more than ${context.maxOrderShare * 100} % of equity`);
  }
  if (context.inventoryUnits + context.ledger.quoteReserved + notional > context.maxExposure * context.equityUnits) {
    return refuse(order, "exposure-limit", `would put more than ${context.maxExposure * 100} % of equity into the market`);
  }
  const whole = context.portfolio?.(notional) ?? null;
  if (whole !== null) return refuse(order, whole.reason, whole.detail);
  const margin = desired.type === "market" ? 1 + MARKET_MARGIN : 1;
  const wanted = Math.ceil(notional * margin);
  const needed = wanted + (context.buyFeeRate > 0 ? feeUnits(wanted, context.buyFeeRate) + Math.min(steps, MOST_ROUNDINGS) : 0);
  const floor = context.floorUnits ?? 0;
  const rest = context.ledger.quoteFree - needed;
  if (rest >= 0 && rest < floor) {
    return refuse(order, "cash-reserve", `would leave ${shown(rest, instrument)} free; the reserve is ${shown(floor, instrument)}`);
  }
  return reserve(context.ledger, context.sleeve, order, needed)
    ? null
    : refuse(order, "insufficient-funds", `needs ${needed / instrument.quoteScale} ${instrument.quote}; ${context.ledger.quoteFree / instrument.quoteScale} ${instrument.quote} are free`);
}

const shown = (units: number, { quoteScale, quote }: Instrument): string => `${Number((units / quoteScale).toFixed(2))} ${quote}`;

/** The fee rate that a buy pays in quote, for setting money aside. */
export function reservedFeeRate(makerRate: number, takerRate: number, feeInQuote: boolean): number {
  return feeInQuote ? Math.min(RATE_SCALE, Math.max(makerRate, takerRate)) : 0;
}

/** The fee rate, fraction, for which whatever is bought has to leave room: the gate sets the dearer one aside, since a venue may charge makers more than takers. */
export function dearerFee({ makerFee, takerFee }: { readonly makerFee: number; readonly takerFee: number }): number {
  return Math.max(makerFee, takerFee);
}
