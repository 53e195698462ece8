import { priceOf, ticksNearest } from "../../core/instrument.ts";
import { walkPath, type PathPoints } from "../../core/simulator/path.ts";
import type { CandleWalk, LiveOrder, Market } from "./market.ts";

/** The next thing that happens in a market: at a time, with a rank among what happens at the same time (lower first). */
export type Moment =
  | { readonly kind: "open" | "turn"; readonly time: number; readonly rank: number }
  /** A resting order is reached while the price stands at `price`; at most `steps` of it fill. */
  | { readonly kind: "fill"; readonly time: number; readonly rank: number; readonly order: LiveOrder; readonly price: number; readonly steps: number }
  /** A stop order's price is reached. */
  | { readonly kind: "trigger"; readonly time: number; readonly rank: number; readonly order: LiveOrder; readonly price: number };

/** Moments inside candles come first, then opens, then what opens set off: so all markets open before any of them fills. */
const INSIDE = 0;
const OPENING = 1;
const AFTER_OPENING = 2;
/** Milliseconds that times of the path may be off by a rounding error. */
const TIME_ERROR = 1e-6;

/** Starts a candle: its path and how much of its volume may be filled, in whole lots. The price jumps to its open. */
export function openCandle(market: Market, volumeShare: number, lastOrder: number): void {
  const { series, walk, instrument, lot } = market;
  const bar = walk.bar;
  const [open, high, low, close] = [series.open[bar] as number, series.high[bar] as number, series.low[bar] as number, series.close[bar] as number];
  const points: PathPoints = [0, 0, 0, 0];
  walkPath("nearest", open, high, low, close, points);
  const [, first, second] = points;
  walk.stage = 0;
  walk.points = points;
  walk.length = Math.abs(first - open) + Math.abs(second - first) + Math.abs(close - second);
  walk.travelled = 0;
  const volume = series.volume[bar] as number;
  walk.allowance = volume > 0 ? Math.floor((volume * volumeShare) / instrument.filters.quantityStep + 1e-9) * lot : 0;
  walk.used = 0;
  walk.lastOrderAtOpen = lastOrder;
  walk.top = walk.bottom = open;
  moveTo(market, open);
  market.book = null;
}

/** Puts the price somewhere on the path. */
export function moveTo(market: Market, price: number): void {
  const { walk, instrument } = market;
  walk.position = price;
  walk.top = Math.max(walk.top, price);
  walk.bottom = Math.min(walk.bottom, price);
  const ticks = Math.max(1, ticksNearest(instrument, price));
  if (ticks === market.last) return;
  market.rising = market.last !== null && ticks > market.last;
  market.last = ticks;
  market.book = null;
}

/** Goes from one stretch to the next; true when the candle is over. */
export function turn(market: Market): boolean {
  const { walk } = market;
  if (walk.stage === 0) {
    walk.stage = 1;
    return false;
  }
  walk.travelled += Math.abs(endOf(walk) - startOf(walk));
  moveTo(market, endOf(walk));
  if (walk.stage === 3) {
    walk.stage = -1;
    walk.bar += 1;
    return true;
  }
  walk.stage = walk.stage === 1 ? 2 : 3;
  return false;
}

function startOf(walk: CandleWalk): number {
  return walk.points[Math.max(0, walk.stage - 1) as 0 | 1 | 2 | 3];
}

function endOf(walk: CandleWalk): number {
  return walk.points[Math.max(0, walk.stage) as 0 | 1 | 2 | 3];
}

/** What happens next in a market, at the earliest at `now`; `null` when there are no more candles. */
export function nextMoment(market: Market, now: number): Moment | null {
  const { walk, series } = market;
  const due = dueStop(market);
  if (due) {
    const resting = walk.stage > 0 ? restingHit(market) : null;
    const hit = resting?.price === walk.position && resting.order.id < due.order.id ? resting : due;
    return { ...hit, time: now, rank: walk.stage === 0 ? AFTER_OPENING : INSIDE };
  }
  if (walk.stage === -1) {
    if (walk.bar >= series.length) return null;
    return { kind: "open", time: Math.max(now, series.time[walk.bar] as number), rank: OPENING };
  }
  if (walk.stage === 0) {
    const time = Math.max(now, series.time[walk.bar] as number);
    const order = passedAtOpen(market);
    const steps = order ? Math.min(order.steps - order.filledSteps, walk.allowance - walk.used) : 0;
    if (order && steps > 0) return { kind: "fill", time, rank: AFTER_OPENING, order, price: walk.position, steps };
    return { kind: "turn", time, rank: AFTER_OPENING };
  }
  const hit = nextHit(market);
  if (hit) return { ...hit, time: Math.max(now, timeAt(market, hit.price)), rank: INSIDE };
  return { kind: "turn", time: Math.max(now, endTime(market)), rank: INSIDE };
}

/** A stop that the price already satisfies: after a jump, or when a halt is over. */
function dueStop(market: Market): Hit | null {
  if (market.halted) return null;
  const { position } = market.walk;
  const due = market.stops.find((order) => (triggersBelow(order) ? position <= stopPrice(market, order) : position >= stopPrice(market, order)));
  return due ? { kind: "trigger", order: due, price: position } : null;
}

