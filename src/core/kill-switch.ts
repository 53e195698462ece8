import type { OrderState } from "./order-state.ts";
import type { Side } from "./order.ts";

/**
 * Whether a request may go out: a submit only for an order that was never sent, and only as far as the kill switch lets
 * it; a cancel always. `killSwitch` is the journal's setting, `null` where it was never turned.
 */
export function mayBeSent(action: "submit" | "cancel", order: { readonly state: OrderState; readonly side: Side }, killSwitch: string | null): boolean {
  if (action === "cancel") return true;
  if (order.state !== "INTENT") return false;
  // Spot: what is sold closes something, what is bought opens it.
  if (killSwitch === "FLATTEN") return order.side === "sell";
  return killSwitch !== "PAUSE" && killSwitch !== "CANCEL";
}
