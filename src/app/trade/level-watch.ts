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

/**
 * The levels of a symbol's strategies that a quote has reached. A stop below needs a buyer at the level (the bid), a
 * take-profit above too: nothing fires on a spread alone. A crossed or impossible quote touches nothing.
 */
export function touchesAt(bot: Bot, symbol: string, { bid, ask }: Quote): readonly Touch[] {
  if (!isSaneQuote({ bid, ask })) return [];
  const touches: Touch[] = [];
  for (const sleeve of bot.symbols.get(symbol)?.sleeves ?? []) {
    const watch = sleeve.strategy.watch();
    if (!watch) continue;
    const { strategy } = sleeve.account;
    if (watch.below !== undefined && bid <= watch.below) touches.push({ symbol, strategy, direction: "below", price: bid });
    else if (watch.above !== undefined && bid >= watch.above) touches.push({ symbol, strategy, direction: "above", price: bid });
  }
  return touches;
}

/** Whether a quote can be true: positive, finite, not crossed, and not wider than any market that is worth trading in. */
export function isSaneQuote({ bid, ask }: Quote): boolean {
  return bid > 0 && Number.isFinite(ask) && bid <= ask && ask / bid < 1.2;
}

/** Tells a strategy of a level that the price has reached once in a while, not with every quote that comes while it stands there. */
export class LevelWatch {
  readonly #bot: Bot;
  /** How long a level that was told of is quiet, milliseconds: as a backtest tells of it once in a candle. */
  readonly #quiet: number;
  readonly #told = new Map<string, number>();

  constructor(bot: Bot, quiet: number) {
    this.#bot = bot;
    this.#quiet = quiet;
  }

  /** The levels that a quote has reached, at venue time `time`, epoch milliseconds. */
  touches(symbol: string, quote: Quote, time: number): readonly Touch[] {
    return touchesAt(this.#bot, symbol, quote).filter(({ strategy, direction }) => {
      const level = `${symbol} ${strategy} ${direction}`;
      if (time - (this.#told.get(level) ?? Number.NEGATIVE_INFINITY) < this.#quiet) return false;
      this.#told.set(level, time);
      return true;
    });
  }
}
