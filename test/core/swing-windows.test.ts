import fc from "fast-check";
import { expect, it } from "vitest";
import { seriesFrom } from "../../src/core/candle.ts";
import { SwingWindows, findSwings, knownSwings } from "../../src/core/indicators/swings.ts";

it("gives at any bar the swings that are known by then, their order by price and their mean volume, forwards and backwards", () => {
  const price = fc.integer({ min: 1, max: 12 });
  fc.assert(
    fc.property(
      fc.array(fc.tuple(price, price, fc.nat({ max: 9 })), { minLength: 1, maxLength: 120 }),
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 1, max: 60 }),
      fc.array(fc.nat({ max: 119 }), { maxLength: 4 }),
      (rows, wing, lookback, jumps) => {
        const series = seriesFrom(rows.map(([a, b, volume], i) => ({ time: i, open: a, high: Math.max(a, b), low: Math.min(a, b), close: b, volume })), 1);
        const all = findSwings(series, wing);
        const windows = new SwingWindows(all, lookback);
        for (const newest of [...rows.keys(), ...jumps, ...rows.keys()]) {
          const { swings, byPrice, meanVolume } = windows.at(newest);
          const plain = knownSwings(all, newest - lookback + 1, newest);
          expect(swings).toEqual(plain);
          expect(byPrice).toEqual([...plain.keys()].sort((a, b) => plain[a]!.price - plain[b]!.price));
          expect(meanVolume).toBe(plain.reduce((sum, { volume }) => sum + volume / plain.length, 0));
        }
      },
    ),
    { numRuns: 300 },
  );
});
