import { paramsInstruction, type ParamsInstruction } from "../src/core/instruction.ts";
import { isSellable } from "../src/core/sellable.ts";
import { defineStrategy, type StrategyEvent, type StrategyView } from "../src/core/strategy.ts";
import type { DesiredOrder } from "../src/core/order.ts";
import { buying, type Cell, idle, isUnder, orderChanges, placeOf, selling, spread, standing, turn, type Turn, turnChanges, wakes } from "./grid/cells.ts";
import { boundsOf, heardOutside } from "./grid/levels.ts";
import { gridParams, type GridParams } from "./grid/params.ts";
import { chooseRange } from "./grid/range.ts";
import { freeOf, levelCount, quantityPerCell, smallestOrder } from "./grid/size.ts";

/** The grid's memory: plain data, folded by `evolve`. */
interface GridState {
  /** Rises with every grid built; part of every key. */
  readonly generation: number;
  /** Price levels of the grid that stands; empty when none does. */
  readonly levels: readonly number[];
  readonly cells: readonly Cell[];
  /** The close from which on an idle cell starts to buy; infinite without one. */
  readonly wakesAt: number;
  /** Cells that were let go last, with their purchase: a buy may fill while its cancel is on the way. */
  readonly released: { readonly cells: readonly Cell[]; readonly purchase: string | null };
  /** Cells of earlier grids that still hold something: they keep their exits until they are empty. */
  readonly leftovers: readonly Cell[];
  /** The last change of a single cell. */
  readonly turned: Turn | null;
  /** The market order that buys what the upper cells will sell. */
  readonly purchase: DesiredOrder | null;
  /** The market order that sells everything. */
  readonly exit: DesiredOrder | null;
  /** Epoch milliseconds before which no new grid is built. */
  readonly restAfterExit: number;
  /** Why the last grid could not be built, a sentence for the owner; empty when none failed. */
  readonly unbuilt: string;
}

const NOTHING_RELEASED = { cells: [], purchase: null };
const EMPTY: GridState = { generation: 0, levels: [], cells: [], wakesAt: Number.POSITIVE_INFINITY, released: NOTHING_RELEASED, leftovers: [], turned: null, purchase: null, exit: null, restAfterExit: 0, unbuilt: "" };
const HOUR = 3_600_000;
const MOST_RELEASED = 500;

/** Buys and sells between two prices, one order a cell. */
export const grid = defineStrategy<GridParams, GridState, ParamsInstruction>({
  name: "grid",
  title: "buys low and sells high inside a range, one resting order a cell",
  params: gridParams,
  suits: { range: 0.75, accumulate: 0.25 },
  instructions: paramsInstruction,
  initial: () => EMPTY,

  accepts(state, _instruction, view, params) {
    if (state.purchase && state.released.purchase !== null) return "the purchase of its upper cells is still under way: try again after the next bar";
    const next = retune(state, view.time, view, params);
    return next === state || next.unbuilt === "" ? null : next.unbuilt;
  },

  evolve(state, event, view, params) {
    if (event.type === "fill") return onFill(state, event, view, params);
    if (event.type === "instruct") return retune(state, event.time, view, params);
    if (event.type === "refused") return state;
    if (state.exit) return event.type === "candle" ? giveUpRest(state, view) : state;
    if (view.mode === "exit") return startExit(state, view, "the council sells everything");
    if (event.type === "touch") {
      return startExit(state, view, event.direction === "below" ? "stop-loss of the grid" : "take-profit of the grid");
    }
    if (view.mode === "wind-down") return windDown(state, view);
    if (state.cells.length === 0) return build(state, event.time, view, params);
    return event.type === "candle" ? onBar(state, event.time, event.close, view, params) : state;
  },

  desired(state) {
    if (state.exit) return [state.exit];
    const orders: DesiredOrder[] = state.purchase ? [state.purchase] : [];
    for (const cell of state.cells) if (cell.order) orders.push(cell.order);
    for (const cell of state.leftovers) if (cell.order) orders.push(cell.order);
    return orders;
  },

  changes(before, state) {
    if (before.exit !== state.exit || before.purchase !== state.purchase) return null;
    const { turned } = state;
    if (before.leftovers === state.leftovers && turned?.before === before.cells && turned.after === state.cells) return turnChanges(turned);
    if (before.leftovers === state.leftovers) return orderChanges(before.cells, state.cells);
    return before.cells === state.cells ? orderChanges(before.leftovers, state.leftovers) : null;
  },

  hears(state, view, params) {
    return state.exit || state.purchase || state.cells.length === 0 || view.mode !== "active" ? null : heardOutside(state, params);
  },

  watch: (state, _view, params) => (state.exit ? null : boundsOf(state, params)),

  ladder: (state) => state.levels,

  warnings(state, view) {
    if (state.unbuilt !== "") return [`grid on ${view.symbol}: ${state.unbuilt}`];
    const [first, second] = state.levels;
    if (first === undefined || second === undefined) return [];
    const gain = second / first - 1;
    const cost = 2 * view.makerFee;
    return gain <= cost
      ? [`grid on ${view.symbol}: a cell gains ${(gain * 100).toFixed(3)} % and its two fees cost ${(cost * 100).toFixed(3)} %: every round trip loses; use fewer levels or a wider range`]
      : [];
  },
});

