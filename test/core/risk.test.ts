import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createLedger, openSleeve } from "../../src/core/ledger.ts";
import type { DesiredOrder, Order } from "../../src/core/order.ts";
import { gate, isRefused, type RiskContext } from "../../src/core/risk.ts";
import { instrument } from "../plan.ts";

const ABC = instrument("ABC/USD", { priceStep: 0.01, quantityStep: 0.001, minQuantity: 0.01, minNotional: 5 });
const CAPITAL = 10_000;

function order(side: "buy" | "sell", price: number, quantity: number, type: "limit" | "market" = "limit"): Order {
  const desired: DesiredOrder = { key: "a", side, type, ...(type === "limit" ? { price } : {}), quantity, lots: [{ lot: "a", quantity }], reason: "test" };
  return { desired, ticks: type === "limit" ? Math.round(price * 100) : 0, steps: Math.round(quantity * 1_000), id: 1, sleeve: { symbol: "ABC/USD", strategy: "test" }, attempt: 1, status: "pending", filled: 0, filledBefore: 0, round: 0, reserved: 0 };
}

function context(rest: Partial<RiskContext> = {}): RiskContext {
  const ledger = createLedger(CAPITAL * ABC.quoteScale);
  return { ledger, sleeve: openSleeve(ledger, ABC, "test"), price: 100, equityUnits: CAPITAL * ABC.quoteScale, inventoryUnits: 0, openOrders: 0, buyFeeRate: 100_000, maxExposure: 0.5, maxOrderShare: 0.3, maxOpenOrders: 100, ...rest };
}

const verdict = (one: Order, where: RiskContext): string => {
  const outcome = gate({ type: "submit", order: one }, where);
  return isRefused(outcome) ? outcome.reason : "approved";
};

describe("the gate before the venue", () => {
  it.each<[string, Order, Partial<RiskContext>, string]>([
    ["lets a sound order pass", order("buy", 99, 1), {}, "approved"],
    ["refuses under the minimum quantity", order("buy", 1_000, 0.009), { price: 1_000 }, "below-minimum-quantity"],
    ["refuses under the minimum notional", order("buy", 99, 0.05), {}, "below-minimum-notional"],
    ["refuses what costs more than there is, the fee included", order("buy", 100, 100), { maxExposure: 2, maxOrderShare: 2 }, "insufficient-funds"],
    ["refuses to sell what is not held", order("sell", 101, 1), {}, "insufficient-funds"],
    ["refuses an order above its share of equity", order("buy", 100, 31), {}, "order-too-large"],
    ["refuses what would go over the exposure", order("buy", 100, 29), { inventoryUnits: 2_200 * ABC.quoteScale }, "exposure-limit"],
    ["refuses a buy far over the price", order("buy", 111, 1), {}, "far-from-price"],
    ["refuses a sell far under the price", order("sell", 89, 1), {}, "far-from-price"],
    ["refuses one order too many", order("buy", 99, 1), { openOrders: 100 }, "too-many-orders"],
    ["lets a market order pass at the last price", order("buy", 0, 1, "market"), {}, "approved"],
  ])("%s", (_, one, rest, expected) => {
    expect(verdict(one, context(rest))).toBe(expected);
  });

  it("sets an approved order's money aside, its fee included, and touches nothing of a refused one", () => {
    const where = context();
    const one = order("buy", 100, 2);
    expect(verdict(one, where)).toBe("approved");
    expect(where.ledger.quoteReserved / ABC.quoteScale).toBeCloseTo(200.2, 4);
    expect(one.reserved / ABC.quoteScale).toBeCloseTo(200.2, 4);
    expect(verdict(order("buy", 100, 31), where)).toBe("order-too-large");
    expect(where.ledger.quoteReserved / ABC.quoteScale).toBeCloseTo(200.2, 4);
  });

  it("never resizes, and never sets aside what is not there", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 90, max: 110 }), fc.integer({ min: 1, max: 40_000 })), { maxLength: 30 }), (wishes) => {
        const where = context({ maxExposure: 5, maxOrderShare: 5 });
        for (const [price, steps] of wishes) {
          const one = order("buy", price, steps / 1_000);
          verdict(one, where);
          expect(one.steps).toBe(steps);
          expect(where.ledger.quoteFree).toBeGreaterThanOrEqual(0);
          expect(where.ledger.quoteFree + where.ledger.quoteReserved).toBe(CAPITAL * ABC.quoteScale);
        }
      }),
    );
  });

  it("lets every cancel pass", () => {
    const outcome = gate({ type: "cancel", order: order("buy", 99, 1) }, context({ openOrders: 1_000 }));
    expect(isRefused(outcome)).toBe(false);
  });
});
