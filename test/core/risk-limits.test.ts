import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { feeUnits, notionalUnits, parseRate } from "../../src/core/instrument.ts";
import { book, createLedger, openSleeve, release } from "../../src/core/ledger.ts";
import type { DesiredOrder, Order, Side } from "../../src/core/order.ts";
import { gate, isRefused, reservedFeeRate, type RiskContext } from "../../src/core/risk.ts";
import { instrument } from "../plan.ts";

const ABC = instrument("ABC/USD", { priceStep: 0.01, quantityStep: 0.001, minQuantity: 0.01, minNotional: 5 });
const UNIT = ABC.quoteScale;

function order(side: Side, ticks: number, steps: number, type: "limit" | "market" = "limit"): Order {
  const quantity = steps / 1_000;
  const desired: DesiredOrder = { key: "a", side, type, ...(type === "limit" ? { price: ticks / 100 } : {}), quantity, lots: [{ lot: "a", quantity }], reason: "test" };
  return { desired, ticks: type === "limit" ? ticks : 0, steps, id: 1, sleeve: { symbol: "ABC/USD", strategy: "test" }, attempt: 1, status: "pending", filled: 0, filledBefore: 0, round: 0, reserved: 0 };
}

/** An account of `capital` dollars at a price of 100, without fees and with every limit at 1. */
function context(capital: number, rest: Partial<RiskContext> = {}): RiskContext {
  const ledger = createLedger(capital * UNIT);
  return { ledger, sleeve: openSleeve(ledger, ABC, "test"), price: 100, equityUnits: capital * UNIT, inventoryUnits: 0, openOrders: 0, buyFeeRate: 0, maxExposure: 1, maxOrderShare: 1, maxOpenOrders: 10, ...rest };
}

function verdict(one: Order, where: RiskContext): string {
  const outcome = gate({ type: "submit", order: one }, where);
  return isRefused(outcome) ? `${outcome.reason}: ${outcome.detail}` : "approved";
}

