import { paramsInstruction, type ParamsInstruction } from "../src/core/instruction.ts";
import type { DesiredOrder, LotPart } from "../src/core/order.ts";
import { dearerFee } from "../src/core/risk.ts";
import { isSellable } from "../src/core/sellable.ts";
import { defineStrategy, type StrategyEvent, type StrategyView } from "../src/core/strategy.ts";
import { dcaParams, type DcaParams, ladderDepth } from "./dca/params.ts";
import { dealSizes } from "./dca/size.ts";

/** The memory of dollar-cost averaging: one deal at a time, plain data. */
interface DcaState {
  /** Counts deals; part of every key and the name of the lot. */
  readonly round: number;
  readonly phase: "waiting" | "open" | "exiting";
  /** Orders that buy: the entry, then the rungs under it, or the buys of a schedule. */
  readonly buys: readonly DesiredOrder[];
  /** The order that sells everything. */
  readonly exit: DesiredOrder | null;
  /** Price of the entry; 0 before it. */
  readonly entry: number;
  /** Highest price since the take-profit was reached; 0 before that. */
  readonly peak: number;
  /** Counts exit orders of the deal, because each new quantity is a new intent. */
  readonly exits: number;
  /** Epoch milliseconds before which nothing is opened. */
  readonly notBefore: number;
  /** Price of the last buy of a schedule; 0 before it. */
  readonly lastBuy: number;
  readonly ladder: readonly number[];
  /** Quote of an order that could not be placed, because it is under the smallest; 0 when none failed. */
  readonly tooLittle: number;
  /** Safety orders of the deal that were filled. */
  readonly rungsFilled: number;
  /** How often the deal's rungs were planned anew; part of their keys from the first time on. */
  readonly replans: number;
}

const START: DcaState = {
  round: 0,
  phase: "waiting",
  buys: [],
  exit: null,
  entry: 0,
  peak: 0,
  exits: 0,
  notBefore: 0,
  lastBuy: 0,
  ladder: [],
  tooLittle: 0,
  rungsFilled: 0,
  replans: 0,
};
const HOUR = 3_600_000;
/** A trailing exit follows its peak in this many steps to the trailing distance: finer costs events, not money. */
const PEAK_STEPS = 20;
const lotOf = (state: DcaState): string => `d${state.round}`;

/** Everything held, with what it cost: the deal's lot, and what an earlier deal's late fill may have left. */
function holdings(view: StrategyView): { readonly lots: readonly LotPart[]; readonly quantity: number; readonly average: number } {
  const lots = view.lots().map((lot) => ({ lot, quantity: view.held(lot) }));
  const quantity = lots.reduce((sum, part) => sum + part.quantity, 0);
  const cost = lots.reduce((sum, part) => sum + view.cost(part.lot), 0);
  return { lots, quantity, average: quantity > 0 ? cost / quantity : 0 };
}

