import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../../src/core/random.ts";
import { cscv } from "../../../src/core/statistics/overfitting.ts";
import { sharpe } from "../../../src/core/statistics/returns.ts";

/** Normal returns of 2 % a period; column 0 has a drift besides. */
const market = (seed: number, periods: number, trials: number, drift = 0): number[][] => {
  const random = createRandom(seed);
  return Array.from({ length: periods }, () => Array.from({ length: trials }, (_, k) => 0.02 * random.normal() + (k === 0 ? drift : 0)));
};

describe("known answers of the statistics page, metric the mean", () => {
  it("the best in sample that is the best everywhere is not overfit", () => {
    const { pbo, logits } = cscv(Array.from({ length: 4 }, () => [1, 2, 3, 4]), { blocks: 4, metric: "mean" })!;
    expect(pbo).toBe(0);
    expect(logits).toHaveLength(6);
    for (const logit of logits) expect(logit).toBeCloseTo(Math.log(4), 12);
  });
  it("trials that shine once each are overfit altogether", () => {
    const rows = [0, 1, 2, 3].map((t) => [0, 1, 2, 3].map((k) => (k === t ? 8 : 0) + k / 10));
    const { pbo, logits } = cscv(rows, { blocks: 4, metric: "mean" })!;
    expect(pbo).toBe(1);
    expect(logits).toHaveLength(6);
    for (const logit of logits) expect(logit).toBeCloseTo(Math.log(2 / 3), 12);
  });
});

describe("the probability of backtest overfitting", () => {
  const matrix = fc
    .tuple(fc.integer({ min: 2, max: 8 }), fc.integer({ min: 6, max: 20 }))
    .chain(([trials, periods]) => fc.array(fc.array(fc.integer({ min: -3, max: 3 }), { minLength: trials, maxLength: trials }), { minLength: periods, maxLength: periods }));

  it("is a share, one logit for each half of the time", () => {
    fc.assert(
      fc.property(matrix, fc.constantFrom("sharpe" as const, "mean" as const), (rows, metric) => {
        const { pbo, loss, logits } = cscv(rows, { blocks: 6, metric })!;
        expect(pbo).toBeGreaterThanOrEqual(0);
        expect(pbo).toBeLessThanOrEqual(1);
        expect(loss).toBeLessThanOrEqual(1);
        expect(logits).toHaveLength(20);
        expect(logits.every(Number.isFinite)).toBe(true);
      }),
    );
  });
  it("does not depend on the order of the columns, ties included", () => {
    fc.assert(
      fc.property(matrix, fc.constantFrom("sharpe" as const, "mean" as const), (rows, metric) => {
        const turned = rows.map((row) => row.toReversed());
        const [one, other] = [rows, turned].map((each) => cscv(each, { blocks: 4, metric })!);
        expect(other!.pbo).toBe(one!.pbo);
        expect(other!.logits).toEqual(one!.logits);
      }),
    );
  });
  it("agrees with counting by hand, half by half, from the returns themselves", () => {
    const rows = market(5, 50, 7);
    const blocks = 6;
    const used = rows.slice(2);
    const expected: number[] = [];
    for (let mask = 0; mask < 2 ** blocks; mask++) {
      const inside = used.filter((_, t) => (mask >> Math.floor(t / 8)) & 1);
      if (inside.length !== 24) continue;
      const outside = used.filter((_, t) => !((mask >> Math.floor(t / 8)) & 1));
      const metric = (part: number[][]): number[] => part[0]!.map((_, k) => sharpe(part.map((row) => row[k]!))!);
      const here = metric(inside);
      const there = metric(outside);
      const winner = here.indexOf(Math.max(...here));
      const rank = there.filter((value) => value <= there[winner]!).length;
      expected.push(Math.log(rank / (8 - rank)));
    }
    const { logits, observations } = cscv(rows, { blocks })!;
    const ascending = (values: readonly number[]): number[] => values.toSorted((a, b) => a - b);
    expect(observations).toBe(48);
    expect(logits).toHaveLength(20);
    ascending(logits).forEach((logit, i) => expect(logit).toBeCloseTo(ascending(expected)[i]!, 12));
  });
  it("of fifty columns of noise is about a half on average", () => {
    let sum = 0;
    for (let seed = 0; seed < 40; seed++) sum += cscv(market(seed, 240, 50), { blocks: 10 })!.pbo;
    expect(sum / 40).toBeGreaterThan(0.4);
    expect(sum / 40).toBeLessThan(0.6);
  });
  it("is low where one column has an edge", () => {
    for (let seed = 0; seed < 5; seed++) {
      const { pbo, loss } = cscv(market(seed, 730, 50, 0.006), { blocks: 10 })!;
      expect(pbo).toBeLessThan(0.05);
      expect(loss).toBeLessThan(0.05);
    }
  });
  it("ranks a trial that stands still as zero, over losers and under winners", () => {
    const random = createRandom(2);
    const rows = Array.from({ length: 40 }, () => [0, -0.01 + 0.001 * random.normal(), 0.01 + 0.001 * random.normal()]);
    expect(cscv(rows, { blocks: 4 })).toMatchObject({ pbo: 0, loss: 0 });
    expect(cscv(rows.map((row) => row.slice(0, 2)), { blocks: 4 })).toMatchObject({ pbo: 0, loss: 0 });
  });
  it("counts trials that are one and the same as overfit: a winner at the median is not better than the median", () => {
    const rows = market(3, 40, 1).map(([value]) => [value!, value!, value!]);
    const { pbo, logits } = cscv(rows, { blocks: 4 })!;
    expect(new Set(logits)).toEqual(new Set([0]));
    expect(pbo).toBe(1);
  });
  it("visits each of the 12,870 halves of sixteen blocks once", () => {
    expect(cscv(market(1, 32, 3), { blocks: 16 })!.logits).toHaveLength(12_870);
  });
  it("is not known of one trial, or of too few rows, and blocks must be even", () => {
    expect(cscv(market(1, 40, 1), { blocks: 4 })).toBeNull();
    expect(cscv(market(1, 3, 5), { blocks: 4 })).toBeNull();
    expect(cscv([], { blocks: 4 })).toBeNull();
    expect(() => cscv(market(1, 40, 3), { blocks: 5 })).toThrow(RangeError);
  });
});
