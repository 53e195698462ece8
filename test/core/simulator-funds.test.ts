import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runBacktest } from "../../src/app/backtest/run.ts";
import { instrument, minutes, plan } from "../plan.ts";

const ABC = instrument("ABC/USD", { priceStep: 0.01, quantityStep: 0.001, minQuantity: 0.001, minNotional: 1 });

/** A market buy of 100 dollars, decided at a price of 100; the market then stands at `open`. A fee of 1 %. */
function buyInto(open: number, { capital = 1_000, slippage = 0 } = {}) {
  const flat = (price: number) => [price, price, price, price] as const;
  const record = runBacktest(
    plan({
      markets: [{ instrument: ABC, series: minutes([flat(100), flat(open), flat(open)]) }],
      strategies: { dca: { baseOrder: 100, safetyOrder: 100, safetyOrders: 0, maxDeals: 1, takeProfit: 5 } },
      capital,
      fees: { maker: 0.01, taker: 0.01, slippage },
    }),
  );
  return { fills: record.fills.map(({ ticks, steps, complete }) => [ticks, steps, complete]), ledger: record.bot.ledger, refused: record.refused };
}

describe("a market buy", () => {
  it("pays the open, its slippage to the nearest step, and its fee", () => {
    const { fills, ledger } = buyInto(100, { slippage: 0.001 });
    expect(fills).toEqual([[10_010, 1_000, true]]);
    // 1,000 less 100.1 and its 1.001 of fee; nothing stays set aside.
    expect([ledger.quoteFree / ABC.quoteScale, ledger.quoteReserved]).toEqual([898.899, 0]);
  });

  it("gets what was set aside for it when the market jumps, and the rest with the next order", () => {
    // 102 and its fee of 1.02 are set aside; a unit at 105 costs 106.05 with its fee: 103.02 / 106.05 = 0.971.
    const { fills, ledger } = buyInto(105);
    expect(fills).toEqual([[10_500, 971, false], [10_500, 29, true]]);
    expect(ledger.quoteFree / ABC.quoteScale).toBe(893.95);
  });

  it("never takes more than there is, wherever the market opens", () => {
    fc.assert(
      fc.property(fc.integer({ min: 5_000, max: 40_000 }), fc.double({ min: 0, max: 0.02, noNaN: true }), (ticks, slippage) => {
        const { ledger } = buyInto(ticks / 100, { capital: 104, slippage });
        expect(ledger.quoteFree).toBeGreaterThanOrEqual(0);
        expect(ledger.quoteReserved).toBe(0);
        expect(ledger.sleeves[0]!.baseFree + ledger.sleeves[0]!.baseReserved).toBeGreaterThan(0);
      }),
    );
  });
});
