import { z } from "zod";

/** Farthest level that counts, share of the middle price. */
export const BAND = 0.005;
/** More than any market has, less than what sums of doubles can be wrong by. */
const HIGHEST_PRICE = 1e12;
const LARGEST_AMOUNT = 1e15;
const MOST_LEVELS = 10_000;

const level = z
  .tuple([z.number().positive().max(HIGHEST_PRICE), z.number().nonnegative().max(LARGEST_AMOUNT)])
  .rest(z.unknown())
  .transform(([price, amount]): Level => ({ price, amount }));
const side = z.array(level).max(MOST_LEVELS);
const bookSchema = z.object({ bids: side, asks: side, timestamp: z.number().int().positive().nullish(), nonce: z.number().nullish() });

interface Level {
  readonly price: number;
  readonly amount: number;
}

/** An order book of an exchange, best levels first. */
export interface Book {
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
  /** When the exchange says that it was so, epoch milliseconds; null when it does not say. */
  readonly time: number | null;
  /** The exchange's count of its changes; null when it does not tell it. */
  readonly version: number | null;
}

/** ccxt's order book, or why it is none. */
export function readBook(raw: unknown): Book | string {
  const parsed = bookSchema.safeParse(raw);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return `a malformed book (${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""})`;
  }
  const { timestamp, nonce, ...sides } = parsed.data;
  const [bids, asks] = [sides.bids, sides.asks].map((levels) => levels.filter(({ amount }) => amount > 0)) as [Level[], Level[]];
  return {
    bids: bids.toSorted((a, b) => b.price - a.price),
    asks: asks.toSorted((a, b) => a.price - b.price),
    time: timestamp ?? null,
    version: nonce ?? null,
  };
}

/**
 * Bids against asks, -1 (asks alone) to 1 (bids alone): their volume within 0.5 % of the middle, each level by its
 * nearness to it, (bids - asks) / (bids + asks). As queue imbalance in Gould and Bonart, 2016, over more levels than the
 * best, as in Cao, Hansch and Wang, "The information content of an open limit-order book", 2009. `asked` is how many levels of
 * a side were asked for. A sentence's end when the book says nothing.
 */
export function bookImbalance({ bids, asks }: Book, asked: number): number | string {
  const [bid, ask] = [bids[0], asks[0]];
  if (!bid || !ask) return bid || ask ? `a book without ${bid ? "asks" : "bids"}` : "an empty book";
  if (bid.price >= ask.price) return `a crossed book (bid ${bid.price}, ask ${ask.price})`;
  const middle = (bid.price + ask.price) / 2;
  const reach = (levels: readonly Level[]): number => (levels.length < asked ? BAND : Math.abs((levels.at(-1)?.price ?? middle) - middle) / middle);
  // A side that was cut off nearer than the other would seem the thinner one.
  const band = Math.min(BAND, reach(bids), reach(asks));
  const volume = (levels: readonly Level[]): number => levels.reduce((sum, { price, amount }) => sum + amount * Math.max(0, 1 - Math.abs(price - middle) / middle / band), 0);
  const [bought, sold] = [volume(bids), volume(asks)];
  if (bought === 0 || sold === 0) return `a book with a gap of ${((100 * (ask.price - bid.price)) / middle).toFixed(2)} % in its middle`;
  return (bought - sold) / (bought + sold);
}
