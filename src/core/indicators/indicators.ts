import type { CandleSeries } from "../candle.ts";
import { bollingerWidthAt, efficiencyAt } from "./columns.ts";
import { type IndicatorStream, adxStream, atrStream, emaStream, macdStream, percentileStream, rsiStream } from "./streams.ts";
import { findSwings, type Swing, type SwingWindow, SwingWindows } from "./swings.ts";

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

/** Columns of one kind of indicator, by their parameters. There are few of each: looking through them takes less than making a name. */
class Family {
  readonly #make: (a: number, b: number, c: number) => IndicatorStream;
  readonly #members: { readonly a: number; readonly b: number; readonly c: number; readonly column: Column }[] = [];

  constructor(make: (a: number, b: number, c: number) => IndicatorStream) {
    this.#make = make;
  }

  of(a: number, b = 0, c = 0): Column {
    for (const member of this.#members) if (member.a === a && member.b === b && member.c === c) return member.column;
    const column = new Column(this.#make(a, b, c));
    this.#members.push({ a, b, c, column });
    return column;
  }

  drop(count: number): void {
    for (const { column } of this.#members) column.drop(count);
  }
}

/**
 * Indicators as of a cursor over one series. A column is made bar by bar by a causal function (its value at i
 * depends on bars up to i only), kept, and read at or before the cursor; a longer series goes on where the last one
 * ended. NaN until warm.
 */
export class Indicators {
  #series: CandleSeries;
  #length: number;
  readonly #ema = new Family(emaStream);
  readonly #rsi = new Family(rsiStream);
  readonly #macd = new Family(macdStream);
  readonly #atr = new Family(atrStream);
  readonly #adx = new Family(adxStream);
  readonly #efficiency = new Family((period) => (series, i) => efficiencyAt(series.close, period, i));
  readonly #bands = new Family((period, deviations) => (series, i) => bollingerWidthAt(series.close, period, deviations, i));
  readonly #rank = new Family((period, window) => this.#rankStream(period, window));
  readonly #families = [this.#ema, this.#rsi, this.#macd, this.#atr, this.#adx, this.#efficiency, this.#bands, this.#rank];
  readonly #swings = new Map<number, readonly Swing[]>();
  readonly #windows: { readonly wing: number; readonly lookback: number; readonly windows: SwingWindows }[] = [];

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
    if (dropped > 0) for (const family of this.#families) family.drop(dropped);
    this.#swings.clear();
    this.#windows.length = 0;
  }

  /** Exponential moving average of the close, seeded with the simple average of the first `period`. */
  ema(period: number, back = 0): number {
    return this.#read(this.#ema.of(period), back);
  }

  /** Wilder's relative strength index of the close, 0..100. */
  rsi(period: number, back = 0): number {
    return this.#read(this.#rsi.of(period), back);
  }

  /** MACD line less signal line, in quote. */
  macdHistogram(fast: number, slow: number, signal: number, back = 0): number {
    return this.#read(this.#macd.of(fast, slow, signal), back);
  }

  /** Wilder's average true range, in quote. */
  atr(period: number, back = 0): number {
    return this.#read(this.#atr.of(period), back);
  }

  /** Wilder's average directional index, 0..100. */
  adx(period: number, back = 0): number {
    return this.#read(this.#adx.of(period), back);
  }

  /** Kaufman's efficiency ratio, 0 (noise) to 1 (a straight line). */
  efficiencyRatio(period: number, back = 0): number {
    return this.#read(this.#efficiency.of(period), back);
  }

  /** Width of the Bollinger bands over their middle (0.1 is 10 %). */
  bollingerWidth(period: number, deviations: number, back = 0): number {
    return this.#read(this.#bands.of(period, deviations), back);
  }

  /** Share (0..1) of the last `window` values of ATR over close that are at or below the newest. */
  atrPercentile(period: number, window: number, back = 0): number {
    return this.#read(this.#rank.of(period, window), back);
  }

  /** Swings of the last `lookback` bars that are known by now, oldest first. */
  swings(wing: number, lookback: number): readonly Swing[] {
    return this.swingWindow(wing, lookback).swings;
  }

  /** The same with their order by price and their mean volume. */
  swingWindow(wing: number, lookback: number): SwingWindow {
    for (const one of this.#windows) if (one.wing === wing && one.lookback === lookback) return one.windows.at(this.#length - 1);
    const swings = this.#swings.get(wing) ?? findSwings(this.#series, wing);
    this.#swings.set(wing, swings);
    const windows = new SwingWindows(swings, lookback);
    this.#windows.push({ wing, lookback, windows });
    return windows.at(this.#length - 1);
  }

  #read(column: Column, back: number): number {
    if (back < 0) throw new RangeError(`an indicator ${back} bars back is not visible`);
    return column.at(this.#series, this.#length - 1 - back);
  }

  #rankStream(period: number, window: number): IndicatorStream {
    const range = this.#atr.of(period);
    return percentileStream((series, i) => range.at(series, i) / (series.close[i] as number), window);
  }
}
