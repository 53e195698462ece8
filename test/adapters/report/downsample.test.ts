import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { barAt, displayTimeframe, resampleForDisplay } from "../../../src/adapters/report/downsample.ts";
import { allocateSeries, seriesFrom } from "../../../src/core/candle.ts";
import { randomWalk } from "./fixture.ts";

const MINUTE = 60_000;

describe("bars for display", () => {
  it("are the series itself while it is short", () => {
    const series = randomWalk(100, MINUTE, 1);
    const bars = resampleForDisplay(series, 100);
    expect(bars.timeframe).toBe(MINUTE);
    expect(bars.close).toEqual([...series.close]);
  });

  it("keep the first open, the highest high, the lowest low and the last close", () => {
    const rows = [
      [0, 10, 12, 9, 11],
      [1, 11, 15, 11, 14],
      [2, 14, 14, 3, 5],
      [3, 5, 6, 4, 6],
    ];
    const series = seriesFrom(
      rows.map(([at = 0, open = 0, high = 0, low = 0, close = 0]) => ({ time: at * MINUTE, open, high, low, close, volume: 1 })),
      MINUTE,
    );
    // 4 minutes in at most 3 bars that begin at round times: 2-minute bars.
    expect(resampleForDisplay(series, 3)).toEqual({
      timeframe: 2 * MINUTE,
      time: [0, 2 * MINUTE],
      open: [10, 14],
      high: [15, 14],
      low: [9, 3],
      close: [14, 6],
    });
  });

  it("take the shortest usual timeframe that is few enough: 6h for two years of minutes in 3,000 bars", () => {
    // 1,051,200 minutes / 3,000 = 350.4 minutes; the next usual one is 360.
    const series = allocateSeries(1_051_200, MINUTE);
    series.time.forEach((_, index) => (series.time[index] = index * MINUTE));
    expect(displayTimeframe(series, 3_000)).toBe(360 * MINUTE);
  });

  it("fall back to a plain multiple where no usual timeframe is one", () => {
    const odd = 7_000;
    const timeframe = displayTimeframe(randomWalk(1_000, odd, 1), 100);
    expect(timeframe % odd).toBe(0);
  });

  it("never lose an extreme and never exceed the number asked for, with gaps or without", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 600 }),
        fc.integer({ min: 2, max: 200 }),
        fc.constantFrom(1_000, MINUTE, 7 * MINUTE, 3_600_000, 86_400_000),
        fc.integer({ min: 0, max: 500 }),
        (length, most, timeframe, gap) => {
          const series = randomWalk(length, timeframe, length);
          for (let index = Math.floor(length / 2); index < length; index += 1) series.time[index]! += gap * timeframe;
          const bars = resampleForDisplay(series, most);
          expect(bars.time.length).toBeLessThanOrEqual(Math.max(most, 2));
          expect(bars.timeframe % timeframe).toBe(0);
          expect(Math.max(...bars.high)).toBe(Math.max(...series.high));
          expect(Math.min(...bars.low)).toBe(Math.min(...series.low));
          expect(bars.open[0]).toBe(series.open[0]);
          expect(bars.close.at(-1)).toBe(series.close[length - 1]);
          expect(new Set(bars.time).size).toBe(bars.time.length);
        },
      ),
      { numRuns: 200 },
    );
  });

  it("are found by the time that falls into them", () => {
    expect(barAt([10, 20, 30], 9)).toBe(0);
    expect(barAt([10, 20, 30], 20)).toBe(1);
    expect(barAt([10, 20, 30], 29)).toBe(1);
    expect(barAt([10, 20, 30], 99)).toBe(2);
  });
});
