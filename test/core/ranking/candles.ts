import { type CandleSeries, seriesFrom } from "../../../src/core/candle.ts";
import { createRandom } from "../../../src/core/random.ts";
import { DAY } from "../../../src/core/timeframe.ts";

/** Midnight of 2024-01-01, epoch milliseconds. */
export const START = Date.UTC(2024, 0, 1);

/** Days of these closes; high and low are the close unless given. */
export function days(closes: readonly number[], more: { readonly volumes?: readonly number[]; readonly highs?: readonly number[]; readonly lows?: readonly number[]; readonly start?: number; readonly without?: readonly number[] } = {}): CandleSeries {
  const rows = closes.map((close, i) => ({ time: (more.start ?? START) + i * DAY, open: close, high: more.highs?.[i] ?? close, low: more.lows?.[i] ?? close, close, volume: more.volumes?.[i] ?? 1 }));
  return seriesFrom(rows.filter((_, i) => !more.without?.includes(i)), DAY);
}

/** A random walk of days. */
export function walk(seed: number, length: number): CandleSeries {
  const random = createRandom(seed);
  const closes: number[] = [];
  const highs: number[] = [];
  const lows: number[] = [];
  const volumes: number[] = [];
  let price = 50 + 100 * random.uniform();
  for (let i = 0; i < length; i++) {
    price *= Math.exp(0.1 * (random.uniform() - 0.5));
    closes.push(price);
    highs.push(price * (1 + 0.03 * random.uniform()));
    lows.push(price * (1 - 0.03 * random.uniform()));
    volumes.push(1 + 1_000 * random.uniform());
  }
  return days(closes, { highs, lows, volumes });
}
