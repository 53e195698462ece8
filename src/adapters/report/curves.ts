import { type CandleSeries, indexAtOrAfter } from "../../core/candle.ts";
import type { Run } from "./run.ts";

/** Equity curves for display: columns of equal length, times in epoch milliseconds, money in quote. */
export interface Curves {
  readonly time: readonly number[];
  readonly equity: readonly number[];
  /** What the start equity would be worth in the symbols, or null where they are not known. */
  readonly hold: readonly (number | null)[];
  /** Fall from the highest so far, as a negative fraction. */
  readonly drawdown: readonly number[];
  readonly holdDrawdown: readonly (number | null)[];
  /** Samples that the run kept; more than the columns hold where they were thinned. */
  readonly samples: number;
}

/** Equity, buy and hold, and the drawdown of both, from every sample, then thinned to about `most` points. */
export function curvesOf(
  output: Run,
  series: ReadonlyMap<string, CandleSeries>,
  most: number,
): Curves {
  const time = output.equity.map((sample) => sample.time);
  const equity = output.equity.map((sample) => sample.equity);
  const hold = holdCurve(output, series, time);
  const drawdown = drawdownOf(equity);
  const holdDrawdown = drawdownOf(hold);
  const kept = keepExtremes(equity, most);
  const pick = <T>(column: readonly T[]): T[] => kept.map((index) => column[index] as T);
  return {
    time: pick(time),
    equity: pick(equity),
    hold: pick(hold),
    drawdown: pick(drawdown) as number[],
    holdDrawdown: pick(holdDrawdown),
    samples: time.length,
  };
}

/** Rising indices of about `most` points of a column: of each stretch the first, lowest, highest and last. */
export function keepExtremes(column: readonly number[], most: number): number[] {
  if (column.length <= most) return column.map((_, index) => index);
  const kept = new Set<number>();
  const stretches = Math.max(1, Math.floor(most / 4));
  for (let stretch = 0; stretch < stretches; stretch += 1) {
    const from = Math.floor((stretch * column.length) / stretches);
    const to = Math.floor(((stretch + 1) * column.length) / stretches);
    let lowest = from;
    let highest = from;
    for (let index = from; index < to; index += 1) {
      if ((column[index] as number) < (column[lowest] as number)) lowest = index;
      if ((column[index] as number) > (column[highest] as number)) highest = index;
    }
    for (const index of [from, lowest, highest, to - 1]) kept.add(index);
  }
  return [...kept].sort((a, b) => a - b);
}

/** Fall from the highest value so far as a negative fraction; null where the value is. */
export function drawdownOf(column: readonly (number | null)[]): (number | null)[] {
  let peak = 0;
  return column.map((value) => {
    if (value === null) return null;
    peak = Math.max(peak, value);
    return peak > 0 ? value / peak - 1 : 0;
  });
}

/** Start equity spread evenly over the symbols at their first close, marked at the close before each time. */
function holdCurve(
  output: Run,
  series: ReadonlyMap<string, CandleSeries>,
  times: readonly number[],
): (number | null)[] {
  const held = output.data.symbols.map(({ symbol }) => series.get(symbol));
  const known = held.filter((one): one is CandleSeries => one !== undefined && one.length > 0);
  if (known.length === 0 || known.length < held.length) return times.map(() => null);
  const ratios = times.map((time) => known.reduce((sum, one) => sum + growth(one, time), 0) / known.length);
  const end = known.reduce((sum, one) => sum + growth(one, Infinity), 0) / known.length;
  // The taker fee is part of the reported return: it is taken off the whole curve, so that both end alike.
  const kept = (1 + output.result.buyAndHold.totalReturn) / end;
  const fee = kept > 0.9 && kept < 1.1 ? kept : 1;
  return ratios.map((ratio) => ratio * fee * output.result.startEquity);
}

function growth(series: CandleSeries, time: number): number {
  // The last candle that has closed at `time`: it opened one timeframe before, or earlier.
  const closed = indexAtOrAfter(series, time - series.timeframe + 1) - 1;
  return (series.close[Math.max(0, closed)] as number) / (series.close[0] as number);
}
