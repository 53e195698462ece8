import { describe, expect, it } from "vitest";
import { createRandom } from "../../src/core/random.ts";
import { resample } from "../../src/core/resample.ts";
import { createMarket } from "../../src/core/synthetic/market.ts";
import { observation, opinionOf } from "./observe.ts";

const START = Date.UTC(2024, 0, 1);
const HOUR = 3_600_000;

describe("support-resistance against the levels that the generator planted", () => {
  it("names prices nearer to the planted ones than prices drawn from the same range by chance", () => {
    let named = 0;
    let chance = 0;
    let found = 0;
    let lucky = 0;
    let planted = 0;
    for (let seed = 1; seed <= 8; seed++) {
      const { series, truth } = createMarket({ kind: "range", seed, days: 60, timeframe: 60_000, start: START, price: 42_000, priceStep: 0.01 });
      const bars = resample(series, HOUR);
      const random = createRandom(seed).fork("chance");
      for (let length = 400; length <= bars.length; length += 100) {
        const now = START + length * HOUR;
        // Levels that have stood for two days, so that they can have been touched.
        const standing = truth.levels.filter(({ from, to }) => from <= now - 48 * HOUR && to >= now);
        const levels = opinionOf("support-resistance", observation(bars, {}, length))?.levels ?? [];
        if (standing.length === 0 || levels.length === 0) continue;
        const week = [...bars.close.subarray(length - 168, length)];
        const [low, high] = [Math.min(...week) * 0.99, Math.max(...week) * 1.01];
        const gap = (price: number, prices: readonly number[]): number => Math.min(...prices.map((one) => Math.abs(one / price - 1)));
        const guesses = levels.map(() => low + (high - low) * random.uniform());
        for (const { price } of standing) {
          planted += 1;
          const own = gap(price, levels.map((level) => level.price));
          named += own;
          const guessed = gap(price, guesses);
          chance += guessed;
          if (guessed < 0.005) lucky += 1;
          if (own < 0.005) found += 1;
        }
      }
    }
    expect(planted).toBeGreaterThan(60);
    expect(named / planted).toBeLessThan(0.75 * (chance / planted));
    // To half a percent it names twice as many as as many guesses do.
    expect(found).toBeGreaterThan(1.5 * lucky);
  });
});
