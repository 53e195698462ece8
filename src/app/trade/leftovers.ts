import type { Venue } from "../../ports/venue.ts";
import type { Desk } from "./desk.ts";

/**
 * Takes up what the last run left: what it had on the wire when it ended is UNKNOWN, to be asked after before anything
 * else is done. `age` is how long ago the bot began, milliseconds; null when it begins now.
 */
export function takeUpLeftovers(desk: Desk, venue: Venue, age: number | null): void {
  if (age !== null) renumber(desk, venue.now(), age);
  for (const row of desk.open()) {
    if (row.state === "SENDING") desk.move(row, { state: "UNKNOWN" }, "the last run ended while it was sent", venue.now());
    else if (row.state === "CANCELING") desk.move(row, { state: "UNKNOWN" }, "the last run ended while it was canceled", venue.now());
  }
  for (const { id } of desk.parts.journal.outbox("claimed")) desk.settle([{ id, state: "unknown" }]);
}

/**
 * A journal may have been restored from a copy, which knows nothing of orders sent after it was made. Numbers, and with
 * them client order ids, go on from the milliseconds since the bot began: no run has sent more orders than that.
 */
function renumber(desk: Desk, now: number, age: number): void {
  desk.handle({ type: "start", orderId: Math.max(1, age), time: now });
}
