import type { PendingInstruction } from "../src/core/instruction.ts";
import type { DesiredOrder } from "../src/core/order.ts";
import { isSellable } from "../src/core/sellable.ts";
import { defineStrategy, type StrategyEvent, type StrategyView } from "../src/core/strategy.ts";
import { DAY } from "../src/core/timeframe.ts";
import { type ManualInstruction, type ManualParams, manualInstructions, manualParams, type OrderInstruction } from "./manual/params.ts";

/** One order of a person: it waits for its price, or is wanted from `since` on. */
interface Errand {
  readonly instruction: OrderInstruction;
  /** Epoch milliseconds. */
  readonly given: number;
  readonly lapses: number;
  /** Epoch milliseconds; 0 while it waits. */
  readonly since: number;
  readonly order: DesiredOrder | null;
}

/** The memory of the orders by hand: plain data. */
interface ManualState {
  /** The highest number that was given: none is taken twice. */
  readonly lastId: number;
  /** Oldest first. */
  readonly errands: readonly Errand[];
  /** The market order that sells everything. */
  readonly exit: DesiredOrder | null;
  readonly exits: number;
}

const EMPTY: ManualState = { lastId: 0, errands: [], exit: null, exits: 0 };
/** Everything that was bought by hand is one lot: each sale may take from all of it, in whatever order sales fill. */
const LOT = "hand";
/** What the market has not given by then is not chased: an order at the market is meant for the price of now, ms. */
const MARKET_PATIENCE = 600_000;

/** Exactly the orders that a person gave. */
export const manual = defineStrategy<ManualParams, ManualState, ManualInstruction>({
  name: "manual",
  title: "orders by hand: buys and sells what its owner instructs, and nothing else",
  params: manualParams,
  suits: {},
  byHand: true,
  instructions: manualInstructions,
  initial: () => EMPTY,

  accepts(state, instruction, view, params) {
    if (instruction.do === "params") return null;
    if (instruction.do === "cancel") {
      return state.errands.some(({ instruction: { id } }) => id === instruction.id) ? null : `there is no order by hand number ${instruction.id} that is not done`;
    }
    return refusal(state, instruction, view, params);
  },

  evolve(state, event, view, params) {
    if (event.type === "instruct") return onInstruct(state, event.instruction, event.time, view, params);
    if (event.type === "fill") return onFill(state, event, view);
    if (state.exit) return event.type === "candle" && !isSellable(view, view.held(LOT)) ? { ...state, exit: null } : state;
    if (view.mode === "exit") return startExit(state, view);
    switch (event.type) {
      case "candle":
        return keep(state, (errand) => errand.lapses > event.time && !isStale(errand, event.time));
      case "refused":
        return keep(state, ({ order }) => order?.key !== event.key);
      case "touch":
        return onTouch(state, event, view);
      case "portfolio":
        return state;
      case "mode":
        return view.mode === "wind-down" ? keep(state, ({ instruction }) => instruction.do === "sell") : state;
    }
  },

  desired(state, view) {
    if (state.exit) return [state.exit];
    // After an outage no bar may have closed yet that would have given it up.
    return state.errands.flatMap((errand) => (errand.order && !isStale(errand, view.time) ? [errand.order] : []));
  },

  watch({ errands, exit }) {
    let below = Number.NEGATIVE_INFINITY;
    let above = Number.POSITIVE_INFINITY;
    for (const { order, instruction } of exit ? [] : errands) {
      if (order !== null) continue;
      below = Math.max(below, instruction.when?.below ?? below);
      above = Math.min(above, instruction.when?.above ?? above);
    }
    if (!Number.isFinite(below) && !Number.isFinite(above)) return null;
    return { ...(Number.isFinite(below) ? { below } : {}), ...(Number.isFinite(above) ? { above } : {}) };
  },

  ladder: () => NO_LEVELS,
  warnings: () => [],
  pending: (state) => state.errands.map(pendingOf),
  nextId: (state) => state.lastId + 1,
});

const NO_LEVELS: readonly number[] = [];
const isStale = ({ order, since }: Errand, time: number): boolean => order?.type === "market" && time - since >= MARKET_PATIENCE;

function pendingOf({ instruction, given, lapses, order }: Errand): PendingInstruction {
  const { id, quantity, worth, limit, when } = instruction;
  const { below, above } = when ?? {};
  const waitsFor = when === undefined ? null : { ...(below === undefined ? {} : { below }), ...(above === undefined ? {} : { above }) };
  return { id, side: instruction.do, quantity: quantity ?? null, worth: worth ?? null, limit: limit ?? null, when: waitsFor, given, lapses, key: order?.key ?? null };
}

/** The price at which an order is counted before it is sent, quote. */
function expectedPrice({ do: side, limit, when }: OrderInstruction, { price }: StrategyView): number {
  if (limit !== undefined) return limit;
  const { below, above } = when ?? {};
  // What waits for a price that is there already goes at the price of now, however far beyond it that is.
  if ((below !== undefined && price <= below) || (above !== undefined && price >= above)) return price;
  return (side === "buy" ? (above ?? below) : (below ?? above)) ?? price;
}

