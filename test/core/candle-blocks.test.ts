import fc from "fast-check";
import { expect, it } from "vitest";
import { blocksOf, endBeforeIn, openTime } from "../../src/core/candle-blocks.ts";
import { endBefore, seriesFrom } from "../../src/core/candle.ts";

const MINUTE = 60_000;

it("finds the place of a time as the series itself does, with and without gaps", () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(1, 1, 1, 1, 1, 1, 2, 7), { minLength: 1, maxLength: 80 }),
      fc.boolean(),
      fc.nat(),
      fc.integer({ min: -3 * MINUTE, max: 500 * MINUTE }),
      (steps, even, a, time) => {
        let now = 0;
        const series = seriesFrom(steps.map((step) => ({ time: (now += (even ? 1 : step) * MINUTE), open: 1, high: 1, low: 1, close: 1, volume: 1 })), MINUTE);
        const blocks = blocksOf(series);
        const from = a % steps.length;
        expect(endBeforeIn(series, blocks, from, time)).toBe(endBefore(series, from, time));
        expect(endBeforeIn(series, blocks, from, Number.POSITIVE_INFINITY)).toBe(series.length);
        expect(steps.map((_, i) => openTime(series, blocks, i))).toEqual([...series.time]);
        if (even) expect(blocks.isEven).toBe(true);
      },
    ),
    { numRuns: 1_000 },
  );
});
