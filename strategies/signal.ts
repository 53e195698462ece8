import { paramsInstruction, type ParamsInstruction } from "../src/core/instruction.ts";
import type { DesiredOrder, LotPart } from "../src/core/order.ts";
import { isSellable } from "../src/core/sellable.ts";
import { defineStrategy, type StrategyEvent, type StrategyView } from "../src/core/strategy.ts";
import { COUNCIL, signalParams, type SignalParams } from "./signal/params.ts";
import { entryNotional } from "./signal/size.ts";
import { signalOf } from "./signal/source.ts";

/** The memory of the signal strategy: one position at a time, plain data. */
interface SignalState {
  /** Counts positions; part of every key and the name of the lot. */
  readonly round: number;
  readonly phase: "waiting" | "entering" | "open" | "exiting";
  readonly entry: DesiredOrder | null;
  /** The order that sells everything: the take-profit while open, at the market while exiting. */
  readonly exit: DesiredOrder | null;
  /** Counts exit orders of the whole run, because each new quantity is a new intent. */
  readonly exits: number;
  /** Average true range as of the entry, quote; 0 when the stop does not count in it. */
  readonly range: number;
  /** Highest price since trailing began; 0 before that. */
  readonly peak: number;
  /** Bars since the entry was asked for, or since the position is open. */
  readonly bars: number;
  /** Bars left of the cooldown. */
  readonly rest: number;
  /** Whether the signal has been under `enter` since the last position. */
  readonly isArmed: boolean;
  /** Bars in which the source said nothing, until it first said something; negative from then on. */
  readonly silent: number;
  /** Quote of an entry that could not be placed, because it is under the smallest; 0 when none failed. */
  readonly tooLittle: number;
  readonly ladder: readonly number[];
}

const NO_LADDER: readonly number[] = [];
const START: SignalState = {
  round: 0, phase: "waiting", entry: null, exit: null, exits: 0, range: 0, peak: 0, bars: 0, rest: 0, isArmed: true, silent: 0, tooLittle: 0, ladder: NO_LADDER,
};
/** A trailing exit follows its peak in this many steps to the trailing distance: finer costs events, not money. */
const PEAK_STEPS = 20;
/** So many bars without a word of the source are told of; indicators are warm long before. */
const LONG_SILENCE = 500;
const HEARD = -1;

const lotOf = ({ round }: SignalState): string => `s${round}`;

/** Everything held, with what it cost: the position's lot, and what an earlier one's late fill may have left. */
function holdings(view: StrategyView): { readonly lots: readonly LotPart[]; readonly quantity: number; readonly average: number } {
  const lots = view.lots().map((lot) => ({ lot, quantity: view.held(lot) }));
  const quantity = lots.reduce((sum, part) => sum + part.quantity, 0);
  const cost = lots.reduce((sum, part) => sum + view.cost(part.lot), 0);
  return { lots, quantity, average: quantity > 0 ? cost / quantity : 0 };
}

