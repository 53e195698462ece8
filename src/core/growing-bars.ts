import { type Candle, CANDLE_COLUMNS, type CandleSeries, allocateSeries, sliceSeries } from "./candle.ts";

/**
 * Closed bars that arrive one by one; of a long run the newest are kept, `keep` at the least and fewer than twice
 * that. What `series` gave before stays what it was; ask again after appending.
 */
export class GrowingBars {
  readonly #keep: number;
  #memory: CandleSeries;
  #length: number;
  #series: CandleSeries;

  constructor(first: CandleSeries, keep: number) {
    this.#keep = keep;
    this.#memory = first;
    this.#length = first.length;
    this.#series = first;
  }

  /** The bars that are kept, as columns over shared memory. */
  get series(): CandleSeries {
    return this.#series;
  }

  /**
   * Adds bars and returns how many of the oldest were dropped. Throws when one does not open after the bar before it:
   * order is the caller's duty.
   */
  append(candles: readonly Candle[]): number {
    let dropped = 0;
    for (const candle of candles) {
      const last = this.#length === 0 ? Number.NEGATIVE_INFINITY : (this.#memory.time[this.#length - 1] as number);
      if (!(candle.time > last)) throw new RangeError(`a bar that opens at ${candle.time} cannot follow one that opened at ${last}`);
      if (this.#length === this.#memory.length) dropped += this.#makeRoom();
      for (const column of CANDLE_COLUMNS) this.#memory[column][this.#length] = candle[column];
      this.#length += 1;
    }
    this.#series = sliceSeries(this.#memory, 0, this.#length);
    return dropped;
  }

  /** Moves to new memory, so that nobody's older view changes under them. */
  #makeRoom(): number {
    const dropped = this.#length >= 2 * this.#keep ? this.#length - this.#keep : 0;
    const kept = this.#length - dropped;
    const larger = allocateSeries(Math.min(2 * this.#keep, Math.max(256, 2 * kept)), this.#memory.timeframe);
    for (const column of CANDLE_COLUMNS) larger[column].set(this.#memory[column].subarray(dropped, this.#length));
    this.#memory = larger;
    this.#length = kept;
    return dropped;
  }
}
