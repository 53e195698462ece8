import type { Bot, SleeveState, SymbolState } from "./bot.ts";
import type { DesiredOrder, Order, SteppedOrder } from "./order.ts";
import { toSteps } from "./reconcile.ts";
import { brakeOf, contextOf } from "./refresh.ts";
import { gate, isRefused } from "./risk.ts";

/** What would become of an order: its steps, and why limits or gate would refuse it, a sentence; null when it would pass. */
export interface Foresight {
  readonly order: SteppedOrder;
  readonly refusal: string | null;
}

/**
 * Runs an order through the owner's limits and the gate as if it were sent at `price`, quote. Both write into what they
 * judge by (money set aside, a tripped limit): they are given copies, so that looking changes nothing.
 */
export function foreseeOrder(bot: Bot, symbol: SymbolState, sleeve: SleeveState, desired: DesiredOrder, price: number, time: number): Foresight {
  const stepped = toSteps(symbol.instrument, desired);
  const account = { ...sleeve.account };
  const shadow: Bot = { ...bot, ledger: { ...bot.ledger }, brakes: { ...bot.brakes } };
  const place: SymbolState = { ...symbol, price };
  const own: SleeveState = { ...sleeve, account, view: { ...sleeve.view, time } };
  const order: Order = {
    ...stepped, id: bot.nextOrderId, sleeve: account, attempt: 0, status: "pending", filled: 0, filledBefore: 0, round: 0, reserved: 0,
  };
  const braked = bot.plan.limits ? brakeOf(shadow, place, own, order) : null;
  if (braked) return { order: stepped, refusal: braked.detail };
  const outcome = gate({ type: "submit", order }, contextOf(shadow, place, own));
  return { order: stepped, refusal: isRefused(outcome) ? outcome.detail : null };
}
