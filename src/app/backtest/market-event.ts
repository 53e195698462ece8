import type { BotEvent } from "../../core/step.ts";

/** What the market of a run tells the bot: every such event is of one symbol. */
export type MarketEvent = Exclude<BotEvent, { readonly type: "command" | "start" | "outside" | "profile" }>;

/** Epoch milliseconds. */
export function timeOf(event: MarketEvent): number {
  return event.type === "fill" ? event.fill.time : event.time;
}

/** The symbol that it is of. */
export function symbolOf(event: MarketEvent): string {
  if (event.type === "fill") return event.fill.symbol;
  return event.type === "order" ? event.order.sleeve.symbol : event.symbol;
}