/** Buys in parts, sells in one: by deal (a ladder under an entry) or by schedule. */
export const dca = defineStrategy<DcaParams, DcaState, ParamsInstruction>({
  name: "dca",
  title: "buys in parts as the price falls or time passes, sells in one at a profit on the average",
  params: dcaParams,
  suits: { accumulate: 0.75, range: 0.25 },
  instructions: paramsInstruction,
  initial: () => START,

  accepts(_state, _instruction, view, params) {
    if (view.mode !== "active" || params.mode === "schedule" || !Number.isFinite(view.price)) return null;
    const smallest = Math.min(...dealSizes(view, params));
    const { minNotional } = view.filters;
    return smallest > 0 && smallest < minNotional ? `an order of ${Number(smallest.toPrecision(3))} is under the smallest (minNotional ${minNotional}): use fewer safety orders or more capital` : null;
  },

  evolve(state, event, view, params) {
    if (event.type === "fill") return onFill(state, event, view, params);
    if (event.type === "instruct") return retune(state, view, params);
    if (state.phase === "exiting") return event.type === "candle" && !isSellable(view, holdings(view).quantity) ? ended(state) : state;
    if (view.mode === "exit") return sellAll(state, view, "the council sells everything");
    if (event.type === "touch") return onTouch(state, event, view, params);
    if (view.mode === "wind-down") return state.buys.length === 0 ? state : stopBuying(state, view, params);
    if (event.type !== "candle") return state;
    if (params.mode === "schedule") return buyOnSchedule(state, event.time, view, params);
    // An entry that could not be completed by now is the entry all the same: what was bought gets its ladder and exit.
    if (state.phase === "open" && state.entry === 0 && view.held(lotOf(state)) > 0) {
      return withTakeProfit(withLadder(state, view.price, view, params), view, params);
    }
    return openDeal(state, event.time, view, params);
  },

  desired(state) {
    return state.exit ? [...state.buys, state.exit] : state.buys;
  },

  // A deal whose entry is done goes by its orders and the levels it watches.
  hears: (state, view, params) => (state.phase === "open" && state.entry > 0 && params.mode === "deal" && view.mode === "active" ? {} : null),

  watch(state, view, params) {
    if (state.phase !== "open" || (params.trailing === 0 && params.stopLoss === undefined)) return null;
    const { quantity, average } = holdings(view);
    if (quantity <= 0) return null;
    if (state.peak > 0) return { below: state.peak * (1 - params.trailing), above: state.peak * (1 + params.trailing / PEAK_STEPS) };
    return {
      ...(params.stopLoss === undefined ? {} : { below: average * (1 - params.stopLoss) }),
      ...(params.trailing > 0 && hasTarget(state, params) ? { above: target(state, average, params) } : {}),
    };
  },

  ladder: (state) => state.ladder,

  warnings(state, view, params) {
    if (state.tooLittle > 0) {
      return [`dca on ${view.symbol}: an order of ${Number(state.tooLittle.toPrecision(3))} is under the smallest (minNotional ${view.filters.minNotional}): nothing was opened; use fewer safety orders or more capital`];
    }
    if (state.round === 0 || params.mode !== "deal") return [];
    const cost = view.makerFee + view.takerFee;
    return params.takeProfitOn === "base" && params.takeProfit <= cost
      ? [`dca on ${view.symbol}: the take-profit of ${params.takeProfit * 100} % on the base does not pay its fees of ${cost * 100} %`]
      : [];
  },
});

/** Whether there is a price to take a profit at: an entry that is still being filled has none. */
function hasTarget(state: DcaState, params: DcaParams): boolean {
  return params.takeProfit > 0 && (params.takeProfitOn === "average" || state.entry > 0);
}

/** Price at which the deal takes its profit. The average is what was paid per base held, fees included. */
function target(state: DcaState, average: number, params: DcaParams): number {
  return (params.takeProfitOn === "average" ? average : state.entry) * (1 + params.takeProfit);
}

/** Opens a deal: its first order, at the market. The ladder follows when it has filled. */
function openDeal(state: DcaState, time: number, view: StrategyView, params: DcaParams): DcaState {
  if (state.phase !== "waiting" || time < state.notBefore) return state;
  if (params.maxDeals !== undefined && state.round >= params.maxDeals) return state;
  const [first] = dealSizes(view, params);
  if (first === undefined || first < view.filters.minNotional) return tooLittle(state, first ?? 0);
  const round = state.round + 1;
  const lot = `d${round}`;
  const entry = marketBuy(`${lot}/buy/0`, lot, first / view.price, "deal entry");
  return { ...START, round, phase: "open", buys: [entry], notBefore: state.notBefore };
}

function tooLittle(state: DcaState, amount: number): DcaState {
  return amount > 0 && state.tooLittle === 0 ? { ...state, tooLittle: amount } : state;
}

function marketBuy(key: string, lot: string, quantity: number, reason: string): DesiredOrder {
  return { key, side: "buy", type: "market", quantity, lots: [{ lot, quantity }], reason };
}

type FillEvent = Extract<StrategyEvent, { type: "fill" }>;

