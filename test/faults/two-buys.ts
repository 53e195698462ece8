import type { ExchangeOrder } from "../../src/exchange/engine/model.ts";
import type { Exchange } from "../../src/exchange/server.ts";
import type { OrderState } from "../../src/core/order-state.ts";
import { type BotOptions, type RunningBot, openBot, openOrders, settled, until } from "./fixture.ts";
import { ONE_MARKET } from "../app/trade/harness.ts";

/** Two buys, at 98 and at 99 under a price of 100, and nothing else; the one at 98 is sent first. */
export const TWO_BUYS = `
${ONE_MARKET}strategies:
  grid: { lower: 98, upper: 102, levels: 5, spacing: arithmetic, quantity: 1, initialPurchase: false }
trade: { mode: live }
`;

/** The key of the first buy. */
export const FIRST = "g1c0/1";

/** A bot with those two buys, that waits half a second for an answer. */
export const openTwoBuys = (exchange: Exchange, options: BotOptions = {}): Promise<RunningBot> => openBot(exchange, { yaml: TWO_BUYS, deadlineMs: 500, ...options });

/** Waits until both stand. */
export async function twoBuysRest(bot: RunningBot, exchange: Exchange): Promise<void> {
  await until("both buys rest", () => settled(bot, exchange) && openOrders(exchange).length === 2);
}

/** What became of the orders of a key, oldest first, with the number of requests that each was sent with. */
export function attempts(bot: RunningBot, exchange: Exchange, key = FIRST): readonly { readonly state: OrderState; readonly posts: number }[] {
  const posts = exchange.faults.orderPosts();
  return bot.journal.orders().filter((row) => row.key === key).map(({ clientOrderId, state }) => ({ state, posts: posts[clientOrderId] ?? 0 }));
}

/** Those attempts that were sent: what is planned while the bot looks at the account is planned anew after it. */
export function sent(bot: RunningBot, exchange: Exchange, key = FIRST): ReturnType<typeof attempts> {
  return attempts(bot, exchange, key).filter(({ posts }) => posts > 0);
}

/** Orders that the exchange took, whatever became of them. */
export function taken(exchange: Exchange): readonly ExchangeOrder[] {
  return exchange.engine.orders(0, "BTCUSDT") as readonly ExchangeOrder[];
}

/** How often an order of the key was asked after by its id. */
export function questions(bot: RunningBot, exchange: Exchange, key = FIRST): number {
  const ids = bot.journal.orders().filter((row) => row.key === key).map(({ clientOrderId }) => clientOrderId);
  return ids.reduce((sum, clientOrderId) => sum + exchange.faults.requests({ method: "GET", path: "/api/v3/order", clientOrderId }).length, 0);
}

/** The moves of the orders of a key that the log tells of, from a line on. */
export const moves = (bot: RunningBot, key = FIRST, from = 0): string[] =>
  bot.log.slice(from).flatMap((line) => new RegExp(`^ {2}${key}: (\\w+ -> \\w+)`).exec(line)?.[1] ?? []);