/** Whether a stop waits for a falling price: a sell's stop loss, a buy's take profit. */
export function triggersBelow(order: Pick<LiveOrder, "type" | "side">): boolean {
  return (order.type === "STOP_LOSS_LIMIT") === (order.side === "sell");
}

function stopPrice(market: Market, order: LiveOrder): number {
  return priceOf(market.instrument, order.stopTicks);
}

/** The next resting order that the open has reached or jumped over, if it was there before. */
function passedAtOpen(market: Market): LiveOrder | null {
  if (market.halted) return null;
  const { walk, instrument } = market;
  for (const side of [market.buys, market.sells]) {
    for (const order of side) {
      const price = priceOf(instrument, order.ticks);
      if (side === market.buys ? walk.position > price : walk.position < price) break;
      if (order.id <= walk.lastOrderAtOpen) return order;
    }
  }
  return null;
}

type Hit = { readonly kind: "fill"; readonly order: LiveOrder; readonly price: number; readonly steps: number } | { readonly kind: "trigger"; readonly order: LiveOrder; readonly price: number };

/** The first order on the way to the end of the stretch. */
function nextHit(market: Market): Hit | null {
  const resting = restingHit(market);
  const stop = stopHit(market);
  if (!resting || !stop) return resting ?? stop;
  const falling = endOf(market.walk) < startOf(market.walk);
  if (resting.price === stop.price) return resting.order.id < stop.order.id ? resting : stop;
  return resting.price > stop.price === falling ? resting : stop;
}

function restingHit(market: Market): Hit | null {
  const { walk, instrument, halted } = market;
  const end = endOf(walk);
  const start = startOf(walk);
  if (halted || end === start) return null;
  const falling = end < start;
  const order = (falling ? market.buys : market.sells)[0];
  if (!order) return null;
  const limit = priceOf(instrument, order.ticks);
  if (falling ? limit < end : limit > end) return null;
  const steps = Math.min(order.steps - order.filledSteps, allowed(market) - walk.used);
  if (steps <= 0) return null;
  // An order that was passed before, when no volume was left, fills where the price is now.
  return { kind: "fill", order, price: falling ? Math.min(walk.position, limit) : Math.max(walk.position, limit), steps };
}

function stopHit(market: Market): Hit | null {
  const end = endOf(market.walk);
  const start = startOf(market.walk);
  if (market.halted || end === start) return null;
  const falling = end < start;
  let found: Hit | null = null;
  for (const order of market.stops) {
    if (triggersBelow(order) !== falling) continue;
    const price = stopPrice(market, order);
    if (falling ? price < end : price > end) continue;
    if (!found || (falling ? price > found.price : price < found.price)) found = { kind: "trigger", order, price };
  }
  return found;
}

/** Steps that may have been filled by the end of this stretch: its share of the path, in whole lots. */
function allowed({ walk, lot }: Market): number {
  if (walk.length === 0) return walk.allowance;
  const share = Math.min(1, (walk.travelled + Math.abs(endOf(walk) - startOf(walk))) / walk.length + 1e-12);
  return Math.floor((walk.allowance / lot) * share) * lot;
}

/** The first whole millisecond at which the price has come to a place in this stretch. */
function timeAt(market: Market, price: number): number {
  const { walk, series } = market;
  const travelled = walk.travelled + Math.abs(price - startOf(walk));
  return Math.ceil((series.time[walk.bar] as number) + (series.timeframe * travelled) / walk.length - TIME_ERROR);
}

function endTime(market: Market): number {
  const { walk, series } = market;
  if (walk.stage === 3) return (series.time[walk.bar] as number) + series.timeframe;
  // A candle that stood still takes a third of its time for each stretch.
  if (walk.length === 0) return Math.ceil((series.time[walk.bar] as number) + (series.timeframe * walk.stage) / 3);
  return timeAt(market, endOf(walk));
}

/** Lets the price go on to a time before the next moment. */
export function settle(market: Market, now: number): void {
  const { walk, series } = market;
  if (walk.stage < 1 || walk.length === 0) return;
  const next = nextMoment(market, Number.NEGATIVE_INFINITY);
  // Something at this very millisecond is still to come: the price waits for it.
  if (!next || next.time <= now) return;
  const start = startOf(walk);
  const end = endOf(walk);
  const distance = (walk.length * (now - (series.time[walk.bar] as number))) / series.timeframe - walk.travelled;
  const price = start + Math.sign(end - start) * Math.min(Math.max(0, distance), Math.abs(end - start));
  if (end > start ? price > walk.position : price < walk.position) moveTo(market, price);
}

/** The share of the current candle's path that lies behind. */
export function progress({ walk }: Market): number {
  if (walk.stage < 1 || walk.length === 0) return 0;
  return Math.min(1, (walk.travelled + Math.abs(walk.position - startOf(walk))) / walk.length);
}
