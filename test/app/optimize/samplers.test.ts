import { describe, expect, it } from "vitest";
import { dominates, frontOf, ranking } from "../../../src/app/optimize/pareto.ts";
import { randomSampler } from "../../../src/app/optimize/random.ts";
import type { Sampler, Seen } from "../../../src/app/optimize/sampler.ts";
import { MOST_SOBOL_DIMENSIONS, sobolSampler, sobolSequence } from "../../../src/app/optimize/sobol.ts";
import { tpeSampler } from "../../../src/app/optimize/tpe.ts";

/** What a sampler finds when it is asked for so many trials of a function of the unit cube, in its own batches. */
function play(sampler: Sampler, trials: number, worth: (point: readonly number[]) => readonly (number | null)[]): Seen[] {
  const seen: Seen[] = [];
  while (seen.length < trials) {
    const told = [...seen];
    const count = Math.min(sampler.batch, trials - seen.length);
    for (let i = 0; i < count; i++) {
      const point = sampler.suggest(told.length + i, 0, told);
      seen.push({ point, objectives: worth(point) });
    }
  }
  return seen;
}

const highest = (seen: readonly Seen[]): number => Math.max(...seen.map(({ objectives }) => objectives[0] ?? Number.NEGATIVE_INFINITY));
const seeds = Array.from({ length: 12 }, (_, seed) => seed);
const sum = (values: readonly number[]): number => values.reduce((total, one) => total + one, 0);

describe("Sobol's sequence", () => {
  it("begins with the points that Joe and Kuo publish", () => {
    // https://web.maths.unsw.edu.au/~fkuo/sobol/ (the first ten points of sobol.cc 10 3 new-joe-kuo-6.21201).
    const point = sobolSequence(3);
    expect(Array.from({ length: 10 }, (_, index) => point(index))).toEqual([
      [0, 0, 0],
      [0.5, 0.5, 0.5],
      [0.75, 0.25, 0.25],
      [0.25, 0.75, 0.75],
      [0.375, 0.375, 0.625],
      [0.875, 0.875, 0.125],
      [0.625, 0.125, 0.875],
      [0.125, 0.625, 0.375],
      [0.1875, 0.3125, 0.9375],
      [0.6875, 0.8125, 0.4375],
    ]);
  });

  it("has one of its first 256 points in every 256th of every dimension, shifted or not", () => {
    for (const point of [sobolSequence(MOST_SOBOL_DIMENSIONS), (index: number) => sobolSampler(MOST_SOBOL_DIMENSIONS, 7).suggest(index, 0, [])]) {
      const points = Array.from({ length: 256 }, (_, index) => point(index));
      for (let dimension = 0; dimension < MOST_SOBOL_DIMENSIONS; dimension++) {
        expect(new Set(points.map((one) => Math.floor((one[dimension] ?? 0) * 256))).size).toBe(256);
      }
    }
  });

  it("has one of its first 16 points in every square of a 4 by 4 board of its first two dimensions", () => {
    const point = sobolSequence(2);
    const cells = Array.from({ length: 16 }, (_, index) => point(index).map((unit) => Math.floor(unit * 4)).join(" "));
    expect(new Set(cells).size).toBe(16);
  });

  it("says so when there are more parameters than it can spread over", () => {
    expect(() => sobolSequence(MOST_SOBOL_DIMENSIONS + 1)).toThrow(/sobol spreads over at most 21 parameters, there are 22/);
  });
});

