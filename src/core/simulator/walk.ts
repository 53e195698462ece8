import type { Candle, CandleSeries } from "../candle.ts";
import { BLOCK, BLOCK_BITS, type CandleBlocks, blocksOf } from "../candle-blocks.ts";
import { ticksNearest } from "../instrument.ts";
import { type FeeSchedule, type MarketEvents, type Walk, execute, takePending } from "./execute.ts";
import { type Market, type Resting, type Watcher, momentOf, remove, updateHits } from "./market.ts";
import { type PathPoints, walkPath } from "./path.ts";

const points: PathPoints = [0, 0, 0, 0];

/** The first bar in [from, to) in which anything can happen, or `to`. */
export function nextHit({ hitBelow, hitAbove }: Market, series: CandleSeries, from: number, to: number, blocks: CandleBlocks = blocksOf(series)): number {
  let index = from;
  for (;;) {
    // What no part of a block reaches is not reached by the rest of it either.
    const block = quietUntil(blocks.high, blocks.low, hitBelow, hitAbove, index >> BLOCK_BITS, (to + BLOCK - 1) >> BLOCK_BITS);
    index = Math.max(index, block << BLOCK_BITS);
    if (index >= to) return to;
    const edge = Math.min(to, (block + 1) << BLOCK_BITS);
    index = quietUntil(series.high, series.low, hitBelow, hitAbove, index, edge);
    if (index < edge || edge === to) return index;
  }
}

/** The first place in [from, to) that reaches a hit. Every quiet candle of a backtest passes through here, hence its plainness. */
function quietUntil(high: Float64Array, low: Float64Array, hitBelow: number, hitAbove: number, from: number, to: number): number {
  let index = from;
  while (index < to && index < high.length && (low[index] as number) > hitBelow && (high[index] as number) < hitAbove) index += 1;
  return index;
}

/** Walks a candle that stands by itself; `bar` is its number, which rises from one candle of the market to the next. */
export function walkCandle(market: Market, fees: FeeSchedule, bar: number, { time, open, high, low, close, volume }: Candle, events: MarketEvents): void {
  walkPrices(market, fees, bar, time, open, high, low, close, volume, events);
}

/**
 * Walks one bar: first its open (stops, market orders, gaps), then its three segments. A bar without volume fills nothing. Prices come
 * one by one: an object for every candle in which something happens would be a part of what a fill costs.
 */
export function walkPrices(
  market: Market, fees: FeeSchedule, bar: number, time: number, open: number, high: number, low: number, close: number, volume: number, events: MarketEvents,
): void {
  if (!(volume > 0)) {
    refuseTakers(market, events, bar, open, time);
    return;
  }
  walkPath(market.model.path, open, high, low, close, points);
  // Copied out of the shared array: the events below may lead to other bars being walked.
  const first = points[1];
  const second = points[2];
  const { instrument, model } = market;
  const walk: Walk = {
    market,
    fees,
    events,
    time,
    allowance: Math.floor((volume * model.volumeShare) / instrument.filters.quantityStep + 1e-9),
    used: 0,
  };
  market.moment = momentOf(bar);
  market.pathPrice = open;
  market.walking = true;
  atOpen(walk, open);
  const length = Math.abs(first - open) + Math.abs(second - first) + Math.abs(close - second);
  let travelled = 0;
  let start = open;
  for (let segment = 1; segment <= 3; segment++) {
    const end = segment === 1 ? first : segment === 2 ? second : close;
    market.moment = momentOf(bar) + segment;
    travelled += Math.abs(end - start);
    // Nothing lies on the way of most segments: what may be filled in them need not be known. Pending orders raise `hitBelow` over every price.
    if (end > market.hitBelow && end < market.hitAbove) {
      market.pathPrice = start = end;
      continue;
    }
    const allowed = length > 0 ? Math.floor(walk.allowance * Math.min(1, travelled / length + 1e-12)) : walk.allowance;
    if (market.pending.length > 0) takePending(walk, start, allowed);
    if (end < start) fall(walk, start, end, allowed);
    else if (end > start) rise(walk, start, end, allowed);
    market.pathPrice = end;
    start = end;
  }
  market.walking = false;
}

/** A bar without volume fills nothing, yet what arrives with it arrives: a post-only order that would take is rejected. */
function refuseTakers(market: Market, events: MarketEvents, bar: number, open: number, time: number): void {
  market.moment = momentOf(bar);
  market.pathPrice = open;
  market.walking = true;
  for (const side of [market.buys, market.sells]) {
    for (;;) {
      const taker = side.findLast((r) => r.arrivesWith === bar && r.order.desired.postOnly && (side === market.buys ? open < r.limit : open > r.limit));
      if (!taker) break;
      remove(market, taker.order);
      events.rejected(market, taker.order, time, "post-only-would-take");
    }
  }
  market.walking = false;
}

