import type { Candle } from "../../../core/candle.ts";

/**
 * Candles that closed at the same time come one after another; they are kept until those of all symbols are there or
 * the wait is over, so that all of them fill before anything is decided, as in a backtest.
 */
export class Gathering {
  readonly #symbols: readonly string[];
  readonly #longest: number;
  readonly #candles = new Map<string, Candle>();
  #since = 0;

  /** `longest`: how long the first candle waits for the others, milliseconds. */
  constructor(symbols: readonly string[], longest: number) {
    this.#symbols = symbols;
    this.#longest = longest;
  }

  get size(): number {
    return this.#candles.size;
  }

  has(symbol: string): boolean {
    return this.#candles.has(symbol);
  }

  add(symbol: string, candle: Candle): void {
    if (this.#candles.size === 0) this.#since = performance.now();
    this.#candles.set(symbol, candle);
  }

  /** Whether the candles of all symbols are there. */
  isComplete(): boolean {
    return this.#candles.size === this.#symbols.length;
  }

  /** Whether the others have been waited for long enough. */
  isOverdue(): boolean {
    return this.#candles.size > 0 && performance.now() - this.#since > this.#longest;
  }

  /** What was gathered, in the order of the symbols. */
  take(): (readonly [string, Candle])[] {
    const taken = this.#symbols.flatMap((symbol) => {
      const candle = this.#candles.get(symbol);
      return candle ? [[symbol, candle] as const] : [];
    });
    this.#candles.clear();
    return taken;
  }
}
