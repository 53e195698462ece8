import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { baseOf, createInstrument, feeUnits, type InstrumentFilters, notionalUnits, parseRate, priceOf, quantityOf, quoteDecimals, quoteOf, stepsDown, ticksDown, ticksNearest, ticksUp } from "../../src/core/instrument.ts";
import { instrument } from "../plan.ts";

/** Steps as venues have them: 1, 2 or 5 at some decimal place, also above one. */
const step = (finest: number) => fc.tuple(fc.constantFrom(1, 2, 5, 25), fc.integer({ min: 0, max: finest })).map(([multiple, decimals]) => ({ multiple, decimals, size: multiple / 10 ** decimals }));
const venue = fc.tuple(step(6), step(5)).map(([price, quantity]) => {
  const filters: InstrumentFilters = { priceStep: price.size, quantityStep: quantity.size, minQuantity: quantity.size, minNotional: 0 };
  return { price, quantity, unit: instrument("ABC/USD", filters) };
});
const counts = fc.integer({ min: 1, max: 100_000 });

describe("exact money", () => {
  it("of a price times a quantity is the product of the decimals, to the last unit, for every venue's steps", () => {
    fc.assert(
      fc.property(venue, counts, counts, ({ price, quantity, unit }, ticks, steps) => {
        const exact = BigInt(ticks * price.multiple) * BigInt(steps * quantity.multiple) * BigInt(unit.quoteScale);
        const units = exact / 10n ** BigInt(price.decimals + quantity.decimals);
        fc.pre(units <= BigInt(Number.MAX_SAFE_INTEGER));
        expect(exact % 10n ** BigInt(price.decimals + quantity.decimals)).toBe(0n);
        expect(BigInt(notionalUnits(unit, ticks, steps))).toBe(units);
      }),
      { numRuns: 500 },
    );
  });

  it("adds up: the notional of the parts is the notional of the whole", () => {
    fc.assert(
      fc.property(venue, counts, fc.array(fc.integer({ min: 1, max: 1_000 }), { minLength: 1, maxLength: 20 }), ({ unit }, ticks, parts) => {
        const whole = parts.reduce((sum, part) => sum + part, 0);
        fc.pre(notionalUnits(unit, ticks, whole) <= Number.MAX_SAFE_INTEGER);
        expect(parts.reduce((sum, part) => sum + notionalUnits(unit, ticks, part), 0)).toBe(notionalUnits(unit, ticks, whole));
      }),
    );
  });

  it("comes back from prices and quantities written as decimals, for every venue's steps", () => {
    fc.assert(
      fc.property(venue, counts, ({ unit }, count) => {
        const price = Number(String(priceOf(unit, count)));
        expect([ticksDown(unit, price), ticksUp(unit, price), ticksNearest(unit, price)]).toEqual([count, count, count]);
        expect(stepsDown(unit, Number(String(quantityOf(unit, count))))).toBe(count);
      }),
      { numRuns: 500 },
    );
  });

  it("costs a fee of parts at most a unit a part more than the fee of the whole", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 10 ** 12 }), { minLength: 1, maxLength: 10 }), fc.double({ min: 0, max: 0.05, noNaN: true }), (parts, rate) => {
        const apart = parts.reduce((sum, units) => sum + feeUnits(units, parseRate(rate)), 0);
        const together = feeUnits(parts.reduce((sum, units) => sum + units, 0), parseRate(rate));
        expect(apart).toBeGreaterThanOrEqual(together);
        expect(apart - together).toBeLessThan(parts.length);
      }),
    );
  });

  it("knows a venue's minimums in steps and units: ten steps of 0.001 are 0.01, 1.1 dollars are no unit more", () => {
    // 1.1 * 10 ** 8 is 110000000.00000001 in doubles, and 0.1 + 0.2 is 0.30000000000000004.
    for (const [minNotional, dollars] of [[1.1, 1.1], [0.1 + 0.2, 0.3], [0.29, 0.29], [5, 5], [0.000000015, 0.00000002]] as const) {
      const one = instrument("ABC/USD", { priceStep: 0.01, quantityStep: 0.001, minQuantity: 0, minNotional });
      expect(quoteOf(one, one.minNotionalUnits)).toBe(dollars);
    }
    for (const [minQuantity, quantityStep, steps] of [[1.1, 0.00001, 110_000], [0.3, 0.1, 3], [33_000.00003, 0.00001, 3_300_000_003]] as const) {
      expect(instrument("ABC/USD", { priceStep: 0.01, quantityStep, minQuantity, minNotional: 0 }).minSteps).toBe(steps);
    }
    const unit = instrument("ABC/USD", { priceStep: 0.01, quantityStep: 0.001, minQuantity: 0.01, minNotional: 5 });
    expect(unit.minSteps).toBe(10);
    expect(baseOf(unit, unit.stepUnits * unit.minSteps)).toBe(0.01);
    expect(instrument("ABC/USD", { ...unit.filters, minQuantity: 0.0101 }).minSteps).toBe(11);
    expect(instrument("ABC/USD", { ...unit.filters, minQuantity: 0 }).minSteps).toBe(1);
  });

  it("has the same unit on every market of a portfolio: the finest that any of them needs", () => {
    const coarse: InstrumentFilters = { priceStep: 0.01, quantityStep: 0.001, minQuantity: 0, minNotional: 0 };
    const fine: InstrumentFilters = { priceStep: 0.000001, quantityStep: 0.0001, minQuantity: 0, minNotional: 0 };
    const decimals = quoteDecimals([coarse, fine]);
    expect(decimals).toBe(10);
    for (const filters of [coarse, fine]) expect(createInstrument("ABC/USD", filters, decimals)).toMatchObject({ quoteScale: 1e10 });
    expect(createInstrument("ABC/USD", fine, quoteDecimals([coarse]))).toMatch(/too fine/);
  });
});
