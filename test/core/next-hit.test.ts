import fc from "fast-check";
import { expect, it } from "vitest";
import { BLOCK } from "../../src/core/candle-blocks.ts";
import { seriesFrom } from "../../src/core/candle.ts";
import { DEFAULT_FILL_MODEL } from "../../src/core/fill-model.ts";
import { createMarket } from "../../src/core/simulator/market.ts";
import { nextHit } from "../../src/core/simulator/walk.ts";
import { instrument } from "../plan.ts";

const BTC = instrument("BTC/USDT", { priceStep: 0.01, quantityStep: 0.00001, minQuantity: 0.00001, minNotional: 5 });

it("finds the same bar block by block as candle by candle, wherever it begins and ends", () => {
  const price = fc.integer({ min: 90, max: 110 });
  fc.assert(
    fc.property(
      fc.array(fc.tuple(price, price), { minLength: 1, maxLength: 6 * BLOCK }),
      fc.option(fc.integer({ min: 85, max: 100 }), { nil: Number.NEGATIVE_INFINITY }),
      fc.option(fc.integer({ min: 100, max: 115 }), { nil: Number.POSITIVE_INFINITY }),
      fc.nat(),
      fc.nat(),
      (pairs, below, above, a, b) => {
        const series = seriesFrom(pairs.map(([x, y], i) => ({ time: i * 60_000, open: x, high: Math.max(x, y), low: Math.min(x, y), close: y, volume: 1 })), 60_000);
        const [from = 0, to = 0] = [a % (pairs.length + 1), b % (pairs.length + 1)].toSorted((x, y) => x - y);
        const market = { ...createMarket(BTC, DEFAULT_FILL_MODEL), hitBelow: below, hitAbove: above };
        let plain = from;
        while (plain < to && series.low[plain]! > below && series.high[plain]! < above) plain += 1;
        expect(nextHit(market, series, from, to)).toBe(plain);
      },
    ),
    { numRuns: 2_000 },
  );
});
