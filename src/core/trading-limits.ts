import type { Order } from "./order.ts";
import { DAY } from "./timeframe.ts";

/** What the owner allows beyond the risk profile. Absent limits do not apply. */
export interface TradingLimits {
  /** Loss since the start of the UTC day at which nothing is bought any more until the next day, fraction of equity. */
  readonly dailyLoss?: number | undefined;
  /** Fall from the highest equity at which nothing is bought any more until the owner resumes, fraction. */
  readonly drawdown?: number | undefined;
  /** New orders a minute, all symbols together. */
  readonly ordersPerMinute?: number | undefined;
  /** Rejections by the venue within an hour after which a strategy submits nothing until the owner resumes. */
  readonly rejectionsPerHour?: number | undefined;
  /** Minutes without new buys of a symbol after a stop-loss in it. */
  readonly cooldownMinutes?: number | undefined;
  /** Symbols in which nothing is bought. */
  readonly blacklist?: readonly string[] | undefined;
  /** Quote that may be in the market at cost, all told. */
  readonly spend?: number | undefined;
}

/** What the limits remember. It is folded with the bot's events, never read from a clock. */
export interface Brakes {
  /** Start of the current UTC day and the equity then. */
  day: number;
  dayEquity: number;
  /** Set when the drawdown limit was hit; the owner's resume clears it. */
  tripped: boolean;
  /** Times of the newest submits, oldest first. */
  readonly submits: number[];
  /** Times of rejections by "strategy symbol". */
  readonly rejections: Map<string, number[]>;
  /** Strategies that are stopped, as "strategy symbol". */
  readonly stopped: Set<string>;
  /** By symbol: no buys before this time. */
  readonly coolUntil: Map<string, number>;
}

/** Brakes that have seen nothing. */
export function createBrakes(): Brakes {
  return { day: Number.NEGATIVE_INFINITY, dayEquity: 0, tripped: false, submits: [], rejections: new Map(), stopped: new Set(), coolUntil: new Map() };
}

/** Why a limit refuses; stable words for counting. */
export type BrakeReason =
  | "daily-loss"
  | "drawdown-limit"
  | "order-budget"
  | "strategy-stopped"
  | "cooldown"
  | "blacklisted"
  | "spend-limit";

/** A refusal with its sentence. */
export interface Braked {
  readonly reason: BrakeReason;
  readonly detail: string;
}

/** What a limit is compared with. Money in quote. */
export interface BrakeView {
  readonly time: number;
  readonly equity: number;
  readonly peakEquity: number;
  /** Quote paid for everything held, and set aside in open buys. */
  readonly committed: number;
  /** Worth of this order. */
  readonly notional: number;
}

const MINUTE = 60_000;
const HOUR = 3_600_000;
/** "2.5 %", in which limits are told. */
export const percent = (share: number): string => `${Number((share * 100).toFixed(2))} %`;

/** Moves the day on. Call it with every event that has a price. */
export function brakesAt(brakes: Brakes, time: number, equity: number): void {
  const day = Math.floor(time / DAY) * DAY;
  if (day <= brakes.day) return;
  brakes.day = day;
  brakes.dayEquity = equity;
}

/** Whether a limit stops this order; sells are only ever stopped by the order budget, so that a way out stays open. */
export function brake(limits: TradingLimits, brakes: Brakes, order: Order, view: BrakeView): Braked | null {
  const budget = limits.ordersPerMinute;
  if (budget !== undefined && recent(brakes.submits, view.time - MINUTE) >= budget) {
    return { reason: "order-budget", detail: `${budget} orders were sent within a minute` };
  }
  if (order.desired.side === "sell") return null;
  const { symbol, strategy } = order.sleeve;
  if (limits.blacklist?.includes(symbol)) return { reason: "blacklisted", detail: `${symbol} is on the blacklist` };
  if (brakes.stopped.has(`${strategy} ${symbol}`)) {
    return { reason: "strategy-stopped", detail: `${strategy} on ${symbol} was stopped after too many rejections: look at them, then resume` };
  }
  if ((brakes.coolUntil.get(symbol) ?? 0) > view.time) return { reason: "cooldown", detail: `${symbol} rests after its stop-loss` };
  return loss(limits, brakes, view) ?? spending(limits, view);
}

function loss(limits: TradingLimits, brakes: Brakes, view: BrakeView): Braked | null {
  const fall = brakes.dayEquity > 0 ? 1 - view.equity / brakes.dayEquity : 0;
  if (limits.dailyLoss !== undefined && fall >= limits.dailyLoss) {
    return { reason: "daily-loss", detail: `today's loss is ${percent(fall)}, the limit ${percent(limits.dailyLoss)}` };
  }
  const drawdown = view.peakEquity > 0 ? 1 - view.equity / view.peakEquity : 0;
  if (limits.drawdown !== undefined && drawdown >= limits.drawdown) brakes.tripped = true;
  if (brakes.tripped) return { reason: "drawdown-limit", detail: `equity fell ${percent(limits.drawdown ?? drawdown)} from its high: nothing is bought until you resume` };
  return null;
}

function spending(limits: TradingLimits, view: BrakeView): Braked | null {
  if (limits.spend === undefined || view.committed + view.notional <= limits.spend) return null;
  return { reason: "spend-limit", detail: `more than ${limits.spend} would be in the market` };
}

/** Counts a submit that passed. */
export function countSubmit(limits: TradingLimits, brakes: Brakes, time: number): void {
  if (limits.ordersPerMinute === undefined) return;
  brakes.submits.push(time);
  while (brakes.submits.length > limits.ordersPerMinute) brakes.submits.shift();
}

/** Counts a rejection by the venue; true when it stops the strategy. */
export function countRejection(limits: TradingLimits, brakes: Brakes, order: Order, time: number): boolean {
  const most = limits.rejectionsPerHour;
  if (most === undefined) return false;
  const name = `${order.sleeve.strategy} ${order.sleeve.symbol}`;
  const times = [...(brakes.rejections.get(name) ?? []).filter((at) => at > time - HOUR), time];
  brakes.rejections.set(name, times);
  if (times.length < most || brakes.stopped.has(name)) return false;
  brakes.stopped.add(name);
  return true;
}

/** A stop-loss was carried out in a symbol. */
export function coolDown(limits: TradingLimits, brakes: Brakes, symbol: string, time: number): void {
  if (limits.cooldownMinutes !== undefined) brakes.coolUntil.set(symbol, time + limits.cooldownMinutes * MINUTE);
}

/** The owner has looked and resumes: tripped limits are armed anew. */
export function rearm(brakes: Brakes): void {
  brakes.tripped = false;
  brakes.stopped.clear();
  brakes.rejections.clear();
}

function recent(times: readonly number[], after: number): number {
  let count = 0;
  for (let i = times.length - 1; i >= 0 && (times[i] as number) > after; i--) count += 1;
  return count;
}
