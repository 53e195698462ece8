import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../../src/core/random.ts";
import { bootstrapDraws, bootstrapIndices, bootstrapInterval, quantileOf } from "../../../src/core/statistics/bootstrap.ts";
import { mean } from "../../../src/core/statistics/moments.ts";
import { sharpe } from "../../../src/core/statistics/returns.ts";

const noise = (seed: number, length: number, drift = 0): number[] => {
  const random = createRandom(seed);
  return Array.from({ length }, () => drift + 0.02 * random.normal());
};

describe("positions of the stationary bootstrap", () => {
  it("are positions of the series, as many as it has, and the same for a seed", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.double({ min: 1, max: 50, noNaN: true }), fc.nat(), (length, block, seed) => {
        const drawn = bootstrapIndices(length, block, createRandom(seed));
        expect(drawn).toHaveLength(length);
        expect(drawn.every((at) => at >= 0 && at < length)).toBe(true);
        expect(bootstrapIndices(length, block, createRandom(seed))).toEqual(drawn);
      }),
    );
  });
  it("come in blocks of the mean length that was asked for", () => {
    for (const block of [1, 5, 20]) {
      const drawn = bootstrapIndices(200_000, block, createRandom(3));
      let starts = 1;
      for (let i = 1; i < drawn.length; i++) if (drawn[i] !== (drawn[i - 1]! + 1) % drawn.length) starts++;
      expect(drawn.length / starts / block).toBeCloseTo(1, 1);
    }
  });
  it("fall on every part of the series alike, the end running on into the start", () => {
    const counts = new Int32Array(10);
    const random = createRandom(4);
    for (let i = 0; i < 10_000; i++) for (const at of bootstrapIndices(10, 4, random)) counts[at]!++;
    for (const count of counts) expect(count / 10_000).toBeCloseTo(1, 1);
  });
  it("refuse a mean block under one period", () => {
    expect(() => bootstrapIndices(10, 0.5, createRandom(1))).toThrow(RangeError);
  });
});

describe("the bootstrap interval", () => {
  it("is the same for a seed and another for another", () => {
    const returns = noise(1, 200);
    const of = (seed: number) => bootstrapInterval(returns, mean, { seed });
    expect(of(5)).toEqual(of(5));
    expect(of(5)).not.toEqual(of(6));
  });
  it("is the same from draws made before", () => {
    const returns = noise(2, 150);
    const draws = bootstrapDraws(150, 400, 6, 9);
    expect(bootstrapInterval(returns, sharpe, { seed: 9, draws })).toEqual(bootstrapInterval(returns, sharpe, { seed: 9, samples: 400, meanBlock: 6 }));
  });
  it("holds its estimate, and is wider for more confidence", () => {
    for (let seed = 0; seed < 20; seed++) {
      const narrow = bootstrapInterval(noise(seed, 200), mean, { seed, samples: 300, confidence: 0.8 })!;
      const wide = bootstrapInterval(noise(seed, 200), mean, { seed, samples: 300, confidence: 0.99 })!;
      expect(narrow.low).toBeLessThan(narrow.estimate);
      expect(narrow.high).toBeGreaterThan(narrow.estimate);
      expect(wide.low).toBeLessThan(narrow.low);
      expect(wide.high).toBeGreaterThan(narrow.high);
    }
  });
  it("holds the true mean of independent returns about as often as it says", () => {
    let held = 0;
    for (let seed = 0; seed < 200; seed++) {
      const { low, high } = bootstrapInterval(noise(1_000 + seed, 150, 0.001), mean, { seed, samples: 200 })!;
      if (low <= 0.001 && high >= 0.001) held++;
    }
    expect(held / 200).toBeGreaterThan(0.87);
    expect(held / 200).toBeLessThan(0.99);
  });
  it("is wider by blocks where returns hang together, as single draws would not see", () => {
    const random = createRandom(8);
    let last = 0;
    const returns = Array.from({ length: 600 }, () => (last = 0.8 * last + 0.01 * random.normal()));
    const width = (meanBlock: number): number => {
      const { low, high } = bootstrapInterval(returns, mean, { seed: 1, meanBlock })!;
      return high - low;
    };
    expect(width(20)).toBeGreaterThan(1.8 * width(1));
  });
  it("is none of a statistic that is not defined, on the returns or on most of their resamples", () => {
    expect(bootstrapInterval([0.1, 0.1, 0.1], () => null, { seed: 1 })).toBeNull();
    expect(bootstrapInterval([0.1], mean, { seed: 1 })).toBeNull();
    expect(bootstrapInterval([0.1, 0, 0, 0, 0, 0], (sample) => (sample.includes(0.1) ? 1 : null), { seed: 1, meanBlock: 1 })).toBeNull();
  });
});

describe("quantiles", () => {
  it("lie between neighbours in a straight line", () => {
    expect(quantileOf([1, 2, 4], 0)).toBe(1);
    expect(quantileOf([1, 2, 4], 0.5)).toBe(2);
    expect(quantileOf([1, 2, 4], 0.75)).toBe(3);
    expect(quantileOf([1, 2, 4], 1)).toBe(4);
    expect(quantileOf([7], 0.3)).toBe(7);
  });
});
