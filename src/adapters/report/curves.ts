import { feesSchema } from "../../app/definition/fees-schema.ts";
import { type CandleSeries, indexAtOrAfter, sliceSeries } from "../../core/candle.ts";
import { type Holdable, holdWhatExists } from "../../core/candle-hold.ts";
import { feesOf } from "../../core/fill-model.ts";
import { parseInstant } from "../../core/instant.ts";
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

/** A symbol's candles, and the index of the one at whose close buy and hold begins. */
interface Held {
  readonly candles: CandleSeries;
  readonly start: number;
  /** What is left after its own taker fee, as a share of what is left after the common one. */
  readonly kept: number;
}

/**
 * Start equity spread evenly over the symbols at their first close, less the taker fee, marked at the close before
 * each time. Null where the candles do not lead to the reported return: no curve is better than a wrong one.
 */
function holdCurve(
  output: Run,
  series: ReadonlyMap<string, CandleSeries>,
  times: readonly number[],
): (number | null)[] {
  if (output.result.symbols.some(({ beganLate, delisted }) => beganLate || delisted)) return raggedCurve(output, series, times);
  const reported = 1 + output.result.buyAndHold.totalReturn;
  for (const held of possibleStarts(output, series, times[0] ?? 0)) {
    const worth = (time: number): number => held.reduce((sum, one) => sum + one.kept * growth(one, time), 0) / held.length;
    const afterFee = reported / worth(Infinity);
    if (isTakerFee(1 - afterFee, output)) return times.map((time) => worth(time) * afterFee * output.result.startEquity);
  }
  return times.map(() => null);
}

/** The same of symbols that come and go: what exists is held, by the rule of the run's own benchmark. */
function raggedCurve(output: Run, series: ReadonlyMap<string, CandleSeries>, times: readonly number[]): (number | null)[] {
  const unknown = times.map(() => null);
  const isWorthless = output.definition["delisting"] === "worthless";
  const markets: Holdable[] = [];
  for (const { symbol, from, to, beganLate, delisted } of output.result.symbols) {
    const candles = series.get(symbol);
    if (candles === undefined) return unknown;
    const traded = sliceSeries(candles, 0, indexAtOrAfter(candles, to));
    markets.push({ series: traded, from: indexAtOrAfter(traded, from), takerFee: takerOf(output, symbol) ?? 0, isLate: beganLate, ...(delisted ? { delisted: to, isWorthless } : {}) });
  }
  const step = Math.min(...markets.map(({ series: { timeframe } }) => timeframe));
  const worth = [...holdWhatExists(markets)];
  if (Math.abs((worth.at(-1)?.after ?? 0) - 1 - output.result.buyAndHold.totalReturn) > 1e-6) return unknown;
  let at = 0;
  return times.map((time) => {
    while (at < worth.length && (worth[at]?.time ?? 0) + step <= time) at += 1;
    return (at === 0 ? 1 : (worth[at - 1]?.after ?? 1)) * output.result.startEquity;
  });
}

/** Where buy and hold may begin: the first candle of the span that was asked for, the run's first candle, the first of all, or the last before the first sample. */
function possibleStarts(output: Run, series: ReadonlyMap<string, CandleSeries>, firstSample: number): Held[][] {
  const markets = output.data.symbols.flatMap(({ symbol, from }) => {
    const candles = series.get(symbol);
    return candles === undefined || candles.length === 0 ? [] : [{ candles, from: Date.parse(from), kept: (1 - (takerOf(output, symbol) ?? 0)) / (1 - (takerOf(output) ?? 0)) }];
  });
  if (markets.length === 0 || markets.length < output.data.symbols.length) return [];
  // The candles may begin earlier than the run: agents warm up on those.
  const { from: asked } = output.definition;
  const begin = typeof asked === "string" ? parseInstant(asked) : Number.NaN;
  const starts = [
    ...(Number.isFinite(begin) ? [(one: CandleSeries): number => indexAtOrAfter(one, begin)] : []),
    (one: CandleSeries, from: number): number => indexAtOrAfter(one, from),
    (): number => 0,
    (one: CandleSeries): number => lastClosed(one, firstSample),
  ];
  return starts.map((start) =>
    markets.map(({ candles, from, kept }) => ({ candles, kept, start: Math.min(candles.length - 1, start(candles, from)) })),
  );
}

/** The taker fee as the definition has it, of one symbol or the common one; null where it does not say. */
function takerOf({ definition: { fees } }: Run, symbol?: string): number | null {
  const { success, data } = feesSchema.safeParse(fees);
  if (!success) return null;
  return symbol === undefined ? data.taker : feesOf(data, symbol).taker;
}

function isTakerFee(fee: number, output: Run): boolean {
  const taker = takerOf(output);
  if (taker !== null) return Math.abs(fee - taker) < 1e-6;
  return fee > -1e-9 && fee < 0.01;
}

function growth({ candles, start }: Held, time: number): number {
  const closed = Math.max(start, lastClosed(candles, time));
  return (candles.close[closed] as number) / (candles.close[start] as number);
}

/** Index of the last candle that has closed at `time`: it opened one timeframe before, or earlier. */
function lastClosed(candles: CandleSeries, time: number): number {
  return Math.max(0, indexAtOrAfter(candles, time - candles.timeframe + 1) - 1);
}
