import type { Operator } from "../../../ports/operator.ts";
import { numberOf, priceNumber } from "./account.ts";
import type { VirtualBook } from "./book.ts";

/** Older than this, milliseconds of the venue's time, a price is not traded at. */
export const OLDEST_PRICE = 300_000;

/** The last price of a symbol, quote, and when it was, epoch milliseconds of the venue. */
export interface LastPrice {
  readonly price: number;
  readonly time: number;
}

/** The newest price that the bot knows of a symbol; null before the first. */
export function lastPrice(operator: Operator, symbol: string): LastPrice | null {
  const { last } = operator.extremes(symbol, operator.status().time);
  if (last) return last;
  const bar = operator.health().lastBar.find((one) => one.symbol === symbol);
  const price = operator.status().symbols.find((one) => one.symbol === symbol)?.price ?? null;
  return price === null || bar?.closed == null ? null : { price, time: bar.closed };
}

/** Something that a paper portfolio holds: base, quote. */
export interface VirtualPosition {
  readonly symbol: string;
  readonly quantity: number;
  readonly cost: number;
  readonly price: number;
  readonly worth: number;
  /** Whether there is a price; without one it is counted at its cost. */
  readonly priced: boolean;
}

/** How a paper portfolio stands. Money in quote; `hold` and `bot`: what its cash would be worth in the symbol, or had it done as the bot did. */
export interface VirtualStanding {
  readonly time: number;
  readonly began: number;
  readonly quote: string;
  readonly start: number;
  readonly cash: number;
  readonly equity: number;
  readonly positions: readonly VirtualPosition[];
  readonly fees: number;
  readonly closedProfit: number;
  readonly holdSymbol: string;
  readonly hold: number;
  readonly bot: number;
  /** Age of the oldest price in it, ms, when that is more than is traded at; null while all are fresh. */
  readonly old: number | null;
}

/** How the portfolio of a user stands; null when there is none. */
export function standingOf(book: VirtualBook, operator: Operator, user: number): VirtualStanding | null {
  const begun = book.begun(user);
  const account = book.account(user);
  if (!begun || !account) return null;
  const { time, equity: botEquity } = operator.status();
  const known = new Set(operator.symbols);
  const priceOf = (symbol: string): LastPrice | null => (known.has(symbol) ? lastPrice(operator, symbol) : null);
  const positions = [...account.held].map(([symbol, { quantity, cost }]): VirtualPosition => {
    const price = priceOf(symbol)?.price ?? null;
    const amount = numberOf(quantity);
    const worth = price === null ? numberOf(cost) : amount * price;
    return { symbol, quantity: amount, cost: numberOf(cost), price: price ?? numberOf(cost) / amount, worth, priced: price !== null };
  });
  const start = numberOf(begun.cash);
  const held = priceOf(begun.symbol);
  const ages = [begun.symbol, ...account.held.keys()].map((symbol) => time - (priceOf(symbol)?.time ?? 0));
  const oldest = Math.max(...ages);
  return {
    time, began: begun.time, quote: begun.quote, start,
    cash: numberOf(account.cash),
    equity: numberOf(account.cash) + positions.reduce((sum, { worth }) => sum + worth, 0),
    positions,
    fees: numberOf(account.fees),
    closedProfit: numberOf(account.closedProfit),
    holdSymbol: begun.symbol,
    hold: held ? start * (held.price / priceNumber(begun.price)) : start,
    bot: begun.botEquity > 0 ? start * (botEquity / begun.botEquity) : start,
    old: oldest > OLDEST_PRICE ? oldest : null,
  };
}
