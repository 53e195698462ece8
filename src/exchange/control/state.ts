import type { Doors } from "../rest/route.ts";
import { accepted, isApiError } from "../refusal.ts";
import { orderRow } from "../shapes/order.ts";
import { priceText } from "../decimal-text.ts";

/** How often a client order id was sent and how many orders carry it. */
export interface IdCount {
  posts: number;
  orders: number;
}

/** Per client order id: POST requests that arrived, and orders that exist. */
export function idCounts({ engine, directory, faults }: Doors): Readonly<Record<string, IdCount>> {
  const counts: Record<string, IdCount> = {};
  for (const [id, posts] of Object.entries(faults.orderPosts())) counts[id] = { posts, orders: 0 };
  for (const { key } of directory.listings) {
    for (const holder of directory.holders) {
      for (const { clientOrderId } of accepted(engine.orders(holder.id, key))) {
        const count = (counts[clientOrderId] ??= { posts: 0, orders: 0 });
        count.orders += 1;
      }
    }
  }
  return counts;
}

/** The answer to GET /control/state. */
export function exchangeState(doors: Doors): Record<string, unknown> {
  const { engine, directory, faults } = doors;
  return {
    now: engine.now,
    end: engine.end,
    markets: directory.listings.map((listing) => {
      const last = engine.lastTicks(listing.key);
      const book = engine.book(listing.key, 1);
      const instrument = listing.instrument();
      const best = (levels: readonly (readonly [number, number])[]): string | null => (levels[0] ? priceText(instrument, levels[0][0]) : null);
      return {
        symbol: listing.id,
        last: last === null ? null : priceText(instrument, last),
        bid: isApiError(book) ? null : best(book.bids),
        ask: isApiError(book) ? null : best(book.asks),
        halted: listing.isClosed(),
      };
    }),
    accounts: directory.holders.map(({ id, apiKey }) => ({
      id,
      apiKey,
      balances: engine.balances(id),
      openOrders: accepted(engine.openOrders(id)).map((order) => orderRow(directory.byKey(order.symbol), order)),
    })),
    requests: faults.counts(),
    clientOrderIds: idCounts(doors),
    faults: faults.list(),
  };
}
