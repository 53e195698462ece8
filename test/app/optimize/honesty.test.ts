import { describe, expect, it } from "vitest";
import { chanceFigures } from "../../../src/app/optimize/honesty.ts";
import type { Candidate } from "../../../src/app/optimize/runner.ts";
import { createRandom } from "../../../src/core/random.ts";
import { median, standardDeviation } from "../../../src/core/statistics/moments.ts";
import { deflatedSharpe as deflated, expectedMaximum, sharpeStatistics } from "../../../src/core/statistics/sharpe-inference.ts";

const DAYS = 240;

function noise(seed: number, edge = 0): number[] {
  const random = createRandom(seed);
  return Array.from({ length: DAYS }, () => edge + 0.01 * random.normal());
}

const candidate = (daily: readonly number[], at: number): Candidate => ({ key: String(at), daily: Float64Array.from(daily) });
const dailySharpe = (daily: readonly number[]): number => sharpeStatistics(daily)?.sharpe ?? Number.NaN;
const bestOf = (columns: readonly (readonly number[])[]): readonly number[] => columns.toSorted((a, b) => dailySharpe(b) - dailySharpe(a))[0] ?? [];

describe("what chance explains", () => {
  it("takes off the luck of the best of N by Bailey and Lopez de Prado's formula, over all candidates", () => {
    const columns = Array.from({ length: 30 }, (_, seed) => noise(seed));
    const winner = bestOf(columns);
    const found = chanceFigures(winner, columns.map(candidate), 1);
    const variance = standardDeviation(columns.map(dailySharpe))! ** 2;
    expect(found.sharpeVariance).toBeCloseTo(variance, 12);
    expect(found.expectedMaximumSharpe).toBeCloseTo(Math.sqrt(variance * 365) * expectedMaximum(30), 10);
    expect(found.deflatedSharpe).toBeCloseTo(deflated(sharpeStatistics(winner)!, { trials: 30, variance }), 12);
    expect(found.deflatedSharpe!).toBeLessThan(found.probabilisticSharpe!);
  });

  it("does not believe the best of pure noise, and believes a planted edge", () => {
    const worlds = Array.from({ length: 20 }, (_, world) => Array.from({ length: 25 }, (__, seed) => noise(1_000 * world + seed)));
    const found = worlds.map((columns) => chanceFigures(bestOf(columns), columns.map(candidate), 1));
    // As if it were the only trial, the best of 25 looks real most of the time.
    expect(found.filter(({ probabilisticSharpe }) => probabilisticSharpe! > 0.95).length).toBeGreaterThan(12);
    // One in twenty is expected to pass either test by chance; four would be one world in sixty.
    expect(found.filter(({ deflatedSharpe }) => deflatedSharpe! > 0.95).length).toBeLessThan(4);
    expect(found.filter(({ realityCheckP }) => realityCheckP! < 0.05).length).toBeLessThan(4);
    const columns = worlds[0]!;
    const planted = noise(7, 0.004);
    const real = chanceFigures(planted, [...columns, planted].map(candidate), 1);
    expect(real.deflatedSharpe!).toBeGreaterThan(0.95);
    expect(real.realityCheckP!).toBeLessThan(0.05);
    expect(real.overfitting!.pbo).toBeLessThan(0.1);
  });

  it("counts failed sets into N though they have no returns", () => {
    const columns = Array.from({ length: 10 }, (_, seed) => noise(seed));
    const done = columns.map(candidate);
    const failed: Candidate = { key: "x", daily: null };
    const [without, with_] = [chanceFigures(bestOf(columns), done, 1), chanceFigures(bestOf(columns), [...done, failed], 1)];
    expect([without.trials, with_.trials]).toEqual([10, 11]);
    expect(with_.sharpeVariance).toBe(without.sharpeVariance);
    expect(with_.deflatedSharpe!).toBeLessThan(without.deflatedSharpe!);
  });

  it("takes luck off the only one of many sets that has a result, with the spread that chance gives", () => {
    const only = noise(1, 0.001);
    const failed = Array.from({ length: 29 }, (_, at): Candidate => ({ key: `x${at}`, daily: null }));
    const found = chanceFigures(only, [candidate(only, 0), ...failed], 1);
    expect(found.sharpeVariance).toBeCloseTo(1 / (DAYS - 1), 15);
    expect(found.deflatedSharpe).toBeCloseTo(deflated(sharpeStatistics(only)!, { trials: 30, variance: 1 / (DAYS - 1) }), 12);
    expect(found.deflatedSharpe!).toBeLessThan(found.probabilisticSharpe!);
  });

  it("has nothing to take off a single trial, and says nothing of a winner that never moved", () => {
    const only = noise(1, 0.001);
    const single = chanceFigures(only, [candidate(only, 0)], 1);
    expect(single.deflatedSharpe).toBe(single.probabilisticSharpe);
    expect(single.overfitting).toBeNull();
    const still = new Array<number>(DAYS).fill(0);
    expect(chanceFigures(still, [candidate(still, 0)], 1)).toMatchObject({ deflatedSharpe: null, minimumTrackRecord: null, intervals: { sharpe: null } });
  });

  it("makes blocks coarser for few days, and gives up on PBO under sixteen", () => {
    const short = (days: number) => {
      const columns = [noise(1).slice(0, days), noise(2).slice(0, days)];
      return chanceFigures(columns[0]!, columns.map(candidate), 1).overfitting;
    };
    expect(short(64)?.blocks).toBe(16);
    expect(short(40)?.blocks).toBe(10);
    expect(short(15)).toBeNull();
  });

  it("takes the middle", () => {
    expect([median([]), median([3]), median([4, 1]), median([9, 1, 2])]).toEqual([null, 3, 2.5, 2]);
  });
});