/** Buys when the signal is strong, sells when it is gone or at its exits; one position at a time. */
export const signal = defineStrategy<SignalParams, SignalState, ParamsInstruction>({
  name: "signal",
  title: "buys above and sells below a score of the council or of one agent, with a stop and other exits",
  params: signalParams,
  suits: { accumulate: 0.5, range: 0.25 },
  onlyNamed: true,
  listensTo: ({ source }) => (source === COUNCIL ? [] : [source]),
  instructions: paramsInstruction,
  initial: () => START,

  accepts(_state, _instruction, view, params) {
    return Number.isNaN(rangeNow(view, params)) ? `the average true range of ${params.atrPeriod} bars, in which the stop is to count, is not known yet` : null;
  },

  evolve(state, event, view, params) {
    if (event.type === "fill") return onFill(state, event, view, params);
    if (event.type === "instruct") return retune({ ...state, tooLittle: 0 }, view, params);
    if (state.phase === "exiting") return event.type === "candle" && !isSellable(view, holdings(view).quantity) ? ended(state, params) : state;
    if (view.mode === "exit") return sellAll(state, "flat", "the council sells everything", view, params);
    if (event.type === "touch") return onTouch(state, event, view, params);
    if (view.mode === "wind-down" && state.phase === "entering") return stopEntering(state, view, params);
    return event.type === "candle" ? onCandle(state, event.time, view, params) : state;
  },

  desired: ({ entry, exit }) => (entry ? (exit ? [entry, exit] : [entry]) : exit ? [exit] : []),

  watch(state, view, params) {
    if (state.phase !== "open" && state.phase !== "entering") return null;
    if (params.stop === 0 && params.trailing === 0) return null;
    const { quantity, average } = holdings(view);
    if (quantity <= 0) return null;
    const below = Math.max(stopPrice(state, average, params), trailPrice(state, params));
    const above = params.trailing === 0 ? null : state.peak > 0 ? state.peak * (1 + params.trailing / PEAK_STEPS) : average * (1 + params.trailingFrom);
    return { ...(below > 0 ? { below } : {}), ...(above === null ? {} : { above }) };
  },

  ladder: ({ ladder }) => ladder,

  warnings(state, view, params) {
    const about = `signal on ${view.symbol}:`;
    const said: string[] = [];
    if (view.decision === null) said.push(`${about} no agents vote, so there is no signal and nothing is bought`);
    else if (state.silent >= LONG_SILENCE) {
      said.push(`${about} ${params.source === COUNCIL ? "the council" : `"${params.source}"`} has said nothing in ${LONG_SILENCE} bars, so nothing was bought; source is ${COUNCIL}, or an agent of the definition that votes on direction`);
    }
    if (state.tooLittle > 0) said.push(`${about} an entry of ${Number(state.tooLittle.toPrecision(3))} is under the smallest (minNotional ${view.filters.minNotional}): nothing was bought; use more capital, or a larger budget`);
    const cost = view.takerFee + view.makerFee;
    if (params.takeProfit > 0 && params.takeProfit <= view.makerFee) said.push(`${about} the take-profit of ${params.takeProfit * 100} % over the average does not pay the fee of its sale`);
    if (params.trailing > 0 && params.trailing <= cost) said.push(`${about} trailing ${params.trailing * 100} % under the peak is less than the fees of ${cost * 100} %`);
    if (params.stop === 0 && params.trailing === 0) said.push(`${about} there is no stop and no trailing exit: only the signal, the profile's drawdown stop or you end a loss`);
    return said;
  },
});

function onCandle(state: SignalState, time: number, view: StrategyView, params: SignalParams): SignalState {
  const now = signalOf(view.decision, params.source, time);
  const heard = listened(state, now);
  const isGone = now === null ? params.silence === "leave" : now <= params.leave;
  switch (heard.phase) {
    case "waiting":
      return onWaiting(heard, now, view, params);
    case "entering":
      if (isGone) return stopEntering(heard, view, params, "leave");
      return onEntering({ ...heard, bars: heard.bars + 1 }, view, params);
    default: {
      const aged = params.maxBars > 0 ? { ...heard, bars: heard.bars + 1 } : heard;
      if (isGone) return sellAll(aged, "leave", now === null ? `${params.source} is silent` : `the signal fell to ${now.toFixed(3)}`, view, params);
      if (params.maxBars > 0 && aged.bars >= params.maxBars) return sellAll(aged, "time", `held for ${params.maxBars} bars`, view, params);
      return aged;
    }
  }
}

/** Counts the bars before a source has said anything; not beyond what is told of. */
function listened(state: SignalState, now: number | null): SignalState {
  if (state.silent === HEARD || (now === null && state.silent >= LONG_SILENCE)) return state;
  return { ...state, silent: now === null ? state.silent + 1 : HEARD };
}

