import type { Candle } from "./candle.ts";

/** A price that moves by more than this from one update to the next, as a share, is not believed at once. */
export const MOST_JUMP = 0.2;

/** What a breaker remembers of one symbol: the last price that was believed, and one that waits for a second update. */
export interface PriceBreaker {
  last: number;
  suspect: number | null;
}

/** A breaker that takes the first price as it is. */
export function createPriceBreaker(last = Number.NaN): PriceBreaker {
  return { last, suspect: null };
}

/** Whether a price may be acted on: near the last one, or confirmed by the update after the one that jumped. */
export function isBelievable(breaker: PriceBreaker, price: number): boolean {
  if (!isNear(breaker.last, price) && (breaker.suspect === null || !isNear(breaker.suspect, price))) {
    breaker.suspect = price;
    return false;
  }
  breaker.last = price;
  breaker.suspect = null;
  return true;
}

/** Whether two prices lie within the limit of each other; any price is near none. */
export function isNear(last: number, price: number): boolean {
  return Number.isNaN(last) || (price <= last * (1 + MOST_JUMP) && price >= last * (1 - MOST_JUMP));
}

/** Whether all of a candle lies within the limit of a price. */
export function isCandleNear(last: number, { high, low }: Candle): boolean {
  return isNear(last, high) && isNear(last, low);
}

/** Whether two reports of a candle say the same within the limit. */
export function isSameCandle(a: Candle, b: Candle): boolean {
  return a.time === b.time && isNear(a.high, b.high) && isNear(a.low, b.low) && isNear(a.close, b.close);
}
