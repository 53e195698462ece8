import { describe, expect, it } from "vitest";
import type { CandleSeries } from "../../../src/core/candle.ts";
import { createRandom } from "../../../src/core/random.ts";
import { createMarket, type MarketTruth } from "../../../src/core/synthetic/market.ts";

const START = Date.UTC(2024, 0, 1);
const MINUTE = 60_000;
/** How far the price must come from, and then go to either side, for a visit to count; a fraction. */
const AWAY = 0.003;
/** A visit reaches the price to within this fraction. */
const NEAR = 0.0005;

type Level = MarketTruth["levels"][number];

interface Visits {
  turned: number;
  through: number;
}

/** Counts the visits to a price from one side while `from <= time < to`, and whether each turned back or went through. */
function visits(series: CandleSeries, { kind, price, from, to }: Level, counts: Visits): void {
  const sign = kind === "support" ? 1 : -1;
  // Distances on the side that the price comes from, as fractions.
  const reach = (i: number): number => sign * ((kind === "support" ? series.low[i]! : series.high[i]!) / price - 1);
  const rest = (i: number): number => sign * (series.close[i]! / price - 1);
  let armed = false;
  let i = Math.round((from - START) / MINUTE);
  const end = Math.min(series.length, Math.round((to - START) / MINUTE));
  for (; i < end; i++) {
    if (rest(i) > AWAY) armed = true;
    if (!armed || reach(i) > NEAR) continue;
    // The outcome may come after `to`: a level ends in the very minute that breaks it.
    while (i < series.length && Math.abs(rest(i)) < AWAY) i += 1;
    if (i === series.length) return;
    if (rest(i) > 0) counts.turned += 1;
    else counts.through += 1;
    armed = rest(i) > 0;
  }
}

const share = ({ turned, through }: Visits): number => turned / (turned + through);

describe("the levels planted in a range", () => {
  it("turn the price back far more often than other prices of the same days do", () => {
    const planted: Visits = { turned: 0, through: 0 };
    const other: Visits = { turned: 0, through: 0 };
    for (let seed = 1; seed <= 8; seed++) {
      const { series, truth } = createMarket({ kind: "range", seed, days: 60, timeframe: MINUTE, start: START, price: 42_000, priceStep: 0.01 });
      const random = createRandom(seed).fork("other prices");
      for (const level of truth.levels) {
        visits(series, level, planted);
        // Between the level and the middle of its range, approached from the same side.
        const inwards = (level.kind === "support" ? 1 : -1) * (0.004 + 0.012 * random.uniform());
        visits(series, { ...level, price: level.price * (1 + inwards) }, other);
      }
    }
    expect(planted.turned + planted.through).toBeGreaterThan(100);
    expect(other.turned + other.through).toBeGreaterThan(100);
    expect(share(planted)).toBeGreaterThan(0.7);
    expect(share(planted)).toBeGreaterThan(share(other) + 0.15);
  });

  it("stand on their own side of the price, and are over once it has closed beyond them", () => {
    for (const kind of ["range", "chop", "mix"] as const) {
      const { series, truth } = createMarket({ kind, seed: 3, days: 60, timeframe: MINUTE, start: START, price: 42_000, priceStep: 0.01 });
      expect(truth.levels.length).toBeGreaterThan(5);
      for (const { kind: side, price, from, to } of truth.levels) {
        expect(to).toBeGreaterThan(from);
        // `to` is the open time of the minute that breaks the level, or the end of its range.
        for (let i = (from - START) / MINUTE; i < (to - START) / MINUTE; i++) {
          const beyond = side === "support" ? price - series.close[i]! : series.close[i]! - price;
          if (beyond > 0.005001) expect.fail(`${side} ${price} is ${beyond} behind the close of minute ${i}`);
        }
      }
    }
  });
});
