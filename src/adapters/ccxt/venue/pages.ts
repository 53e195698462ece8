import { z } from "zod";
import type { VenueName } from "./quirks.ts";

/** Where to start reading trades: after an id, or from a time in epoch milliseconds. */
export interface TradesFrom {
  readonly afterId?: string;
  readonly since: number;
}

/** The arguments of one request for a page, as ccxt's list calls take them. */
export interface Page {
  readonly since: number | undefined;
  readonly limit: number | undefined;
  readonly params: Readonly<Record<string, unknown>>;
}

/** How a list is walked: its first page, and the next one by the raw answer to the last; `null` when there is none. */
export interface Walk {
  readonly first: Page;
  readonly next: (answer: unknown, page: Page) => Page | null;
}

/** Each exchange's longest answer. */
const BINANCE_TRADES = 1_000;
const BYBIT_TRADES = 100;
const BYBIT_ORDERS = 50;
const OKX_ROWS = 100;
/** Bybit looks at no more than a week after the start. */
const BYBIT_WINDOW = 604_800_000;

const binanceTrades = z.array(z.object({ id: z.union([z.number(), z.string().regex(/^\d+$/)]) }));
const krakenTrades = z.object({ result: z.object({ trades: z.record(z.string(), z.unknown()) }) });
const bybitCursor = z.object({ result: z.object({ nextPageCursor: z.string().nullish(), list: z.array(z.unknown()) }) });
const okxRows = z.object({ data: z.array(z.object({ billId: z.string().optional(), ordId: z.string().optional() })) });

/** How the trades of one symbol are walked, up to the venue's time `now` in epoch milliseconds. */
export function walkTrades(venue: VenueName, from: TradesFrom, now: number): Walk {
  switch (venue) {
    case "binance":
      return binanceWalk(from);
    case "kraken":
      return krakenWalk(from);
    case "bybit":
      return bybitWalk(from, now);
    case "okx":
      return okxWalk({ since: from.since, limit: undefined, params: {} }, "billId");
  }
}

/** How the open orders of one symbol are walked. */
export function walkOpenOrders(venue: VenueName): Walk {
  if (venue === "bybit") return { first: { since: undefined, limit: BYBIT_ORDERS, params: {} }, next: bybitNext };
  if (venue === "okx") return okxWalk({ since: undefined, limit: OKX_ROWS, params: {} }, "ordId");
  return { first: { since: undefined, limit: undefined, params: {} }, next: () => null };
}

/**
 * Oldest first, by ids that rise without a gap in time. The trade that is known is asked for again: an answer without it
 * says that there is no such trade, and nothing could be read after it for ever; then all is read from the time on.
 */
function binanceWalk(from: TradesFrom): Walk {
  const at = (id: bigint): Page => ({ since: undefined, limit: BINANCE_TRADES, params: { fromId: String(id) } });
  const all: Page = { since: from.since, limit: BINANCE_TRADES, params: {} };
  const known = from.afterId !== undefined && /^\d+$/.test(from.afterId) && Number.isSafeInteger(Number(from.afterId)) ? BigInt(from.afterId) : null;
  const first = known === null ? all : at(known);
  return {
    first,
    next: (answer, page) => {
      const ids = binanceTrades.parse(answer).map(({ id }) => BigInt(id));
      if (page === first && known !== null && !ids.includes(known)) return all;
      if (ids.length < BINANCE_TRADES) return null;
      return at(ids.reduce((a, b) => (a > b ? a : b)) + 1n);
    },
  };
}

/** Newest first, of all symbols together, by offset. A trade that comes meanwhile moves others to the next page, never past it. */
function krakenWalk(from: TradesFrom): Walk {
  const page = (offset: number): Page => ({ since: from.since, limit: undefined, params: { ofs: offset } });
  let offset = 0;
  return {
    first: page(0),
    next: (answer) => {
      const rows = Object.keys(krakenTrades.parse(answer).result.trades).length;
      offset += rows;
      return rows === 0 ? null : page(offset);
    },
  };
}

/** Newest first inside a week, by cursor; then the week after. */
function bybitWalk(from: TradesFrom, now: number): Walk {
  const week = (since: number): Page => ({ since, limit: BYBIT_TRADES, params: { until: since + BYBIT_WINDOW - 1 } });
  return {
    first: week(from.since),
    next: (answer, page) => {
      const more = bybitNext(answer, page);
      if (more) return more;
      const next = (page.since ?? now) + BYBIT_WINDOW;
      return next > now ? null : week(next);
    },
  };
}

function bybitNext(answer: unknown, page: Page): Page | null {
  const { nextPageCursor: cursor, list } = bybitCursor.parse(answer).result;
  if (!cursor || list.length === 0) return null;
  return { ...page, params: { ...page.params, cursor } };
}

/** Newest first, each page older than a row of the page before. */
function okxWalk(first: Page, key: "billId" | "ordId"): Walk {
  return {
    first,
    next: (answer, page) => {
      const rows = okxRows.parse(answer).data;
      const last = rows.at(-1)?.[key];
      if (rows.length < OKX_ROWS || last === undefined) return null;
      return { ...page, params: { ...page.params, after: last } };
    },
  };
}
