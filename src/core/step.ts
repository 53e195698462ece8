import type { Vote } from "./agent.ts";
import type { Bot, SleeveState, SymbolState } from "./bot.ts";
import { coordinate } from "./coordinator.ts";
import type { Decision } from "./decision.ts";
import type { Fill } from "./fill.ts";
import { priceOf, quantityOf } from "./instrument.ts";
import { book, release } from "./ledger.ts";
import type { Order } from "./order.ts";
import { backOff, reconcile } from "./reconcile.ts";
import { type Approved, gate, isRefused } from "./risk.ts";
import type { StrategyEvent } from "./strategy.ts";
import { cashOf, equityOf, inventoryOf, totalInventory } from "./valuation.ts";

/** All that can happen to a bot. Times are epoch milliseconds; there is no other way in. */
export type BotEvent =
  /** A bar of the decision timeframe has closed at `time`; it is the next one of the symbol's bars. */
  | { readonly type: "candle"; readonly symbol: string; readonly time: number; readonly close: number }
  /** Trading begins without a council: no bar is revealed, the strategies start at this price. */
  | { readonly type: "begin"; readonly symbol: string; readonly time: number; readonly close: number }
  | { readonly type: "fill"; readonly fill: Fill }
  /** The price has reached a level that a strategy watches. */
  | {
      readonly type: "touch";
      readonly symbol: string;
      readonly strategy: string;
      readonly direction: "below" | "above";
      readonly price: number;
      readonly time: number;
    }
  /** The venue has confirmed a cancel or rejected an order. */
  | { readonly type: "order"; readonly order: Order; readonly status: "canceled" | "rejected"; readonly time: number; readonly reason?: string };

/** What the owner should hear of. */
export interface Notice {
  readonly type: "refused" | "rejected";
  readonly symbol: string;
  readonly strategy: string;
  readonly key: string;
  readonly reason: string;
  readonly detail: string;
}

/** What a step asks for and tells. */
export interface Output {
  readonly requests: Approved[];
  readonly notices: Notice[];
  decision: Decision | null;
}

/** Folds one event into the bot and returns what has to be done. Deterministic; nothing in it waits. */
export function step(bot: Bot, event: BotEvent): Output {
  const output: Output = { requests: [], notices: [], decision: null };
  switch (event.type) {
    case "candle":
      onCandle(bot, symbolOf(bot, event.symbol), event, output);
      break;
    case "begin":
      onBegin(bot, symbolOf(bot, event.symbol), event, output);
      break;
    case "fill":
      onFill(bot, symbolOf(bot, event.fill.symbol), event.fill, output);
      break;
    case "touch": {
      const symbol = symbolOf(bot, event.symbol);
      const sleeve = sleeveOf(symbol, event.strategy);
      symbol.price = event.price;
      tell(bot, symbol, sleeve, event, event.time, output);
      break;
    }
    case "order":
      onOrder(bot, symbolOf(bot, event.order.sleeve.symbol), event, output);
      break;
  }
  return output;
}

function symbolOf(bot: Bot, symbol: string): SymbolState {
  const state = bot.symbols.get(symbol);
  if (!state) throw new Error(`no symbol ${symbol} in this bot`);
  return state;
}

function sleeveOf(symbol: SymbolState, strategy: string): SleeveState {
  for (const sleeve of symbol.sleeves) if (sleeve.account.strategy === strategy) return sleeve;
  throw new Error(`no strategy ${strategy} on ${symbol.symbol}`);
}

function onCandle(bot: Bot, symbol: SymbolState, event: { time: number; close: number }, output: Output): void {
  symbol.price = event.close;
  const bars = symbol.candles.length + 1;
  symbol.candles.reveal(bars);
  symbol.indicators.reveal(bars);
  if (bot.plan.profile !== null) decide(bot, symbol, event.time, output);
  symbol.decisions += 1;
  const told: StrategyEvent = { type: "candle", time: event.time, close: event.close };
  for (const sleeve of symbol.sleeves) {
    sleeve.view.time = event.time;
    sleeve.view.price = event.close;
    const changedMode = symbol.decision !== null && assign(bot, sleeve, symbol.decision);
    const changed = changedMode && sleeve.strategy.evolve({ type: "mode", time: event.time });
    if (sleeve.strategy.evolve(told) || changed || changedMode || sleeve.orders.backoff.size > 0) refresh(bot, symbol, sleeve, output);
  }
}