/** Builds a grid around the price. What earlier grids hold stays with its own exits and counts against the budget. */
function build(state: GridState, time: number, view: StrategyView, params: GridParams): GridState {
  if (time < state.restAfterExit) return state;
  const range = chooseRange(params, view);
  if (!range) return unbuilt(state, "its lower price is not under its upper one at the price of the market: no grid was built");
  const count = levelCount(params, view);
  // A cell costs its lower level at the least: where not even that is to be had, what older grids have bound is waited for.
  if (params.quantity === undefined && view.totalCost() > 0 && freeOf(view, params) / (count - 1) < view.filters.minNotional) return state;
  const levels = spread(range.lower, range.upper, count, params.spacing);
  const quantity = quantityPerCell(levels, view, params);
  if (quantity < view.filters.minQuantity || quantity * range.lower < view.filters.minNotional) {
    // What older grids have bound is no mistake; a whole budget that is too small is the owner's to know.
    if (quantity === 0 || view.totalCost() > 0) return state;
    const cell = Number((quantity * range.lower).toPrecision(3));
    return unbuilt(state, `${cell} for each of ${levels.length - 1} cells is under the smallest order (${smallestOrder(view)}): no grid was built; use fewer levels or more capital`);
  }
  const generation = state.generation + 1;
  const cells: Cell[] = [];
  const initial: { lot: string; quantity: number }[] = [];
  for (let i = 0; i + 1 < levels.length; i++) {
    const [lower, upper] = [levels[i] as number, levels[i + 1] as number];
    const cell: Cell = { id: `g${generation}c${i}`, lower, upper, quantity, phase: "idle", turn: 0, order: null };
    if (isUnder(cell.lower, view.price)) cells.push(buying(cell, params.postOnly));
    else {
      cells.push(cell);
      if (params.initialPurchase) initial.push({ lot: cell.id, quantity });
    }
  }
  return {
    ...state,
    generation,
    levels,
    ...standing(cells),
    unbuilt: "",
    purchase: initial.length > 0 ? purchaseOrder(generation, initial) : null,
  };
}

const unbuilt = (state: GridState, why: string): GridState => (state.unbuilt === "" ? { ...state, unbuilt: why } : state);

function purchaseOrder(generation: number, lots: readonly { lot: string; quantity: number }[]): DesiredOrder {
  const quantity = lots.reduce((sum, part) => sum + part.quantity, 0);
  return { key: `g${generation}/purchase`, side: "buy", type: "market", quantity, lots, reason: "initial purchase" };
}

type FillEvent = Extract<StrategyEvent, { type: "fill" }>;

