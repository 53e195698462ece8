import { type Instrument, type InstrumentFilters, createInstrument, decimalsOf, parseStep } from "../../core/instrument.ts";
import { type Market, isOpen } from "./market.ts";
import type { ApiError } from "./model.ts";

/** Units in which steps are compared: the finest step that an instrument can have. */
const FINEST_DECIMALS = 12;

/**
 * Changes the filters of a market. Prices and quantities stay counted on the finest grid that the market ever had, so
 * that open orders and old trades keep exact counts; only what new orders may ask for changes.
 */
export function changeFilters(market: Market, change: Partial<InstrumentFilters>): ApiError | null {
  const old = market.instrument;
  const filters: InstrumentFilters = { ...old.filters, ...change };
  const price = sizeOf(filters.priceStep);
  const quantity = sizeOf(filters.quantityStep);
  if (price === null) return refused(`priceStep ${filters.priceStep} is not a positive decimal`);
  if (quantity === null) return refused(`quantityStep ${filters.quantityStep} is not a positive decimal`);
  if (!(filters.minQuantity >= 0) || !(filters.minNotional >= 0)) return refused("minQuantity and minNotional must not be negative");
  const oldPrice = stepSize(old.price);
  const oldQuantity = stepSize(old.quantity);
  const finePrice = greatestDivisor(oldPrice, price);
  const fineQuantity = greatestDivisor(oldQuantity, quantity);
  const grid = { ...filters, priceStep: Number(finePrice) / 10 ** FINEST_DECIMALS, quantityStep: Number(fineQuantity) / 10 ** FINEST_DECIMALS };
  const decimals = Math.max(decimalsOf(old.quoteScale), (parseStep(grid.priceStep)?.decimals ?? 0) + (parseStep(grid.quantityStep)?.decimals ?? 0));
  const made = createInstrument(old.symbol, grid, decimals);
  if (typeof made === "string") return refused(made);
  const factors: Factors = {
    ticks: Number(oldPrice / finePrice),
    steps: Number(oldQuantity / fineQuantity),
    quote: made.quoteScale / old.quoteScale,
    base: made.baseScale / old.baseScale,
  };
  if (!fits(market, made, factors)) return refused("orders and trades of this market are too large to be counted in steps this fine");
  recount(market, factors);
  market.instrument = { ...made, filters };
  market.tick = Number(price / finePrice);
  market.lot = Number(quantity / fineQuantity);
  market.book = null;
  return null;
}

/** By how much counts grow on a finer grid. */
interface Factors {
  readonly ticks: number;
  readonly steps: number;
  readonly quote: number;
  readonly base: number;
}

function refused(msg: string): ApiError {
  return { code: -1100, msg };
}

function sizeOf(step: number): bigint | null {
  const parsed = parseStep(step);
  return parsed && stepSize(parsed);
}

function stepSize(step: Instrument["price"]): bigint {
  return BigInt(step.multiple) * 10n ** BigInt(FINEST_DECIMALS - step.decimals);
}

function greatestDivisor(a: bigint, b: bigint): bigint {
  return b === 0n ? a : greatestDivisor(b, a % b);
}

/** Whether every count of the market stays below 2^53. */
function fits(market: Market, made: Instrument, { ticks, steps, quote, base }: Factors): boolean {
  const safe = (...parts: number[]): boolean => parts.reduce((product, part) => product * BigInt(part), 1n) <= BigInt(Number.MAX_SAFE_INTEGER);
  const orders = market.orders.flat();
  const trades = market.trades.flat();
  return (
    safe(made.minSteps) &&
    safe(made.minNotionalUnits) &&
    safe(market.last ?? 0, ticks) &&
    orders.every((order) => safe(order.steps, steps, made.stepUnits) && safe(order.ticks, ticks) && safe(order.stopTicks, ticks) && safe(order.filledQuote, quote)) &&
    orders.every((order) => !isOpen(order) || safe(Math.max(order.ticks, order.stopTicks), ticks, order.steps, steps, made.notionalScale)) &&
    trades.every((trade) => safe(trade.quoteUnits, quote) && safe(trade.feeUnits, Math.max(quote, base)))
  );
}

function recount(market: Market, { ticks, steps, quote, base }: Factors): void {
  if (market.last !== null) market.last *= ticks;
  for (const order of market.orders.flat()) {
    order.ticks *= ticks;
    order.stopTicks *= ticks;
    order.steps *= steps;
    order.filledSteps *= steps;
    order.filledQuote *= quote;
  }
  for (const list of market.trades) {
    for (const [index, trade] of list.entries()) {
      const fee = trade.side === "buy" ? base : quote;
      list[index] = { ...trade, ticks: trade.ticks * ticks, steps: trade.steps * steps, quoteUnits: trade.quoteUnits * quote, feeUnits: trade.feeUnits * fee };
    }
  }
  market.walk.allowance *= steps;
  market.walk.used *= steps;
}
