import { describe, expect, it } from "vitest";
import { memoryProblems } from "./memory.ts";
import { soak } from "./soak.ts";

describe("a bot that runs for long in bad weather", () => {
  it("ends an hour of three markets with books that are the exchange's and no order of unknown fate", async () => {
    const { problems, orders, faults } = await soak({ hours: 1, symbols: 3, seed: 1 });
    expect(problems).toEqual([]);
    expect(orders).toBeGreaterThan(0);
    expect(faults).toBeGreaterThan(0);
  }, 180_000);
});

describe("the measure of a soak's memory", () => {
  const samples = (bytes: readonly number[]) => bytes.map((value, i) => ({ hour: i + 1, rss: value, heapUsed: 100 }));

  it("takes a level that stays for flat, whatever the first quarter was", () => {
    expect(memoryProblems(samples([50, 100, 100, 109]))).toEqual([]);
  });

  it("names what grows by more than a tenth", () => {
    expect(memoryProblems(samples([100, 100, 100, 111]))).toEqual([expect.stringContaining("rss has grown")]);
  });
});
