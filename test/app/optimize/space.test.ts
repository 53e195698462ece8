import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countSets, type Dimension, keyOf, neighboursOf, parametersAt, pointOf, sizeOf, spaceOf, valueAt } from "../../../src/app/optimize/space.ts";

const LEVELS: Dimension = { key: "levels", kind: "range", from: 8, to: 40, step: 4, scale: "linear" };
const WIDTH: Dimension = { key: "width", kind: "range", from: 0.02, to: 0.2, scale: "log" };
const MODE: Dimension = { key: "mode", kind: "list", values: ["wait", "recentre", "close"] };
const PERIOD: Dimension = { key: "period", kind: "range", from: 2, to: 512, step: 1, scale: "log" };
const SPACE = [LEVELS, MODE, PERIOD, WIDTH];

describe("the search space", () => {
  it("gives a whole-number key a step of one, sorts keys, and counts its sets", () => {
    const space = spaceOf({ b: { values: [1, 2] }, a: { from: 3, to: 7 } }, (key) => key === "a");
    expect(space).toEqual([
      { key: "a", kind: "range", from: 3, to: 7, step: 1, scale: "linear" },
      { key: "b", kind: "list", values: [1, 2] },
    ]);
    expect(countSets(space)).toBe(10);
    expect(countSets([...space, WIDTH])).toBe(Number.POSITIVE_INFINITY);
  });

  it("gives every value of a counted dimension an equal part of the cube, both ends included", () => {
    const size = sizeOf(LEVELS);
    expect(size).toBe(9);
    const counts = new Map<unknown, number>();
    for (let i = 0; i < 900; i++) {
      const { levels } = parametersAt([LEVELS], [(i + 0.5) / 900]);
      counts.set(levels, (counts.get(levels) ?? 0) + 1);
    }
    expect([...counts.keys()]).toEqual(Array.from({ length: size }, (_, index) => valueAt(LEVELS, index)));
    expect(new Set(counts.values())).toEqual(new Set([100]));
  });

  it("puts half of a log range under its geometric middle", () => {
    expect(parametersAt([WIDTH], [0.5])).toEqual({ width: Number(Math.sqrt(0.02 * 0.2).toPrecision(6)) });
    expect(parametersAt([PERIOD], [0.5])).toEqual({ period: 32 });
  });

  it("stays inside its ranges, and finds the same set again from the place of a set", () => {
    const unit = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(fc.tuple(unit, unit, unit, unit), (point) => {
        const set = parametersAt(SPACE, point);
        expect(set["levels"]).toBeGreaterThanOrEqual(8);
        expect(set["levels"]).toBeLessThanOrEqual(40);
        expect(set["width"]).toBeGreaterThanOrEqual(0.02);
        expect(set["width"]).toBeLessThanOrEqual(0.2);
        const again = parametersAt(SPACE, pointOf(SPACE, set));
        expect({ ...again, width: 0 }).toEqual({ ...set, width: 0 });
        expect(again["width"]).toBeCloseTo(Number(set["width"]), 5);
      }),
    );
  });

  it("names the sets one step away, fewer at the edge", () => {
    const inside = neighboursOf([LEVELS, MODE], { levels: 12, mode: "recentre" });
    expect(inside).toEqual([
      { levels: 8, mode: "recentre" },
      { levels: 16, mode: "recentre" },
      { levels: 12, mode: "wait" },
      { levels: 12, mode: "close" },
    ]);
    expect(neighboursOf([LEVELS, MODE], { levels: 40, mode: "wait" })).toEqual([
      { levels: 36, mode: "wait" },
      { levels: 40, mode: "recentre" },
    ]);
    const continuous = neighboursOf([WIDTH], { width: 0.1 }).map(({ width }) => Number(width));
    expect(continuous[0]).toBeLessThan(0.1);
    expect(continuous[1]).toBeGreaterThan(0.1);
  });

  it("writes one text for one set, whatever the order of its keys", () => {
    expect(keyOf({ b: 1, a: "x" })).toBe(keyOf({ a: "x", b: 1 }));
    expect(keyOf({ a: 1 })).not.toBe(keyOf({ a: "1" }));
  });
});
