import { type Bot, type Hold, STOP, type SleeveState, type SymbolState } from "./bot.ts";
import type { Candle } from "./candle.ts";
import { assign, decide, startBudgets } from "./council.ts";
import type { Decision } from "./decision.ts";
import { forgiveDrawdown } from "./drawdown.ts";
import type { Fill } from "./fill.ts";
import { changeProfile, hearRefusals, instruct, tellLapsed, waitingOf } from "./instruct.ts";
import { type InstrumentFilters, notionalUnits, priceOf, quantityOf, ticksNearest } from "./instrument.ts";
import { book, release } from "./ledger.ts";
import type { Order } from "./order.ts";
import type { OutsideItem } from "./outside.ts";
import { cashCame, closeBar } from "./portfolio-round.ts";
import { backOff, retire, takeOut } from "./reconcile.ts";
import { suspend, takeFilters } from "./refilter.ts";
import { type Notice, notice, refresh, tellOwner } from "./refresh.ts";
import type { Approved } from "./risk.ts";
import type { RiskProfileName } from "./risk-profiles.ts";
import type { StrategyEvent } from "./strategy.ts";
import { brakesAt, coolDown, countRejection, rearm } from "./trading-limits.ts";
import { cashOf, equityOf, totalInventory } from "./valuation.ts";

/** All that can happen to a bot. Times are epoch milliseconds; there is no other way in. */
export type BotEvent =
  /** Bars of the decision timeframe that have closed, for a bot that was made without them; nothing is decided on them yet. */
  | { readonly type: "bars"; readonly symbol: string; readonly time: number; readonly candles: readonly Candle[]; readonly reveal: boolean }
  /** The owner's switch. */
  | { readonly type: "command"; readonly command: Hold; readonly time: number; readonly by?: string }
  /** The owner instructs a strategy; what it makes of plain data is its own schema's to say. */
  | { readonly type: "instruct"; readonly symbol: string; readonly strategy: string; readonly instruction: unknown; readonly time: number; readonly by: string }
  /** The owner's limits from now on. */
  | { readonly type: "profile"; readonly profile: RiskProfileName; readonly time: number; readonly by: string }
  /** A bar of the decision timeframe has closed at `time`; it is the next one of the symbol's bars. */
  | { readonly type: "candle"; readonly symbol: string; readonly time: number; readonly close: number }
  /** Trading begins without a council: no bar is revealed, the strategies start at this price. */
  | { readonly type: "begin"; readonly symbol: string; readonly time: number; readonly close: number }
  | { readonly type: "fill"; readonly fill: Fill }
  /** Something was published outside the market, and is known from now on at the earliest. */
  | { readonly type: "outside"; readonly items: readonly OutsideItem[]; readonly time: number }
  /** A running bot has started again: its orders are numbered from `orderId` on at the least. */
  | { readonly type: "start"; readonly orderId: number; readonly time: number }
  /** What a symbol is worth now, found out after an outage; no strategy hears of it, the gate goes by it. */
  | { readonly type: "price"; readonly symbol: string; readonly price: number; readonly time: number }
  /** The venue counts a symbol in other steps: its orders are canceled before the new filters can be taken. */
  | { readonly type: "suspend"; readonly symbol: string; readonly time: number }
  /** The venue's filters of a symbol from now on. */
  | { readonly type: "filters"; readonly symbol: string; readonly filters: InstrumentFilters; readonly time: number }
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

/** What a step asks for and tells. */
export interface Output {
  requests: readonly Approved[];
  notices: readonly Notice[];
  decision: Decision | null;
}

const NO_REQUESTS: readonly Approved[] = [];
const NO_NOTICES: readonly Notice[] = [];