function onBegin(bot: Bot, symbol: SymbolState, event: { time: number; close: number }, output: Output): void {
  symbol.price = event.close;
  const share = 1 / (bot.symbols.size * symbol.sleeves.length);
  for (const sleeve of symbol.sleeves) {
    sleeve.view.budget = equityOf(bot) * share;
    tell(bot, symbol, sleeve, { type: "candle", time: event.time, close: event.close }, event.time, output);
  }
}

/** Asks every agent, pools the votes and keeps the decision. */
function decide(bot: Bot, symbol: SymbolState, time: number, output: Output): void {
  const equity = equityOf(bot);
  bot.peakEquity = Math.max(bot.peakEquity, equity);
  const observation = {
    symbol: symbol.symbol,
    time,
    candles: symbol.candles,
    indicators: symbol.indicators,
    account: {
      equity,
      drawdown: bot.peakEquity > 0 ? 1 - equity / bot.peakEquity : 0,
      exposure: inventoryOf(symbol) / equity,
      totalExposure: totalInventory(bot) / equity,
    },
  };
  const votes: Vote[] = [];
  for (const agent of bot.plan.agents) {
    if (symbol.candles.length < agent.warmup) continue;
    const opinion = agent.vote(observation);
    if (opinion !== null) {
      votes.push({ ...opinion, agent: agent.name, symbol: symbol.symbol, time, expires: time + symbol.candles.timeframe });
    }
  }
  const { decision, course } = coordinate({
    symbol: symbol.symbol,
    time,
    votes,
    agents: bot.agentNames,
    candidates: symbol.sleeves.map((sleeve) => sleeve.strategy),
    course: symbol.course,
    params: bot.plan.coordinator,
  });
  symbol.course = course;
  symbol.decision = decision;
  output.decision = decision;
}

/** A budget moves only by more than this share, so that orders are not resized with every tick of equity. */
const BUDGET_BAND = 0.2;

/** Hands a sleeve its mode and budget; true when either changed. */
function assign(bot: Bot, sleeve: SleeveState, decision: Decision): boolean {
  const { view } = sleeve;
  view.decision = decision;
  if (decision.stance === "hold") return false;
  const share = decision.shares[sleeve.account.strategy] ?? 0;
  const mode = decision.stance === "halt" ? "exit" : share > 0 ? "active" : "wind-down";
  const symbolShare = Math.min(1 / bot.symbols.size, bot.plan.profile?.maxSymbolShare ?? 1);
  const budget = mode === "active" ? equityOf(bot) * symbolShare * decision.exposure * share : view.budget;
  const moved = Math.abs(budget - view.budget) > BUDGET_BAND * view.budget;
  if (mode === view.mode && !moved) return false;
  view.mode = mode;
  if (moved) view.budget = budget;
  return true;
}

function onFill(bot: Bot, symbol: SymbolState, fill: Fill, output: Output): void {
  const sleeve = sleeveOf(symbol, fill.strategy);
  const order = sleeve.orders.live.get(fill.key);
  if (!order || order.id !== fill.orderId) throw new Error(`a fill for an order that is not live: ${fill.key}`);
  const beforeItsCancel = fill.complete && order.status === "canceling";
  book(bot.ledger, sleeve.account, order, fill);
  order.filled += fill.steps;
  symbol.price = priceOf(symbol.instrument, fill.ticks);
  if (fill.complete) {
    finish(bot, sleeve, order);
    sleeve.orders.spent.add(fill.key);
    sleeve.orders.backoff.delete(fill.key);
  }
  const told: StrategyEvent = {
    type: "fill",
    time: fill.time,
    key: fill.key,
    side: fill.side,
    price: symbol.price,
    quantity: quantityOf(symbol.instrument, fill.steps),
    complete: fill.complete,
  };
  tell(bot, symbol, sleeve, told, fill.time, output);
  // The cancel that everything else waited for will find nothing to cancel: the wait ends here.
  if (beforeItsCancel && sleeve.orders.canceling === 0) refresh(bot, symbol, sleeve, output);
}

