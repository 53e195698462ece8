import type { PortfolioAsset } from "../portfolio-view.ts";
import { type RebalanceRules, takenOf, wholeSteps } from "./moves.ts";
import type { RebalancePlan, Trade } from "./plan.ts";

/** What may be ordered of a plan now: base by symbol. */
export type Allotment = ReadonlyMap<string, number>;

/** How far a plan has come. */
export interface Progress {
  /** Bars since it began. */
  readonly bar: number;
  /** Quote that may be spent now. */
  readonly cash: number;
}

/**
 * The orders of a plan that are due: each trade in equal parts, a part a bar, what could not be sent earlier later, but never
 * more than one order may be. A buy waits until its cash is there; when no more sells are to come it takes what is there. Every
 * sleeve computes this of all, so that no two count on the same cash.
 */
export function allot(plan: RebalancePlan, assets: readonly PortfolioAsset[], { bar, cash }: Progress, rules: RebalanceRules): Allotment {
  const due = new Map<string, number>();
  let left = cash;
  let isMoreToCome = false;
  for (const trade of plan.trades) {
    const asset = assets.find(({ symbol }) => symbol === trade.symbol);
    if (!asset?.isLive) continue;
    const quantity = dueOf(trade, asset, bar, rules);
    if (trade.side === "sell") {
      if (leftOf(trade, asset, trade.quantity) > 0 || asset.own.openSells > 0) isMoreToCome = true;
      if (quantity > 0) due.set(trade.symbol, quantity);
      continue;
    }
    if (quantity === 0 || !asset.mayBuy) continue;
    const price = asset.price * (1 + asset.fee) * (1 + rules.margin);
    const paid = quantity * price <= left ? quantity : isMoreToCome ? 0 : sized(asset, left / price, rules);
    if (paid === 0) continue;
    left -= paid * price;
    due.set(trade.symbol, paid);
  }
  return due;
}

/** Base of a trade that is due by a bar and has not been ordered. */
function dueOf(trade: Trade, asset: PortfolioAsset, bar: number, rules: RebalanceRules): number {
  const { own } = asset;
  // One order at a time: the next waits until this one is done.
  if (own.openBuys > 0 || own.openSells > 0) return 0;
  const byNow = bar + 1 >= trade.slices ? trade.quantity : ((bar + 1) * trade.quantity) / trade.slices;
  return sized(asset, Math.min(trade.most, leftOf(trade, asset, byNow)), rules);
}

/** What of so much base has not been traded. A fee that was paid in base is not bought again. */
function leftOf({ side, from }: Trade, { own, fee }: PortfolioAsset, quantity: number): number {
  const done = side === "buy" ? own.held - from : from - own.held;
  const left = quantity - done;
  return left <= 2 * fee * quantity + 1e-9 * quantity ? 0 : left;
}

function sized(asset: PortfolioAsset, quantity: number, rules: RebalanceRules): number {
  return takenOf(asset, wholeSteps(quantity, asset.filters.quantityStep), rules);
}
