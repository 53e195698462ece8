import type { CandleSeries } from "../candle.ts";
import type { Fees } from "../fill-model.ts";
import { feeUnits, notionalUnits, parseRate, ticksNearest } from "../instrument.ts";
import type { Order } from "../order.ts";
import { type Market, type Resting, type Watcher, momentOf, remove, updateHits } from "./market.ts";
import { type PathPoints, walkPath } from "./path.ts";

/** An execution as the simulated venue reports it. Fee in units of its currency. */
export interface Execution {
  readonly order: Order;
  readonly time: number;
  readonly ticks: number;
  readonly steps: number;
  readonly liquidity: "maker" | "taker";
  readonly feeUnits: number;
  readonly feeCurrency: "base" | "quote";
  readonly complete: boolean;
}

/** What the simulated venue tells the bot; each call may rest or remove orders before it returns. */
export interface MarketEvents {
  filled(market: Market, execution: Execution): void;
  rejected(market: Market, order: Order, time: number, reason: string): void;
  canceled(market: Market, order: Order, time: number, reason: string): void;
  touched(market: Market, strategy: string, direction: "below" | "above", price: number, time: number): void;
}

/** Rates in parts of RATE_SCALE, slippage as a fraction. */
export interface FeeSchedule {
  readonly makerRate: number;
  readonly takerRate: number;
  readonly inQuote: boolean;
  readonly slippage: number;
}

/** The fee schedule of a definition's fees. */
export function feeSchedule(fees: Fees): FeeSchedule {
  return {
    makerRate: parseRate(fees.maker),
    takerRate: parseRate(fees.taker),
    inQuote: fees.currency === "quote",
    slippage: fees.slippage,
  };
}

/** One bar being walked: its time, and how many steps of its volume are left to be taken. */
interface Walk {
  readonly market: Market;
  readonly fees: FeeSchedule;
  readonly events: MarketEvents;
  readonly time: number;
  readonly allowance: number;
  used: number;
}

const points: PathPoints = [0, 0, 0, 0];

/**
 * The first bar in [from, to) in which anything can happen, or `to`. This is the loop that every quiet candle
 * of a backtest passes through, hence its plainness.
 */
export function nextHit(market: Market, high: Float64Array, low: Float64Array, from: number, to: number): number {
  const { hitBelow, hitAbove } = market;
  let index = from;
  while (index < to && (low[index] as number) > hitBelow && (high[index] as number) < hitAbove) index += 1;
  return index;
}

/** Walks one bar: first its open (stops, market orders, gaps), then its three segments. A bar without volume fills nothing. */
export function walkBar(market: Market, fees: FeeSchedule, series: CandleSeries, bar: number, events: MarketEvents): void {
  const volume = series.volume[bar] as number;
  if (!(volume > 0)) return;
  const open = series.open[bar] as number;
  walkPath(market.model.path, open, series.high[bar] as number, series.low[bar] as number, series.close[bar] as number, points);
  // Copied out of the shared array: the events below may lead to other bars being walked.
  const [, first, second, close] = points;
  const { instrument, model } = market;
  const walk: Walk = {
    market,
    fees,
    events,
    time: series.time[bar] as number,
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
    const allowed = length > 0 ? Math.floor(walk.allowance * Math.min(1, travelled / length + 1e-12)) : walk.allowance;
    takePending(walk, start, allowed);
    if (end < start) fall(walk, start, end, allowed);
    else if (end > start) rise(walk, start, end, allowed);
    market.pathPrice = end;
    start = end;
  }
  market.walking = false;
}

/** The open: touched stops, market orders, then limits that arrive marketable or were gapped through. */
function atOpen(walk: Walk, open: number): void {
  const { market } = walk;
  touch(walk, open, open);
  takePending(walk, open, walk.allowance);
  const bar = market.moment / 4;
  for (const side of [market.buys, market.sells]) {
    const isBuy = side === market.buys;
    for (let i = 0; i < side.length; ) {
      const resting = side[i] as Resting;
      const arriving = resting.arrivesWith === bar;
      const reached = isBuy ? open <= resting.trigger : open >= resting.trigger;
      const crosses = isBuy ? open < resting.limit : open > resting.limit;
      // Sorted by price: nothing further out is reached either.
      if (!(arriving ? crosses : reached)) break;
      if (resting.activeFrom > market.moment) {
        i += 1;
        continue;
      }
      if (arriving && resting.order.desired.postOnly) {
        remove(market, resting.order);
        walk.events.rejected(market, resting.order, walk.time, "post-only-would-take");
        i = 0;
        continue;
      }
      const takesOpen = arriving || market.model.gap === "open";
      const ticks = takesOpen ? ticksNearest(market.instrument, open) : resting.order.ticks;
      i = execute(walk, resting, ticks, arriving ? "taker" : "maker", walk.allowance) ? 0 : i + 1;
    }
  }
}