function onOrder(
  bot: Bot,
  symbol: SymbolState,
  event: { order: Order; status: "canceled" | "rejected"; time: number; reason?: string },
  output: Output,
): void {
  const { order } = event;
  const sleeve = sleeveOf(symbol, order.sleeve.strategy);
  const { orders } = sleeve;
  if (orders.live.get(order.desired.key) !== order) return;
  finish(bot, sleeve, order);
  const filled = order.filledBefore + order.filled;
  if (filled > 0) orders.partial.set(order.desired.key, filled);
  if (event.status === "rejected") {
    backOff(orders, order.desired.key, symbol.decisions);
    output.notices.push(notice(order, "rejected", event.reason ?? "rejected", "rejected by the venue"));
  }
  sleeve.view.time = event.time;
  if (orders.canceling === 0) refresh(bot, symbol, sleeve, output);
}

/** Takes an order off the books and gives back what it set aside. */
function finish(bot: Bot, sleeve: SleeveState, order: Order): void {
  release(bot.ledger, sleeve.account, order);
  if (order.status === "canceling") sleeve.orders.canceling -= 1;
  sleeve.orders.live.delete(order.desired.key);
  bot.openOrders -= 1;
}

function tell(bot: Bot, symbol: SymbolState, sleeve: SleeveState, event: StrategyEvent, time: number, output: Output): void {
  sleeve.view.time = time;
  sleeve.view.price = symbol.price;
  if (sleeve.strategy.evolve(event)) refresh(bot, symbol, sleeve, output);
}

/** Diffs what the sleeve wants with what is live, and sends the difference through the gate. */
function refresh(bot: Bot, symbol: SymbolState, sleeve: SleeveState, output: Output): void {
  const { orders, account } = sleeve;
  const { cancels, submits } = reconcile(orders, sleeve.strategy.desired(), symbol.instrument, symbol.decisions);
  for (const order of cancels) {
    order.status = "canceling";
    orders.canceling += 1;
    output.requests.push({ type: "cancel", order } as Approved);
  }
  if (submits.length === 0) return;
  const profile = bot.plan.profile;
  const scale = symbol.instrument.quoteScale;
  const inventory = totalInventory(bot);
  const context = {
    ledger: bot.ledger,
    sleeve: account,
    price: symbol.price,
    equityUnits: (cashOf(bot) + inventory) * scale,
    inventoryUnits: inventory * scale,
    openOrders: bot.openOrders,
    buyFeeRate: bot.buyFeeRate,
    maxExposure: profile?.maxExposure ?? Number.POSITIVE_INFINITY,
    maxOrderShare: profile?.maxOrderShare ?? Number.POSITIVE_INFINITY,
    maxOpenOrders: MAX_OPEN_ORDERS,
  };
  for (const stepped of submits) {
    const { key } = stepped.desired;
    const filledBefore = orders.partial.get(key) ?? 0;
    if (stepped.steps <= 0 && filledBefore > 0) continue;
    const order: Order = {
      ...stepped,
      id: bot.nextOrderId,
      sleeve: account,
      attempt: orders.backoff.get(key)?.attempts ?? 0,
      status: "pending",
      filled: 0,
      filledBefore,
      round: orders.round,
      reserved: 0,
    };
    const outcome = gate({ type: "submit", order }, context);
    if (isRefused(outcome)) {
      backOff(orders, key, symbol.decisions);
      output.notices.push(notice(order, "refused", outcome.reason, outcome.detail));
      continue;
    }
    bot.nextOrderId += 1;
    bot.openOrders += 1;
    context.openOrders = bot.openOrders;
    orders.live.set(key, order);
    output.requests.push(outcome);
  }
}

/** Venues cap open orders per symbol at 200 (Binance's MAX_NUM_ORDERS); the gate keeps the whole bot under that. */
const MAX_OPEN_ORDERS = 200;

function notice(order: Order, type: Notice["type"], reason: string, detail: string): Notice {
  return { type, symbol: order.sleeve.symbol, strategy: order.sleeve.strategy, key: order.desired.key, reason, detail };
}
