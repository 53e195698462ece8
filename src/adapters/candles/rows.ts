import { CANDLE_COLUMNS, type CandleSeries } from "../../core/candle.ts";
import { allocateSeries } from "../../core/candle.ts";

/** Candles as they stand in a file, in its order, nothing repaired. */
export interface CandleRows {
  readonly length: number;
  /** time (epoch milliseconds), open, high, low, close, volume. */
  readonly columns: readonly Float64Array[];
  /** Where row `index` stands, for messages: `candles.csv:17` or `candles.json: row 16`. */
  place(index: number): string;
  /** What the reader noticed, one sentence each. */
  readonly notes: readonly string[];
}

/** Columns that grow as rows come in. */
export class GrowingColumns {
  columns: Float64Array[];
  length = 0;
  #capacity: number;

  constructor(expected: number) {
    this.#capacity = Math.max(16, expected);
    this.columns = CANDLE_COLUMNS.map(() => new Float64Array(this.#capacity));
  }

  /** Makes room for one more row. */
  grow(): void {
    if (this.length < this.#capacity) return;
    this.#capacity *= 2;
    this.columns = this.columns.map((column) => {
      const wider = new Float64Array(this.#capacity);
      wider.set(column);
      return wider;
    });
  }
}

/** The rows as a series of a timeframe (milliseconds). */
export function seriesOf(rows: CandleRows, timeframe: number): CandleSeries {
  const series = allocateSeries(rows.length, timeframe);
  CANDLE_COLUMNS.forEach((name, at) => {
    const column = rows.columns[at];
    if (column) series[name].set(column.subarray(0, rows.length));
  });
  return series;
}

/** The most frequent step between rows that follow one another, milliseconds; `null` when there is none. */
export function commonStep(rows: CandleRows): number | null {
  const time = rows.columns[0];
  const counts = new Map<number, number>();
  for (let i = 1; time && i < rows.length; i++) {
    const step = Math.abs((time[i] as number) - (time[i - 1] as number));
    if (step > 0) counts.set(step, (counts.get(step) ?? 0) + 1);
  }
  let best: number | null = null;
  let most = 0;
  for (const [step, count] of counts) {
    if (count > most || (count === most && best !== null && step < best)) {
      best = step;
      most = count;
    }
  }
  return best;
}

/** The rows turned round when the file stands newest first, as some vendors write it; others are left as they are. */
export function oldestFirst(rows: CandleRows): CandleRows {
  const time = rows.columns[0];
  if (!time || rows.length < 2) return rows;
  for (let i = 1; i < rows.length; i++) if ((time[i] as number) >= (time[i - 1] as number)) return rows;
  const last = rows.length - 1;
  return {
    length: rows.length,
    columns: rows.columns.map((column) => column.slice(0, rows.length).reverse()),
    place: (index) => rows.place(last - index),
    notes: [...rows.notes, "the file stands newest first and was read from its end"],
  };
}
