import type { Bot } from "../../core/bot.ts";
import { type PriceBreaker, createPriceBreaker, isBelievable } from "../../core/price-breaker.ts";
import type { VenueEvent } from "../../ports/venue.ts";
import { isSaneQuote } from "./level-watch.ts";
import type { VenueState } from "./venue-state.ts";

/** Stands between a venue's quotes and the levels that act on them: what cannot be or jumps is not acted on. */
export class PriceWatch {
  readonly #state: VenueState;
  readonly #bot: Bot;
  readonly #breakers = new Map<string, PriceBreaker>();

  constructor(bot: Bot, state: VenueState) {
    this.#bot = bot;
    this.#state = state;
  }

  /** Whether a quote may be acted on. After a jump nothing new is sent in the symbol until the next quote says what is true. */
  accept({ symbol, bid, ask }: Extract<VenueEvent, { type: "price" }>): boolean {
    if (!isSaneQuote({ bid, ask })) return false;
    let breaker = this.#breakers.get(symbol);
    if (!breaker) this.#breakers.set(symbol, (breaker = createPriceBreaker(this.#bot.symbols.get(symbol)?.price)));
    const { last } = breaker;
    const name = `quote ${symbol}`;
    if (isBelievable(breaker, bid)) {
      this.#state.goOnAfter(name);
      return true;
    }
    this.#state.pauseFor(name, symbol);
    this.#state.doubt(`${symbol}: the price jumps from ${last} to ${bid} within one update: nothing is done on it until the next one`);
    return false;
  }
}
