import type { CandleSeries } from "../candle.ts";
import { IndicatorLayout, type Place } from "./layout.ts";
import type { IndicatorStream } from "./streams.ts";
import { findSwings, type Swing, type SwingWindow, SwingWindows } from "./swings.ts";

/**
 * Indicators as of a cursor over one series. Each is made bar by bar by a causal function (its value at i depends on
 * bars up to i only), kept, and read at or before the cursor; a longer series goes on where the last one ended. NaN
 * until warm. The values of one bar lie beside one another: a decision reads one bar of each, and fifty symbols with a
 * column of their own for every indicator lie in more pages of memory than a processor keeps at hand.
 */
export class Indicators {
  #series: CandleSeries;
  #length: number;
  readonly #layout: IndicatorLayout;
  /** Rows of `#stride` values, a row a bar. */
  #values = new Float64Array(0);
  #stride = 0;
  /** Places in a row below this one have their values up to the end of the series. */
  #settled = 0;
  /** By place: bars that have their value. */
  readonly #filled: number[] = [];
  readonly #streams: IndicatorStream[] = [];
  readonly #swings = new Map<number, readonly Swing[]>();
  readonly #windows: { readonly wing: number; readonly lookback: number; readonly windows: SwingWindows }[] = [];

  constructor(series: CandleSeries, length: number = series.length, layout: IndicatorLayout = new IndicatorLayout()) {
    this.#layout = layout;
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
    this.#settled = 0;
    if (dropped > 0) {
      this.#values.copyWithin(0, dropped * this.#stride);
      for (const [place, filled] of this.#filled.entries()) this.#filled[place] = Math.max(0, filled - dropped);
    }
    this.#swings.clear();
    this.#windows.length = 0;
  }

  /** Exponential moving average of the close, seeded with the simple average of the first `period`. */
  ema(period: number, back = 0): number {
    return this.#read(this.#layout.ema.of(period), back);
  }

  /** Wilder's relative strength index of the close, 0..100. */
  rsi(period: number, back = 0): number {
    return this.#read(this.#layout.rsi.of(period), back);
  }

  /** MACD line less signal line, in quote. */
  macdHistogram(fast: number, slow: number, signal: number, back = 0): number {
    return this.#read(this.#layout.macd.of(fast, slow, signal), back);
  }

  /** Wilder's average true range, in quote. */
  atr(period: number, back = 0): number {
    return this.#read(this.#layout.atr.of(period), back);
  }

  /** Wilder's average directional index, 0..100. */
  adx(period: number, back = 0): number {
    return this.#read(this.#layout.adx.of(period), back);
  }

  /** Kaufman's efficiency ratio, 0 (noise) to 1 (a straight line). */
  efficiencyRatio(period: number, back = 0): number {
    return this.#read(this.#layout.efficiency.of(period), back);
  }

  /** Width of the Bollinger bands over their middle (0.1 is 10 %). */
  bollingerWidth(period: number, deviations: number, back = 0): number {
    return this.#read(this.#layout.bands.of(period, deviations), back);
  }

  /** Share (0..1) of the last `window` values of ATR over close that are at or below the newest. */
  atrPercentile(period: number, window: number, back = 0): number {
    return this.#read(this.#layout.rank.of(period, window), back);
  }

  /** Root mean square of the moves over `bars` bars that end at every `stride`-th of the last `window` bars, fraction; 0 without any. */
  rootMeanSquareMove(bars: number, window: number, stride: number, back = 0): number {
    return this.#read(this.#layout.moves.of(bars, window, stride), back);
  }

  /** Swings of the last `lookback` bars that are known by now, oldest first. */
  swings(wing: number, lookback: number): readonly Swing[] {
    return this.#windowsOf(wing, lookback).swings(this.#length - 1);
  }

  /** The same as columns by price. */
  swingWindow(wing: number, lookback: number): SwingWindow {
    return this.#windowsOf(wing, lookback).at(this.#length - 1);
  }

  #windowsOf(wing: number, lookback: number): SwingWindows {
    for (const one of this.#windows) if (one.wing === wing && one.lookback === lookback) return one.windows;
    const swings = this.#swings.get(wing) ?? findSwings(this.#series, wing);
    this.#swings.set(wing, swings);
    const windows = new SwingWindows(swings, lookback);
    this.#windows.push({ wing, lookback, windows });
    return windows;
  }

  #read(place: Place, back: number): number {
    if (back < 0) throw new RangeError(`an indicator ${back} bars back is not visible`);
    return this.#valueAt(place, this.#length - 1 - back);
  }

  /** The value at a bar of the series; what is missing up to the series' end is computed first. */
  #valueAt(place: Place, index: number): number {
    if (place.index >= this.#settled) this.#fill(place);
    return index < 0 ? Number.NaN : (this.#values[index * this.#stride + place.index] as number);
  }

  #fill(place: Place): void {
    const series = this.#series;
    const filled = this.#filled;
    while (filled.length <= place.index) filled.push(0);
    const from = filled[place.index] as number;
    if (from < series.length) {
      this.#makeRoom(place);
      const next = (this.#streams[place.index] ??= place.make((other, index) => this.#valueAt(other, index)));
      for (let i = from; i < series.length; i++) {
        const value = next(series, i);
        // Read now: what is asked for on the way may lay the rows out anew.
        this.#values[i * this.#stride + place.index] = value;
      }
      filled[place.index] = series.length;
    }
    while (this.#settled < filled.length && filled[this.#settled] === series.length) this.#settled += 1;
  }

  /** Room for every bar and every indicator that any symbol was asked for; some more bars where they come one by one. */
  #makeRoom(place: Place): void {
    const stride = this.#stride;
    const rows = stride === 0 ? 0 : this.#values.length / stride;
    const bars = this.#series.length;
    if (rows >= bars && place.index < stride) return;
    const wanted = rows >= bars ? rows : Math.max(bars, Math.min(2 * rows, bars + MORE_BARS));
    const width = place.index < stride ? stride : Math.ceil(this.#layout.width / WIDER_BY) * WIDER_BY;
    const values = new Float64Array(wanted * width);
    for (let row = 0; row < rows; row++) for (let i = 0; i < stride; i++) values[row * width + i] = this.#values[row * stride + i] as number;
    this.#values = values;
    this.#stride = width;
  }
}

const MORE_BARS = 1_024;
/** Values by which rows get wider. */
const WIDER_BY = 4;
