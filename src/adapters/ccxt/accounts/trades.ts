import type { Exchange } from "ccxt";
import { z } from "zod";
import { RunError, UserError } from "../../../core/user-error.ts";
import type { AccountTrade, ReadTrades, TradeCursor } from "../../../ports/account.ts";
import type { Patience } from "../retry.ts";
import { walkTrades, type Walk } from "../venue/pages.ts";
import { assetCode, assetsOf, decimalText, isKnown, spotMarkets } from "./client.ts";
import { walkByTime, walkPages, type Walking } from "./walk.ts";

/** How the trades of an account are read. */
export interface TradeReading {
  readonly client: Exchange;
  readonly label: string;
  readonly patience: Patience;
  readonly signal: AbortSignal;
  /** Markets to read; absent: all between the assets that are asked for. */
  readonly symbols?: readonly string[];
  /** From when on, where nothing is known yet; epoch milliseconds. Absent: what the exchange keeps, or two years. */
  readonly since?: number;
}

const TWO_YEARS = 2 * 365 * 86_400_000;
/** Trades may appear late in a venue's list: so much of it is read again, ms. */
const OVERLAP = 600_000;
/** More markets than this take minutes. */
const MOST_MARKETS = 60;

const feeShape = z.object({ currency: assetCode, cost: decimalText });
const tradeShape = z.object({ id: z.coerce.string().min(1), timestamp: z.number(), symbol: z.string(), side: z.enum(["buy", "sell"]), amount: decimalText, price: decimalText, fee: z.unknown() });

/** New trades of the account in all its markets. A market that cannot be read is told, and does not keep the others from it. */
export async function readTrades(reading: TradeReading, from: ReadonlyMap<string, TradeCursor>, assets: readonly string[]): Promise<ReadTrades> {
  const { client, signal } = reading;
  const trades: AccountTrade[] = [];
  const readTo = new Map<string, number>();
  const { symbols, missing } = marketsOf(reading, assets);
  if (client.id === "kraken") {
    // Its list is of all markets together: asking for each would read all of it each time.
    const since = Math.min(...symbols.map((symbol) => from.get(symbol)?.since ?? 0));
    await attempt(symbols, async (asked) => read(reading, undefined, { since: Number.isFinite(since) ? since : 0 }, asked));
  } else {
    for (const symbol of symbols) await attempt([symbol], async (asked) => read(reading, symbol, from.get(symbol), asked));
  }
  return { trades, readTo, missing };

  async function attempt(markets: readonly string[], work: (asked: number) => Promise<AccountTrade[]>): Promise<void> {
    const asked = client.milliseconds();
    try {
      for (const trade of await work(asked)) if (markets.includes(`${trade.base}/${trade.quote}`)) trades.push(trade);
      for (const market of markets) readTo.set(market, asked);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof RunError) && !(error instanceof UserError)) throw error;
      missing.push(error.message);
    }
  }
}

function marketsOf({ client, label, symbols }: TradeReading, assets: readonly string[]): { readonly symbols: readonly string[]; readonly missing: string[] } {
  const known = [...spotMarkets(client)];
  if (symbols) {
    const strange = symbols.filter((symbol) => !known.includes(symbol));
    return { symbols: symbols.filter((symbol) => known.includes(symbol)), missing: strange.map((symbol) => `${label}: ${client.id} has no market ${symbol}; its trades are not read.`) };
  }
  const between = known.filter((symbol) => {
    const pair = assetsOf(symbol);
    return pair !== null && assets.includes(pair.base) && assets.includes(pair.quote);
  });
  if (between.length <= MOST_MARKETS) return { symbols: between, missing: [] };
  return { symbols: between.slice(0, MOST_MARKETS), missing: [`${label}: there are ${between.length} markets between what is held; the trades of the first ${MOST_MARKETS} are read. Name those that matter under portfolio.accounts, symbols.`] };
}

async function read(reading: TradeReading, symbol: string | undefined, cursor: TradeCursor | undefined, now: number): Promise<AccountTrade[]> {
  const { client, label, patience, signal } = reading;
  const what = `trades of ${symbol ?? "all markets"}`;
  const walking: Walking = { client, what, patience, signal, call: ({ since, limit, params }) => client.fetchMyTrades(symbol, since, limit, params) };
  const since = Math.max(0, cursor ? cursor.since - OVERLAP : (reading.since ?? now - TWO_YEARS));
  const rows = isKnown(client.id) ? await walkPages(walkOf(client.id, cursor, since, reading.since !== undefined, now), walking) : await walkByTime(since, walking, (row) => keyOf(row, what));
  // The last one that is known is read again.
  return rows.map((row) => tradeOf(row, label, what)).filter((trade) => trade !== null).filter(({ id }) => id !== cursor?.lastId);
}

/** Binance numbers the trades of a market from one on, so that a first reading can begin at the first. */
function walkOf(venue: Parameters<typeof walkTrades>[0], cursor: TradeCursor | undefined, since: number, asked: boolean, now: number): Walk {
  const walk = walkTrades(venue, { since, ...(cursor?.lastId === undefined ? {} : { afterId: cursor.lastId }) }, now);
  if (venue !== "binance" || cursor?.lastId !== undefined || asked) return walk;
  return { ...walk, first: { since: undefined, limit: walk.first.limit, params: { fromId: "0" } } };
}

function keyOf(row: unknown, what: string): { readonly id: string; readonly time: number } {
  const { id, timestamp } = parsed(row, what);
  return { id, time: timestamp };
}

function parsed(row: unknown, what: string): z.infer<typeof tradeShape> {
  const trade = tradeShape.safeParse(row);
  if (trade.success) return trade.data;
  const issue = trade.error.issues[0];
  throw new RunError(`${what}: one has not the expected form (${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}).`);
}

function tradeOf(row: unknown, label: string, what: string): AccountTrade | null {
  const { id, timestamp, symbol, side, amount, price, fee } = parsed(row, what);
  const pair = assetsOf(symbol);
  if (pair === null) return null;
  const paid = feeShape.safeParse(fee);
  return { source: label, id, time: timestamp, ...pair, side, quantity: amount, price, fee: paid.success ? { asset: paid.data.currency, quantity: paid.data.cost } : null };
}
