import { affordable, costOf, feeOf, slipped } from "./money.ts";
import { pathOf, ticksBetween } from "./path.ts";
import type { Driver, OracleCandle, OracleEvent, OracleModel, OracleOrder, Venue } from "./types.ts";

/** An order on the oracle's venue; `fromBar` and `fromStage` (0 the open, 1 to 3 the segments) say from when it counts. */
interface Live {
  readonly order: OracleOrder;
  readonly fromBar: number;
  readonly fromStage: number;
  /** Placed between candles and not yet met by an open. */
  arriving: boolean;
  left: number;
  spent: bigint;
}

/**
 * The fill model written down once more, as slowly and plainly as it reads: every candle is walked tick by tick,
 * and at every tick every order is looked at. Only for small prices.
 */
export class OracleVenue implements Venue {
  readonly events: OracleEvent[] = [];
  readonly #model: OracleModel;
  readonly #driver: Driver;
  #orders: Live[] = [];
  #nextId = 1;
  #bar = 0;
  #stage = 0;
  #walking = false;
  #touching = false;
  #allowed = 0;
  #used = 0;
  #below: number | null = null;
  #above: number | null = null;

  constructor(model: OracleModel, driver: Driver) {
    this.#model = model;
    this.#driver = driver;
  }

  place(order: Omit<OracleOrder, "id">): number {
    const id = this.#nextId++;
    const [fromBar, fromStage] = this.#countsFrom(order.type);
    this.#orders.push({ order: { ...order, id }, fromBar, fromStage, arriving: !this.#walking, left: order.steps, spent: 0n });
    return id;
  }

  cancel(id: number): boolean {
    const before = this.#orders.length;
    this.#orders = this.#orders.filter(({ order }) => order.id !== id);
    return this.#orders.length < before;
  }

  watch(below: number | null, above: number | null): void {
    this.#below = below;
    this.#above = above;
  }

  #countsFrom(type: "limit" | "market"): [bar: number, stage: number] {
    if (!this.#walking) return [0, 0];
    if (this.#touching && type === "market") return [this.#bar, this.#stage];
    return this.#model.counter === "same" ? [this.#bar, this.#stage + 1] : [this.#bar + 1, 0];
  }

  /** Walks one candle; candles come in order, and every one of them comes. */
  walk(bar: number, candle: OracleCandle): void {
    this.#bar = bar;
    const { over, under } = this.#model.share;
    const allowance = Math.floor((candle.volume * over) / under);
    this.#used = 0;
    this.#walking = true;
    this.#stage = 0;
    this.#allowed = allowance;
    if (candle.volume === 0) this.#emptyOpen(candle.open);
    else {
      this.#open(candle.open);
      this.#segments(pathOf(this.#model.path, candle), allowance);
    }
    this.#walking = false;
  }

  #open(open: number): void {
    this.#stops(open, "both");
    this.#markets(open);
    this.#limitsAtOpen("buy", open);
    this.#limitsAtOpen("sell", open);
    for (const live of this.#orders) live.arriving = false;
  }

  /** Nothing fills in a candle without volume, but what arrives with it has arrived: post-only is checked. */
  #emptyOpen(open: number): void {
    this.#limitsAtOpen("buy", open);
    this.#limitsAtOpen("sell", open);
    for (const live of this.#orders) live.arriving = false;
  }

  #segments(points: readonly number[], allowance: number): void {
    const lengths = [0, 1, 2].map((i) => Math.abs(points[i + 1]! - points[i]!));
    const whole = lengths.reduce((sum, length) => sum + length, 0);
    for (let segment = 1; segment <= 3; segment++) {
      this.#stage = segment;
      const done = lengths.slice(0, segment).reduce((sum, length) => sum + length, 0);
      // By the end of a segment no more than its part of the way; what was left over may still be used.
      this.#allowed = whole === 0 ? allowance : Math.floor((allowance * done) / whole);
      this.#segment(points[segment - 1]!, points[segment]!);
    }
  }