function onWaiting(state: SignalState, now: number | null, view: StrategyView, params: SignalParams): SignalState {
  // What was bought while the exit was on its way has no other way out.
  if (isSellable(view, holdings(view).quantity)) return sellAll(state, "rest", "what was left of an earlier position", view, params);
  const isUnder = now !== null && now < params.enter;
  const armed: SignalState = isUnder && !state.isArmed ? { ...state, isArmed: true } : state;
  if (armed.rest > 0) return { ...armed, rest: armed.rest - 1 };
  if (now === null || isUnder || view.mode !== "active" || (!params.reenter && !armed.isArmed)) return armed;
  const range = rangeNow(view, params);
  // A stop that cannot be placed yet is no reason to go without.
  if (Number.isNaN(range)) return armed;
  return enter(armed, now, range, view, params);
}

function enter(state: SignalState, now: number, range: number, view: StrategyView, params: SignalParams): SignalState {
  const notional = entryNotional(now, view, params);
  // The other way round, NaN would pass.
  if (!(notional > 0 && notional >= view.filters.minNotional)) return notional > 0 && state.tooLittle === 0 ? { ...state, tooLittle: notional } : state;
  const round = state.round + 1;
  const lot = `s${round}`;
  const price = params.entry === "limit" ? view.price * (1 - params.offset) : view.price;
  const quantity = notional / price;
  const entry: DesiredOrder = {
    key: `${lot}/enter`, side: "buy", type: params.entry, ...(params.entry === "limit" ? { price } : {}), quantity, lots: [{ lot, quantity }], reason: `signal of ${now.toFixed(2)}`,
  };
  return { ...START, round, phase: "entering", entry, exits: state.exits, silent: state.silent, range, isArmed: false };
}

/** An entry that has not been filled in time is the entry all the same: what was bought gets its exits. */
function onEntering(state: SignalState, view: StrategyView, params: SignalParams): SignalState {
  return state.bars < (params.entry === "limit" ? params.patience : 1) ? state : stopEntering(state, view, params);
}

/** No further buying. What was bought is the position, or leaves with the signal; without it the round is over. */
function stopEntering(state: SignalState, view: StrategyView, params: SignalParams, why?: "leave"): SignalState {
  if (!isSellable(view, holdings(view).quantity)) return ended(state, params);
  if (why === "leave") return sellAll(state, why, "the signal is gone", view, params);
  return opened(state, view.price, view, params);
}

/** Other parameters for what is held: its exits move. A stop in average true ranges that has none yet takes the one of now. */
function retune(state: SignalState, view: StrategyView, params: SignalParams): SignalState {
  const range = state.phase !== "waiting" && state.range === 0 ? rangeNow(view, params) : state.range;
  if (state.phase !== "open") return { ...state, range };
  return withTakeProfit({ ...state, range, peak: startOfPeak(state.peak, view, params) }, view, params);
}

/** Average true range that a stop counts in, quote: 0 when it does not, NaN before it is known. */
function rangeNow({ bars }: StrategyView, { stop, stopUnit, atrPeriod }: SignalParams): number {
  if (stop === 0 || stopUnit !== "atr") return 0;
  const range = bars?.atr(atrPeriod) ?? Number.NaN;
  return range > 0 ? range : Number.NaN;
}

/** A position, with its exits. */
function opened(state: SignalState, price: number, view: StrategyView, params: SignalParams): SignalState {
  return withTakeProfit({ ...state, phase: "open", entry: null, bars: 0, peak: state.peak > 0 ? state.peak : startOfPeak(0, view, params, price) }, view, params);
}

/** Where trailing stands: a peak once the profit it begins at is reached, else 0. */
function startOfPeak(peak: number, view: StrategyView, { trailing, trailingFrom }: SignalParams, price = view.price): number {
  if (trailing === 0) return 0;
  return peak > 0 || trailingFrom > 0 ? peak : price;
}

