import type { CandleSeries } from "../candle.ts";
import { adx, atr, bollingerWidth, efficiencyRatio, ema, macd, percentileRank, rsi } from "./columns.ts";
import { findSwings, knownSwings, type Swing } from "./swings.ts";

/**
 * Indicators as of a cursor over one series. A column is computed once for the whole series by a causal
 * function (its value at i depends on bars 0..i only) and read at or before the cursor. NaN until warm.
 */
export class Indicators {
  #series: CandleSeries;
  readonly #columns = new Map<string, Float64Array>();
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
    this.#columns.clear();
    this.#swings.clear();
  }

  /** Exponential moving average of the close, seeded with the simple average of the first `period`. */
  ema(period: number, back = 0): number {
    return this.#read(`ema ${period}`, back, (s) => ema(s.close, period));
  }

  /** Wilder's relative strength index of the close, 0..100. */
  rsi(period: number, back = 0): number {
    return this.#read(`rsi ${period}`, back, (s) => rsi(s.close, period));
  }

  /** MACD line less signal line, in quote. */
  macdHistogram(fast: number, slow: number, signal: number, back = 0): number {
    return this.#read(`macd ${fast} ${slow} ${signal}`, back, (s) => macd(s.close, fast, slow, signal).histogram);
  }

  /** Wilder's average true range, in quote. */
  atr(period: number, back = 0): number {
    return this.#read(`atr ${period}`, back, (s) => atr(s, period));
  }

  /** Wilder's average directional index, 0..100. */
  adx(period: number, back = 0): number {
    return this.#read(`adx ${period}`, back, (s) => adx(s, period));
  }

  /** Kaufman's efficiency ratio, 0 (noise) to 1 (a straight line). */
  efficiencyRatio(period: number, back = 0): number {
    return this.#read(`er ${period}`, back, (s) => efficiencyRatio(s.close, period));
  }

  /** Width of the Bollinger bands over their middle (0.1 is 10 %). */
  bollingerWidth(period: number, deviations: number, back = 0): number {
    return this.#read(`bbw ${period} ${deviations}`, back, (s) => bollingerWidth(s.close, period, deviations));
  }

  /** Share (0..1) of the last `window` values of ATR over close that are at or below the newest. */
  atrPercentile(period: number, window: number, back = 0): number {
    return this.#read(`atrp ${period} ${window}`, back, (s) => {
      const range = this.#column(`atr ${period}`, () => atr(s, period)).slice();
      for (let i = 0; i < range.length; i++) range[i] = (range[i] as number) / (s.close[i] as number);
      return percentileRank(range, window);
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

  #read(name: string, back: number, compute: (series: CandleSeries) => Float64Array): number {
    const index = this.#length - 1 - back;
    if (back < 0) throw new RangeError(`${name}: ${back} bars back is not visible`);
    const column = this.#column(name, compute);
    return index < 0 ? Number.NaN : (column[index] as number);
  }

  #column(name: string, compute: (series: CandleSeries) => Float64Array): Float64Array {
    let column = this.#columns.get(name);
    if (column === undefined) {
      column = compute(this.#series);
      this.#columns.set(name, column);
    }
    return column;
  }
}
