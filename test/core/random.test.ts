import { describe, expect, it } from "vitest";
import { createRandom } from "../../src/core/random.ts";

const many = (count: number, draw: () => number): number[] => Array.from({ length: count }, draw);
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe("a seeded stream of random numbers", () => {
  it("is the same for the same seed and another one for another", () => {
    const five = (seed: number): number[] => {
      const random = createRandom(seed);
      return many(5, () => random.uniform());
    };
    expect(five(7)).toEqual(five(7));
    expect(five(7)).not.toEqual(five(8));
  });

  it("has the moments of its distributions", () => {
    const random = createRandom(1);
    const uniform = many(100_000, () => random.uniform());
    expect(mean(uniform)).toBeCloseTo(0.5, 2);
    expect(Math.min(...uniform.slice(0, 50_000))).toBeGreaterThanOrEqual(0);
    expect(Math.max(...uniform.slice(0, 50_000))).toBeLessThan(1);
    const normal = many(100_000, () => random.normal());
    expect(mean(normal)).toBeCloseTo(0, 1);
    expect(mean(normal.map((x) => x * x))).toBeCloseTo(1, 1);
    expect(mean(normal.map((x) => x ** 4))).toBeCloseTo(3, 0);
    expect(mean(many(100_000, () => random.exponential()))).toBeCloseTo(1, 1);
    expect(new Set(many(1_000, () => random.integer(4)))).toEqual(new Set([0, 1, 2, 3]));
  });

  it("forks into streams by name that take nothing from their parent", () => {
    const parent = createRandom(3);
    const child = parent.fork("a");
    many(10, () => child.uniform());
    expect(parent.uniform()).toBe(createRandom(3).uniform());
    expect(createRandom(3).fork("a").uniform()).not.toBe(createRandom(3).fork("b").uniform());
    expect(createRandom(3).fork("a").uniform()).not.toBe(createRandom(4).fork("a").uniform());
  });
});
