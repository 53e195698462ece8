import { describe, expect, it } from "vitest";
import { createRandom } from "../../../src/core/random.ts";
import { bootstrapDraws } from "../../../src/core/statistics/bootstrap.ts";
import { realityCheck } from "../../../src/core/statistics/reality-check.ts";

const market = (seed: number, periods: number, trials: number, drift = 0): number[][] => {
  const random = createRandom(seed);
  return Array.from({ length: periods }, () => Array.from({ length: trials }, (_, k) => 0.02 * random.normal() + (k === 0 ? drift : 0)));
};

describe("White's reality check", () => {
  it("compares the root of T times the highest mean with its resamples, counted by hand", () => {
    const rows = market(1, 30, 3, 0.005);
    const means = [0, 1, 2].map((k) => rows.reduce((sum, row) => sum + row[k]!, 0) / 30);
    const statistic = Math.sqrt(30) * Math.max(...means);
    const reached = bootstrapDraws(30, 99, 3, 7).filter((draw) => {
      const highest = Math.max(...means.map((mean, k) => [...draw].reduce((sum, at) => sum + rows[at]![k]! - mean, 0) / 30));
      return Math.sqrt(30) * highest >= statistic;
    });
    const found = realityCheck(rows, { samples: 99, seed: 7, meanBlock: 3 })!;
    expect(reached.length).toBeGreaterThan(0);
    expect(found.p).toBe((1 + reached.length) / 100);
    expect(found.statistic).toBeCloseTo(statistic, 12);
  });
  it("finds nothing in noise more often than it should", () => {
    const values = Array.from({ length: 60 }, (_, seed) => realityCheck(market(seed, 120, 10), { samples: 200, seed })!.p);
    expect(values.filter((p) => p <= 0.05).length).toBeLessThanOrEqual(9);
    expect(values.filter((p) => p > 0.5).length).toBeGreaterThan(15);
  });
  it("finds an edge, and the harder the more trials it was chosen from", () => {
    const p = (trials: number): number => realityCheck(market(11, 400, trials, 0.0028), { samples: 1_000, seed: 1 })!.p;
    expect(p(1)).toBeLessThan(0.05);
    expect(p(100)).toBeGreaterThan(p(1));
    expect(realityCheck(market(11, 400, 100, 0.01), { samples: 999, seed: 1 })!.p).toBe(0.001);
  });
  it("is the same for a seed", () => {
    const rows = market(2, 100, 5);
    expect(realityCheck(rows, { samples: 100, seed: 3 })).toEqual(realityCheck(rows, { samples: 100, seed: 3 }));
  });
  it("is not known without trials, rows or any variation", () => {
    expect(realityCheck([], { samples: 10, seed: 1 })).toBeNull();
    expect(realityCheck([[0.1]], { samples: 10, seed: 1 })).toBeNull();
    expect(realityCheck([[0, 0], [0, 0]], { samples: 10, seed: 1 })).toBeNull();
  });
});
