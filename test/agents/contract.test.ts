import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { agents } from "../../agents/index.ts";
import { sliceSeries } from "../../src/core/candle.ts";
import { resample } from "../../src/core/resample.ts";
import { createMarket, MARKET_KINDS } from "../../src/core/synthetic/market.ts";
import type { Observation } from "../../src/core/agent.ts";
import { MOOD, observation as inside } from "./observe.ts";

const START = Date.UTC(2024, 0, 1);
const bars = (kind: (typeof MARKET_KINDS)[number], seed: number) =>
  resample(createMarket({ kind, seed, days: 25, timeframe: 60_000, start: START, price: 42_000, priceStep: 0.01 }).series, 3_600_000);

/** With what an agent needs: those that look outside find something there. */
const observation = (...seen: Parameters<typeof inside>): Observation => ({ ...inside(...seen), outside: MOOD });

describe("the list of agents", () => {
  it("is sorted by name, each name once", () => {
    const names = agents.map(({ name }) => name);
    expect(names).toEqual([...new Set(names)].toSorted());
  });
});

describe.each(agents.map((agent) => [agent.name, agent] as const))("agent %s", (_, agent) => {
  it("keeps to its ranges, gives its numbers and a sentence, in any market", () => {
    fc.assert(
      fc.property(fc.constantFrom(...MARKET_KINDS), fc.nat(), fc.double({ min: 0, max: 0.5, noNaN: true }), (kind, seed, drawdown) => {
        const running = agent.start({});
        const series = bars(kind, seed);
        for (let length = running.warmup; length <= series.length; length += 97) {
          const opinion = running.vote(observation(series, { drawdown }, length));
          if (opinion === null) continue;
          expect(Math.abs(opinion.score)).toBeLessThanOrEqual(1);
          expect(opinion.confidence).toBeGreaterThanOrEqual(0);
          expect(opinion.confidence).toBeLessThanOrEqual(1);
          expect(opinion.reason).toMatch(/\d/);
          expect(Object.keys(opinion.evidence).length).toBeGreaterThan(0);
          if (opinion.size !== undefined) expect(opinion.size).toBeGreaterThanOrEqual(0);
          if (opinion.size !== undefined) expect(opinion.size).toBeLessThanOrEqual(1);
          if (opinion.ranging !== undefined) expect(Math.abs(opinion.ranging)).toBeLessThanOrEqual(1);
          for (const level of opinion.levels ?? []) {
            expect(level.price).toBeGreaterThan(0);
            expect(level.strength).toBeGreaterThanOrEqual(0);
            expect(level.strength).toBeLessThanOrEqual(1);
          }
        }
      }),
      { numRuns: 12 },
    );
  });

  it("has an opinion once it is warm, in an ordinary market", () => {
    const running = agent.start({});
    const series = bars("mix", 2);
    const lengths = Array.from({ length: 100 }, (_one, i) => series.length - i);
    expect(lengths.filter((length) => running.vote(observation(series, {}, length)) !== null).length).toBeGreaterThan(80);
  });

  it("says the same of the same, and nothing of what comes after", () => {
    const series = bars("mix", 3);
    const running = agent.start({});
    const length = Math.max(running.warmup, 300);
    const whole = running.vote(observation(series, {}, length));
    expect(running.vote(observation(series, {}, length))).toEqual(whole);
    expect(agent.start({}).vote(observation(sliceSeries(series, 0, length)))).toEqual(whole);
  });

  it("takes its defaults and refuses a parameter that it does not have", () => {
    expect(agent.params.safeParse({}).success).toBe(true);
    expect(agent.params.safeParse({ nonsense: 1 }).success).toBe(false);
    expect(agent.title.length).toBeGreaterThan(20);
  });
});
