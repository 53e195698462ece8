import { CANDLE_COLUMNS, type CandleSeries } from "../../core/candle.ts";

/** What is known of bars, whatever their times: whether each can have happened, and how many traded nothing. */
export interface BarTally {
  readonly possible: boolean;
  readonly zeroVolume: number;
}

/** Candles as they stand in a file, in its order, nothing repaired. */
export interface CandleRows {
  readonly length: number;
  /** time (epoch milliseconds), open, high, low, close, volume, over memory that threads can share; at least `length` long. */
  readonly columns: readonly Float64Array[];
  /** Where row `index` stands, for messages: `candles.csv:17` or `candles.json: row 16`. */
  place(index: number): string;
  /** What the reader noticed, one sentence each. */
  readonly notes: readonly string[];
  /** What was found out about the bars while they were read, by readers that look. */
  readonly tally?: BarTally;
}

/** Six columns that grow as rows come in, one behind the other over one SharedArrayBuffer, so that a series needs no copy of them. */
export class GrowingColumns {
  /** All columns: row `i` of column `c` stands at `c * capacity + i`. */
  values: Float64Array;
  capacity: number;
  length = 0;

  /** Room that is never used costs address space only: the system gives memory for what is written. */
  constructor(expected: number) {
    this.capacity = Math.max(16, Math.ceil(expected));
    this.values = allocate(this.capacity);
  }

  /** The columns, each as long as there is room. */
  get columns(): Float64Array[] {
    return CANDLE_COLUMNS.map((_, at) => this.values.subarray(at * this.capacity, (at + 1) * this.capacity));
  }

  /** Makes room for so many more rows. */
  grow(more = 1): void {
    if (this.length + more <= this.capacity) return;
    const before = this.columns;
    this.capacity = Math.max(this.length + more, this.capacity * 2);
    this.values = allocate(this.capacity);
    before.forEach((column, at) => this.values.set(column.subarray(0, this.length), at * this.capacity));
  }
}

function allocate(capacity: number): Float64Array {
  return new Float64Array(new SharedArrayBuffer(capacity * CANDLE_COLUMNS.length * Float64Array.BYTES_PER_ELEMENT));
}

/** The rows as a series of a timeframe (milliseconds), over the same memory. */
export function seriesOf({ columns, length }: CandleRows, timeframe: number): CandleSeries {
  const [time, open, high, low, close, volume] = columns.map((column) => column.subarray(0, length));
  if (!time || !open || !high || !low || !close || !volume) throw new RangeError(`${columns.length} columns are no candles`);
  return { timeframe, length, time, open, high, low, close, volume };
}

/** The most frequent step between rows that follow one another, milliseconds; `null` when there is none. */
export function commonStep({ columns, length }: CandleRows): number | null {
  const time = columns[0];
  const counts = new Map<number, number>();
  let step = 0;
  let run = 0;
  // Steps come in long runs of the same one, and a run is counted at once.
  for (let i = 1; time && i <= length; i++) {
    const next = i < length ? Math.abs((time[i] as number) - (time[i - 1] as number)) : -1;
    if (next === step) run += 1;
    else {
      if (step > 0) counts.set(step, (counts.get(step) ?? 0) + run);
      step = next;
      run = 1;
    }
  }
  let best: number | null = null;
  let most = 0;
  for (const [one, count] of counts) {
    if (count > most || (count === most && best !== null && one < best)) {
      best = one;
      most = count;
    }
  }
  return best;
}

/** The rows turned round in their place when the file stands newest first, as some vendors write it; others are left as they are. */
export function oldestFirst(rows: CandleRows): CandleRows {
  const time = rows.columns[0];
  if (!time || rows.length < 2) return rows;
  for (let i = 1; i < rows.length; i++) if ((time[i] as number) >= (time[i - 1] as number)) return rows;
  const last = rows.length - 1;
  return {
    ...rows,
    columns: rows.columns.map((column) => column.subarray(0, rows.length).reverse()),
    place: (index) => rows.place(last - index),
    notes: [...rows.notes, "the file stands newest first and was read from its end"],
  };
}
