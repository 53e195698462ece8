import type { Bot, SleeveState, SymbolState } from "./bot.ts";
import { priceOf, quantityOf } from "./instrument.ts";
import type { Order, SteppedOrder } from "./order.ts";
import { type Difference, backOff, reconcile, reconcileChanges } from "./reconcile.ts";
import { portfolioRefusal } from "./portfolio-risk/limits.ts";
import { type Approved, type RiskContext, gate, isRefused } from "./risk.ts";
import { type Braked, brake, countSubmit } from "./trading-limits.ts";
import { cashFloor } from "./treasury-claims.ts";
import { cashOf, equityOf, totalInventory } from "./valuation.ts";

/** What the owner should hear of. */
export interface Notice {
  readonly type: "refused" | "rejected" | "late-fill" | "stopped" | "lapsed";
  readonly symbol: string;
  readonly strategy: string;
  readonly key: string;
  readonly reason: string;
  readonly detail: string;
}

/** What a refresh adds to, by `ask` and `tellOwner`: most events lead to nothing, for which no lists are made. */
export interface RefreshOutput {
  requests: readonly Approved[];
  notices: readonly Notice[];
}

/** Adds a request. */
export function ask(output: RefreshOutput, request: Approved): void {
  // A list of one is made as one: an empty list that grows takes room for seventeen.
  if (output.requests.length === 0) output.requests = [request];
  else (output.requests as Approved[]).push(request);
}

/** Adds a notice. */
export function tellOwner(output: RefreshOutput, told: Notice): void {
  if (output.notices.length === 0) output.notices = [told];
  else (output.notices as Notice[]).push(told);
}

/** Diffs what the sleeve wants with what is live, and sends the difference through the gate. */
export function refresh(bot: Bot, symbol: SymbolState, sleeve: SleeveState, output: RefreshOutput): void {
  const { orders, strategy } = sleeve;
  const changes = strategy.changes?.() ?? null;
  const isFree = bot.hold === "run" && !symbol.suspended;
  const { cancels, submits } = (isFree && changes ? reconcileChanges(orders, changes, symbol.instrument, symbol.decisions) : null) ?? compareAll(bot, symbol, sleeve);
  for (const order of cancels) {
    order.status = "canceling";
    orders.canceling += 1;
    ask(output, { type: "cancel", order } as Approved);
  }
  const allowed = bot.hold === "run" ? submits : submits.filter(({ desired }) => bot.hold === "flatten" && desired.side === "sell");
  if (allowed.length > 0) submit(bot, symbol, sleeve, allowed, output);
}

function compareAll(bot: Bot, symbol: SymbolState, { orders, strategy }: SleeveState): Difference {
  const wanted = bot.hold === "cancel" || symbol.suspended ? [] : strategy.desired();
  const difference = reconcile(orders, wanted, symbol.instrument, symbol.decisions);
  // What is held back now is found by comparing all when it no longer is.
  if (bot.hold !== "run" || symbol.suspended) orders.settledFor = null;
  return difference;
}

function submit(bot: Bot, symbol: SymbolState, sleeve: SleeveState, submits: readonly SteppedOrder[], output: RefreshOutput): void {
  const { orders, account } = sleeve;
  const context = contextOf(bot, symbol, sleeve);
  for (const stepped of submits) {
    const { key } = stepped.desired;
    const filledBefore = orders.partial.size > 0 ? (orders.partial.get(key) ?? 0) : 0;
    if (stepped.steps <= 0 && filledBefore > 0) continue;
    const order: Order = {
      desired: stepped.desired,
      ticks: stepped.ticks,
      steps: stepped.steps,
      id: bot.nextOrderId,
      sleeve: account,
      attempt: orders.backoff.size > 0 ? (orders.backoff.get(key)?.attempts ?? 0) : 0,
      status: "pending",
      filled: 0,
      filledBefore,
      round: orders.round,
      reserved: 0,
    };
    const braked = bot.plan.limits ? brakeOf(bot, symbol, sleeve, order) : null;
    const outcome = braked ?? gate({ type: "submit", order }, context);
    if (isBraked(outcome) || isRefused(outcome)) {
      backOff(orders, key, symbol.decisions);
      tellOwner(output, notice(order, "refused", outcome.reason, outcome.detail));
      continue;
    }
    if (bot.plan.limits) countSubmit(bot.plan.limits, bot.brakes, sleeve.view.time);
    bot.nextOrderId += 1;
    context.openOrders += 1;
    orders.live.set(key, order);
    ask(output, outcome);
  }
}

type WritableContext = { -readonly [K in keyof RiskContext]: RiskContext[K] };

/** What the gate compares an order of this sleeve with, as of now. */
export function contextOf(bot: Bot, symbol: SymbolState, sleeve: SleeveState): WritableContext {
  const { profile } = bot;
  const scale = symbol.instrument.quoteScale;
  // Without limits and a treasury nothing is compared with what the account is worth.
  const isCompared = profile !== null || bot.plan.treasury !== undefined;
  const inventory = isCompared ? totalInventory(bot) : 0;
  const equity = isCompared ? cashOf(bot) + inventory : 0;
  return {
    ledger: bot.ledger,
    sleeve: sleeve.account,
    price: symbol.price,
    equityUnits: equity * scale,
    inventoryUnits: inventory * scale,
    openOrders: openOrdersOf(symbol),
    buyFeeRate: symbol.buyFeeRate,
    maxExposure: profile?.maxExposure ?? Number.POSITIVE_INFINITY,
    maxOrderShare: profile?.maxOrderShare ?? Number.POSITIVE_INFINITY,
    maxOpenOrders: MAX_OPEN_ORDERS,
    floorUnits: cashFloor(bot, equity) * scale,
    portfolio: (notional) => portfolioRefusal(bot, symbol, equity * scale, inventory * scale + bot.ledger.quoteReserved, notional),
  };
}

function isBraked(outcome: Braked | ReturnType<typeof gate>): outcome is Braked {
  return "detail" in outcome && !("order" in outcome);
}

/** The owner's limits, which come before the gate: what they stop sets no money aside. */
export function brakeOf(bot: Bot, symbol: SymbolState, sleeve: SleeveState, order: Order): Braked | null {
  const { instrument } = symbol;
  const price = order.desired.type === "limit" ? priceOf(instrument, order.ticks) : symbol.price;
  let committed = bot.ledger.quoteReserved;
  for (const account of bot.ledger.sleeves) committed += account.cost;
  return brake(bot.plan.limits ?? {}, bot.brakes, order, {
    time: sleeve.view.time,
    equity: equityOf(bot),
    peakEquity: bot.peakEquity,
    committed: committed / instrument.quoteScale,
    notional: price * quantityOf(instrument, order.steps),
  });
}

/** Venues cap the open orders of a symbol at 200 (Binance's MAX_NUM_ORDERS). */
const MAX_OPEN_ORDERS = 200;

/** Orders of a symbol that have not come to their end, those that are being canceled included. */
export function openOrdersOf({ sleeves }: SymbolState): number {
  let open = 0;
  for (const { orders } of sleeves) open += orders.live.size;
  return open;
}

/** A notice about an order. */
export function notice(order: Order, type: Notice["type"], reason: string, detail: string): Notice {
  return { type, symbol: order.sleeve.symbol, strategy: order.sleeve.strategy, key: order.desired.key, reason, detail };
}
