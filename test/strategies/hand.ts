import { type Bot, createBot } from "../../src/core/bot.ts";
import type { RunningAgent } from "../../src/core/agent.ts";
import { seriesFrom } from "../../src/core/candle.ts";
import type { Fees } from "../../src/core/fill-model.ts";
import { feeUnits, notionalUnits, priceOf, quantityOf, ticksNearest } from "../../src/core/instrument.ts";
import type { Order } from "../../src/core/order.ts";
import type { Notice } from "../../src/core/refresh.ts";
import type { RiskProfile } from "../../src/core/risk-profiles.ts";
import type { TradingLimits } from "../../src/core/trading-limits.ts";
import { type BotEvent, type Output, step } from "../../src/core/step.ts";
import { strategies } from "../../strategies/index.ts";
import { ABC } from "./market.ts";

const MINUTE = 60_000;

export interface HandOptions {
  readonly strategies?: Readonly<Record<string, unknown>>;
  readonly fees?: Partial<Fees>;
  readonly limits?: TradingLimits;
  readonly capital?: number;
  readonly agents?: readonly RunningAgent[];
  readonly profile?: RiskProfile;
  /** Cancels wait until `confirm` is called. */
  readonly slowCancels?: boolean;
}

/** A bot, without a council unless it is given one, and a market of one price that fills its orders whole as soon as the price is there. */
export function hand(options: HandOptions = {}) {
  const fees: Fees = { maker: 0, taker: 0, currency: "quote", slippage: 0, ...options.fees };
  const bot: Bot = createBot({
    capitalUnits: (options.capital ?? 10_000) * ABC.quoteScale,
    fees,
    symbols: [{ instrument: ABC, bars: seriesFrom([], MINUTE) }],
    agents: options.agents ?? [],
    coordinator: { weights: {}, quorum: 0.5, enter: 0.25, leave: 0.1, dwell: 1 },
    profile: options.profile ?? null,
    ...(options.limits ? { limits: options.limits } : {}),
    strategies: Object.entries(options.strategies ?? { manual: {} }).map(([name, params]) => ({ entry: strategies.find((entry) => entry.name === name)!, params })),
  });
  const open = new Map<number, Order>();
  const cancels: Order[] = [];
  const told: string[] = [];
  /** Strategy and key of every order that was filled completely. */
  const done: string[] = [];
  const notices: Notice[] = [];
  let time = 0;
  let price = Number.NaN;
  let fills = 0;
  /** What all fills come to, in units: money that came in and went out. */
  const sums = { quote: 0n, base: 0n };
  const state = bot.symbols.get("ABC/USD")!;

  function give(event: BotEvent): Output {
    const output = step(bot, event);
    notices.push(...output.notices);
    for (const { type, order } of output.requests) {
      if (type === "submit") open.set(order.id, order);
      else cancels.push(order);
    }
    if (!options.slowCancels) confirm();
    return output;
  }

  function confirm(): void {
    for (let order = cancels.shift(); order; order = cancels.shift()) {
      if (open.delete(order.id)) give({ type: "order", order, status: "canceled", time });
    }
  }

  /** Fills so many steps of an order, all that is left unless told. */
  function fill(order: Order, steps = order.steps - order.filled): void {
    fills += 1;
    const { desired } = order;
    const ticks = desired.type === "limit" ? order.ticks : ticksNearest(ABC, price);
    const complete = order.filled + steps === order.steps;
    const inBase = fees.currency === "received" && desired.side === "buy";
    const notional = notionalUnits(ABC, ticks, steps);
    const fee = feeUnits(inBase ? steps * ABC.stepUnits : notional, bot.symbols.get(ABC.symbol)!.takerRate);
    const sign = desired.side === "buy" ? 1n : -1n;
    sums.quote -= sign * BigInt(notional) + (inBase ? 0n : BigInt(fee));
    sums.base += sign * BigInt(steps * ABC.stepUnits) - (inBase ? BigInt(fee) : 0n);
    if (complete) {
      open.delete(order.id);
      done.push(`${order.sleeve.strategy} ${desired.key}`);
    }
    told.push(`${desired.side === "buy" ? "B" : "S"}${quantityOf(ABC, steps)}@${priceOf(ABC, ticks)}`);
    give({
      type: "fill",
      fill: {
        id: fills, orderId: order.id, symbol: "ABC/USD", strategy: order.sleeve.strategy, key: desired.key, side: desired.side, time, ticks, steps, liquidity: "taker",
        feeUnits: fee, feeCurrency: inBase ? "base" : "quote", complete,
      },
    });
  }

  const isDue = ({ desired, ticks }: Order): boolean =>
    desired.type === "market" || (desired.side === "buy" ? priceOf(ABC, ticks) >= price : priceOf(ABC, ticks) <= price);

  /** Fills whatever is due at the price of now, and what comes of that. */
  function settle(): void {
    for (let due = [...open.values()].find(isDue); due; due = [...open.values()].find(isDue)) fill(due);
  }

  function touch(): void {
    for (const sleeve of state.sleeves) {
      const watch = sleeve.strategy.watch();
      const { strategy } = sleeve.account;
      if (watch?.below !== undefined && price <= watch.below) give({ type: "touch", symbol: "ABC/USD", strategy, direction: "below", price, time });
      else if (watch?.above !== undefined && price >= watch.above) give({ type: "touch", symbol: "ABC/USD", strategy, direction: "above", price, time });
    }
  }

  return {
    bot, open, cancels, told, done, notices, sums, give, confirm, fill, settle,
    sleeve: (strategy = "manual") => state.sleeves.find(({ account }) => account.strategy === strategy)!,
    now: () => time,
    begin(at: number): void {
      price = at;
      give({ type: "begin", symbol: "ABC/USD", time, close: at });
      settle();
    },
    /** The venue turns an order down. */
    reject(order: Order): void {
      if (open.delete(order.id)) give({ type: "order", order, status: "rejected", time, reason: "as told" });
    },
    /** The price goes there: orders fill, watched levels are touched. */
    go(to: number): void {
      price = to;
      settle();
      touch();
      settle();
    },
    /** A bar closes so many minutes later. */
    bar(minutes = 1): void {
      time += minutes * MINUTE;
      give({ type: "bars", symbol: "ABC/USD", time, candles: [{ time: time - MINUTE, open: price, high: price, low: price, close: price, volume: 1 }], reveal: false });
      give({ type: "candle", symbol: "ABC/USD", time, close: price });
      settle();
    },
    /** As a session does it: the price of now comes first. */
    instruct(instruction: unknown, strategy = "manual"): Output {
      give({ type: "price", symbol: "ABC/USD", price, time });
      const output = give({ type: "instruct", symbol: "ABC/USD", strategy, instruction, time, by: "test" });
      settle();
      return output;
    },
    command(command: "run" | "pause" | "cancel" | "flatten"): void {
      give({ type: "command", command, time });
      settle();
    },
  };
}

/** Base that a strategy holds. */
export function heldBy(bench: ReturnType<typeof hand>, strategy = "manual"): number {
  const { account } = bench.sleeve(strategy);
  return (account.baseFree + account.baseReserved) / ABC.baseScale;
}
