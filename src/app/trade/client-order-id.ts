import { createHash } from "node:crypto";
import type { Order } from "../../core/order.ts";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** The first eight hex digits of every order of a bot: how it knows its own at a venue. */
export function idPrefix(botId: string): string {
  return sha256(`caucus bot ${botId}`).slice(0, 8);
}

/**
 * The client order id: 32 hex digits, a function of bot, sleeve, key and the bot's own rising order number. A key
 * that is sent again has another number, so no id is ever used twice.
 */
export function clientOrderId(botId: string, order: Pick<Order, "id" | "sleeve" | "desired">): string {
  const { symbol, strategy } = order.sleeve;
  return idPrefix(botId) + sha256([botId, symbol, strategy, order.desired.key, order.id].join("\n")).slice(0, 24);
}
