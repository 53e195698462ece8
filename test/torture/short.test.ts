import { describe, expect, it } from "vitest";
import { torture } from "./torture.ts";

describe("a bot that is killed with signal 9", () => {
  it("comes back each time with books that are the exchange's, every trade booked once and no order doubled", async () => {
    const { kills, problems, ways } = await torture({ kills: 25, seed: 7, lanes: 2 });
    expect(problems).toEqual([]);
    expect(kills).toBeGreaterThanOrEqual(25);
    // Not all by the clock: the named points are what it is about.
    expect(ways.size).toBeGreaterThanOrEqual(5);
  }, 240_000);
});
