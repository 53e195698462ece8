import type { DesiredOrder } from "../../src/core/order.ts";
import type { WishChanges } from "../../src/core/strategy.ts";

/** One cell: buys at its lower level, sells what it holds at its upper one, over and over. */
export interface Cell {
  /** Unique in the run: the generation of the grid and the cell's number in it. */
  readonly id: string;
  readonly lower: number;
  readonly upper: number;
  /** Base per turn. */
  readonly quantity: number;
  /** `idle` waits for the price to stand above its lower level. */
  readonly phase: "idle" | "buy" | "sell";
  /** Counts every order of the cell; part of the key, so that no intent is carried out twice. */
  readonly turn: number;
  /** What should rest for this phase; kept, so that an unchanged cell is the same object. */
  readonly order: DesiredOrder | null;
}

/** The lot and key prefix of a cell. */
export function lotOf(cell: Pick<Cell, "id">): string {
  return cell.id;
}

/** The price levels of a grid, lowest first; `levels` of them. */
export function spread(lower: number, upper: number, levels: number, spacing: "arithmetic" | "geometric"): number[] {
  const last = levels - 1;
  const ratio = upper / lower;
  return Array.from({ length: levels }, (_, i) => {
    if (i === 0) return lower;
    if (i === last) return upper;
    return spacing === "arithmetic" ? lower + ((upper - lower) * i) / last : lower * ratio ** (i / last);
  });
}

/** Whether a level stands under the price; one that misses it by a rounding error of doubles stands on it. */
export function isUnder(level: number, price: number): boolean {
  return level < price * (1 - 1e-11);
}

/** A cell that buys at its lower level. */
export function buying(cell: Cell, postOnly: boolean): Cell {
  const turn = cell.turn + 1;
  return {
    id: cell.id,
    lower: cell.lower,
    upper: cell.upper,
    quantity: cell.quantity,
    phase: "buy",
    turn,
    order: {
      key: `${cell.id}/${turn}`,
      side: "buy",
      type: "limit",
      price: cell.lower,
      quantity: cell.quantity,
      lots: [{ lot: cell.id, quantity: cell.quantity }],
      postOnly,
      reason: "cell buy",
    },
  };
}

/** A cell that sells `held` base at its upper level. */
export function selling(cell: Cell, held: number, postOnly: boolean): Cell {
  const turn = cell.turn + 1;
  return {
    id: cell.id,
    lower: cell.lower,
    upper: cell.upper,
    quantity: cell.quantity,
    phase: "sell",
    turn,
    order: {
      key: `${cell.id}/${turn}`,
      side: "sell",
      type: "limit",
      price: cell.upper,
      quantity: held,
      lots: [{ lot: cell.id, quantity: held }],
      postOnly,
      reason: "cell sell",
    },
  };
}

/** A cell without an order. */
export function idle(cell: Cell): Cell {
  return cell.phase === "idle" ? cell : { ...cell, phase: "idle", order: null };
}

/** Whether a cell without an order lies under the price by now and starts to buy. */
export function wakes(cell: Cell, close: number): boolean {
  return cell.phase === "idle" && cell.upper <= close;
}

/** Cells with the close from which on one of them wakes, so that they are not looked through at every bar; infinite without an idle one. */
export function standing(cells: readonly Cell[]): { readonly cells: readonly Cell[]; readonly wakesAt: number } {
  let wakesAt = Number.POSITIVE_INFINITY;
  for (const { phase, upper } of cells) if (phase === "idle" && upper < wakesAt) wakesAt = upper;
  return { cells, wakesAt };
}

const NONE: readonly DesiredOrder[] = [];

/** A change of a single cell: the cells before it and after it, and the cell's place in both. */
export interface Turn {
  readonly before: readonly Cell[];
  readonly after: readonly Cell[];
  readonly at: number;
}

/** Puts another cell in the place of one. */
export function turn(before: readonly Cell[], at: number, cell: Cell): Turn {
  const after = before.slice();
  after[at] = cell;
  return { before, after, at };
}

/** By what the orders differ after a turn. */
export function turnChanges({ before, after, at }: Turn): WishChanges {
  const old = (before[at] as Cell).order;
  const now = (after[at] as Cell).order;
  return { gone: old ? [old] : NONE, came: now ? [now] : NONE };
}

/** By what the orders of some cells differ from those before; `null` when cells came that were not there. */
export function orderChanges(before: readonly Cell[], now: readonly Cell[]): WishChanges | null {
  let gone: DesiredOrder[] | undefined;
  let came: DesiredOrder[] | undefined;
  let at = 0;
  for (const old of before) {
    const cell = now[at];
    if (cell === old) {
      at += 1;
      continue;
    }
    const order = cell?.id === old.id ? cell.order : null;
    if (cell?.id === old.id) at += 1;
    if (order === old.order) continue;
    // Almost always there is one of each: a list of one is made at once, which takes no spare room.
    if (old.order && gone) gone.push(old.order);
    else if (old.order) gone = [old.order];
    if (order && came) came.push(order);
    else if (order) came = [order];
  }
  return at === now.length ? { gone: gone ?? NONE, came: came ?? NONE } : null;
}

/** The place of the cell that has an order of this key; -1 when none has. It is looked for from `near` on, both ways. */
export function placeOf(cells: readonly Cell[], key: string, near: number): number {
  const from = Math.min(near, cells.length);
  for (let up = from, down = from - 1; up < cells.length || down >= 0; up++, down--) {
    if (up < cells.length && (cells[up] as Cell).order?.key === key) return up;
    if (down >= 0 && (cells[down] as Cell).order?.key === key) return down;
  }
  return -1;
}