function onFill(state: GridState, event: FillEvent, view: StrategyView, params: GridParams): GridState {
  // A cell has filled before its cancel: the exit is for what is held now, or it would sell more than there is and be refused.
  if (state.exit && state.exit.key !== event.key) return startExit(state, view, state.exit.reason);
  if (!event.complete) return state;
  if (state.exit?.key === event.key) {
    const done = { ...EMPTY, generation: state.generation, restAfterExit: event.time + params.cooldown * HOUR };
    // A cell may have filled while the exit was on its way: what is left goes too.
    return startExit(done, view, "what was bought during the exit");
  }
  if (state.purchase?.key === event.key) return endPurchase(state, view, params);
  const index = placeOf(state.cells, event.key, state.turned?.at ?? 0);
  if (index < 0) {
    const leftovers = state.leftovers.filter((cell) => cell.order?.key !== event.key);
    if (leftovers.length < state.leftovers.length) return { ...state, leftovers };
    return event.side === "buy" ? adoptLate(state, event.key, view) : state;
  }
  const cell = state.cells[index] as Cell;
  const turned = turn(state.cells, index, event.side === "buy" ? selling(cell, view.held(cell.id), params.postOnly) : buying(cell, params.postOnly));
  const { generation, levels, wakesAt, released, leftovers, purchase, exit, restAfterExit, unbuilt: why } = state;
  // Field by field: this is done at every fill, and a copy of whatever a state has takes several times as long.
  return { generation, levels, cells: turned.after, wakesAt, released, leftovers, turned, purchase, exit, restAfterExit, unbuilt: why };
}

/** A buy of a cell that was let go filled before its cancel: what it brought gets the cell's exit. */
function adoptLate(state: GridState, key: string, view: StrategyView): GridState {
  const { cells, purchase } = state.released;
  const late = cells.filter((cell) => (cell.order?.key === key || purchase === key) && view.held(cell.id) > 0);
  if (late.length === 0) return state;
  const released = { cells: cells.filter((cell) => !late.includes(cell)), purchase };
  return { ...state, released, leftovers: [...state.leftovers, ...late.map((cell) => selling(cell, view.held(cell.id), false))] };
}

/** The purchase is over: every upper cell that got its base offers it. */
function endPurchase(state: GridState, view: StrategyView, params: GridParams): GridState {
  const offer = (cell: Cell): Cell => {
    const held = cell.phase === "idle" ? view.held(cell.id) : 0;
    return held > 0 ? selling(cell, held, params.postOnly) : cell;
  };
  return { ...state, ...standing(state.cells.map(offer)), purchase: null };
}

/** The cells that hold something, with what they hold for sale; the others are let go. */
function holding(cells: readonly Cell[], view: StrategyView): Cell[] {
  const kept: Cell[] = [];
  for (const cell of cells) {
    const held = view.held(cell.id);
    if (held <= 0) continue;
    kept.push(cell.phase === "sell" ? cell : selling(cell, held, false));
  }
  return kept;
}

function windDown(state: GridState, view: StrategyView): GridState {
  if (state.cells.length === 0 && !state.purchase) return state;
  const released = { cells: state.cells.filter((cell) => view.held(cell.id) <= 0), purchase: state.purchase?.key ?? null };
  return { ...state, levels: [], cells: [], released, purchase: null, leftovers: [...state.leftovers, ...holding(state.cells, view)] };
}

/**
 * Other parameters: a new grid stands around the price, and what the old one holds keeps its exits. Cells that an
 * earlier change let go may still fill, so they are remembered with those of now.
 */
function retune(state: GridState, time: number, view: StrategyView, params: GridParams): GridState {
  if (state.exit || view.mode !== "active" || !Number.isFinite(view.price)) return state;
  const wound = windDown(state, view);
  const { cells, purchase } = state.released;
  const released = wound === state ? state.released : { cells: [...wound.released.cells, ...cells].slice(0, MOST_RELEASED), purchase: wound.released.purchase ?? purchase };
  return build({ ...wound, released, unbuilt: "" }, time, view, params);
}

