import { type Candle, type CandleSeries, seriesFrom } from "../../core/candle.ts";
import { mergeSeries } from "../../core/candle-merge.ts";

/** Candles kept so far, and those fetched since that still wait for the next save. */
export class Keeper {
  readonly #length: number;
  readonly #store: (series: CandleSeries) => Promise<void>;
  #series: CandleSeries;
  #before: Candle[] = [];
  #after: Candle[] = [];
  /** Candles fetched and saved. */
  added = 0;

  constructor(kept: CandleSeries | null, length: number, store: (series: CandleSeries) => Promise<void>) {
    this.#length = length;
    this.#store = store;
    this.#series = kept ?? seriesFrom([], length);
  }

  /** What is saved, by time. */
  get series(): CandleSeries {
    return this.#series;
  }

  /** Candles that wait for the next save. */
  get waiting(): number {
    return this.#before.length + this.#after.length;
  }

  /** Open of the first and close of the last saved candle; `null` when there is none. */
  get span(): { readonly from: number; readonly to: number } | null {
    const first = this.#series.time[0];
    const last = this.#series.time[this.#series.length - 1];
    return first === undefined || last === undefined ? null : { from: first, to: last + this.#length };
  }

  /** Adds candles that lie before all others. */
  prepend(candles: readonly Candle[]): void {
    this.#before = [...candles, ...this.#before];
  }

  /** Adds candles that lie after all others. */
  append(candles: readonly Candle[]): void {
    this.#after.push(...candles);
  }

  /** Saves what waits; nothing happens when nothing does. */
  async save(): Promise<void> {
    const fetched = [...this.#before, ...this.#after];
    if (fetched.length === 0) return;
    const series = mergeSeries(this.#series, seriesFrom(fetched, this.#length)).series;
    await this.#store(series);
    this.#series = series;
    this.added += fetched.length;
    this.#before = [];
    this.#after = [];
  }
}
