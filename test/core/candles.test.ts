import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Candle, CANDLE_COLUMNS, candleAt, type CandleSeries, indexAtOrAfter, seriesFrom, sliceSeries } from "../../src/core/candle.ts";
import { checkCandles } from "../../src/core/candle-check.ts";
import { mergeSeries } from "../../src/core/candle-merge.ts";
import { CandleView } from "../../src/core/candle-view.ts";
import { parseInstant } from "../../src/core/instant.ts";
import { resample } from "../../src/core/resample.ts";
import { formatTimeframe, parseTimeframe } from "../../src/core/timeframe.ts";
import { walk } from "../property/walk.ts";

const MINUTE = 60_000;
const at = (minute: number, rest: Partial<Candle> = {}): Candle => ({ time: minute * MINUTE, open: 10, high: 12, low: 9, close: 11, volume: 5, ...rest });
const of = (...candles: Candle[]): CandleSeries => seriesFrom(candles, MINUTE);
const MARKET = walk({ seed: 4, length: 600, price: 100, step: 0.01 });
/** Indices of a market with holes. */
const holes = fc.uniqueArray(fc.nat(599), { minLength: 1, maxLength: 599 }).map((list) => list.toSorted((a, b) => a - b));
const pick = (indices: readonly number[]): CandleSeries => of(...indices.map((i) => candleAt(MARKET, i)));

describe("resampling", () => {
  it("makes each longer bar of all its candles, and leaves out one that misses a candle", () => {
    fc.assert(
      fc.property(holes, fc.constantFrom(5, 15, 60), (indices, parts) => {
        const bars = resample(pick(indices), parts * MINUTE);
        const whole = new Set(indices);
        const complete = Array.from({ length: 600 / parts }, (_, bar) => bar).filter((bar) => Array.from({ length: parts }, (_, k) => bar * parts + k).every((i) => whole.has(i)));
        expect([...bars.time]).toEqual(complete.map((bar) => bar * parts * MINUTE));
        complete.forEach((bar, i) => {
          const inside = Array.from({ length: parts }, (_, k) => candleAt(MARKET, bar * parts + k));
          expect(candleAt(bars, i)).toEqual({
            time: bar * parts * MINUTE,
            open: inside[0]!.open,
            high: Math.max(...inside.map(({ high }) => high)),
            low: Math.min(...inside.map(({ low }) => low)),
            close: inside.at(-1)!.close,
            volume: inside.reduce((sum, { volume }) => sum + volume, 0),
          });
        });
      }),
      { numRuns: 60 },
    );
  });

  it("begins weeks on Mondays", () => {
    const day = 86_400_000;
    const days = seriesFrom(Array.from({ length: 20 }, (_, i) => ({ ...at(0), time: i * day })), day);
    expect([...resample(days, 7 * day).time].map((time) => new Date(time).getUTCDay())).toEqual([1, 1]);
  });

  it("refuses what is no multiple", () => {
    expect(() => resample(MARKET, 90_000)).toThrow(/no multiple/);
  });
});

describe("checking candles", () => {
  it("finds what was planted: gaps, duplicates, disorder, impossible, quiet, off the grid, unclosed", () => {
    const series = of(at(0), at(1), at(1), at(5), at(4), at(6, { high: 10 }), at(7, { volume: 0 }), at(8, { close: Number.NaN }), { ...at(9), time: 9 * MINUTE + 1 });
    expect(checkCandles(series, 9.5 * MINUTE)).toEqual({
      candles: 9,
      gaps: { count: 2, missing: 4, first: [{ after: MINUTE, before: 5 * MINUTE, missing: 3 }, { after: 4 * MINUTE, before: 6 * MINUTE, missing: 1 }] },
      duplicates: { count: 1, first: [2] },
      outOfOrder: { count: 1, first: [4] },
      impossible: { count: 2, first: [5, 7] },
      offGrid: { count: 1, first: [8] },
      zeroVolume: 1,
      unclosed: true,
      sound: false,
    });
  });

  it.each<[string, Partial<Candle>]>([
    ["a high under the close", { high: 10.5 }],
    ["a low over the open", { low: 10.5 }],
    ["a price of zero", { low: 0 }],
    ["a negative volume", { volume: -1 }],
    ["an infinite high", { high: Number.POSITIVE_INFINITY }],
    ["a volume that is no number", { volume: Number.NaN }],
  ])("calls %s impossible", (_, wrong) => {
    expect(checkCandles(of(at(0, wrong))).impossible.count).toBe(1);
  });

  it("finds nothing in a market without faults", () => {
    expect(checkCandles(MARKET)).toMatchObject({ sound: true, gaps: { count: 0 }, unclosed: false });
  });
});