/** The open: touched stops, market orders, then limits that arrive marketable or were gapped through. */
function atOpen(walk: Walk, open: number): void {
  const { market } = walk;
  if (market.watchers.length > 0) touch(walk, open, open);
  if (market.pending.length > 0) takePending(walk, open, walk.allowance);
  sideAtOpen(walk, open, market.buys, true);
  sideAtOpen(walk, open, market.sells, false);
}

function sideAtOpen(walk: Walk, open: number, side: readonly Resting[], isBuy: boolean): void {
  const { market } = walk;
  const bar = market.moment / 4;
  for (let i = side.length - 1; i >= 0; ) {
    const resting = side[i] as Resting;
    const arriving = resting.arrivesWith === bar;
    const reached = isBuy ? open <= resting.trigger : open >= resting.trigger;
    const crosses = isBuy ? open < resting.limit : open > resting.limit;
    // Sorted by price: nothing further out is reached either.
    if (!(arriving ? crosses : reached)) break;
    if (resting.activeFrom > market.moment) {
      i -= 1;
      continue;
    }
    if (arriving && resting.order.desired.postOnly) {
      remove(market, resting.order);
      walk.events.rejected(market, resting.order, walk.time, "post-only-would-take");
      i = side.length - 1;
      continue;
    }
    const takesOpen = arriving || market.model.gap === "open";
    const ticks = takesOpen ? ticksNearest(market.instrument, open) : resting.order.ticks;
    i = execute(walk, resting, ticks, arriving ? "taker" : "maker", walk.allowance) ? side.length - 1 : i - 1;
  }
}

function fall(walk: Walk, start: number, end: number, allowed: number): void {
  const { market } = walk;
  for (;;) {
    const resting = candidate(walk, market.buys, allowed, true, end);
    const watched = highestBelow(market, end);
    if (resting && (watched === null || resting.trigger >= watched.below)) {
      market.pathPrice = Math.min(start, resting.limit);
      execute(walk, resting, resting.order.ticks, "maker", allowed);
    } else if (watched) {
      fire(walk, watched, "below", Math.min(market.pathPrice, watched.below), allowed);
    } else return;
  }
}

function rise(walk: Walk, start: number, end: number, allowed: number): void {
  const { market } = walk;
  for (;;) {
    const resting = candidate(walk, market.sells, allowed, false, end);
    const watched = lowestAbove(market, end);
    if (resting && (watched === null || resting.trigger <= watched.above)) {
      market.pathPrice = Math.max(start, resting.limit);
      execute(walk, resting, resting.order.ticks, "maker", allowed);
    } else if (watched) {
      fire(walk, watched, "above", Math.max(market.pathPrice, watched.above), allowed);
    } else return;
  }
}

/** The next order in the direction of travel, which ends at `end`, that counts by now and for which volume is left. */
function candidate(walk: Walk, side: readonly Resting[], allowed: number, isBuy: boolean, end: number): Resting | null {
  if (walk.used >= allowed) return null;
  for (let i = side.length - 1; i >= 0; i--) {
    const resting = side[i] as Resting;
    if (isBuy ? resting.trigger < end : resting.trigger > end) return null;
    if (resting.activeFrom <= walk.market.moment) return resting;
  }
  return null;
}

function highestBelow(market: Market, end: number): Watcher | null {
  let found: Watcher | null = null;
  for (const watcher of market.watchers) {
    if (end <= watcher.below && (found === null || watcher.below > found.below)) found = watcher;
  }
  return found;
}

function lowestAbove(market: Market, end: number): Watcher | null {
  let found: Watcher | null = null;
  for (const watcher of market.watchers) {
    if (end >= watcher.above && (found === null || watcher.above < found.above)) found = watcher;
  }
  return found;
}

/** Levels already passed where the path stands. */
function touch(walk: Walk, price: number, at: number): void {
  for (;;) {
    const below = highestBelow(walk.market, price);
    const above = below ? null : lowestAbove(walk.market, price);
    const watched = below ?? above;
    if (!watched) return;
    fire(walk, watched, below ? "below" : "above", at, walk.allowance);
  }
}

/** Tells of a touched level once, then executes what the strategy does about it at that very price. */
function fire(walk: Walk, watched: Watcher, direction: "below" | "above", price: number, allowed: number): void {
  const { market } = walk;
  market.pathPrice = price;
  // Consumed: the strategy sets another if it wants one.
  consume(watched, direction, market.moment);
  market.cause = "touch";
  walk.events.touched(market, watched.strategy, direction, price, walk.time);
  market.cause = "fill";
  takePending(walk, price, Math.max(allowed, walk.used));
  updateHits(market);
}

function consume(watched: Watcher, direction: "below" | "above", moment: number): void {
  if (watched.firedAt !== moment) watched.firedBelow = watched.firedAbove = Number.NaN;
  watched.firedAt = moment;
  if (direction === "below") {
    watched.firedBelow = watched.below;
    watched.below = Number.NEGATIVE_INFINITY;
  } else {
    watched.firedAbove = watched.above;
    watched.above = Number.POSITIVE_INFINITY;
  }
}
