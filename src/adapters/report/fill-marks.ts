import type { FillRecord } from "../../app/result.ts";
import { barAt } from "./downsample.ts";
import { spread } from "./thinning.ts";

/** One mark on the price chart: a fill, or all fills of one side in one bar. */
export interface FillMark {
  readonly bar: number;
  readonly side: "buy" | "sell";
  /** Quote; the average by quantity where fills are merged. */
  readonly price: number;
  /** Base. */
  readonly quantity: number;
  /** How many fills it stands for. */
  readonly fills: number;
  readonly strategy: string;
  readonly reason: string;
}

/** The marks of a symbol, and what had to be done to have at most `most`. */
export interface FillMarks {
  readonly marks: readonly FillMark[];
  /** Fills of the symbol, drawn or not. */
  readonly fills: number;
  readonly merged: boolean;
  /** Fills that no mark stands for. */
  readonly hidden: number;
}

/** Fills as marks: each its own while they are few, merged by bar and side when they are many, then thinned evenly. */
export function fillMarks(fills: readonly FillRecord[], times: readonly number[], most: number): FillMarks {
  const single = fills.map((fill) => asMark(fill, barAt(times, fill.time)));
  if (single.length <= most) return { marks: single, fills: fills.length, merged: false, hidden: 0 };
  const groups = new Map<string, FillMark>();
  for (const mark of single) {
    const key = `${mark.bar} ${mark.side}`;
    const group = groups.get(key);
    groups.set(key, group === undefined ? mark : join(group, mark));
  }
  const marks = spread([...groups.values()], most);
  const shown = marks.reduce((sum, mark) => sum + mark.fills, 0);
  return { marks, fills: fills.length, merged: true, hidden: fills.length - shown };
}

function asMark(fill: FillRecord, bar: number): FillMark {
  const { side, price, quantity, strategy, reason } = fill;
  return { bar, side, price, quantity, fills: 1, strategy, reason };
}

function join(a: FillMark, b: FillMark): FillMark {
  const quantity = a.quantity + b.quantity;
  return {
    ...a,
    price: quantity > 0 ? (a.price * a.quantity + b.price * b.quantity) / quantity : a.price,
    quantity,
    fills: a.fills + b.fills,
    strategy: a.strategy === b.strategy ? a.strategy : "several strategies",
    reason: a.reason === b.reason ? a.reason : "",
  };
}
