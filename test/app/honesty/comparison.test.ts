import { describe, expect, it } from "vitest";
import { agents } from "../../../agents/index.ts";
import { compareSteps } from "../../../src/app/honesty/comparison.ts";
import type { Comparison } from "../../../src/app/honesty/result.ts";
import { correlation, sharpeOrIdle } from "../../../src/app/honesty/metrics.ts";
import { compound, deepestFall } from "../../../src/core/statistics/returns.ts";
import { resampled, resamplingOf } from "../../../src/app/honesty/paired.ts";
import { sliceSeries } from "../../../src/core/candle.ts";
import { DAY } from "../../../src/core/timeframe.ts";
import { strategies } from "../../../strategies/index.ts";
import { datasetOf, definitionOf, DRIFTLESS, finished, SWINGS } from "./market.ts";

const GRID = "agents: none\nstrategies: {grid: {width: 0.03, levels: 16}}\n";

function compared(a: string, b: string, days = 28, market = SWINGS): Comparison {
  const datasets = [datasetOf(sliceSeries(market, 0, days * 1_440))];
  const side = (text: string) => ({ definition: definitionOf(text), datasets });
  return finished(compareSteps(side(a), side(b), { agents, strategies }, 1));
}

describe("a comparison", () => {
  it("knows that the same grid is better without fees, by how much, and on which days", () => {
    const { verdict, difference, better, days, a, b, changed } = compared(GRID, `${GRID}fees: {maker: 0, taker: 0}`);
    expect(verdict.better).toBe("b");
    expect(verdict.sentence).toMatch(/^B is better by [\d.]+ points of return over 28 days \(95 %: [\d.]+ to [\d.]+\)\.$/);
    expect(difference.totalReturn.estimate).toBeCloseTo(b.result.totalReturn - a.result.totalReturn, 9);
    expect(difference.totalReturn.interval!.low).toBeGreaterThan(0);
    expect(better.b).toBeGreaterThan(better.a);
    expect(better.a + better.b + better.even).toBe(28);
    expect(days).toEqual(Array.from({ length: 28 }, (_, i) => i * DAY));
    expect(a.equity).toHaveLength(29);
    expect(changed).toEqual(["fees"]);
  });

  it("says the same the other way round", () => {
    const [forth, back] = [compared(GRID, `${GRID}fees: {maker: 0, taker: 0}`), compared(`${GRID}fees: {maker: 0, taker: 0}`, GRID)];
    expect(back.verdict.better).toBe("a");
    expect(back.verdict.sentence).toBe(forth.verdict.sentence.replace("B is", "A is"));
    expect(back.difference.sharpe.estimate).toBeCloseTo(-forth.difference.sharpe.estimate!, 12);
  });

  it("does not call a grid better for a few levels more in a market without drift, where there is nothing to pay", () => {
    const { verdict } = compared(`${GRID}fees: {maker: 0, taker: 0}`, `${GRID.replace("16", "20")}fees: {maker: 0, taker: 0}`, 60, DRIFTLESS);
    expect(verdict.better).toBe("neither");
    expect(verdict.sentence).toMatch(/^The difference is within what chance gives: -?[\d.]+ points of return for B over 60 days/);
  });

  it("finds no difference between a definition and itself", () => {
    const { verdict, difference, better, correlation: together } = compared(GRID, GRID);
    expect(verdict).toEqual({ better: "neither", sentence: "A and B did the same on every day." });
    expect(difference.totalReturn).toEqual({ estimate: 0, interval: { estimate: 0, low: 0, high: 0 } });
    expect(better).toEqual({ a: 0, b: 0, even: 28 });
    expect(together).toBeCloseTo(1, 12);
  });

  it("says that a few days are too few", () => {
    const { verdict, difference } = compared(GRID, `${GRID}fees: {maker: 0, taker: 0}`, 12);
    expect(verdict).toEqual({ better: "neither", sentence: "12 days are too few to tell a difference from chance: at least 20 are needed, 60 are better." });
    expect(difference.totalReturn.interval).toBeNull();
    expect(difference.totalReturn.estimate).toBeGreaterThan(0);
  });

  it("tells of a side that never traded, and of other capital", () => {
    const { warnings, correlation: together } = compared(GRID, "agents: [risk-profile]\ncapital: 5000");
    expect(warnings.join("\n")).toMatch(/B never traded/);
    expect(warnings.join("\n")).toMatch(/start with different capital/);
    expect(together).toBeNull();
  });

  it("refuses other candles, other symbols and another span", () => {
    const datasets = [datasetOf(SWINGS)];
    const other = [datasetOf(sliceSeries(SWINGS, 0, 10_000))];
    const side = (text: string, data = datasets) => ({ definition: definitionOf(text), datasets: data });
    const run = (a: ReturnType<typeof side>, b: ReturnType<typeof side>) => finished(compareSteps(a, b, { agents, strategies }, 1));
    expect(() => run(side(GRID), side(GRID, other))).toThrow(/A has a test market \([0-9a-f]{12}\) for BTC\/USDT, B a test market \([0-9a-f]{12}\)/);
    expect(() => run(side(GRID), side(GRID, [datasetOf(SWINGS, "ETH/USDT")]))).toThrow(/A trades BTC\/USDT, B ETH\/USDT/);
    expect(() => run(side(GRID), side(`${GRID}from: 1970-01-03`))).toThrow(/A runs from 1970-01-01T00:00:00.000Z to .*, B from 1970-01-03T00:00:00.000Z/);
  });
});

describe("the metrics of paired days", () => {
  it("are what they are by hand", () => {
    expect(compound([0.1, -0.5, 1])).toBeCloseTo(1.1 * 0.5 * 2 - 1, 12);
    expect(deepestFall([0.1, -0.5, 0.2, -0.3, 1])).toBeCloseTo(0.5 * 1.2 * 0.7 - 1, 12);
    expect(deepestFall([0.1, 0.1])).toBe(0);
    expect(deepestFall([-0.2, 0.1])).toBeCloseTo(-0.2, 12);
    expect(correlation([1, 2, 3], [2, 4, 6])).toBeCloseTo(1, 12);
    expect(correlation([1, 2, 3], [3, 2, 1])).toBeCloseTo(-1, 12);
    expect(correlation([1, 2, 3], [1, 3, 2])).toBeCloseTo(0.5, 12);
    expect(correlation([1, 2], [5, 5])).toBeNull();
    expect(sharpeOrIdle([0, 0, 0])).toBe(0);
    expect(sharpeOrIdle([0.01, 0.01])).toBeNull();
  });

  it("are drawn on the same days for every column", () => {
    const column = Array.from({ length: 50 }, (_, i) => Math.sin(i));
    const shifted = column.map((value) => value + 0.25);
    const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
    const rows = resampled([column, shifted], total, resamplingOf(50, 3, 100));
    expect(rows).toHaveLength(100);
    for (const [one = 0, other = 0] of rows) expect(other - one).toBeCloseTo(12.5, 9);
    expect(new Set(rows.map(([one = 0]) => one.toFixed(9))).size).toBeGreaterThan(90);
  });

  it("refuse columns of different lengths", () => {
    expect(() => resampled([[1], [1, 2]], compound, resamplingOf(1, 1))).toThrow(/must have the same days/);
  });
});