function onFill(state: DcaState, event: FillEvent, view: StrategyView, params: DcaParams): DcaState {
  // Another order has filled before its cancel: the exit is for what is held now, or it would sell more than there is and be refused.
  if (state.phase === "exiting" && state.exit && state.exit.key !== event.key) return sellAll(state, view, state.exit.reason);
  // An exit that was replaced fills before its cancel: the new one is for what is left, or it would be refused for ever.
  if (event.side === "sell" && event.key !== state.exit?.key) {
    return isSellable(view, holdings(view).quantity) ? withTakeProfit(state, view, params) : endDeal(state, event.time, view, params);
  }
  if (!event.complete) return state;
  if (event.key === state.exit?.key) return endDeal(state, event.time, view, params);
  if (!state.buys.some((order) => order.key === event.key)) return event.side === "buy" ? lateBuy(state, event.price, view, params) : state;
  if (params.mode === "schedule") {
    const entry = state.entry === 0 ? event.price : state.entry;
    return withTakeProfit({ ...state, entry, buys: state.buys.filter((order) => order.key !== event.key), lastBuy: event.price }, view, params);
  }
  const entered = state.entry === 0 ? withLadder(state, event.price, view, params) : { ...state, rungsFilled: state.rungsFilled + 1, buys: state.buys.filter((order) => order.key !== event.key) };
  return withTakeProfit(entered, view, params);
}

/** A buy that filled while its cancel was on the way: what it brought belongs to the deal and gets its exit. */
function lateBuy(state: DcaState, price: number, view: StrategyView, params: DcaParams): DcaState {
  const open: DcaState = state.phase === "waiting" ? { ...state, phase: "open" } : state;
  return withTakeProfit({ ...open, entry: open.entry === 0 ? price : open.entry }, view, params);
}

/** The safety orders under the entry. */
function withLadder(state: DcaState, entry: number, view: StrategyView, params: DcaParams): DcaState {
  const buys = rungsOf(entry, `${lotOf(state)}/buy/`, state, view, params);
  return { ...state, entry, buys, ladder: [entry, ...buys.map((order) => order.price ?? 0)] };
}

/** Every safety order under an entry, in keys that begin with `prefix`. */
function rungsOf(entry: number, prefix: string, state: DcaState, view: StrategyView, params: DcaParams): DesiredOrder[] {
  const lot = lotOf(state);
  const [, ...sizes] = dealSizes(view, params);
  return sizes.map((size, i): DesiredOrder => {
    const price = entry * (1 - ladderDepth(params.deviation, params.stepScale, i + 1));
    const quantity = size / price;
    return { key: `${prefix}${i + 1}`, side: "buy", type: "limit", price, quantity, lots: [{ lot, quantity }], reason: `safety order ${i + 1}` };
  });
}

/**
 * Other parameters for the deal that is open: what it holds keeps its average and gets the new take-profit. Rungs that
 * were filled are not bought again, and those that the price has passed are left out: they would all be bought at once.
 */
function retune(state: DcaState, view: StrategyView, params: DcaParams): DcaState {
  if (state.phase === "exiting") return state;
  const cleared: DcaState = { ...state, tooLittle: 0, peak: params.trailing > 0 ? state.peak : 0 };
  if (state.phase === "waiting") return cleared;
  if (params.mode === "schedule") return withTakeProfit({ ...cleared, buys: state.buys.filter(({ type }) => type === "market") }, view, params);
  // The entry is on its way: what it brings gets its ladder by the new parameters.
  if (state.entry === 0) return cleared;
  const replans = state.replans + 1;
  const rungs = view.mode === "active" ? affordable(rungsUnder(state.entry, `${lotOf(state)}/buy/${replans}.`, state, view, params), view, params) : [];
  const ladder = [state.entry, ...rungs.map(({ price = 0 }) => price)];
  return withTakeProfit({ ...cleared, buys: rungs, ladder, replans }, view, params);
}

function rungsUnder(entry: number, prefix: string, state: DcaState, view: StrategyView, params: DcaParams): DesiredOrder[] {
  return rungsOf(entry, prefix, state, view, params).slice(state.rungsFilled).filter(({ price = 0 }) => price < view.price);
}

