import { type Candle, type CandleSeries, candleAt } from "./candle.ts";

/**
 * Closed bars up to a cursor. It is the only door through which agents see the market: it answers for the
 * cursor and what came before, and throws for anything else, so an agent cannot look ahead by mistake.
 */
export class CandleView {
  #series: CandleSeries;
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
  }

  /** Number of visible bars. */
  get length(): number {
    return this.#length;
  }

  /** Length of a bar in milliseconds. */
  get timeframe(): number {
    return this.#series.timeframe;
  }

  /** The bar `back` bars before the newest; 0 is the newest. */
  at(back: number): Candle {
    return candleAt(this.#series, this.#index(back));
  }

  /** Open time (epoch milliseconds) of the bar `back` bars before the newest. */
  time(back: number): number {
    return this.#series.time[this.#index(back)] as number;
  }

  high(back: number): number {
    return this.#series.high[this.#index(back)] as number;
  }

  low(back: number): number {
    return this.#series.low[this.#index(back)] as number;
  }

  close(back: number): number {
    return this.#series.close[this.#index(back)] as number;
  }

  volume(back: number): number {
    return this.#series.volume[this.#index(back)] as number;
  }

  #index(back: number): number {
    const index = this.#length - 1 - back;
    if (back < 0 || index < 0) {
      throw new RangeError(`bar ${back} back is not visible: ${this.#length} bars have closed`);
    }
    return index;
  }
}
