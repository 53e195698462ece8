import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Fill } from "../../src/core/fill.ts";
import { feeUnits, notionalUnits, parseRate } from "../../src/core/instrument.ts";
import { baseUnitsOf, book, createLedger, type Ledger, openSleeve, release, reserve, type SleeveAccount } from "../../src/core/ledger.ts";
import type { LotPart, Order, Side } from "../../src/core/order.ts";
import { instrument } from "../plan.ts";

const ABC = instrument("ABC/USD", { priceStep: 0.01, quantityStep: 0.001, minQuantity: 0.001, minNotional: 1 });
const UNIT = ABC.quoteScale;
let ids = 0;

function open(capital = 1_000): { ledger: Ledger; sleeve: SleeveAccount } {
  const ledger = createLedger(capital * UNIT);
  return { ledger, sleeve: openSleeve(ledger, ABC, "test") };
}

function order(side: Side, ticks: number, lots: readonly LotPart[]): Order {
  const quantity = lots.reduce((sum, part) => sum + part.quantity, 0);
  return {
    desired: { key: `k${++ids}`, side, type: "limit", price: ticks / 100, quantity, lots, reason: "test" },
    ticks, steps: Math.round(quantity * 1_000), id: ids, sleeve: { symbol: "ABC/USD", strategy: "test" },
    attempt: 1, status: "open", filled: 0, filledBefore: 0, round: 0, reserved: 0,
  };
}

interface FillOptions {
  readonly steps?: number;
  readonly rate?: number;
  readonly feeCurrency?: "base" | "quote";
}

/** Books a fill of an order at its price as the engine does: money, then the count, then what is left over. */
function execute(ledger: Ledger, sleeve: SleeveAccount, one: Order, { steps = one.steps - one.filled, rate = 0, feeCurrency = "quote" }: FillOptions = {}): Fill {
  const paidOn = feeCurrency === "base" ? steps * ABC.stepUnits : notionalUnits(ABC, one.ticks, steps);
  const complete = one.filled + steps === one.steps;
  const fill: Fill = {
    id: ++ids, orderId: one.id, symbol: "ABC/USD", strategy: "test", key: one.desired.key, side: one.desired.side, time: ids,
    ticks: one.ticks, steps, liquidity: "maker", feeUnits: rate === 0 ? 0 : feeUnits(paidOn, parseRate(rate)), feeCurrency, complete,
  };
  book(ledger, sleeve, one, fill);
  one.filled += steps;
  if (complete) release(ledger, sleeve, one);
  return fill;
}

const buy = (ticks: number, ...lots: LotPart[]): Order => order("buy", ticks, lots);
const sell = (ticks: number, ...lots: LotPart[]): Order => order("sell", ticks, lots);
const part = (lot: string, quantity: number): LotPart => ({ lot, quantity });

describe("setting money aside", () => {
  it("moves quote for a buy and base for a sell, and gives it all back", () => {
    const { ledger, sleeve } = open();
    const wish = buy(10_000, part("a", 1));
    expect(reserve(ledger, sleeve, wish, 100 * UNIT)).toBe(true);
    expect([ledger.quoteFree, ledger.quoteReserved, wish.reserved]).toEqual([900 * UNIT, 100 * UNIT, 100 * UNIT]);
    release(ledger, sleeve, wish);
    expect([ledger.quoteFree, ledger.quoteReserved, wish.reserved]).toEqual([1_000 * UNIT, 0, 0]);
    execute(ledger, sleeve, wish);
    const exit = sell(10_000, part("a", 1));
    expect(reserve(ledger, sleeve, exit, 1_000 * ABC.stepUnits)).toBe(true);
    expect([sleeve.baseFree, sleeve.baseReserved]).toEqual([0, 1_000 * ABC.stepUnits]);
    release(ledger, sleeve, exit);
    expect([sleeve.baseFree, sleeve.baseReserved]).toEqual([1_000 * ABC.stepUnits, 0]);
  });

  it("takes the last unit but not one more, and changes nothing when it refuses", () => {
    const { ledger, sleeve } = open(1);
    const wish = buy(100, part("a", 1));
    expect(reserve(ledger, sleeve, wish, UNIT + 1)).toBe(false);
    expect([ledger.quoteFree, ledger.quoteReserved, wish.reserved]).toEqual([UNIT, 0, 0]);
    expect(reserve(ledger, sleeve, wish, UNIT)).toBe(true);
    expect(ledger.quoteFree).toBe(0);
  });

  it("keeps the base of one strategy from another on the same symbol", () => {
    const { ledger, sleeve } = open();
    const other = openSleeve(ledger, ABC, "other");
    execute(ledger, sleeve, buy(10_000, part("a", 1)));
    expect(reserve(ledger, other, sell(10_000, part("a", 0.001)), ABC.stepUnits)).toBe(false);
  });
});

