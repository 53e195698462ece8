import type { OracleModel, OracleOrder, Ratio } from "./types.ts";

const RATE = 100_000_000n;

/** The larger whole number next to over / under. */
export function ceilDiv(over: bigint, under: bigint): bigint {
  return over % under === 0n ? over / under : over / under + 1n;
}

/** Quote units of so many steps at a price. */
export function notional(model: OracleModel, ticks: number, steps: number): bigint {
  return BigInt(ticks) * BigInt(steps) * BigInt(model.notionalScale);
}

/** The fee of a fill: in the base asset for a buy that pays in what it receives, else in quote; rounded up. */
export function feeOf(
  model: OracleModel,
  fill: { readonly side: "buy" | "sell"; readonly ticks: number; readonly steps: number; readonly liquidity: "maker" | "taker" },
): { readonly fee: number; readonly feeCurrency: "base" | "quote" } {
  const rate = BigInt(fill.liquidity === "maker" ? model.makerRate : model.takerRate);
  const inBase = fill.side === "buy" && model.feeCurrency === "received";
  const units = inBase ? BigInt(fill.steps) * BigInt(model.stepUnits) : notional(model, fill.ticks, fill.steps);
  return { fee: Number(ceilDiv(units * rate, RATE)), feeCurrency: inBase ? "base" : "quote" };
}

/** Quote units that leave the account for a buy: the notional, and the fee where it is paid in quote. */
export function costOf(model: OracleModel, ticks: number, steps: number, liquidity: "maker" | "taker"): bigint {
  const { fee, feeCurrency } = feeOf(model, { side: "buy", ticks, steps, liquidity });
  return notional(model, ticks, steps) + (feeCurrency === "quote" ? BigInt(fee) : 0n);
}

/** The most steps, counted up one by one to `wanted`, that a market buy's funds pay for. */
export function affordable(model: OracleModel, order: OracleOrder, spent: bigint, ticks: number, wanted: number): number {
  let steps = 0;
  while (steps < wanted && costOf(model, ticks, steps + 1, "taker") <= BigInt(order.funds) - spent) steps += 1;
  return steps;
}

/** A price after slippage against the taker, to the nearest tick (a half goes up), never under one tick. */
export function slipped(ticks: number, side: "buy" | "sell", { over, under }: Ratio): number {
  const part = ticks * (side === "buy" ? under + over : under - over);
  return Math.max(1, Math.floor((2 * part + under) / (2 * under)));
}