/** Folds one event into the bot and returns what has to be done. Deterministic; nothing in it waits. */
export function step(bot: Bot, event: BotEvent): Output {
  const output: Output = { requests: NO_REQUESTS, notices: NO_NOTICES, decision: null };
  switch (event.type) {
    case "bars":
      onBars(symbolOf(bot, event.symbol), event.candles, event.reveal);
      break;
    case "command":
      onCommand(bot, event, output);
      break;
    case "instruct":
      instruct(bot, event, output);
      break;
    case "profile":
      changeProfile(bot, event.profile, output);
      break;
    case "candle":
      onCandle(bot, symbolOf(bot, event.symbol), event, output);
      break;
    case "begin":
      onBegin(bot, symbolOf(bot, event.symbol), event, output);
      break;
    case "fill":
      onFill(bot, symbolOf(bot, event.fill.symbol), event.fill, output);
      break;
    case "outside":
      for (const item of event.items) bot.outside.take(item);
      break;
    case "start":
      bot.nextOrderId = Math.max(bot.nextOrderId, event.orderId);
      break;
    case "price":
      symbolOf(bot, event.symbol).price = event.price;
      break;
    case "suspend":
      suspend(bot, symbolOf(bot, event.symbol), event.time, output);
      break;
    case "filters":
      takeFilters(bot, symbolOf(bot, event.symbol), event.filters, event.time, output);
      break;
    case "touch": {
      const symbol = symbolOf(bot, event.symbol);
      const sleeve = sleeveOf(symbol, event.strategy);
      symbol.price = event.price;
      // What a person gave waits as long as the bot is held: it is sent when the price is there and the bot trades.
      if (sleeve.strategy.byHand && bot.hold !== "run") break;
      if (event.direction === "below" && bot.plan.limits && !sleeve.strategy.byHand) coolDown(bot.plan.limits, bot.brakes, symbol.symbol, event.time);
      tell(bot, symbol, sleeve, event, event.time, output);
      break;
    }
    case "order":
      onOrder(bot, symbolOf(bot, event.order.sleeve.symbol), event, output);
      break;
  }
  if (output.notices.length > 0) hearRefusals(bot, event.type === "fill" ? event.fill.time : event.time, output);
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

/** Bars that only warm the agents up are shown to them at once; the others with the candle event that follows. */
function onBars(symbol: SymbolState, candles: readonly Candle[], reveal: boolean): void {
  const dropped = symbol.bars.append(candles);
  symbol.candles.extend(symbol.bars.series, dropped);
  symbol.indicators.extend(symbol.bars.series, dropped);
  if (!reveal) return;
  symbol.candles.reveal(symbol.bars.series.length);
  symbol.indicators.reveal(symbol.bars.series.length);
  symbol.price = candles.at(-1)?.close ?? symbol.price;
}

/** Turns the owner's switch. Resuming arms the limits anew and asks every strategy again. */
function onCommand(bot: Bot, { command, time, by }: { readonly command: Hold; readonly time: number; readonly by?: string }, output: Output): void {
  bot.hold = command;
  if (command === "run" && by !== STOP) {
    rearm(bot.brakes);
    forgiveDrawdown(bot);
  }
  for (const symbol of bot.symbols.values()) {
    for (const sleeve of symbol.sleeves) {
      const { view } = sleeve;
      view.time = time;
      const before = view.mode;
      if (command === "flatten") sleeve.given.mode = view.mode = "exit";
      else if (command === "run") {
        sleeve.given.mode = view.mode = bot.plan.profile === null || sleeve.strategy.byHand ? "active" : "wind-down";
        if (symbol.decision !== null) assign(bot, sleeve, symbol.decision, equityOf(bot));
      }
      if (view.mode !== before) sleeve.strategy.evolve({ type: "mode", time });
      // A strategy that has yet to see a price wants nothing.
      if (Number.isFinite(symbol.price)) refresh(bot, symbol, sleeve, output);
    }
  }
}

function onCandle(bot: Bot, symbol: SymbolState, event: Extract<BotEvent, { type: "candle" }>, output: Output): void {
  symbol.price = event.close;
  const bars = symbol.candles.length + 1;
  symbol.candles.reveal(bars);
  symbol.indicators.reveal(bars);
  // Worth the same until something is filled, which no part of this does: it is counted once, and only where somebody goes by it.
  const inventory = bot.plan.limits || bot.plan.profile !== null ? totalInventory(bot) : 0;
  const equity = cashOf(bot) + inventory;
  if (bot.plan.limits) brakesAt(bot.brakes, event.time, equity);
  if (bot.plan.profile !== null) output.decision = decide(bot, symbol, event.time, inventory);
  symbol.decisions += 1;
  for (const sleeve of symbol.sleeves) {
    sleeve.view.time = event.time;
    sleeve.view.price = event.close;
    const waiting = waitingOf(sleeve);
    const changedMode = symbol.decision !== null && assign(bot, sleeve, symbol.decision, equity);
    const changed = changedMode && sleeve.strategy.evolve({ type: "mode", time: event.time });
    if (sleeve.strategy.evolve(event) || changed || changedMode || symbol.decisions >= sleeve.orders.settledUntil) refresh(bot, symbol, sleeve, output);
    if (waiting.length > 0) tellLapsed(symbol, sleeve, waiting, output);
  }
  symbol.barTime = event.time;
  if (bot.planners.length > 0) closeBar(bot, event.time, output);
}

function onBegin(bot: Bot, symbol: SymbolState, event: { time: number; close: number }, output: Output): void {
  symbol.price = event.close;
  startBudgets(bot, symbol);
  for (const sleeve of symbol.sleeves) tell(bot, symbol, sleeve, { type: "candle", time: event.time, close: event.close }, event.time, output);
}

function onFill(bot: Bot, symbol: SymbolState, fill: Fill, output: Output): void {
  const sleeve = sleeveOf(symbol, fill.strategy);
  const order = sleeve.orders.live.get(fill.key);
  if (!order || order.id !== fill.orderId) {
    onLateFill(bot, symbol, sleeve, fill, output);
    return;
  }
  const beforeItsCancel = fill.complete && order.status === "canceling";
  book(bot.ledger, sleeve.account, order, fill);
  order.filled += fill.steps;
  symbol.price = priceOf(symbol.instrument, fill.ticks);
  if (fill.complete) {
    finish(bot, sleeve, order);
    sleeve.orders.spent.add(fill.key);
    if (sleeve.orders.backoff.size > 0) sleeve.orders.backoff.delete(fill.key);
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
  if (fill.complete && fill.side === "sell" && sleeve.strategy.isForAccount) cashCame(bot, fill.time, output);
}

/** A venue filled what it had called canceled: the money has moved, so it is booked, told and shown. */
function onLateFill(bot: Bot, symbol: SymbolState, sleeve: SleeveState, fill: Fill, output: Output): void {
  const order = sleeve.orders.retired.get(fill.orderId);
  if (!order) throw new Error(`a fill for an order that was never sent: ${fill.key}`);
  book(bot.ledger, sleeve.account, order, fill);
  order.filled += fill.steps;
  symbol.price = priceOf(symbol.instrument, fill.ticks);
  if (fill.complete) {
    sleeve.orders.retired.delete(order.id);
    if (!sleeve.orders.live.has(fill.key)) sleeve.orders.spent.add(fill.key);
  } else sleeve.orders.partial.set(fill.key, order.filledBefore + order.filled);
  tellOwner(output, notice(order, "late-fill", "late-fill", "filled after the venue had called it canceled"));
  const quantity = quantityOf(symbol.instrument, fill.steps);
  tell(bot, symbol, sleeve, { type: "fill", time: fill.time, key: fill.key, side: fill.side, price: symbol.price, quantity, complete: fill.complete }, fill.time, output);
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
  retire(orders, order);
  if (event.status === "rejected") {
    backOff(orders, order.desired.key, symbol.decisions);
    tellOwner(output, notice(order, "rejected", event.reason ?? "rejected", "rejected by the venue"));
    if (bot.plan.limits && countRejection(bot.plan.limits, bot.brakes, order, event.time)) {
      tellOwner(output, notice(order, "stopped", "too-many-rejections", "the venue rejected too many of its orders: it submits nothing until you resume"));
    }
  }
  sleeve.view.time = event.time;
  if (event.status === "canceled" && filled > 0 && isTooSmall(symbol, order)) {
    // Nobody takes an order for what is left: the key has got all that it can, and what it has waits for its answer.
    orders.spent.add(order.desired.key);
    const { key, side } = order.desired;
    tell(bot, symbol, sleeve, { type: "fill", time: event.time, key, side, price: symbol.price, quantity: 0, complete: true }, event.time, output);
  }
  if (orders.canceling === 0) refresh(bot, symbol, sleeve, output);
}

/** Whether what is left of an order is under what the venue takes at the least. */
function isTooSmall({ instrument, price }: SymbolState, order: Order): boolean {
  const left = order.steps - order.filled;
  const ticks = order.desired.type === "limit" ? order.ticks : Math.max(1, ticksNearest(instrument, price));
  return left < instrument.minSteps || notionalUnits(instrument, ticks, left) < instrument.minNotionalUnits;
}

/** Takes an order off the books and gives back what it set aside. */
function finish(bot: Bot, sleeve: SleeveState, order: Order): void {
  release(bot.ledger, sleeve.account, order);
  if (order.status === "canceling") sleeve.orders.canceling -= 1;
  takeOut(sleeve.orders, order);
}

function tell(bot: Bot, symbol: SymbolState, sleeve: SleeveState, event: StrategyEvent, time: number, output: Output): void {
  sleeve.view.time = time;
  sleeve.view.price = symbol.price;
  if (sleeve.strategy.evolve(event)) refresh(bot, symbol, sleeve, output);
}

