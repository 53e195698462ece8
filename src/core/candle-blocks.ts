import { type CandleSeries, endBefore } from "./candle.ts";

/** A block's candles are 2 to the power of this: its number is a shift away from a candle's. */
export const BLOCK_BITS = 4;
/** Candles a block: few, because much happens within minutes. */
export const BLOCK = 1 << BLOCK_BITS;

/** Extremes of every whole block, so that whoever looks for a price can pass over a block at a time. */
export interface CandleBlocks {
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly highestClose: Float64Array;
  readonly lowestClose: Float64Array;
  /** Whether every bar opens one timeframe after the one before: then a place follows from a time without a look at the column. */
  readonly isEven: boolean;
  /** Open time of the first bar, epoch milliseconds. */
  readonly start: number;
}

const known = new WeakMap<CandleSeries, CandleBlocks>();

/** The blocks of a series, made once for every series object; nobody writes to a series that is being read. */
export function blocksOf(series: CandleSeries): CandleBlocks {
  const before = known.get(series);
  if (before) return before;
  const made = makeBlocks(series);
  known.set(series, made);
  return made;
}

/** Open time of a bar, epoch milliseconds. */
export function openTime(series: CandleSeries, blocks: CandleBlocks, index: number): number {
  return blocks.isEven ? blocks.start + index * series.timeframe : (series.time[index] as number);
}

/** As `endBefore` of the series. */
export function endBeforeIn(series: CandleSeries, blocks: CandleBlocks, from: number, time: number): number {
  if (!blocks.isEven || time === Number.POSITIVE_INFINITY) return endBefore(series, from, time);
  const end = Math.ceil((time - blocks.start) / series.timeframe);
  return end <= from ? from : end < series.length ? end : series.length;
}

function isEven({ time, timeframe, length }: CandleSeries): boolean {
  for (let i = 1; i < length; i++) if ((time[i] as number) - (time[i - 1] as number) !== timeframe) return false;
  return length > 0;
}

function makeBlocks(series: CandleSeries): CandleBlocks {
  const { high, low, close, length } = series;
  const count = Math.floor(length / BLOCK);
  const blocks: CandleBlocks = {
    high: new Float64Array(count),
    low: new Float64Array(count),
    highestClose: new Float64Array(count),
    lowestClose: new Float64Array(count),
    isEven: isEven(series),
    start: series.time[0] ?? 0,
  };
  for (let block = 0; block < count; block++) {
    const from = block * BLOCK;
    let top = high[from] as number;
    let bottom = low[from] as number;
    let most = close[from] as number;
    let least = most;
    for (let i = from + 1; i < from + BLOCK; i++) {
      const highest = high[i] as number;
      const lowest = low[i] as number;
      const last = close[i] as number;
      if (highest > top) top = highest;
      if (lowest < bottom) bottom = lowest;
      if (last > most) most = last;
      if (last < least) least = last;
    }
    blocks.high[block] = top;
    blocks.low[block] = bottom;
    blocks.highestClose[block] = most;
    blocks.lowestClose[block] = least;
  }
  return blocks;
}
