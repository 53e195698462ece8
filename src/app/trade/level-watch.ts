import type { Bot } from "../../core/bot.ts";

/** A watched level that the price has reached. */
export interface Touch {
  readonly symbol: string;
  readonly strategy: string;
  readonly direction: "below" | "above";
  readonly price: number;
}

/** Where a symbol's price stands: what can be sold at and bought at. */
export interface Quote {
  readonly bid: number;
  readonly ask: number;
}

/** Whether a quote can be true: positive, finite, not crossed, and not wider than any market that is worth trading in. */
export function isSaneQuote({ bid, ask }: Quote): boolean {
  return bid > 0 && Number.isFinite(ask) && bid <= ask && ask / bid < 1.2;
}

/**
 * Tells strategies of the levels that a quote has reached. A stop below needs a buyer at the level (the bid), a
 * take-profit above too: nothing fires on a spread alone. A crossed or impossible quote touches nothing. A level that
 * stays where it is is told of once in a while, not with every quote that comes while the price stands there.
 */
export class LevelWatch {
  readonly #bot: Bot;
  /** How long a level that was told of is quiet, milliseconds: as a backtest tells of it once in a candle. */
  readonly #quiet: number;
  readonly #told = new Map<string, { readonly level: number; readonly time: number }>();

  constructor(bot: Bot, quiet: number) {
    this.#bot = bot;
    this.#quiet = quiet;
  }

  /** The levels that a quote has reached, at venue time `time`, epoch milliseconds. */
  touches(symbol: string, { bid, ask }: Quote, time: number): readonly Touch[] {
    if (!isSaneQuote({ bid, ask })) return [];
    const touches: Touch[] = [];
    for (const sleeve of this.#bot.symbols.get(symbol)?.sleeves ?? []) {
      const watch = sleeve.strategy.watch();
      const { strategy } = sleeve.account;
      const isBelow = watch?.below !== undefined && bid <= watch.below;
      const level = isBelow ? watch.below : watch?.above;
      if (level === undefined || (!isBelow && bid < level)) continue;
      const direction = isBelow ? "below" : "above";
      if (this.#isNews(`${symbol} ${strategy} ${direction}`, level, time)) touches.push({ symbol, strategy, direction, price: bid });
    }
    return touches;
  }

  #isNews(name: string, level: number, time: number): boolean {
    const told = this.#told.get(name);
    if (told?.level === level && time - told.time < this.#quiet) return false;
    this.#told.set(name, { level, time });
    return true;
  }
}