/** Market orders that count by now, at the price where the path stands, plus slippage. */
function takePending(walk: Walk, price: number, allowed: number): void {
  const { market, fees } = walk;
  for (let i = 0; i < market.pending.length; ) {
    const resting = market.pending[i] as Resting;
    if (resting.activeFrom > market.moment) {
      i += 1;
      continue;
    }
    const isBuy = resting.order.desired.side === "buy";
    const slipped = price * (isBuy ? 1 + fees.slippage : 1 - fees.slippage);
    // To the nearest step: slippage is an estimate, not a price to be rounded against anybody.
    const ticks = Math.max(1, ticksNearest(market.instrument, slipped));
    if (!execute(walk, resting, ticks, "taker", allowed)) i += 1;
    else i = 0;
  }
}

function fall(walk: Walk, start: number, end: number, allowed: number): void {
  const { market } = walk;
  for (;;) {
    const resting = candidate(walk, market.buys, allowed, (r) => r.trigger >= end);
    const watched = highestBelow(market, end);
    if (resting && (watched === null || resting.limit >= watched.below)) {
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
    const resting = candidate(walk, market.sells, allowed, (r) => r.trigger <= end);
    const watched = lowestAbove(market, end);
    if (resting && (watched === null || resting.limit <= watched.above)) {
      market.pathPrice = Math.max(start, resting.limit);
      execute(walk, resting, resting.order.ticks, "maker", allowed);
    } else if (watched) {
      fire(walk, watched, "above", Math.max(market.pathPrice, watched.above), allowed);
    } else return;
  }
}

/** The next order in the direction of travel that counts by now and for which volume is left. */
function candidate(walk: Walk, side: readonly Resting[], allowed: number, reached: (resting: Resting) => boolean): Resting | null {
  if (walk.used >= allowed) return null;
  for (const resting of side) {
    if (!reached(resting)) return null;
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
  watched.fired = direction === "below" ? watched.below : watched.above;
  watched.firedAt = market.moment;
  if (direction === "below") watched.below = Number.NEGATIVE_INFINITY;
  else watched.above = Number.POSITIVE_INFINITY;
  market.cause = "touch";
  walk.events.touched(market, watched.strategy, direction, price, walk.time);
  market.cause = "fill";
  takePending(walk, price, Math.max(allowed, walk.used));
  updateHits(market);
}

/** Fills as much as volume and funds allow; true when the order left the book or changed it. */
function execute(walk: Walk, resting: Resting, ticks: number, liquidity: "maker" | "taker", allowed: number): boolean {
  const { market, fees } = walk;
  const { order } = resting;
  const wanted = order.steps - order.filled;
  let steps = Math.min(wanted, allowed - walk.used);
  if (steps <= 0) return false;
  const rate = liquidity === "maker" ? fees.makerRate : fees.takerRate;
  const isBuy = order.desired.side === "buy";
  const { instrument } = market;
  if (isBuy && order.desired.type === "market") {
    const affordable = affordableSteps(market, order, ticks, fees.inQuote ? rate : 0);
    if (affordable < steps) {
      steps = affordable;
      if (steps <= 0) {
        remove(market, order);
        walk.events.canceled(market, order, walk.time, "insufficient-funds");
        return true;
      }
    }
  }
  const feeInBase = isBuy && !fees.inQuote;
  const units = feeInBase ? steps * instrument.stepUnits : notionalUnits(instrument, ticks, steps);
  walk.used += steps;
  const complete = steps === wanted;
  if (complete) remove(market, order);
  walk.events.filled(market, {
    order,
    time: walk.time,
    ticks,
    steps,
    liquidity,
    feeUnits: feeUnits(units, rate),
    feeCurrency: feeInBase ? "base" : "quote",
    complete,
  });
  return true;
}

/** Steps that what the order has set aside can pay for at this price, fee included. */
function affordableSteps(market: Market, order: Order, ticks: number, rate: number): number {
  const { instrument } = market;
  const cost = (steps: number): number => {
    const notional = notionalUnits(instrument, ticks, steps);
    return notional + (rate > 0 ? feeUnits(notional, rate) : 0);
  };
  let steps = Math.floor(order.reserved / cost(1));
  while (steps > 0 && cost(steps) > order.reserved) steps -= 1;
  return steps;
}