function startExit(state: GridState, view: StrategyView, reason: string): GridState {
  const lots = view.lots().map((lot) => ({ lot, quantity: view.held(lot) }));
  const quantity = lots.reduce((sum, part) => sum + part.quantity, 0);
  const nothingStands = state.cells.length === 0 && state.leftovers.length === 0 && !state.purchase;
  if (!isSellable(view, quantity) && nothingStands) return state;
  const generation = state.generation + 1;
  const cleared = { ...EMPTY, generation, restAfterExit: state.restAfterExit };
  if (!isSellable(view, quantity)) return cleared;
  return { ...cleared, exit: { key: `g${generation}/exit`, side: "sell", type: "market", quantity, lots, reason } };
}

/** An exit of which only what no venue takes is left is over: waiting for it would keep the grid from trading for ever. */
function giveUpRest(state: GridState, view: StrategyView): GridState {
  const left = view.lots().reduce((sum, lot) => sum + view.held(lot), 0);
  return isSellable(view, left) ? state : { ...EMPTY, generation: state.generation, restAfterExit: state.restAfterExit };
}

/** At a bar's close: idle cells wake up, and a price outside the range is answered. */
function onBar(state: GridState, time: number, close: number, view: StrategyView, params: GridParams): GridState {
  const lower = state.levels[0] as number;
  const upper = state.levels.at(-1) as number;
  // What an unfinished purchase did not get by now is not chased: those cells wait for the price instead.
  if (state.purchase) return wake(endPurchase(state, view, params), close, params);
  if (close > upper && (params.trailing === "up" || params.trailing === "both")) return shift(state, 1, view, params);
  if (close < lower && (params.trailing === "down" || params.trailing === "both")) return wake(shift(state, -1, view, params), close, params);
  if (close > upper || close < lower) {
    if (params.outOfRange === "close") {
      const exit = startExit(state, view, "the price has left the grid");
      return { ...exit, restAfterExit: time + params.cooldown * HOUR };
    }
    if (params.outOfRange === "recentre" && (params.lower === "auto" || params.upper === "auto")) {
      return build(windDown(state, view), time, view, params);
    }
  }
  return wake(state, close, params);
}

/** Idle cells under the price start to buy. */
function wake(state: GridState, close: number, params: GridParams): GridState {
  if (close < state.wakesAt) return state;
  return { ...state, ...standing(state.cells.map((cell) => (wakes(cell, close) ? buying(cell, params.postOnly) : cell))) };
}

/**
 * Moves the grid by one cell. Up: the lowest cell stops buying (what it holds keeps its exit) and a new one opens
 * on top. Down: a new one opens below, and the top one keeps its exit as a leftover.
 */
function shift(state: GridState, direction: 1 | -1, view: StrategyView, params: GridParams): GridState {
  const levels = state.levels;
  const generation = state.generation + 1;
  const edge = direction === 1 ? (levels.at(-1) as number) : (levels[0] as number);
  const inner = direction === 1 ? (levels.at(-2) as number) : (levels[1] as number);
  const next = params.spacing === "geometric" ? (edge * edge) / inner : 2 * edge - inner;
  if (next <= 0) return state;
  const template = (direction === 1 ? state.cells.at(-1) : state.cells[0]) as Cell;
  const fresh: Cell = idle({
    ...template,
    id: `g${generation}c0`,
    lower: Math.min(edge, next),
    upper: Math.max(edge, next),
    turn: 0,
  });
  const retired = (direction === 1 ? state.cells[0] : state.cells.at(-1)) as Cell;
  const rest = direction === 1 ? state.cells.slice(1) : state.cells.slice(0, -1);
  const opened = direction === 1 ? buying(fresh, params.postOnly) : fresh;
  return {
    ...state,
    generation,
    levels: direction === 1 ? [...levels.slice(1), next] : [next, ...levels.slice(0, -1)],
    ...standing(direction === 1 ? [...rest, opened] : [opened, ...rest]),
    leftovers: [...state.leftovers, ...holding([retired], view)],
  };
}
