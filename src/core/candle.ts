/** One closed bar. `time` is its open time in epoch milliseconds (UTC); prices in quote, volume in base. */
export interface Candle {
  readonly time: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/** Closed bars of one timeframe as columns: rising `time` in epoch milliseconds, prices in quote, volume in base. */
export interface CandleSeries {
  /** Length of one bar in milliseconds. */
  readonly timeframe: number;
  readonly length: number;
  readonly time: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
}

/** The columns of a series, in the order in which they are stored. */
export const CANDLE_COLUMNS = ["time", "open", "high", "low", "close", "volume"] as const;

/** An empty series of `length` bars over one SharedArrayBuffer, to be filled by its maker and by nobody after. */
export function allocateSeries(length: number, timeframe: number): CandleSeries {
  const buffer = new SharedArrayBuffer(length * CANDLE_COLUMNS.length * Float64Array.BYTES_PER_ELEMENT);
  return seriesOver(buffer, 0, length, timeframe);
}

/** A series over six consecutive float64 columns that start at `byteOffset` (a multiple of 8) of `buffer`. */
export function seriesOver(
  buffer: ArrayBufferLike,
  byteOffset: number,
  length: number,
  timeframe: number,
): CandleSeries {
  const column = (index: number): Float64Array => new Float64Array(buffer, byteOffset + index * length * 8, length);
  return {
    timeframe,
    length,
    time: column(0),
    open: column(1),
    high: column(2),
    low: column(3),
    close: column(4),
    volume: column(5),
  };
}

/** Bars `from` (inclusive) to `to` (exclusive) as views over the same memory. */
export function sliceSeries(series: CandleSeries, from: number, to: number): CandleSeries {
  const start = Math.max(0, from);
  const end = Math.max(start, Math.min(series.length, to));
  return {
    timeframe: series.timeframe,
    length: end - start,
    time: series.time.subarray(start, end),
    open: series.open.subarray(start, end),
    high: series.high.subarray(start, end),
    low: series.low.subarray(start, end),
    close: series.close.subarray(start, end),
    volume: series.volume.subarray(start, end),
  };
}

/** The bar at `index`. Throws when there is none: an index outside the series is a programmer's fault. */
export function candleAt(series: CandleSeries, index: number): Candle {
  const time = series.time[index];
  if (time === undefined) throw new RangeError(`no candle at index ${index} of ${series.length}`);
  return {
    time,
    open: series.open[index] ?? Number.NaN,
    high: series.high[index] ?? Number.NaN,
    low: series.low[index] ?? Number.NaN,
    close: series.close[index] ?? Number.NaN,
    volume: series.volume[index] ?? Number.NaN,
  };
}

/** A series from single bars, for small inputs and tests. */
export function seriesFrom(candles: readonly Candle[], timeframe: number): CandleSeries {
  const series = allocateSeries(candles.length, timeframe);
  candles.forEach((candle, index) => {
    for (const column of CANDLE_COLUMNS) series[column][index] = candle[column];
  });
  return series;
}

/** One past the last index at or after `from` whose open time is before `time`; `from` when there is none. */
export function endBefore(series: CandleSeries, from: number, time: number): number {
  if (time === Number.POSITIVE_INFINITY) return series.length;
  // Without gaps the boundary is a subtraction away; with gaps it is nearer than that.
  const guess = from + Math.max(0, Math.ceil((time - (series.time[from] ?? time)) / series.timeframe));
  let end = Math.min(series.length, guess);
  while (end > from && (series.time[end - 1] as number) >= time) end -= 1;
  return end;
}

/** The first index whose open time is at or after `time`; the length when there is none. Binary search. */
export function indexAtOrAfter(series: CandleSeries, time: number): number {
  let low = 0;
  let high = series.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((series.time[middle] as number) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The series over memory that threads share; the same one when it is so already. */
export function sharedSeries(series: CandleSeries): CandleSeries {
  if (CANDLE_COLUMNS.every((column) => series[column].buffer instanceof SharedArrayBuffer)) return series;
  const copy = allocateSeries(series.length, series.timeframe);
  for (const column of CANDLE_COLUMNS) copy[column].set(series[column]);
  return copy;
}
