import { describe, expect, it } from "vitest";
import { agents } from "../../../agents/index.ts";
import type { Level } from "../../../src/core/agent.ts";
import type { CandleSeries } from "../../../src/core/candle.ts";
import { CandleView } from "../../../src/core/candle-view.ts";
import { NOTHING_OUTSIDE } from "../../../src/core/outside.ts";
import { Indicators } from "../../../src/core/indicators/indicators.ts";
import { createRandom } from "../../../src/core/random.ts";
import { resample } from "../../../src/core/resample.ts";
import { createMarket, type MarketTruth } from "../../../src/core/synthetic/market.ts";

const START = Date.UTC(2024, 0, 1);
const MINUTE = 60_000;
const HOUR = 3_600_000;
/** A level must have stood this long, so that the price can have met it. */
const KNOWABLE = 48 * HOUR;
/** Named to within this fraction, a level counts as found. */
const FOUND = 0.004;

interface Score {
  /** Planted levels asked for. */
  asked: number;
  /** Sum over them of the distance to the nearest price, fraction. */
  distance: number;
  found: number;
}

const fresh = (): Score => ({ asked: 0, distance: 0, found: 0 });

function mark(score: Score, planted: readonly number[], prices: readonly number[]): void {
  for (const level of planted) {
    const distance = Math.min(...prices.map((price) => Math.abs(price / level - 1)));
    score.asked += 1;
    score.distance += distance;
    if (distance < FOUND) score.found += 1;
  }
}

/** The levels that the agent names when `length` hourly bars have closed. */
function levelsNamed(bars: CandleSeries, length: number): readonly Level[] {
  const agent = agents.find(({ name }) => name === "support-resistance")!.start({});
  if (length < agent.warmup) return [];
  const opinion = agent.vote({
    symbol: "BTC/USDT",
    time: START + length * HOUR,
    candles: new CandleView(bars, length),
    indicators: new Indicators(bars, length),
    account: { equity: 10_000, drawdown: 0, exposure: 0, totalExposure: 0 },
    outside: NOTHING_OUTSIDE,
  });
  return opinion?.levels ?? [];
}

const knowable = (truth: MarketTruth, now: number): number[] =>
  truth.levels.filter(({ from, to }) => from <= now - KNOWABLE && to >= now).map(({ price }) => price);

/** Scores the agent beside as many guesses, drawn evenly from the prices of the last five days. */
function compare(firstSeed: number, count: number): { agent: Score; guesses: Score } {
  const agent = fresh();
  const guesses = fresh();
  for (let seed = firstSeed; seed < firstSeed + count; seed++) {
    const { series, truth } = createMarket({ kind: "range", seed, days: 60, timeframe: MINUTE, start: START, price: 42_000, priceStep: 0.01 });
    const bars = resample(series, HOUR);
    const random = createRandom(seed).fork("guesses");
    for (let length = 300; length <= bars.length; length += 60) {
      const planted = knowable(truth, START + length * HOUR);
      const named = levelsNamed(bars, length).map(({ price }) => price);
      if (planted.length === 0 || named.length === 0) continue;
      const top = Math.max(...bars.high.subarray(length - 120, length));
      const bottom = Math.min(...bars.low.subarray(length - 120, length));
      mark(agent, planted, named);
      // The mean over many draws, so that the comparison does not hang on lucky ones.
      for (let draw = 0; draw < 20; draw++) mark(guesses, planted, named.map(() => bottom + (top - bottom) * random.uniform()));
    }
  }
  return { agent, guesses };
}

describe("the support-resistance agent in ranges whose levels are known", () => {
  const { agent, guesses } = compare(101, 10);
  const share = ({ found, asked }: Score): number => found / asked;
  const distance = (score: Score): number => score.distance / score.asked;

  it("names prices nearer to the planted levels than as many guesses within the prices of the last five days", () => {
    expect(agent.asked).toBeGreaterThan(150);
    expect(distance(agent)).toBeLessThan(0.8 * distance(guesses));
  });

  it("names a planted level to 0.4 % more often than guesses do", () => {
    expect(share(agent)).toBeGreaterThan(share(guesses) + 0.1);
  });
});
