import type { StrategyView } from "./strategy.ts";

/** Whether a venue takes an order to sell so much base at the price of now; what it does not take stays held, beside whatever comes. */
export function isSellable({ filters, price }: StrategyView, quantity: number): boolean {
  // Half a millionth of a step is the error of a float, not a missing step.
  const whole = Math.floor(quantity / filters.quantityStep + 5e-7) * filters.quantityStep;
  return whole >= filters.quantityStep && whole >= filters.minQuantity && whole * price >= filters.minNotional;
}
