import { instrument } from "../../plan.ts";
import type { Setting } from "./script.ts";
import type { Driver, OracleEvent, OracleModel, OracleOrder } from "./types.ts";

/** Prices and quantities in whole units, no fees, all of the volume. */
export function plainSetting(model: Partial<OracleModel>): Setting {
  return {
    instrument: instrument("ABC/USD", { priceStep: 1, quantityStep: 1, minQuantity: 1, minNotional: 1 }),
    model: {
      path: "nearest", limitTest: "touch", counter: "same", gap: "limit", share: { over: 1, under: 1 }, slippage: { over: 0, under: 1 },
      makerRate: 0, takerRate: 0, feeCurrency: "quote", notionalScale: 100_000_000, stepUnits: 100_000_000, ...model,
    },
  };
}

/** One unit at a limit. */
export function limit(side: "buy" | "sell", ticks: number, postOnly = false): Omit<OracleOrder, "id"> {
  return { side, type: "limit", ticks, steps: 1, postOnly, funds: Number.MAX_SAFE_INTEGER };
}

/** Each fill gives birth to one unit the other way, a tick away. */
export const oneTickGrid: Driver = (event, venue) => {
  if (event.type === "fill") venue.place(event.side === "buy" ? limit("sell", event.ticks + 1) : limit("buy", event.ticks - 1));
};

/** Events in short: S101 a sell at 101, "below 99" a stop fired, "rejected" as it says. */
export function short(events: readonly OracleEvent[]): string {
  return events
    .map((event) => {
      if (event.type === "fill") return (event.side === "buy" ? "B" : "S") + String(event.ticks);
      return event.type === "touched" ? `${event.direction} ${event.ticks}` : event.type;
    })
    .join(" ");
}
