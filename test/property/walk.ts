import { type Candle, type CandleSeries, seriesFrom } from "../../src/core/candle.ts";

/** A seeded random walk of one-minute candles that swings around its start, for tests that need a long market. */
export function walk({ seed, length, price, step }: { seed: number; length: number; price: number; step: number }): CandleSeries {
  let state = seed >>> 0;
  // Numerical Recipes' linear congruential generator: plenty for a test market.
  const uniform = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const round = (value: number): number => Math.round(value / step) / Math.round(1 / step);
  const candles: Candle[] = [];
  let close = price;
  for (let i = 0; i < length; i++) {
    const open = close;
    const pull = (price - open) * 0.002;
    close = round(Math.max(step, open + pull + (uniform() - 0.5) * price * 0.004));
    const high = round(Math.max(open, close) + uniform() * price * 0.001);
    const low = round(Math.min(open, close) - uniform() * price * 0.001);
    candles.push({ time: i * 60_000, open, high, low, close, volume: 100 + uniform() * 1_000 });
  }
  return seriesFrom(candles, 60_000);
}
