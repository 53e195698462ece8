import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createInstrument, feeUnits, notionalUnits, parseRate, parseStep, priceOf, quantityOf, quoteDecimals, stepsDown, ticksDown, ticksNearest, ticksUp } from "../../src/core/instrument.ts";
import { instrument } from "../plan.ts";

const ABC = instrument("ABC/USD", { priceStep: 0.01, quantityStep: 0.001, minQuantity: 0.002, minNotional: 5 });

describe("an instrument", () => {
  it.each([
    [0.01, { multiple: 1, decimals: 2, scale: 100 }],
    [0.5, { multiple: 5, decimals: 1, scale: 10 }],
    [25, { multiple: 25, decimals: 0, scale: 1 }],
    [1e-8, { multiple: 1, decimals: 8, scale: 1e8 }],
  ])("knows the step %d as a decimal", (size, step) => {
    expect(parseStep(size)).toEqual(step);
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, 1 / 3, 1e-13])("refuses %d as a step", (size) => {
    expect(parseStep(size)).toBeNull();
  });

  it("floors a buy's price, ceils a sell's, floors a quantity", () => {
    expect(ticksDown(ABC, 10.019)).toBe(1_001);
    expect(ticksUp(ABC, 10.011)).toBe(1_002);
    expect(ticksNearest(ABC, 10.016)).toBe(1_002);
    expect(stepsDown(ABC, 0.0129)).toBe(12);
  });

  it("takes a float that misses its step by a rounding error for that step", () => {
    expect(ticksDown(ABC, 0.1 + 0.2)).toBe(30);
    expect(ticksUp(ABC, 0.1 + 0.2)).toBe(30);
    expect(stepsDown(ABC, 0.7 + 0.1)).toBe(800);
  });

  it("gives the double nearest to the decimal, and takes it back as the same count", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000_000 }), (count) => {
        expect(priceOf(ABC, count)).toBe(Number((count / 100).toFixed(2)));
        expect(ticksDown(ABC, priceOf(ABC, count))).toBe(count);
        expect(ticksUp(ABC, priceOf(ABC, count))).toBe(count);
        expect(stepsDown(ABC, quantityOf(ABC, count))).toBe(count);
      }),
    );
  });

  it("counts money exactly: 0.1 USD times 0.2 is 0.02", () => {
    expect(notionalUnits(ABC, 10, 200) / ABC.quoteScale).toBe(0.02);
  });

  it("rounds a fee up to a whole unit, whatever the size of the money", () => {
    expect(feeUnits(1_000, parseRate(0.001))).toBe(1);
    expect(feeUnits(1_001, parseRate(0.001))).toBe(2);
    expect(feeUnits(0, parseRate(0.001))).toBe(0);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 50 }), fc.integer({ min: 0, max: 10_000_000 }), (units, rate) => {
        const exact = (BigInt(units) * BigInt(rate) + 99_999_999n) / 100_000_000n;
        expect(BigInt(feeUnits(units, rate))).toBe(exact);
      }),
    );
  });

  it.each([
    ["no slash", "BTCUSDT", 0.01, 0.01, /not a symbol such as BTC\/USDT/],
    ["a price step that is no decimal", "A/B", 1 / 3, 0.01, /priceStep .* is not a positive decimal/],
    ["steps too fine together", "A/B", 1e-8, 1e-8, /too fine/],
  ])("says what is wrong with %s", (_, symbol, priceStep, quantityStep, message) => {
    const filters = { priceStep, quantityStep, minQuantity: 0, minNotional: 0 };
    expect(createInstrument(symbol, filters, quoteDecimals([filters]))).toMatch(message);
  });
});
