import type { Venue } from "../../ports/venue.ts";
import type { Desk } from "./desk.ts";

/** Makes what the last run had on the wire when it ended UNKNOWN, to be asked after before anything else is done. */
export function takeUpLeftovers(desk: Desk, venue: Venue): void {
  for (const row of desk.open()) {
    if (row.state === "SENDING") desk.move(row, { state: "UNKNOWN" }, "the last run ended while it was sent", venue.now());
    else if (row.state === "CANCELING") desk.move(row, { state: "UNKNOWN" }, "the last run ended while it was canceled", venue.now());
  }
  for (const { id } of desk.parts.journal.outbox("claimed")) desk.settle(id, "unknown");
}