describe("the samplers", () => {
  it.each([
    ["random", (seed: number) => randomSampler(3, seed)],
    ["sobol", (seed: number) => sobolSampler(3, seed)],
    ["tpe", (seed: number) => tpeSampler([null, null, 4], seed)],
  ])("%s: the same seed tries the same points inside the cube, another seed others", (_, make) => {
    const worth = (point: readonly number[]): number[] => [-sum(point.map((unit) => (unit - 0.4) ** 2))];
    const one = play(make(1), 48, worth);
    expect(play(make(1), 48, worth)).toEqual(one);
    expect(play(make(2), 48, worth)).not.toEqual(one);
    for (const unit of one.flatMap(({ point }) => point)) {
      expect(unit).toBeGreaterThanOrEqual(0);
      expect(unit).toBeLessThan(1);
    }
  });

  it("random comes to every tenth of every dimension", () => {
    const seen = play(randomSampler(4, 3), 400, () => [0]);
    for (let dimension = 0; dimension < 4; dimension++) {
      const tenths = new Map<number, number>();
      for (const { point } of seen) tenths.set(Math.floor((point[dimension] ?? 0) * 10), (tenths.get(Math.floor((point[dimension] ?? 0) * 10)) ?? 0) + 1);
      expect(tenths.size).toBe(10);
      // 40 are expected in each with a deviation of 6.
      for (const count of tenths.values()) expect(Math.abs(count - 40)).toBeLessThan(25);
    }
  });

  it("tpe finds better places of a smooth function than random search does, over seeds", () => {
    const bowl = (point: readonly number[]): number[] => [-sum(point.map((unit, at) => (unit - 0.2 - 0.15 * at) ** 2))];
    const tpe = seeds.map((seed) => highest(play(tpeSampler([null, null, null, null], seed), 96, bowl)));
    const random = seeds.map((seed) => highest(play(randomSampler(4, seed), 96, bowl)));
    expect(sum(tpe)).toBeGreaterThan(sum(random) / 3);
    expect(tpe.filter((best, at) => best > (random[at] ?? 0)).length).toBeGreaterThanOrEqual(10);
  });

  it("tpe learns which of several categories is good", () => {
    const seen = play(tpeSampler([5, null], 4), 96, ([kind = 0, unit = 0]) => [(Math.floor(kind * 5) === 3 ? 1 : 0) - (unit - 0.5) ** 2]);
    const late = seen.slice(48).filter(({ point }) => Math.floor((point[0] ?? 0) * 5) === 3).length;
    expect(late).toBeGreaterThan(24);
  });

  it("tpe comes to the front of two aims that pull apart more often than random search does, and to most of it", () => {
    // The best for one is (0.2, 0.5), for the other (0.8, 0.5): the front is the line between them.
    const pulled = ([x = 0, y = 0]: readonly number[]): number[] => [-((x - 0.2) ** 2) - (y - 0.5) ** 2, -((x - 0.8) ** 2) - (y - 0.5) ** 2];
    const near = (seen: readonly Seen[]): Seen[] => seen.filter(({ point: [x = 0, y = 0] }) => Math.abs(y - 0.5) < 0.1 && x > 0.15 && x < 0.85);
    const counts = seeds.map((seed) => near(play(tpeSampler([null, null], seed), 96, pulled)));
    const random = seeds.map((seed) => near(play(randomSampler(2, seed), 96, pulled)).length);
    expect(sum(counts.map(({ length }) => length))).toBeGreaterThan(2 * sum(random));
    const quarters = counts.map((found) => new Set(found.map(({ point: [x = 0] }) => Math.floor(x * 4))).size);
    expect(sum(quarters) / seeds.length).toBeGreaterThan(3);
  });

  it("tpe is not misled by trials that failed", () => {
    const seen = play(tpeSampler([null, null], 5), 96, ([x = 0, y = 0]) => [x < 0.3 ? null : -((x - 0.35) ** 2) - (y - 0.5) ** 2]);
    expect(highest(seen)).toBeGreaterThan(-0.005);
  });
});

describe("the front", () => {
  it("holds what nothing else beats in everything", () => {
    const all = [[1, 0], [0, 1], [0.5, 0.5], [0.4, 0.4], [1, 0], [null, 2]];
    expect(frontOf(all)).toEqual([0, 1, 2, 4, 5]);
    expect(dominates([1, 1], [1, 0])).toBe(true);
    expect(dominates([1, 0], [1, 0])).toBe(false);
    expect(dominates([null], [0])).toBe(false);
  });

  it("ranks by front, its ends first, and one objective by its value", () => {
    expect(ranking([[3], [null], [5], [3]])).toEqual([2, 0, 3, 1]);
    const order = ranking([[0, 0], [2, 0], [1.1, 1], [0, 2], [-1, -1]]);
    expect(order.slice(0, 3).toSorted((a, b) => a - b)).toEqual([1, 2, 3]);
    expect(order.slice(3)).toEqual([0, 4]);
    expect(order[2]).toBe(2);
  });
});
