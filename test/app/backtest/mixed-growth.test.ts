import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mixedGrowth, movesOf } from "../../../src/app/backtest/mixed-growth.ts";
import { createRandom } from "../../../src/core/random.ts";
import { seriesFrom, type CandleSeries } from "../../../src/core/candle.ts";

const seriesOf = (closes: readonly number[]): CandleSeries =>
  seriesFrom(closes.map((close, i) => ({ time: i * 60_000, open: close, high: close, low: close, close, volume: 1 })), 60_000);

/** The same, move by move. */
function plain(closes: readonly number[], from: number, share: number): number {
  let mixed = 1;
  for (let i = from + 1; i < closes.length; i++) mixed *= 1 + share * (closes[i]! / closes[i - 1]! - 1);
  return mixed;
}

describe("the growth of a mixture", () => {
  it("is the product of its moves, small ones and large ones, from any close on", () => {
    // Ten times down or up at once, and all that lies between.
    const factors = fc.array(fc.oneof(fc.double({ min: 0.97, max: 1.03, noNaN: true }), fc.double({ min: 0.1, max: 10, noNaN: true })), { minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(factors, fc.double({ min: 0, max: 1, noNaN: true }), fc.nat({ max: 20 }), (moves, share, start) => {
        const closes = [100];
        for (const factor of moves) closes.push(Math.min(1e9, Math.max(1e-6, closes.at(-1)! * factor)));
        const from = Math.min(start, closes.length - 1);
        const wanted = plain(closes, from, share);
        expect(mixedGrowth(movesOf(seriesOf(closes), from), share) / wanted).toBeCloseTo(1, 10);
      }),
      { numRuns: 500 },
    );
  });

  it("of two years of minutes is the plain product to ten digits", () => {
    const random = createRandom(7);
    const closes = [42_000];
    for (let i = 1; i < 1_051_200; i++) closes.push(closes[i - 1]! * Math.exp(0.0012 * random.normal()));
    const moves = movesOf(seriesOf(closes), 0);
    expect(moves.large).toEqual([]);
    for (const share of [0, 0.013, 0.5, 1]) expect(mixedGrowth(moves, share) / plain(closes, 0, share) - 1).toBeCloseTo(0, 10);
  });
});
