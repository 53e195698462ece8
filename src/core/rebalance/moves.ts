import type { InstrumentFilters } from "../instrument.ts";
import type { Side } from "../order.ts";

/** One symbol as a plan sees it. */
export interface Holding {
  readonly symbol: string;
  /** Quote; a symbol without a price above 0 is left alone. */
  readonly price: number;
  /** Base that may be sold. */
  readonly held: number;
  /** Share of equity that is wanted. */
  readonly target: number;
  readonly mayBuy: boolean;
  /** Rate that a trade of it pays, fraction. */
  readonly fee: number;
  readonly filters: InstrumentFilters;
  /** Base that one order may have at the most: what its book carries, and what the limits allow; 0 where nothing can be traded. */
  most(): number;
}

/** The rules of a plan; shares are fractions of equity, money is quote. */
export interface RebalanceRules {
  /** Half width of the band around a target; the narrower of the two counts, and without either everything is traded. */
  readonly points?: number | undefined;
  /** The same as a fraction of the target. */
  readonly relative?: number | undefined;
  /** Whether what is outside its band goes to its target, or to the nearest edge of the band. */
  readonly to: "target" | "edge";
  readonly minOrder: number;
  /** What a buy sets aside beyond its price, fraction. */
  readonly margin: number;
}

/** What a plan may count on, quote. */
export interface Funds {
  readonly equity: number;
  /** What may be spent before anything is sold. */
  readonly cash: number;
  /** What may be added to the market before anything is sold; infinity without a limit. */
  readonly room: number;
}

/** What is to be traded in one place, before it is sized: quote, and the distance from the target before it. */
export interface Move {
  readonly holding: Holding;
  readonly side: Side;
  readonly amount: number;
  /** Distance from the target, quote, above 0. */
  readonly distance: number;
  /** Half width of the band, quote. */
  readonly band: number;
}

/** The error of a float is no distance. */
export const NEAR = 1e-9;

/** Base of a move that a venue takes, 0 when it is too small. To an edge it is rounded so that the edge is reached. */
export function quantityOf({ holding, side, amount }: Move, rules: RebalanceRules): number {
  const { price, held, filters } = holding;
  const steps = amount / price / filters.quantityStep;
  const wanted = (rules.to === "edge" ? Math.ceil(steps - NEAR) : Math.floor(steps + NEAR)) * filters.quantityStep;
  return takenOf(holding, side === "sell" ? Math.min(wanted, wholeSteps(held, filters.quantityStep)) : wanted, rules);
}

/** The quantity when an order of it is neither under the venue's minimum nor the owner's, else 0. */
export function takenOf({ price, filters }: Pick<Holding, "price" | "filters">, quantity: number, { minOrder }: Pick<RebalanceRules, "minOrder">): number {
  const least = Math.max(minOrder, filters.minNotional);
  return quantity > 0 && quantity >= filters.minQuantity && quantity * price >= least ? quantity : 0;
}

/** Base rounded down to the step, and never above the quantity: a sale of more than is held would be refused. */
export function wholeSteps(quantity: number, step: number): number {
  return Math.max(0, Math.min(quantity, Math.floor((quantity / step) * (1 + 1e-12)) * step));
}

/** Distance from the target, quote, on the way of a trade of so much base. */
export function meanDistance({ distance, holding }: Move, quantity: number): number {
  return distance - (quantity * holding.price) / 2;
}
