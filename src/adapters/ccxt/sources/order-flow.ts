import type { Exchange } from "ccxt";
import { z } from "zod";
import { liveItem, type Publication, type Source, type SourceContext, SourceError } from "../../../ports/source.ts";
import { type Book, bookImbalance, readBook } from "./book-imbalance.ts";
import { eachMarket } from "./each-market.ts";
import type { PublicClient } from "./public-client.ts";
import { tradeFlow } from "./trade-flow.ts";

const MINUTE = 60_000;
/** A book that is older, or younger than our clock by more, is not the book of now; milliseconds. */
const STALE = MINUTE;
/** A book that has not changed for so long has stopped, milliseconds. */
const FROZEN = MINUTE / 2;
/** Levels of each side by which a book without a version is known again. */
const MARKED = 20;

/** Levels of each side and trades that an exchange gives at most, or at a bearable weight. Sources: their API documentation. */
const DEPTH: Readonly<Record<string, number>> = { binance: 1_000, kraken: 500, bybit: 200, okx: 400 };
const TRADES: Readonly<Record<string, number>> = { binance: 1_000, kraken: 1_000, bybit: 60, okx: 500 };

const spotSchema = z.object({ spot: z.literal(true) });

/** The book of a market that was seen last, and when it was new. */
interface Sighting {
  readonly version: number | null;
  /** Its version, or its best levels where the exchange tells none. */
  readonly mark: string;
  readonly time: number;
}

/**
 * Order book and trades of the spot markets themselves: `value` is the imbalance of the book, `score` that of the
 * trades (null without trades), both -1..1. `spot` is a client of spot markets. It tells no history.
 */
export function orderFlow(spot: PublicClient, every: number = MINUTE): Source {
  const { exchange } = spot;
  const seen = new Map<string, Sighting>();
  const source = { name: "order-flow", title: `imbalance of order book and trades of the spot market, -1 to 1 (${exchange})`, every, lasts: 5 * MINUTE, delay: 0, prefix: `${exchange}:` };

  const imbalanceOf = async (client: Exchange, symbol: string, context: SourceContext, signal: AbortSignal): Promise<number> => {
    const depth = DEPTH[exchange] ?? 100;
    const what = `order-flow: book of ${symbol}`;
    const book = readBook(await spot.ask(client, what, () => client.fetchOrderBook(symbol, depth), signal, false));
    const imbalance = typeof book === "string" ? book : (staleness(book, context.now(), seen, symbol) ?? bookImbalance(book, depth));
    if (typeof imbalance === "string") throw new SourceError("malformed", `${what}: ${exchange} gave ${imbalance}`);
    return imbalance;
  };

  const flowOf = async (client: Exchange, symbol: string, context: SourceContext, signal: AbortSignal): Promise<number | null> => {
    const what = `order-flow: trades of ${symbol}`;
    // Without a begin the last ones come; with one, a busy market would give the first of the span.
    const raw: unknown = await spot.ask(client, what, () => client.fetchTrades(symbol, undefined, TRADES[exchange] ?? 100), signal, false);
    const flow = tradeFlow(raw, context.now());
    if (typeof flow !== "string") return flow;
    throw new SourceError("malformed", `${what}: ${exchange} gave ${flow}`);
  };

  return {
    ...source,
    async fetch(context, signal) {
      const client = await spot.open(signal);
      const found = await eachMarket(context, signal, async (symbol): Promise<Publication> => {
        if (!spotSchema.safeParse(client.markets?.[symbol]).success) throw new SourceError("refused", `order-flow: ${exchange} has no spot market ${symbol}`);
        const published = context.now();
        const value = await imbalanceOf(client, symbol, context, signal);
        const score = await flowOf(client, symbol, context, signal).catch((error: unknown) => {
          // The book alone is worth something; a venue that wants to be left alone, or is gone, is not asked on.
          if (!(error instanceof SourceError) || error.kind !== "malformed") throw error;
          context.warn?.(error.message);
          return null;
        });
        return { id: `${exchange}:${published}`, symbol, published, value, text: null, score };
      });
      const now = context.now();
      return found.map((one) => liveItem(source, one, now));
    },
  };
}

/** Why a book is not of now; null when it may be. */
function staleness({ time, version, bids, asks }: Book, now: number, seen: Map<string, Sighting>, symbol: string): string | null {
  if (time !== null && Math.abs(now - time) > STALE) return `a book of ${new Date(time).toISOString()}, which is not now`;
  const mark = version === null ? JSON.stringify([bids.slice(0, MARKED), asks.slice(0, MARKED)]) : String(version);
  const before = seen.get(symbol);
  if (before?.mark === mark) return now - before.time >= FROZEN ? `a book that has not changed for ${Math.round((now - before.time) / 1_000)} s` : null;
  // Kept also when it is refused: a venue that counts anew must not be refused for ever.
  seen.set(symbol, { version, mark, time: now });
  return version !== null && version < (before?.version ?? version) ? "a book older than the one before" : null;
}
