import { type Exact, exact, ONE, over, rounded, signOf, times } from "../holdings/exact.ts";
import type { PriceUse, Problem } from "./entries.ts";
import { COST_PLACES } from "./lots.ts";
import type { PriceAt } from "./price-book.ts";
import { type Amount, isFiat, type StatedValue, type TaxRow } from "./row.ts";

/** Coins that are paid with, as far as fees go: what is bought with them is bought and not exchanged. Never a price of 1. */
const STABLECOINS = new Set(["USDT", "USDC", "BUSD", "DAI", "FDUSD", "TUSD", "USDP", "PYUSD", "USDE", "UST", "GUSD", "EURC", "EURT", "EURI"]);

/** 2 for money of a state, 1 for a stablecoin, 0 for the rest. */
export const moneyRank = (asset: string): number => (isFiat(asset) ? 2 : STABLECOINS.has(asset) ? 1 : 0);

/** What rows are worth in the tax currency. Every answer is kept with where it is from, and everything that has none too. */
export interface Worth {
  /** Of an amount; `stated` wins. `null` when there is no price, which is noted as a problem. */
  of(row: TaxRow, amount: Amount, stated: StatedValue | null): Exact | null;
  /** Of what a trade exchanges, without its fee. */
  ofTrade(row: TaxRow, sent: Amount, received: Amount): Exact | null;
  readonly prices: readonly PriceUse[];
}

/** Worths from stated values and candles. Problems go where `report` takes them. */
export function worthIn(currency: string, priceAt: PriceAt, report: (problem: Problem) => void): Worth {
  const prices: PriceUse[] = [];
  const attempt = (row: TaxRow, amount: Amount, stated: StatedValue | null): Exact | string => {
    const quantity = exact(amount.quantity);
    if (amount.asset === currency) return quantity;
    const asked = stated ?? { amount: amount.quantity, currency: amount.asset };
    const answer = asked.currency === currency ? { price: ONE, legs: [] } : priceAt(asked.currency, row.time);
    if ("why" in answer) return answer.why;
    const value = rounded(times(exact(asked.amount), answer.price), COST_PLACES);
    prices.push({ origin: row.origin, time: row.time, asset: amount.asset, quantity, value, source: stated === null ? "candles" : "stated", legs: answer.legs });
    return value;
  };
  const missing = (row: TaxRow, amount: Amount, why: string): null => {
    const quantity = exact(amount.quantity);
    report({ origin: row.origin, time: row.time, kind: "no price", asset: amount.asset, quantity, text: `${why}; give candles with --prices, or state the value in the row` });
    return null;
  };
  return {
    prices,
    of: (row, amount, stated) => {
      const found = attempt(row, amount, stated);
      return typeof found === "string" ? missing(row, amount, found) : found;
    },
    ofTrade: (row, sent, received) => {
      if (sent.asset === currency) return exact(sent.quantity);
      if (received.asset === currency) return exact(received.quantity);
      // Money says best what a trade was worth, then what came in, which is what the other was given for.
      const sides = moneyRank(sent.asset) > moneyRank(received.asset) ? [sent, received] : [received, sent];
      let why = "";
      for (const side of row.value === null ? sides : sides.slice(0, 1)) {
        const found = attempt(row, side, row.value);
        if (typeof found !== "string") return found;
        why = why === "" ? found : `${why}, and ${found}`;
      }
      return missing(row, sides[0] ?? received, why);
    },
  };
}

/** The worth of a fee that is paid in an asset of the trade itself: the same part of the trade's worth. */
export function feeShare(worth: Exact | null, fee: Exact, whole: Exact): Exact | null {
  return worth === null || signOf(whole) === 0 ? null : rounded(over(times(worth, fee), whole), COST_PLACES);
}
