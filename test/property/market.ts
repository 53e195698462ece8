import fc from "fast-check";
import { type Candle, type CandleSeries, seriesFrom } from "../../src/core/candle.ts";

/** Random one-minute candles on whole ticks, with gaps in price and in time, and bars without volume. */
export function candlesOf(step: number, length: { min: number; max: number }): fc.Arbitrary<CandleSeries> {
  const bar = fc.record({
    jump: fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: -12, max: 12 }) }),
    close: fc.integer({ min: -15, max: 15 }),
    up: fc.integer({ min: 0, max: 10 }),
    down: fc.integer({ min: 0, max: 10 }),
    volume: fc.oneof({ weight: 8, arbitrary: fc.integer({ min: 1, max: 5_000 }) }, { weight: 1, arbitrary: fc.constant(0) }),
    skip: fc.oneof({ weight: 12, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 90 }) }),
  });
  return fc.array(bar, { minLength: length.min, maxLength: length.max }).map((bars) => {
    let ticks = 1_000;
    let time = 0;
    const candles = bars.map((b): Candle => {
      const open = Math.max(50, ticks + b.jump);
      const close = Math.max(50, open + b.close);
      const high = Math.max(open, close) + b.up;
      const low = Math.max(20, Math.min(open, close) - b.down);
      ticks = close;
      time += (1 + b.skip) * 60_000;
      const price = (count: number): number => Math.round(count * step * 1e8) / 1e8;
      return { time, open: price(open), high: price(high), low: price(low), close: price(close), volume: b.volume };
    });
    return seriesFrom(candles, 60_000);
  });
}
