import type { Side } from "../order.ts";
import { funded } from "./funding.ts";
import { type Funds, type Holding, type Move, NEAR, type RebalanceRules, meanDistance, quantityOf } from "./moves.ts";

/** One symbol's part of a plan. */
export interface Trade {
  readonly symbol: string;
  readonly side: Side;
  /** Base, all told. */
  readonly quantity: number;
  /** Base held when the plan began. */
  readonly from: number;
  /** Bars over which it is spread. */
  readonly slices: number;
  /** Base in one order at the most. */
  readonly most: number;
}

/** What has to be traded; fixed while it lasts. */
export interface RebalancePlan {
  /** Sells, then buys, each the farthest from its target first. */
  readonly trades: readonly Trade[];
  /** Bars that it lasts. */
  readonly bars: number;
}

/** A plan is looked at anew after this many bars at the latest: prices have moved on by then. */
const MOST_BARS = 24;

/**
 * What brings every symbol that is outside its band to its target, or to the edge of the band, with the fewest orders:
 * what lies inside is touched only to pay for that, the most overweight first. A pure function: whoever sees the same
 * portfolio plans the same. Tracking loss is the sum of distance^2 / (2 x equity), distance in quote: a trade is made
 * only when it lowers that by more than its fee, which is to say when the mean distance on its way is over the fee rate.
 */
export function planRebalance(holdings: readonly Holding[], funds: Funds, rules: RebalanceRules): RebalancePlan {
  if (!(funds.equity > 0)) return { trades: [], bars: 0 };
  const moves = holdings.flatMap((holding) => moveOf(holding, funds.equity, rules));
  const wanted = moves.filter((move) => isOutside(move, rules) && move.holding.most() > 0 && pays(move, quantityOf(move, rules), funds.equity));
  const buys = wanted.filter(({ side }) => side === "buy");
  const sells = wanted.filter(({ side }) => side === "sell");
  const inside = moves.filter((move) => move.side === "sell" && !sells.includes(move));
  const sized = funded(sells, buys, inside, funds, rules);
  const trades = sized.map(({ move: { holding, side }, quantity }): Trade => {
    const most = holding.most();
    const slices = Math.max(1, Math.ceil(quantity / most - NEAR));
    return { symbol: holding.symbol, side, quantity, from: holding.held, slices, most };
  });
  return { trades, bars: Math.min(MOST_BARS, Math.max(0, ...trades.map(({ slices }) => slices))) };
}

function moveOf(holding: Holding, equity: number, rules: RebalanceRules): Move[] {
  const { price, held, target, mayBuy } = holding;
  if (!(price > 0) || !Number.isFinite(price) || !(target >= 0)) return [];
  const gap = held * price - target * equity;
  const side: Side = gap > 0 ? "sell" : "buy";
  if (gap === 0 || (side === "buy" && !mayBuy)) return [];
  const distance = Math.abs(gap);
  const band = bandOf(target, rules) * equity;
  return [{ holding, side, distance, band, amount: rules.to === "target" ? distance : Math.max(0, distance - band) }];
}

/** Half width of the band around a target, share of equity. What is not wanted at all has none. */
export function bandOf(target: number, { points, relative }: Pick<RebalanceRules, "points" | "relative">): number {
  if (target === 0 || (points === undefined && relative === undefined)) return 0;
  return Math.min(points ?? Number.POSITIVE_INFINITY, relative === undefined ? Number.POSITIVE_INFINITY : relative * target);
}

function isOutside({ distance, band }: Move, rules: RebalanceRules): boolean {
  return distance > band * (1 + NEAR) + (band === 0 ? rules.minOrder * NEAR : 0);
}

/** Whether a trade of so much base lowers the tracking loss by more than its fee. */
function pays(move: Move, quantity: number, equity: number): boolean {
  return quantity > 0 && meanDistance(move, quantity) > move.holding.fee * equity;
}