describe("the gate at its very limits", () => {
  it.each<[string, Order, Partial<RiskContext>]>([
    ["the minimum quantity", order("buy", 50_000, 10), { price: 500 }],
    ["the minimum notional", order("buy", 10_000, 50), {}],
    ["all the cash there is", order("buy", 10_000, 10_000), {}],
    ["all the cash there is, its fee of 0.1 % included", order("buy", 10_000, 9_990), { buyFeeRate: parseRate(0.001) }],
    ["the largest share of equity in one order", order("buy", 10_000, 5_000), { maxOrderShare: 0.5 }],
    ["the largest exposure", order("buy", 10_000, 5_000), { maxExposure: 0.75, inventoryUnits: 250 * UNIT }],
    ["the last free place", order("buy", 10_000, 50), { openOrders: 9 }],
    ["a price a tenth over the last", order("buy", 10_999, 50), {}],
  ])("lets %s pass", (_, one, rest) => {
    expect(verdict(one, context(1_000, rest))).toBe("approved");
  });

  it.each<[string, Order, Partial<RiskContext>, string]>([
    ["one step under the minimum quantity", order("buy", 100_000, 9), { price: 1_000 }, "below-minimum-quantity: 0.009 is under the minimum of 0.01 ABC"],
    ["one tick under the minimum notional", order("buy", 9_999, 50), {}, "below-minimum-notional: worth 4.9995, under the minimum of 5 USD"],
    ["one step more than the cash", order("buy", 10_000, 10_001), { maxOrderShare: 2, maxExposure: 2 }, "insufficient-funds: needs 1000.1 USD; 1000 USD are free"],
    ["one step more than its share", order("buy", 10_000, 5_001), { maxOrderShare: 0.5 }, "order-too-large: worth more than 50 % of equity"],
    ["one step more than the exposure", order("buy", 10_000, 5_001), { maxExposure: 0.75, inventoryUnits: 250 * UNIT }, "exposure-limit: would put more than 75 % of equity into the market"],
    ["one order more than there is place", order("buy", 10_000, 50), { openOrders: 10 }, "too-many-orders: 10 orders are open already"],
    ["a buy more than a tenth over the price", order("buy", 11_001, 50), {}, "far-from-price: a buy at 110.01 is far over the price of 100"],
    ["a sell more than a tenth under the price", order("sell", 8_999, 100), {}, "far-from-price: a sell at 89.99 is far under the price of 100"],
    ["a sell of what is not held", order("sell", 10_000, 50), {}, "insufficient-funds: test does not hold 0.05 ABC"],
  ])("refuses %s, and says so", (_, one, rest, expected) => {
    expect(verdict(one, context(1_000, rest))).toBe(expected);
  });

  it.each<[string, Order, Partial<RiskContext>, RegExp]>([
    ["quantity", order("buy", 10_000, Number.NaN), {}, /^below-minimum-quantity/],
    ["price", order("buy", Number.NaN, 50), {}, /^below-minimum-notional/],
    ["last price, at the market", order("buy", 0, 50, "market"), { price: Number.NaN }, /^below-minimum-notional/],
  ])("refuses a %s that is no number, and sets nothing aside", (_, one, rest, expected) => {
    const where = context(1_000, rest);
    expect(verdict(one, where)).toMatch(expected);
    expect([where.ledger.quoteFree, where.ledger.quoteReserved]).toEqual([1_000 * UNIT, 0]);
  });

  it.each<[string, number, string]>([
    ["lets a buy leave the reserve untouched", 5_000, "approved"],
    ["refuses a step more", 5_001, "cash-reserve: would leave 499.9 USD free; the reserve is 500 USD"],
    ["refuses what is not there for lack of it, not for the reserve", 10_001, "insufficient-funds: needs 1000.1 USD; 1000 USD are free"],
  ])("%s", (_, steps, expected) => {
    expect(verdict(order("buy", 10_000, steps), context(1_000, { floorUnits: 500 * UNIT, maxExposure: 2, maxOrderShare: 2 }))).toBe(expected);
  });

  it("counts the fee and the margin of a market buy against the reserve, and lets a sell pass whatever it is", () => {
    const rest = { floorUnits: 500 * UNIT, maxExposure: 2, maxOrderShare: 2 };
    expect(verdict(order("buy", 10_000, 5_000), context(1_000, { ...rest, buyFeeRate: parseRate(0.001) }))).toMatch(/^cash-reserve/);
    expect(verdict(order("buy", 0, 5_000, "market"), context(1_000, rest))).toBe("cash-reserve: would leave 490 USD free; the reserve is 500 USD");
    const poor = context(100, rest);
    poor.sleeve.baseFree = 9_000 * ABC.stepUnits;
    expect(verdict(order("sell", 10_000, 9_000), poor)).toBe("approved");
  });

  it("counts open buys towards the exposure", () => {
    const where = context(1_000, { maxExposure: 0.5 });
    expect(verdict(order("buy", 10_000, 3_000), where)).toBe("approved");
    expect(verdict(order("buy", 10_000, 3_000), where)).toMatch(/^exposure-limit/);
    expect(verdict(order("buy", 10_000, 2_000), where)).toBe("approved");
  });

  it("never keeps a sell from lowering an exposure or a share that is too large", () => {
    const where = context(1_000, { maxExposure: 0, maxOrderShare: 0, inventoryUnits: 900 * UNIT });
    where.sleeve.baseFree = 9_000 * ABC.stepUnits;
    expect(verdict(order("sell", 10_000, 9_000), where)).toBe("approved");
    expect(where.sleeve.baseReserved).toBe(9_000 * ABC.stepUnits);
  });

  it("sets 2 % more aside for a market buy, for the jump at the open, and gives back what that did not need", () => {
    const where = context(1_000);
    const one = order("buy", 0, 1_000, "market");
    expect(verdict(one, where)).toBe("approved");
    expect(one.reserved).toBe(102 * UNIT);
    book(where.ledger, where.sleeve, one, { id: 1, orderId: 1, symbol: "ABC/USD", strategy: "test", key: "a", side: "buy", time: 0, ticks: 10_100, steps: 1_000, liquidity: "taker", feeUnits: 0, feeCurrency: "quote", complete: true });
    release(where.ledger, where.sleeve, one);
    expect([where.ledger.quoteFree, where.ledger.quoteReserved]).toEqual([899 * UNIT, 0]);
  });
});

