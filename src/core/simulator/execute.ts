import type { SymbolFees } from "../fill-model.ts";
import { feeUnits, notionalUnits, parseRate, ticksNearest } from "../instrument.ts";
import type { Order } from "../order.ts";
import { type Market, type Resting, remove } from "./market.ts";

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

/** The fee schedule of one symbol. */
export function feeSchedule(fees: SymbolFees): FeeSchedule {
  return {
    makerRate: parseRate(fees.maker),
    takerRate: parseRate(fees.taker),
    inQuote: fees.currency === "quote",
    slippage: fees.slippage,
  };
}

/** One bar being walked: its time, and how many steps of its volume are left to be taken. */
export interface Walk {
  readonly market: Market;
  readonly fees: FeeSchedule;
  readonly events: MarketEvents;
  readonly time: number;
  readonly allowance: number;
  used: number;
}

/** Market orders that count by now, at the price where the path stands, plus slippage. */
export function takePending(walk: Walk, price: number, allowed: number): void {
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

/** Fills as much as volume and funds allow; true when the order left the book or changed it. */
export function execute(walk: Walk, resting: Resting, ticks: number, liquidity: "maker" | "taker", allowed: number): boolean {
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