  #segment(start: number, end: number): void {
    this.#markets(start);
    for (const tick of ticksBetween(start, end)) {
      this.#tick(end < start ? "buy" : "sell", tick);
    }
  }

  /** What happens at one tick: limits and stops reached there, in the direction of travel, ties by age. */
  #tick(side: "buy" | "sell", tick: number): void {
    for (;;) {
      const next = this.#book(side).find((live) => this.#counts(live) && this.#passes(live, tick));
      const stop = side === "buy" ? this.#below : this.#above;
      const stopReached = stop !== null && (side === "buy" ? tick <= stop : tick >= stop);
      const limitFirst = next !== undefined && (!stopReached || this.#further(side, next.order.ticks, stop));
      if (next !== undefined && limitFirst && this.#used < this.#allowed) this.#fill(next, next.order.ticks, "maker");
      else if (stopReached) this.#stops(tick, side);
      else return;
    }
  }

  /** Whether a limit lies before a stop, or level with it, in the direction of travel. */
  #further(side: "buy" | "sell", limit: number, stop: number): boolean {
    return side === "buy" ? limit >= stop : limit <= stop;
  }

  /** Fires the stops that the price has reached, and executes there what the driver does about them. */
  #stops(price: number, which: "buy" | "sell" | "both"): void {
    for (;;) {
      const direction =
        which !== "sell" && this.#below !== null && price <= this.#below ? "below"
        : which !== "buy" && this.#above !== null && price >= this.#above ? "above"
        : null;
      if (direction === null) return;
      if (direction === "below") this.#below = null;
      else this.#above = null;
      this.#touching = true;
      this.#tell({ type: "touched", bar: this.#bar, direction, ticks: price });
      this.#touching = false;
      this.#markets(price);
    }
  }

  #markets(price: number): void {
    for (;;) {
      const live = this.#orders.find((each) => each.order.type === "market" && this.#counts(each) && this.#used < this.#allowed);
      if (!live) return;
      this.#fill(live, slipped(price, live.order.side, this.#model.slippage), "taker");
    }
  }

  #limitsAtOpen(side: "buy" | "sell", open: number): void {
    for (;;) {
      const live = this.#book(side).find((each) => this.#counts(each) && this.#actsAtOpen(each, open));
      if (!live) return;
      if (live.arriving && live.order.postOnly) {
        this.cancel(live.order.id);
        this.#tell({ type: "rejected", bar: this.#bar, id: live.order.id, reason: "post-only-would-take" });
      } else if (live.arriving) this.#fill(live, open, "taker");
      else this.#fill(live, this.#model.gap === "open" ? open : live.order.ticks, "maker");
    }
  }

  #actsAtOpen(live: Live, open: number): boolean {
    const { side, ticks, postOnly } = live.order;
    if (!live.arriving) return this.#passes(live, open) && this.#used < this.#allowed;
    const takes = side === "buy" ? open < ticks : open > ticks;
    return takes && (postOnly || this.#used < this.#allowed);
  }

  /** Limits of a side, the one that a price moving towards them meets first in front, ties by age. */
  #book(side: "buy" | "sell"): readonly Live[] {
    const nearer = side === "buy" ? -1 : 1;
    return this.#orders
      .filter(({ order }) => order.type === "limit" && order.side === side)
      .sort((a, b) => nearer * (a.order.ticks - b.order.ticks) || a.order.id - b.order.id);
  }

  #counts(live: Live): boolean {
    return live.fromBar < this.#bar || (live.fromBar === this.#bar && live.fromStage <= this.#stage);
  }

  /** The limit test at a price: reached (touch), or gone through by a tick. */
  #passes({ order }: Live, price: number): boolean {
    const beyond = this.#model.limitTest === "through" ? 1 : 0;
    return order.side === "buy" ? price <= order.ticks - beyond : price >= order.ticks + beyond;
  }

  #fill(live: Live, ticks: number, liquidity: "maker" | "taker"): void {
    const { order } = live;
    let steps = Math.min(live.left, this.#allowed - this.#used);
    if (order.type === "market" && order.side === "buy") {
      steps = affordable(this.#model, order, live.spent, ticks, steps);
      if (steps === 0) {
        this.cancel(order.id);
        this.#tell({ type: "canceled", bar: this.#bar, id: order.id, reason: "insufficient-funds" });
        return;
      }
      live.spent += costOf(this.#model, ticks, steps, liquidity);
    }
    this.#used += steps;
    live.left -= steps;
    const complete = live.left === 0;
    if (complete) this.cancel(order.id);
    const { side, id } = order;
    const fee = feeOf(this.#model, { side, ticks, steps, liquidity });
    this.#tell({ type: "fill", bar: this.#bar, id, side, ticks, steps, liquidity, ...fee, complete });
  }

  #tell(event: OracleEvent): void {
    this.events.push(event);
    this.#driver(event, this);
  }
}
