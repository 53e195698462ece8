import type { FillModel } from "../fill-model.ts";
import { type Instrument, priceOf } from "../instrument.ts";
import type { Order } from "../order.ts";

/** An order resting in the simulator. */
export interface Resting {
  readonly order: Order;
  /** Limit price in quote; 0 for a market order. */
  readonly limit: number;
  /** What the path must reach for a fill: the limit (touch) or one step beyond it (through). */
  readonly trigger: number;
  /** Moment (see `Market.moment`) from which it may fill. */
  readonly activeFrom: number;
  /** The bar with whose open it arrives: if it would take there, it takes (or is rejected when post-only). -1: none. */
  readonly arrivesWith: number;
}

/** A level that a strategy watches. */
export interface Watcher {
  readonly strategy: string;
  below: number;
  above: number;
  /** The levels last fired, a side each, and the moment it was: the same level is not fired twice in a moment. */
  firedBelow: number;
  firedAbove: number;
  firedAt: number;
}

/**
 * The simulated venue of one symbol: orders by price, market orders waiting, watched levels, and the nearest
 * prices at which anything can happen, so that quiet bars cost two comparisons.
 */
export interface Market {
  readonly instrument: Instrument;
  readonly model: FillModel;
  /** The next to be filled is the last: highest limit last, older behind newer at a price. Near the end most comes and goes. */
  readonly buys: Resting[];
  /** Lowest limit last, older behind newer at a price. */
  readonly sells: Resting[];
  readonly pending: Resting[];
  readonly watchers: Watcher[];
  /** Anything happens at or under `hitBelow`, at or over `hitAbove`. */
  hitBelow: number;
  hitAbove: number;
  /** Rises with the walk: 4 x bar + segment (0 the open, 1 to 3 the segments). */
  moment: number;
  /** Whether a bar is being walked, and where the path stands. */
  walking: boolean;
  pathPrice: number;
  /** The bar that is walked next, set by whoever drives the market before anything is rested between bars. */
  nextBar: number;
  /** Why requests come in now: a fill, or a touched level. */
  cause: "fill" | "touch";
}

/** An empty market. */
export function createMarket(instrument: Instrument, model: FillModel): Market {
  return {
    instrument,
    model,
    buys: [],
    sells: [],
    pending: [],
    watchers: [],
    hitBelow: Number.NEGATIVE_INFINITY,
    hitAbove: Number.POSITIVE_INFINITY,
    moment: 0,
    walking: false,
    pathPrice: Number.NaN,
    nextBar: 0,
    cause: "fill",
  };
}

/** The moment of a bar's open. */
export function momentOf(bar: number): number {
  return bar * 4;
}

/** Rests an order. Between bars it arrives at the next open; inside a bar the counter rule says from when it counts. */
export function rest(market: Market, order: Order): void {
  const { model, instrument } = market;
  const nextOpen = market.walking ? (Math.floor(market.moment / 4) + 1) * 4 : 0;
  const isMarket = order.desired.type === "market";
  const through = model.limitTest === "through" ? 1 : 0;
  const isBuy = order.desired.side === "buy";
  const limit = isMarket ? 0 : priceOf(instrument, order.ticks);
  const resting: Resting = {
    order,
    limit,
    trigger: isMarket ? 0 : priceOf(instrument, order.ticks + (isBuy ? -through : through)),
    activeFrom: activeFrom(market, nextOpen, isMarket),
    arrivesWith: market.walking ? -1 : market.nextBar,
  };
  order.status = "open";
  if (isMarket) market.pending.push(resting);
  else insert(isBuy ? market.buys : market.sells, resting, isBuy);
  updateHits(market);
}

function activeFrom(market: Market, nextOpen: number, isMarket: boolean): number {
  if (!market.walking) return momentOf(market.nextBar);
  // A watched stop is executed where it was touched; what a fill gives birth to obeys the counter rule.
  if (isMarket && market.cause === "touch") return market.moment;
  return market.model.counter === "same" ? market.moment + 1 : nextOpen;
}

/** Most orders come in near the price, where the list ends. */
function insert(side: Resting[], resting: Resting, isBuy: boolean): void {
  const { limit } = resting;
  let at = side.length;
  while (at > 0) {
    const other = (side[at - 1] as Resting).limit;
    if (isBuy ? other < limit : other > limit) break;
    at -= 1;
  }
  side.push(resting);
  for (let i = side.length - 1; i > at; i--) side[i] = side[i - 1] as Resting;
  side[at] = resting;
}

/** Takes an order out; false when it is not there any more. */
export function remove(market: Market, order: Order): boolean {
  const list = order.desired.type === "market" ? market.pending : order.desired.side === "buy" ? market.buys : market.sells;
  let at = list.length - 1;
  while (at >= 0 && (list[at] as Resting).order !== order) at -= 1;
  if (at < 0) return false;
  for (let i = at + 1; i < list.length; i++) list[i - 1] = list[i] as Resting;
  list.pop();
  updateHits(market);
  return true;
}

/** Sets the levels that a strategy watches; null for none. */
export function setWatch(market: Market, strategy: string, below: number | undefined, above: number | undefined): void {
  let watcher = watcherOf(market, strategy);
  if (!watcher) {
    if (below === undefined && above === undefined) return;
    watcher = { strategy, below: 0, above: 0, firedBelow: Number.NaN, firedAbove: Number.NaN, firedAt: -1 };
    market.watchers.push(watcher);
  }
  const now = watcher.firedAt === market.moment;
  watcher.below = below === undefined || (now && below === watcher.firedBelow) ? Number.NEGATIVE_INFINITY : below;
  watcher.above = above === undefined || (now && above === watcher.firedAbove) ? Number.POSITIVE_INFINITY : above;
  updateHits(market);
}

function watcherOf({ watchers }: Market, strategy: string): Watcher | null {
  for (const watcher of watchers) if (watcher.strategy === strategy) return watcher;
  return null;
}

/** Recomputes the nearest prices at which something can happen. */
export function updateHits(market: Market): void {
  const { buys, sells } = market;
  let below = buys.length > 0 ? (buys[buys.length - 1] as Resting).trigger : Number.NEGATIVE_INFINITY;
  let above = sells.length > 0 ? (sells[sells.length - 1] as Resting).trigger : Number.POSITIVE_INFINITY;
  for (const watcher of market.watchers) {
    if (watcher.below > below) below = watcher.below;
    if (watcher.above < above) above = watcher.above;
  }
  if (market.pending.length > 0) below = Number.POSITIVE_INFINITY;
  market.hitBelow = below;
  market.hitAbove = above;
}
