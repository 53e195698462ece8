import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { walkForwardFolds } from "../../../src/core/statistics/folds.ts";
import { DAY } from "../../../src/core/timeframe.ts";
import { UserError } from "../../../src/core/user-error.ts";

const from = Date.UTC(2024, 0, 1);
const year = { from, to: from + 350 * DAY, folds: 5, purge: 0, embargo: 0 };

describe("walk-forward folds", () => {
  it("anchored always begin at the start and learn from all that came before", () => {
    const folds = walkForwardFolds({ ...year, mode: "anchored" });
    expect(folds.map(({ inSample }) => [(inSample.from - from) / DAY, (inSample.to - from) / DAY])).toEqual([[0, 100], [0, 150], [0, 200], [0, 250], [0, 300]]);
    expect(folds.map(({ outOfSample }) => [(outOfSample.from - from) / DAY, (outOfSample.to - from) / DAY])).toEqual([[100, 150], [150, 200], [200, 250], [250, 300], [300, 350]]);
  });
  it("rolling keep their length and move on", () => {
    const folds = walkForwardFolds({ ...year, mode: "rolling" });
    expect(folds.map(({ inSample }) => [(inSample.from - from) / DAY, (inSample.to - from) / DAY])).toEqual([[0, 100], [50, 150], [100, 200], [150, 250], [200, 300]]);
  });
  it("keep purge and embargo between what is learnt and what is traded", () => {
    const [first] = walkForwardFolds({ ...year, mode: "rolling", purge: 3 * DAY, embargo: 2 * DAY });
    expect(first).toEqual({ inSample: { from, to: from + 95 * DAY }, outOfSample: { from: from + 100 * DAY, to: from + 150 * DAY } });
  });
  it("never overlap, leave no gap out of sample, and fall on whole steps", () => {
    const plan = fc.record({
      from: fc.integer({ min: 0, max: 2e12 }),
      length: fc.integer({ min: 40 * DAY, max: 900 * DAY }),
      folds: fc.integer({ min: 1, max: 12 }),
      mode: fc.constantFrom("anchored" as const, "rolling" as const),
      purge: fc.integer({ min: 0, max: DAY }),
      embargo: fc.integer({ min: 0, max: DAY }),
      window: fc.integer({ min: 1, max: 6 }),
      step: fc.constantFrom(60_000, 3_600_000),
    });
    fc.assert(
      fc.property(plan, ({ length, ...rest }) => {
        const to = rest.from + length;
        const folds = walkForwardFolds({ ...rest, to });
        expect(folds).toHaveLength(rest.folds);
        expect(folds.at(-1)!.outOfSample.to).toBe(to);
        folds.forEach(({ inSample, outOfSample }, i) => {
          expect(inSample.from).toBeGreaterThanOrEqual(rest.from);
          expect(inSample.to).toBeGreaterThan(inSample.from);
          expect(outOfSample.from - inSample.to).toBe(rest.purge + rest.embargo);
          expect(outOfSample.to).toBeGreaterThan(outOfSample.from);
          expect((outOfSample.from - rest.from) % rest.step).toBe(0);
          if (rest.mode === "anchored") expect(inSample.from).toBe(rest.from);
          if (i > 0) expect(outOfSample.from).toBe(folds[i - 1]!.outOfSample.to);
        });
      }),
    );
  });
  it("say when the time is too short, or what was asked for makes no sense", () => {
    expect(() => walkForwardFolds({ ...year, mode: "rolling", purge: 100 * DAY })).toThrow(/too short for 5 walk-forward folds/);
    expect(() => walkForwardFolds({ ...year, mode: "anchored", to: from })).toThrow(UserError);
    expect(() => walkForwardFolds({ ...year, mode: "anchored", folds: 0 })).toThrow(/whole number/);
    expect(() => walkForwardFolds({ ...year, mode: "anchored", embargo: -1 })).toThrow(/0 or more/);
  });
});
