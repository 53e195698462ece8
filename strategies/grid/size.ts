import { dearerFee, MARKET_MARGIN } from "../../src/core/risk.ts";
import type { StrategyView } from "../../src/core/strategy.ts";
import { isUnder } from "./cells.ts";
import type { GridParams } from "./params.ts";

/** What the venue takes at the least, in words. */
export function smallestOrder({ filters }: StrategyView): string {
  return `minNotional ${filters.minNotional}, minQuantity ${filters.minQuantity}`;
}

/** The profile may ask for fewer levels than the parameters, never for more. */
export function levelCount(params: GridParams, view: StrategyView): number {
  return Math.max(2, Math.min(params.levels, view.limits?.gridLevels ?? params.levels));
}

/** Base per cell, so that all cells bought at their lower levels, fees included, cost the investment. */
export function quantityPerCell(levels: readonly number[], view: StrategyView, params: GridParams): number {
  if (params.quantity !== undefined) return params.quantity;
  let cost = 0;
  for (let i = 0; i + 1 < levels.length; i++) {
    const lower = levels[i] as number;
    // What is bought at once needs the margin that the gate sets aside for market orders.
    cost += isUnder(lower, view.price) ? lower : Math.max(lower, view.price * (1 + MARKET_MARGIN));
  }
  return freeOf(view, params) / (cost * (1 + dearerFee(view)));
}

/** What may be spent on a new grid, quote. */
export function freeOf(view: StrategyView, params: GridParams): number {
  return Math.max(0, Math.min(params.investment ?? view.budget, view.budget) - view.totalCost());
}