function refusal(state: ManualState, instruction: OrderInstruction, view: StrategyView, { maxOrder }: ManualParams): string | null {
  if (instruction.id <= state.lastId) return `the number ${instruction.id} was given before`;
  if (!Number.isFinite(view.price)) return `no price of ${view.symbol} is known yet`;
  if (state.exit || view.mode === "exit") return "everything is being sold: nothing is taken by hand before the bot trades again";
  if (instruction.until !== undefined && instruction.until <= view.time) return "it would have lapsed already";
  const price = expectedPrice(instruction, view);
  if (instruction.do === "sell") return shortage(state, instruction, view);
  if (view.mode !== "active") return "nothing is bought while the bot winds down";
  const worth = instruction.worth ?? (instruction.quantity ?? 0) * price;
  return maxOrder !== null && worth > maxOrder ? `it is worth ${shown(worth)}, more than the ${maxOrder} that maxOrder allows one order by hand` : null;
}

/** Sales take from what was bought by hand: what the other strategies hold has its own exits. */
function shortage(state: ManualState, instruction: OrderInstruction, view: StrategyView): string | null {
  const [base = ""] = view.symbol.split("/");
  const held = view.held(LOT);
  const offered = state.errands.reduce((sum, errand) => sum + (errand.instruction.do === "sell" ? baseOf(errand.instruction, view) : 0), 0);
  const wanted = baseOf(instruction, view);
  if (wanted <= (held - offered) * (1 + 1e-9)) return null;
  const free = offered > 0 ? `${shown(held)} ${base}, of which ${shown(offered)} is offered already` : `${shown(held)} ${base}`;
  return `a sale by hand takes from what was bought by hand, and that is ${free}, not ${shown(wanted)}; what grid and dca hold leaves at their own exits, or all together with flatten`;
}

const shown = (value: number): string => String(Number(value.toPrecision(6)));

function baseOf(instruction: OrderInstruction, view: StrategyView): number {
  return instruction.quantity ?? (instruction.worth ?? 0) / expectedPrice(instruction, view);
}

function onInstruct(state: ManualState, instruction: ManualInstruction, time: number, view: StrategyView, { lapseDays }: ManualParams): ManualState {
  if (instruction.do === "params") return state;
  if (instruction.do === "cancel") return keep(state, (errand) => errand.instruction.id !== instruction.id);
  const errand: Errand = { instruction, given: time, lapses: instruction.until ?? time + lapseDays * DAY, since: 0, order: null };
  const next = instruction.when === undefined ? sent(errand, time, view) : errand;
  return { ...state, lastId: instruction.id, errands: [...state.errands, next] };
}

/** The errand with its order: sized at the price of now, if it is sized in quote and goes at the market. */
function sent(errand: Errand, time: number, view: StrategyView): Errand {
  const { instruction } = errand;
  const { id, limit, worth } = instruction;
  const wanted = instruction.quantity ?? (worth ?? 0) / (limit ?? view.price);
  // Sized in quote, or after the fee of the buy, a sale may come out a hair above what there is.
  const quantity = instruction.do === "sell" ? Math.min(wanted, view.held(LOT)) : wanted;
  const order: DesiredOrder = {
    key: `${instruction.do}/${id}`,
    side: instruction.do,
    type: limit === undefined ? "market" : "limit",
    ...(limit === undefined ? {} : { price: limit }),
    quantity,
    lots: [{ lot: LOT, quantity }],
    reason: "by hand",
  };
  return { ...errand, since: time, order };
}

/** Only the errands that pass; the same state when all do. */
function keep(state: ManualState, passes: (errand: Errand) => boolean): ManualState {
  const errands = state.errands.filter(passes);
  return errands.length === state.errands.length ? state : { ...state, errands };
}

type Told<T extends StrategyEvent["type"]> = Extract<StrategyEvent, { readonly type: T }>;

function onTouch(state: ManualState, { direction, price, time }: Told<"touch">, view: StrategyView): ManualState {
  const isReached = ({ order, lapses, instruction: { when } }: Errand): boolean => {
    if (order !== null || lapses <= time) return false;
    return direction === "below" ? when?.below !== undefined && price <= when.below : when?.above !== undefined && price >= when.above;
  };
  if (!state.errands.some(isReached)) return state;
  return { ...state, errands: state.errands.map((errand) => (isReached(errand) ? sent(errand, time, view) : errand)) };
}

function onFill(state: ManualState, event: Told<"fill">, view: StrategyView): ManualState {
  // Another order has filled before its cancel: the exit is for what is held now.
  if (state.exit && (event.complete || state.exit.key !== event.key)) return startExit({ ...state, exit: null }, view);
  return event.complete ? keep(state, ({ order }) => order?.key !== event.key) : state;
}

/** Sells what was bought by hand and drops what was not done. */
function startExit(state: ManualState, view: StrategyView): ManualState {
  const quantity = view.held(LOT);
  if (!isSellable(view, quantity)) return state.errands.length === 0 ? state : { ...state, errands: [] };
  const exits = state.exits + 1;
  const exit: DesiredOrder = { key: `exit/${exits}`, side: "sell", type: "market", quantity, lots: [{ lot: LOT, quantity }], reason: "everything is sold" };
  return { ...state, errands: [], exit, exits };
}
