import { z } from "zod";
import { type Bot, HOLDS } from "../../core/bot.ts";
import type { Order } from "../../core/order.ts";
import { RISK_PROFILE_NAMES } from "../../core/risk-profiles.ts";
import { type BotEvent, type Output, step } from "../../core/step.ts";
import { clientOrderId } from "./client-order-id.ts";

const time = z.number().int();
const candle = z.strictObject({ time, open: z.number(), high: z.number(), low: z.number(), close: z.number(), volume: z.number() });
const units = z.number().int();
/** A symbol's filters as they are journaled. */
export const filtersSchema = z.strictObject({ priceStep: z.number(), quantityStep: z.number(), minQuantity: z.number(), minNotional: z.number() });

/** An event of a running bot as the journal keeps it: plain data, orders named by the bot's own number. */
export const journaledEvent = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("bars"), symbol: z.string(), time, candles: z.array(candle) }),
  z.strictObject({ type: z.literal("candle"), symbol: z.string(), time, candle }),
  z.strictObject({
    type: z.literal("outside"),
    time,
    items: z.array(z.strictObject({
      source: z.string(), id: z.string(), symbol: z.string().nullable(), published: time, fetched: time, known: time, expires: time,
      value: z.number().nullable(), text: z.string().nullable(), score: z.number().nullable(),
    })),
  }),
  z.strictObject({ type: z.literal("begin"), symbol: z.string(), time, close: z.number() }),
  z.strictObject({
    type: z.literal("fill"),
    id: units,
    orderId: units,
    symbol: z.string(),
    strategy: z.string(),
    key: z.string(),
    side: z.enum(["buy", "sell"]),
    time,
    ticks: units,
    steps: units,
    liquidity: z.enum(["maker", "taker"]),
    feeUnits: units,
    feeCurrency: z.enum(["base", "quote"]),
    complete: z.boolean(),
    tradeId: z.string(),
  }),
  z.strictObject({
    type: z.literal("touch"),
    symbol: z.string(),
    strategy: z.string(),
    direction: z.enum(["below", "above"]),
    price: z.number(),
    time,
  }),
  z.strictObject({ type: z.literal("start"), orderId: units, time }),
  z.strictObject({ type: z.literal("price"), symbol: z.string(), price: z.number().positive(), time }),
  z.strictObject({ type: z.literal("suspend"), symbol: z.string(), time }),
  z.strictObject({ type: z.literal("filters"), symbol: z.string(), filters: filtersSchema, time }),
  z.strictObject({ type: z.literal("order"), symbol: z.string(), orderId: units, status: z.enum(["canceled", "rejected"]), time, reason: z.string() }),
  z.strictObject({ type: z.literal("command"), command: z.enum(HOLDS), time, by: z.string() }),
  z.strictObject({ type: z.literal("instruct"), symbol: z.string(), strategy: z.string(), instruction: z.json(), time, by: z.string() }),
  z.strictObject({ type: z.literal("profile"), profile: z.enum(RISK_PROFILE_NAMES), time, by: z.string() }),
]);
export type JournaledEvent = z.infer<typeof journaledEvent>;
/** An instruction as plain data. */
export type Instruction = Extract<JournaledEvent, { type: "instruct" }>["instruction"];

/** What a step came to, as plain data: the same events give the same text, byte for byte. */
export interface Consequences {
  readonly requests: readonly {
    readonly type: "submit" | "cancel";
    readonly clientOrderId: string;
    readonly orderId: number;
    readonly symbol: string;
    readonly strategy: string;
    readonly key: string;
    readonly side: "buy" | "sell";
    readonly orderType: "limit" | "market";
    readonly ticks: number;
    readonly steps: number;
    readonly reserved: number;
    readonly reason: string;
  }[];
  readonly notices: Output["notices"];
  readonly decision: Output["decision"];
}

/** Applies a journaled event to a bot. The only way in which a running bot changes, live and in replay. */
export function applyEvent(bot: Bot, event: JournaledEvent): Output {
  switch (event.type) {
    case "bars":
      return step(bot, { ...event, reveal: true });
    case "candle": {
      step(bot, { type: "bars", symbol: event.symbol, time: event.time, candles: [event.candle], reveal: false });
      return step(bot, { type: "candle", symbol: event.symbol, time: event.time, close: event.candle.close });
    }
    case "fill": {
      return step(bot, { type: "fill", fill: event });
    }
    case "order": {
      const order = liveOrder(bot, event.symbol, event.orderId);
      if (!order) return { requests: [], notices: [], decision: null };
      return step(bot, { type: "order", order, status: event.status, time: event.time, reason: event.reason });
    }
    default:
      return step(bot, event satisfies BotEvent);
  }
}

/** The bot's live order of that number. */
export function liveOrder(bot: Bot, symbol: string, orderId: number): Order | null {
  for (const sleeve of bot.symbols.get(symbol)?.sleeves ?? []) {
    for (const order of sleeve.orders.live.values()) if (order.id === orderId) return order;
  }
  return null;
}

/** What came of an event, as plain data. */
export function consequencesOf(botId: string, output: Output): Consequences {
  return {
    requests: output.requests.map(({ type, order }) => ({
      type,
      clientOrderId: clientOrderId(botId, order),
      orderId: order.id,
      symbol: order.sleeve.symbol,
      strategy: order.sleeve.strategy,
      key: order.desired.key,
      side: order.desired.side,
      orderType: order.desired.type,
      ticks: order.ticks,
      steps: order.steps,
      reserved: order.reserved,
      reason: order.desired.reason,
    })),
    notices: output.notices,
    decision: output.decision,
  };
}
