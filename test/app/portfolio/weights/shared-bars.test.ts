import { describe, expect, it } from "vitest";
import { sharedBars } from "../../../../src/app/portfolio/weights/shared-bars.ts";
import { DAY, datasetOf, START } from "./bars.ts";

const rising = (count: number, step = 1): number[] => Array.from({ length: count }, (_, i) => 100 + step * i);
const all = { timeframe: DAY, from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };

describe("the bars that symbols share", () => {
  it("gives simple returns from close to close, a column for each symbol", () => {
    const { returns, symbols, periods, leftOut } = sharedBars([datasetOf("A/USDT", rising(12)), datasetOf("B/USDT", rising(12, 2))], all);
    expect(symbols).toEqual(["A/USDT", "B/USDT"]);
    expect(returns).toHaveLength(11);
    expect(returns[0]![0]).toBeCloseTo(1 / 100, 12);
    expect(returns[10]![1]).toBeCloseTo(122 / 120 - 1, 12);
    expect(periods).toBe(365);
    expect(leftOut).toBe(0);
  });

  it("leaves out what one of them has not, counts it, and knows who begins late", () => {
    const late = datasetOf("B/USDT", rising(15), Array.from({ length: 15 }, (_, i) => i + 5));
    const { shared, leftOut, spans, from, to } = sharedBars([datasetOf("A/USDT", rising(20)), late], all);
    expect(shared).toBe(15);
    expect(leftOut).toBe(5);
    expect(spans.map(({ late: isLate }) => isLate)).toEqual([false, true]);
    expect(from).toBe(START + 5 * DAY);
    expect(to).toBe(START + 20 * DAY);
  });

  it("makes no return over a gap, which would be longer than a bar", () => {
    const gap = [0, 1, 2, 3, 4, 5, 6, 9, 10, 11, 12, 13, 14, 15];
    const { returns, gaps, leftOut } = sharedBars([datasetOf("A/USDT", rising(16)), datasetOf("B/USDT", rising(14), gap)], all);
    expect(gaps).toBe(1);
    expect(leftOut).toBe(2);
    expect(returns).toHaveLength(12);
    for (const row of returns) expect(row[1]).toBeLessThan(0.011);
  });

  it("does not take a bar that closes after the end", () => {
    const datasets = [datasetOf("A/USDT", rising(30)), datasetOf("B/USDT", rising(30, 3))];
    const { to, shared } = sharedBars(datasets, { ...all, to: START + 20 * DAY + DAY / 2 });
    expect(to).toBe(START + 20 * DAY);
    expect(shared).toBe(20);
  });

  it("counts the bars of a year from their length", () => {
    const hours = (symbol: string, step: number) => datasetOf(symbol, rising(48, step), undefined, DAY / 24);
    expect(sharedBars([hours("A/USDT", 1), hours("B/USDT", 2)], { ...all, timeframe: DAY / 24 }).periods).toBe(8_760);
    expect(sharedBars([hours("A/USDT", 1), hours("B/USDT", 2)], { ...all, timeframe: DAY / 12 }).returns).toHaveLength(23);
  });

  it.each<[string, () => unknown, RegExp]>([
    ["one symbol", () => sharedBars([datasetOf("A/USDT", rising(20))], all), /A\/USDT alone has no weights to choose; name at least two/],
    ["candles that share no bar", () => sharedBars([datasetOf("A/USDT", rising(20)), datasetOf("B/USDT", rising(20), rising(20).map((_, i) => i + 50))], all), /share no bar of 1d.*A\/USDT 2024-01-01 to 2024-01-21; B\/USDT 2024-02-20 to 2024-03-11/],
    ["a price that never moves", () => sharedBars([datasetOf("A/USDT", rising(20)), datasetOf("USD/USDT", rising(20, 0))], all), /the price of USD\/USDT never moves in the 20 bars/],
    ["bars finer than the candles", () => sharedBars([datasetOf("A/USDT", rising(20)), datasetOf("B/USDT", rising(20))], { ...all, timeframe: DAY / 24 }), /--bars 1h: the candles of A\/USDT are 1d bars/],
    ["a span without candles", () => sharedBars([datasetOf("A/USDT", rising(20)), datasetOf("B/USDT", rising(20))], { ...all, from: START + 100 * DAY }), /fewer than two whole 1d bars of A\/USDT.*from 2024-01-01 to 2024-01-21/],
  ])("says what is wrong with %s", (_name, make, message) => {
    expect(make).toThrow(message);
  });
});