describe("merging", () => {
  it("gives the union by time, from whichever side, for any two parts of one market", () => {
    fc.assert(
      fc.property(holes, holes, (a, b) => {
        const union = [...new Set([...a, ...b])].toSorted((x, y) => x - y);
        for (const [first, second] of [[a, b], [b, a]] as const) {
          const merged = mergeSeries(pick(first), pick(second));
          for (const column of CANDLE_COLUMNS) expect(merged.series[column]).toEqual(pick(union)[column]);
          expect(merged.shared).toBe(a.length + b.length - union.length);
          expect(merged.conflict).toBeNull();
        }
      }),
      { numRuns: 40 },
    );
  });

  it("names the first candle on which two series disagree and keeps the first one's", () => {
    const merged = mergeSeries(of(at(0), at(1)), of(at(1, { close: 10 }), at(2)));
    expect(merged).toMatchObject({ conflict: MINUTE, conflicts: 1, shared: 0 });
    expect([...merged.series.close]).toEqual([11, 11, 11]);
  });
});

describe("the view that agents have of candles", () => {
  it("shows what has closed and throws for anything later", () => {
    const view = new CandleView(MARKET, 10);
    expect(view.close(0)).toBe(MARKET.close[9]);
    expect(view.time(9)).toBe(0);
    expect(() => view.close(-1)).toThrow(/not visible/);
    expect(() => view.at(10)).toThrow(/10 bars have closed/);
    view.reveal(11);
    expect(view.close(0)).toBe(MARKET.close[10]);
  });
});

describe("small doors", () => {
  it.each([["1m", 60_000], ["15m", 900_000], ["4h", 14_400_000], ["1d", 86_400_000], ["1w", 604_800_000], ["30s", 30_000]])("the timeframe %s has %d milliseconds, and back", (text, milliseconds) => {
    expect(parseTimeframe(text)).toBe(milliseconds);
    expect(formatTimeframe(milliseconds)).toBe(text);
  });

  it.each(["", "m", "0m", "1x", "-1m", "1.5h", "1M", "m1"])("%j is no timeframe", (text) => {
    expect(parseTimeframe(text)).toBeNull();
  });

  it.each([
    ["2024-01-31", Date.UTC(2024, 0, 31)],
    ["2024-01-31 09:05", Date.UTC(2024, 0, 31, 9, 5)],
    ["2024-01-31T09:05:06.789Z", Date.UTC(2024, 0, 31, 9, 5, 6, 789)],
    ["2024-01-31T09:05:06-05:30", Date.UTC(2024, 0, 31, 14, 35, 6)],
    ["2024-02-29", Date.UTC(2024, 1, 29)],
    ["2019-10-17 12-AM", Date.UTC(2019, 9, 17)],
  ])("%s is an instant", (text, time) => {
    expect(parseInstant(text)).toBe(time);
  });

  it.each(["2023-02-29", "2024-13-01", "2024-01-31 25:00", "2024-1-1", "yesterday", "2024-01-31 13-PM", ""])("%j is no instant", (text) => {
    expect(parseInstant(text)).toBeNaN();
  });

  it("finds the first candle at or after a time, and slices without copying", () => {
    expect(indexAtOrAfter(MARKET, 5 * MINUTE)).toBe(5);
    expect(indexAtOrAfter(MARKET, 5 * MINUTE + 1)).toBe(6);
    expect(indexAtOrAfter(MARKET, Number.POSITIVE_INFINITY)).toBe(600);
    const slice = sliceSeries(MARKET, 10, 20);
    expect(slice.close.buffer).toBe(MARKET.close.buffer);
    expect(slice.length).toBe(10);
  });
});
