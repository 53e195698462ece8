import { UserError } from "../user-error.ts";

/** Prices as whole numbers of steps ("ticks"), at least 1. */
export interface PriceGrid {
  /** The nearest tick of a price in quote. */
  ticks(price: number): number;
  /** The price of a tick in quote, as the double nearest to its decimal text. */
  price(ticks: number): number;
}

/** Whether a price step can be used: a whole number (10), or a whole part of 1 (0.5, 0.05, 0.01). */
export function isPriceStep(step: number): boolean {
  if (!(step > 0 && Number.isFinite(step))) return false;
  return step >= 1 ? Number.isInteger(step) : Math.abs(Math.round(1 / step) * step - 1) < 1e-9;
}

/** The grid of a price step (quote). Throws a user's error when `isPriceStep` says no. */
export function priceGrid(step: number): PriceGrid {
  if (!isPriceStep(step)) {
    throw new UserError(`candles: a synthetic market cannot have step=${step}: give a whole number such as 1 or 10, or a whole part of 1 such as 0.5 or 0.01`);
  }
  // Both are whole, so that a price is one exact product and one correctly rounded quotient: 42000.01, not 42000.010000000002.
  const unitsPerTick = step >= 1 ? step : 1;
  const ticksPerUnit = step >= 1 ? 1 : Math.round(1 / step);
  return {
    ticks: (price) => Math.max(1, Math.round((price * ticksPerUnit) / unitsPerTick)),
    price: (ticks) => (ticks * unitsPerTick) / ticksPerUnit,
  };
}
