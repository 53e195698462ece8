import type { ExchangeOrder, ExchangeTrade } from "../../src/exchange/engine/model.ts";
import type { Exchange } from "../../src/exchange/server.ts";
import type { Truth } from "./messages.ts";

/** The state of the account, read from the exchange itself and not over the wire. */
export function truthOf({ engine }: Exchange): Truth {
  return {
    balances: [...engine.balances(0)],
    open: (engine.openOrders(0) as readonly ExchangeOrder[]).map(({ clientOrderId }) => clientOrderId),
    trades: engine.plan.markets.flatMap(({ instrument: { symbol } }) =>
      (engine.trades(0, symbol.replace("/", "")) as readonly ExchangeTrade[]).map(({ id }): [string, string] => [symbol, String(id)]),
    ),
  };
}

/** What must never be on the exchange, however short: an id that was sent twice or has two orders, money from nowhere. */
export function sins(exchange: Exchange): string[] {
  const problems: string[] = [];
  for (const [id, posts] of Object.entries(exchange.faults.orderPosts())) if (posts > 1) problems.push(`order ${id} was sent ${posts} times`);
  const seen = new Set<string>();
  for (const { instrument } of exchange.engine.plan.markets) {
    for (const { clientOrderId } of exchange.engine.orders(0, instrument.symbol.replace("/", "")) as readonly ExchangeOrder[]) {
      if (seen.has(clientOrderId)) problems.push(`order ${clientOrderId} is there twice`);
      seen.add(clientOrderId);
    }
  }
  try {
    exchange.engine.check();
  } catch (error) {
    problems.push(error instanceof Error ? error.message : String(error));
  }
  return problems;
}
