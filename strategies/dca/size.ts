import { dearerFee, MARKET_MARGIN } from "../../src/core/risk.ts";
import type { StrategyView } from "../../src/core/strategy.ts";
import type { DcaParams } from "./params.ts";

/** Quote of the entry and of each safety order. The profile may ask for fewer rungs, never for more. */
export function dealSizes(view: StrategyView, params: DcaParams): number[] {
  const rungs = Math.min(params.safetyOrders, view.limits?.dcaRungs ?? params.safetyOrders);
  const { baseOrder, safetyOrder = 0, volumeScale } = params;
  const sizes = [baseOrder ?? 1];
  let total = 1;
  for (let i = 0; i < rungs; i++) {
    const weight = volumeScale ** i;
    total += weight;
    sizes.push(baseOrder === undefined ? weight : safetyOrder * weight);
  }
  if (baseOrder !== undefined) return sizes;
  // The gate sets a market order's margin aside, so that the entry is paid for even when the price jumps.
  const whole = (total + MARKET_MARGIN) * (1 + dearerFee(view));
  for (let i = 0; i < sizes.length; i++) sizes[i] = (view.budget * (sizes[i] as number)) / whole;
  return sizes;
}