describe("an approved buy", () => {
  it("has enough set aside for its fills, in however many parts and at whichever of the two fee rates", () => {
    const rate = fc.constantFrom(0, 0.001, 0.00075, 0.0000001, 0.03);
    fc.assert(
      fc.property(fc.integer({ min: 9_000, max: 11_000 }), fc.array(fc.integer({ min: 60, max: 2_000 }), { minLength: 1, maxLength: 6 }), rate, rate, (ticks, parts, maker, taker) => {
        const where = context(100_000, { buyFeeRate: reservedFeeRate(parseRate(maker), parseRate(taker), true) });
        const one = order("buy", ticks, parts.reduce((sum, steps) => sum + steps, 0));
        expect(verdict(one, where)).toBe("approved");
        const free = where.ledger.quoteFree;
        parts.forEach((steps, i) => {
          const notional = notionalUnits(ABC, ticks, steps);
          const fee = maker + taker === 0 ? 0 : feeUnits(notional, parseRate(i % 2 === 0 ? maker : taker));
          book(where.ledger, where.sleeve, one, { id: i, orderId: 1, symbol: "ABC/USD", strategy: "test", key: "a", side: "buy", time: 0, ticks, steps, liquidity: "maker", feeUnits: fee, feeCurrency: "quote", complete: i === parts.length - 1 });
          one.filled += steps;
        });
        expect(one.reserved).toBeGreaterThanOrEqual(0);
        // Every part may round its fee up by less than a unit, no more is ever taken from what is free.
        expect(free - where.ledger.quoteFree).toBeLessThan(parts.length);
      }),
    );
  });

  it("never takes the account under zero, though it took all the cash and fills in three parts", () => {
    // 1.001 at 98 is 98.098; 0.012345 % of that is 0.012110199 (rounded up); a third of it each, rounded up, is a unit more.
    const rate = parseRate(0.00012345);
    const all = notionalUnits(ABC, 9_800, 1_001) + feeUnits(notionalUnits(ABC, 9_800, 1_001), rate);
    expect(verdict(order("buy", 9_800, 1_001), context(all / UNIT, { buyFeeRate: rate, maxExposure: 2 }))).toMatch(/^insufficient-funds/);
    // So a unit a step, a thousand at most, is set aside for the roundings.
    const where = context((all + 1_000) / UNIT, { buyFeeRate: rate, maxExposure: 2 });
    const one = order("buy", 9_800, 1_001);
    expect(verdict(one, where)).toBe("approved");
    expect(where.ledger.quoteFree).toBe(0);
    [334, 334, 333].forEach((steps, i) => {
      const fee = feeUnits(notionalUnits(ABC, 9_800, steps), rate);
      book(where.ledger, where.sleeve, one, { id: i, orderId: 1, symbol: "ABC/USD", strategy: "test", key: "a", side: "buy", time: 0, ticks: 9_800, steps, liquidity: "maker", feeUnits: fee, feeCurrency: "quote", complete: i === 2 });
      one.filled += steps;
    });
    expect(where.ledger.quoteFree + where.ledger.quoteReserved).toBeGreaterThanOrEqual(0);
  });

  it("needs no fee in quote where fees come off what is received", () => {
    expect(reservedFeeRate(100_000, 250_000, false)).toBe(0);
    expect(reservedFeeRate(100_000, 250_000, true)).toBe(250_000);
  });
});