/** Price of the stop, quote; 0 without one. */
function stopPrice({ range }: SignalState, average: number, { stop, stopUnit }: SignalParams): number {
  if (stop === 0) return 0;
  return Math.max(0, stopUnit === "atr" ? average - stop * range : average * (1 - stop));
}

/** Price under which a trailing exit sells, quote; 0 before it has begun. */
function trailPrice({ peak }: SignalState, { trailing }: SignalParams): number {
  return trailing > 0 ? peak * (1 - trailing) : 0;
}

/** A limit so far under the price sells at the price, and is near enough for every gate. */
const WELL_UNDER = 0.05;

/** The take-profit at the average, for everything held; the chart's levels. */
function withTakeProfit(state: SignalState, view: StrategyView, params: SignalParams): SignalState {
  const { lots, quantity, average } = holdings(view);
  const stop = stopPrice(state, average, params);
  const below = stop > 0 ? [average, stop] : [average];
  if (params.takeProfit === 0 || !isSellable(view, quantity)) return { ...state, exit: null, ladder: below };
  // A take-profit that the price has left far behind sells at once all the same, and the gate must not take it for a slip of the finger.
  const price = Math.max(average * (1 + params.takeProfit), view.price * (1 - WELL_UNDER));
  const exits = state.exits + 1;
  const exit: DesiredOrder = { key: `${lotOf(state)}/profit/${exits}`, side: "sell", type: "limit", price, quantity, lots, reason: "take-profit" };
  return { ...state, exit, exits, ladder: [price, ...below] };
}

type FillEvent = Extract<StrategyEvent, { type: "fill" }>;

function onFill(state: SignalState, event: FillEvent, view: StrategyView, params: SignalParams): SignalState {
  // Another order has filled before its cancel: the exit is for what is held now, or it would sell more than there is and be refused.
  if (state.phase === "exiting" && state.exit && state.exit.key !== event.key) return again(state, state.exit, view, params);
  if (event.side === "sell" && event.key !== state.exit?.key) return isSellable(view, holdings(view).quantity) ? withTakeProfit(state, view, params) : ended(state, params);
  if (event.side === "buy" && event.key !== state.entry?.key) return opened(state, event.price, view, params);
  if (!event.complete) return state;
  return event.side === "buy" ? opened(state, event.price, view, params) : ended(state, params);
}

function onTouch(state: SignalState, event: Extract<StrategyEvent, { type: "touch" }>, view: StrategyView, params: SignalParams): SignalState {
  if (event.direction === "above") return params.trailing > 0 ? { ...state, peak: Math.max(state.peak, event.price) } : state;
  const isTrailing = trailPrice(state, params) > stopPrice(state, holdings(view).average, params);
  return isTrailing ? sellAll(state, "trail", `trailing exit, ${params.trailing * 100} % under the peak`, view, params) : sellAll(state, "stop", "stop", view, params);
}

/** Sells all at the market; what else was wanted is let go first. */
function sellAll(state: SignalState, why: string, reason: string, view: StrategyView, params: SignalParams): SignalState {
  const { lots, quantity } = holdings(view);
  if (!isSellable(view, quantity)) return state.phase === "waiting" ? state : ended(state, params);
  const exits = state.exits + 1;
  const exit: DesiredOrder = { key: `${lotOf(state)}/${why}/${exits}`, side: "sell", type: "market", quantity, lots, reason };
  return { ...state, phase: "exiting", entry: null, exit, exits, ladder: NO_LADDER };
}

/** The same exit for what is held now. */
function again(state: SignalState, exit: DesiredOrder, view: StrategyView, params: SignalParams): SignalState {
  return sellAll(state, exit.key.split("/")[1] ?? "rest", exit.reason, view, params);
}

/** The position is over, for what it still holds no venue takes. */
function ended(state: SignalState, params: SignalParams): SignalState {
  const { round, exits, silent } = state;
  return { ...START, round, exits, silent, isArmed: false, rest: params.cooldown };
}