describe("booking fills", () => {
  it("adds 0.1 and 0.2 to exactly 0.3", () => {
    const { ledger, sleeve } = open();
    execute(ledger, sleeve, buy(100, part("a", 0.1)));
    execute(ledger, sleeve, buy(100, part("a", 0.2)));
    expect(sleeve.baseFree / ABC.baseScale).toBe(0.3);
    expect(ledger.quoteFree / UNIT).toBe(999.7);
  });

  it("closes a round trip by hand: 1 bought at 100 and sold at 110, 0.1 % each way, earns 10 - 0.1 - 0.11 = 9.79", () => {
    const { ledger, sleeve } = open();
    execute(ledger, sleeve, buy(10_000, part("a", 1)), { rate: 0.001 });
    expect([sleeve.cost / UNIT, ledger.quoteFree / UNIT]).toEqual([100.1, 899.9]);
    execute(ledger, sleeve, sell(11_000, part("a", 1)), { rate: 0.001 });
    const [trip] = ledger.roundTrips;
    expect([trip!.profit, trip!.cost, trip!.fees].map((units) => units / UNIT)).toEqual([9.79, 100.1, 0.21]);
    expect([sleeve.closedProfit / UNIT, ledger.quoteFree / UNIT, sleeve.cost, sleeve.lots.size]).toEqual([9.79, 1_009.79, 0, 0]);
  });

  it("keeps what a fee in base leaves under a step as dust with its cost, and counts only what was sold as profit", () => {
    const { ledger, sleeve } = open();
    execute(ledger, sleeve, buy(10_000, part("a", 1)), { rate: 0.001, feeCurrency: "base" });
    // 1 less 0.1 % is 0.999, whole steps; 0.0755 % leaves 0.999245, of which 0.999 can be sold.
    expect(baseUnitsOf(sleeve) / ABC.baseScale).toBe(0.999);
    const second = buy(10_000, part("b", 1));
    execute(ledger, sleeve, second, { rate: 0.000755, feeCurrency: "base" });
    execute(ledger, sleeve, sell(11_000, part("b", 0.999)));
    const [trip] = ledger.roundTrips;
    expect(sleeve.dustUnits / ABC.baseScale).toBe(0.000245);
    // The lot cost 100: 0.999 / 0.999245 of it left with the sale, the rest went to dust.
    expect(trip!.cost / UNIT).toBeCloseTo((100 * 0.999) / 0.999245, 7);
    expect(trip!.cost + sleeve.dustCost).toBe(100 * UNIT);
    expect(trip!.profit).toBe(109.89 * UNIT - trip!.cost);
    expect(sleeve.cost).toBe(100 * UNIT);
  });

  it("fills the first lots of an order first", () => {
    const { ledger, sleeve } = open();
    const wish = buy(10_000, part("a", 1), part("b", 1), part("c", 1));
    execute(ledger, sleeve, wish, { steps: 1_500 });
    expect([...sleeve.lots].map(([name, lot]) => [name, lot.boughtSteps])).toEqual([["a", 1_000], ["b", 500]]);
    execute(ledger, sleeve, wish);
    expect([...sleeve.lots].map(([name, lot]) => [name, lot.boughtSteps])).toEqual([["a", 1_000], ["b", 1_000], ["c", 1_000]]);
  });

  it("goes on at the lot where an earlier attempt at the key had stopped", () => {
    const { ledger, sleeve } = open();
    const lots = [part("a", 1), part("b", 1)];
    const again = { ...buy(10_000, ...lots), steps: 1_500, filledBefore: 500 };
    execute(ledger, sleeve, buy(10_000, ...lots), { steps: 500 });
    execute(ledger, sleeve, again);
    expect([...sleeve.lots].map(([name, lot]) => [name, lot.boughtSteps])).toEqual([["a", 1_000], ["b", 1_000]]);
  });

  it("does not sell what no lot holds", () => {
    const { ledger, sleeve } = open();
    execute(ledger, sleeve, buy(10_000, part("a", 1)));
    expect(() => execute(ledger, sleeve, sell(10_000, part("b", 1)))).toThrow(/sold more than its lots held/);
  });

  it("loses and invents nothing, over any buys and sells in parts with fees in either currency", () => {
    const trade = fc.record({
      ticks: fc.integer({ min: 1, max: 20_000 }), steps: fc.integer({ min: 1, max: 5_000 }), parts: fc.integer({ min: 1, max: 3 }),
      rate: fc.constantFrom(0, 0.001, 0.000755, 0.03), feeCurrency: fc.constantFrom("base" as const, "quote" as const),
    });
    fc.assert(
      fc.property(fc.array(fc.tuple(trade, trade), { minLength: 1, maxLength: 8 }), (pairs) => {
        const { ledger, sleeve } = open(10_000_000);
        let fees = 0;
        pairs.forEach(([one, other], i) => {
          const bought = buy(one.ticks, part(`l${i}`, one.steps / 1_000));
          for (let p = 0; p < one.parts && bought.filled < bought.steps; p++) {
            const steps = p === one.parts - 1 ? bought.steps - bought.filled : Math.min(bought.steps - bought.filled, Math.ceil(bought.steps / one.parts));
            const fill = execute(ledger, sleeve, bought, { ...one, steps });
            if (fill.feeCurrency === "quote") fees += fill.feeUnits;
          }
          const held = Math.floor((sleeve.lots.get(`l${i}`)?.units ?? 0) / ABC.stepUnits);
          const steps = Math.min(held, other.steps);
          if (steps === 0) return;
          const fill = execute(ledger, sleeve, sell(other.ticks, part(`l${i}`, steps / 1_000)), { rate: other.rate });
          fees += fill.feeUnits;
        });
        // Cash is the start, less what is still tied up, plus what was made: to the unit.
        expect(ledger.quoteFree + sleeve.cost + sleeve.dustCost).toBe(ledger.startUnits + sleeve.closedProfit);
        expect([ledger.quoteReserved, sleeve.baseReserved]).toEqual([0, 0]);
        const lots = [...sleeve.lots.values()];
        expect(lots.reduce((sum, { units }) => sum + units, sleeve.dustUnits)).toBe(baseUnitsOf(sleeve));
        expect(lots.reduce((sum, { cost }) => sum + cost, 0)).toBe(sleeve.cost);
        const unfinished = lots.reduce((sum, { profit }) => sum + profit, 0);
        expect(ledger.roundTrips.reduce((sum, { profit }) => sum + profit, unfinished)).toBe(sleeve.closedProfit);
        expect(sleeve.feesQuote).toBeGreaterThanOrEqual(fees);
      }),
      { numRuns: 300 },
    );
  });
});
