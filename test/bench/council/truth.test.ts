import { describe, expect, it } from "vitest";
import { levelsOnTruth, regimesOnTruth } from "./truth.ts";

describe("agents on synthetic markets whose truth is known", () => {
  it("gives shares between 0 and 1 for levels, the same for the same seed and others for another", () => {
    const figures = levelsOnTruth(3);
    for (const [name, value] of Object.entries(figures)) expect([name, value >= 0 && value <= 1]).toEqual([name, true]);
    expect(levelsOnTruth(3)).toEqual(figures);
    expect(levelsOnTruth(4)).not.toEqual(figures);
  });

  it("finds more of the planted levels with more names: all levels before the strongest two", () => {
    const figures = levelsOnTruth(5);
    expect(figures["agent, all levels: recall"]).toBeGreaterThanOrEqual(figures["agent, strongest two: recall"]!);
  });

  it("calls one kind right in a third of the kinds when it is always the same", () => {
    const figures = [1, 2, 3].map(regimesOnTruth);
    for (const one of figures) expect([1 / 3, 1 / 2, 1]).toContain(one["always sideways: mean recall of the kinds"]);
    for (const one of figures) expect(one["agent: switches seen"]).toBeLessThanOrEqual(1);
  });
});
