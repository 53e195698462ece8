import type { CandleSeries } from "../candle.ts";
import { bollingerWidthAt, efficiencyAt, percentileRankAt } from "./columns.ts";
import { type IndicatorStream, adxStream, atrStream, emaStream, macdStream, rsiStream } from "./streams.ts";
import { findSwings, knownSwings, type Swing } from "./swings.ts";

/** The values of one indicator so far. */
class Column {
  readonly #next: IndicatorStream;
  #values = new Float64Array(0);
  #length = 0;

  constructor(next: IndicatorStream) {
    this.#next = next;
  }

  /** The value at a bar of the series; what is missing up to the series' end is computed first. */
  at(series: CandleSeries, index: number): number {
    if (this.#length < series.length) this.#catchUp(series);
    return index < 0 ? Number.NaN : (this.#values[index] as number);
  }

  drop(count: number): void {
    this.#values.copyWithin(0, count, this.#length);
    this.#length = Math.max(0, this.#length - count);
  }

  #catchUp(series: CandleSeries): void {
    if (this.#values.length < series.length) {
      const larger = new Float64Array(Math.max(series.length, Math.min(2 * this.#values.length, series.length + 1_024)));
      larger.set(this.#values.subarray(0, this.#length));
      this.#values = larger;
    }
    for (let i = this.#length; i < series.length; i++) this.#values[i] = this.#next(series, i);
    this.#length = series.length;
  }
}

/**
 * Indicators as of a cursor over one series. A column is made bar by bar by a causal function (its value at i
 * depends on bars up to i only), kept, and read at or before the cursor; a longer series goes on where the last one
 * ended. NaN until warm.
 */
export class Indicators {
  #series: CandleSeries;
  readonly #columns = new Map<string, Column>();
  readonly #swings = new Map<number, readonly Swing[]>();
  #length: number;

  constructor(series: CandleSeries, length: number = series.length) {
    this.#series = series;
    this.#length = Math.min(length, series.length);
  }

  /** Moves the cursor so that `length` bars are visible. For the engine; agents never call it. */
  reveal(length: number): void {
    this.#length = Math.min(length, this.#series.length);
  }

  /** Takes a longer series of the same market whose oldest `dropped` bars are gone; the cursor stays on its bar. For the engine. */
  extend(series: CandleSeries, dropped: number): void {
    this.#series = series;
    this.#length -= dropped;
    if (dropped > 0) for (const column of this.#columns.values()) column.drop(dropped);
    this.#swings.clear();
  }

  /** Exponential moving average of the close, seeded with the simple average of the first `period`. */
  ema(period: number, back = 0): number {
    return this.#read(`ema ${period}`, back, () => emaStream(period));
  }

  /** Wilder's relative strength index of the close, 0..100. */
  rsi(period: number, back = 0): number {
    return this.#read(`rsi ${period}`, back, () => rsiStream(period));
  }

  /** MACD line less signal line, in quote. */
  macdHistogram(fast: number, slow: number, signal: number, back = 0): number {
    return this.#read(`macd ${fast} ${slow} ${signal}`, back, () => macdStream(fast, slow, signal));
  }

  /** Wilder's average true range, in quote. */
  atr(period: number, back = 0): number {
    return this.#read(`atr ${period}`, back, () => atrStream(period));
  }

  /** Wilder's average directional index, 0..100. */
  adx(period: number, back = 0): number {
    return this.#read(`adx ${period}`, back, () => adxStream(period));
  }

  /** Kaufman's efficiency ratio, 0 (noise) to 1 (a straight line). */
  efficiencyRatio(period: number, back = 0): number {
    return this.#read(`er ${period}`, back, () => (s, i) => efficiencyAt(s.close, period, i));
  }

  /** Width of the Bollinger bands over their middle (0.1 is 10 %). */
  bollingerWidth(period: number, deviations: number, back = 0): number {
    return this.#read(`bbw ${period} ${deviations}`, back, () => (s, i) => bollingerWidthAt(s.close, period, deviations, i));
  }

  /** Share (0..1) of the last `window` values of ATR over close that are at or below the newest. */
  atrPercentile(period: number, window: number, back = 0): number {
    return this.#read(`atrp ${period} ${window}`, back, () => {
      const range = this.#column(`atr ${period}`, () => atrStream(period));
      return (s, i) => percentileRankAt((k) => range.at(s, k) / (s.close[k] as number), window, i);
    });
  }

  /** Swings of the last `lookback` bars that are known by now, oldest first. */
  swings(wing: number, lookback: number): readonly Swing[] {
    let swings = this.#swings.get(wing);
    if (swings === undefined) {
      swings = findSwings(this.#series, wing);
      this.#swings.set(wing, swings);
    }
    const newest = this.#length - 1;
    return knownSwings(swings, newest - lookback + 1, newest);
  }

  #read(name: string, back: number, make: () => IndicatorStream): number {
    if (back < 0) throw new RangeError(`${name}: ${back} bars back is not visible`);
    return this.#column(name, make).at(this.#series, this.#length - 1 - back);
  }

  #column(name: string, make: () => IndicatorStream): Column {
    let column = this.#columns.get(name);
    if (column === undefined) {
      column = new Column(make());
      this.#columns.set(name, column);
    }
    return column;
  }
}