/** The rungs that what is left of the budget pays for, highest first; rungs of fixed sizes are the owner's own sum. */
function affordable(rungs: readonly DesiredOrder[], view: StrategyView, params: DcaParams): DesiredOrder[] {
  if (params.baseOrder !== undefined) return [...rungs];
  let left = view.budget - view.totalCost();
  return rungs.filter(({ price = 0, quantity }) => {
    const cost = price * quantity * (1 + dearerFee(view));
    if (cost > left * (1 + 1e-9)) return false;
    left -= cost;
    return true;
  });
}

/** The exit at the average, for everything held. While a trailing exit is wanted the level is watched instead. */
function withTakeProfit(state: DcaState, view: StrategyView, params: DcaParams): DcaState {
  const { lots, quantity, average } = holdings(view);
  if (quantity <= 0 || params.trailing > 0 || !hasTarget(state, params)) return { ...state, exit: null };
  const price = target(state, average, params);
  const exits = state.exits + 1;
  const exit: DesiredOrder = { key: `${lotOf(state)}/sell/${exits}`, side: "sell", type: "limit", price, quantity, lots, reason: "take-profit" };
  return { ...state, exit, exits, ladder: state.ladder.length > 0 ? [price, ...state.ladder.slice(-(params.safetyOrders + 1))] : [price] };
}

function onTouch(state: DcaState, event: Extract<StrategyEvent, { type: "touch" }>, view: StrategyView, params: DcaParams): DcaState {
  if (event.direction === "above") return { ...state, peak: Math.max(state.peak, event.price) };
  return sellAll(state, view, state.peak > 0 ? `trailing take-profit, ${params.trailing * 100} % under the peak` : "stop-loss of the deal");
}

/** The deal is over, for what it still holds no venue takes. */
function ended(state: DcaState): DcaState {
  return { ...START, round: state.round, exits: state.exits, notBefore: state.notBefore };
}

/** Sells all at the market; the rungs are let go first. */
function sellAll(state: DcaState, view: StrategyView, reason: string): DcaState {
  const { lots, quantity } = holdings(view);
  if (!isSellable(view, quantity)) return state.phase === "waiting" ? state : ended(state);
  const exits = state.exits + 1;
  const exit: DesiredOrder = { key: `${lotOf(state)}/sell/${exits}`, side: "sell", type: "market", quantity, lots, reason };
  return { ...state, phase: "exiting", buys: [], exit, exits, ladder: [] };
}

function endDeal(state: DcaState, time: number, view: StrategyView, params: DcaParams): DcaState {
  const ended: DcaState = { ...START, round: state.round, exits: state.exits, lastBuy: state.lastBuy, notBefore: time + params.cooldown * HOUR };
  // A rung may have filled while the exit was on its way: what is left goes too.
  return sellAll(ended, view, "what was bought during the exit");
}

/** No further buys; what was bought keeps its exit. A deal that holds nothing ends. */
function stopBuying(state: DcaState, view: StrategyView, params: DcaParams): DcaState {
  if (holdings(view).quantity > 0) return withTakeProfit({ ...state, buys: [] }, view, params);
  return { ...START, round: state.round, notBefore: state.notBefore };
}

/** One market buy when it is due and its price condition holds. All buys of one accumulation share a lot. */
function buyOnSchedule(state: DcaState, time: number, view: StrategyView, params: DcaParams): DcaState {
  if (state.buys.length > 0 || time < state.notBefore) return state;
  if (params.below !== undefined && view.price >= params.below) return state;
  if (params.dip !== undefined && state.lastBuy > 0 && view.price > state.lastBuy * (1 - params.dip)) return state;
  const amount = Math.min(params.amount ?? view.budget / 30, view.budget - view.totalCost());
  // What is left of a budget that was spent is no mistake.
  if (amount < view.filters.minNotional) return state.round === 0 ? tooLittle(state, amount) : state;
  const opens = state.phase === "waiting";
  const round = opens ? state.round + 1 : state.round;
  const base = opens ? { ...START, round, phase: "open" as const } : state;
  const order = marketBuy(`d${round}/buy/${time}`, `d${round}`, amount / view.price, "scheduled buy");
  return { ...base, buys: [order], notBefore: time + params.every * HOUR };
}
