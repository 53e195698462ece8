import type { OrderRow } from "../../ports/journal.ts";
import type { Venue } from "../../ports/venue.ts";
import type { Desk } from "./desk.ts";

/** How far back a close is looked for, fill candles. */
const CANDLES = 5;

/**
 * Plans anew what was planned and never sent while the price was not known. Each symbol's last close is asked for and
 * journaled first, so that strategies and risk gate judge at today's price. False when the venue did not answer.
 */
export async function replan(desk: Desk, venue: Venue, fillTimeframe: number, rows: readonly OrderRow[]): Promise<boolean> {
  if (rows.length === 0) return true;
  // A machine that slept through the outage would ask for the candles of its own time.
  if (!(await venue.syncClock()).ok) return false;
  for (const symbol of new Set(rows.map((row) => row.symbol))) {
    const answer = await venue.candles(symbol, fillTimeframe, venue.now() - CANDLES * fillTimeframe, CANDLES);
    if (!answer.ok) return false;
    if (desk.dead) return true;
    const close = answer.value.at(-1)?.close;
    if (close !== undefined) desk.handle({ type: "price", symbol, price: close, time: venue.now() });
    for (const { clientOrderId } of rows.filter((row) => row.symbol === symbol)) {
      const row = desk.row(clientOrderId);
      if (row?.state === "INTENT") desk.end(row, "NOT_PLACED", "never sent", venue.now());
    }
  }
  return true;
}
