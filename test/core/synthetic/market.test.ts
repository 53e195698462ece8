import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CANDLE_COLUMNS, type CandleSeries } from "../../../src/core/candle.ts";
import { checkCandles } from "../../../src/core/candle-check.ts";
import { createMarket, MARKET_KINDS, type MarketKind, type SyntheticOptions } from "../../../src/core/synthetic/market.ts";

const START = Date.UTC(2024, 0, 1);
const MINUTE = 60_000;
const options = (kind: MarketKind, seed: number, days: number): SyntheticOptions => ({ kind, seed, days, timeframe: MINUTE, start: START, price: 42_000, priceStep: 0.01 });
const market = (kind: MarketKind, seed: number, days: number): CandleSeries => createMarket(options(kind, seed, days)).series;
const seeds = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);
const change = ({ open, close, length }: CandleSeries): number => close[length - 1]! / open[0]! - 1;
const kinds = fc.constantFrom(...MARKET_KINDS);

function deepestFall({ close }: CandleSeries): number {
  let peak = 0;
  let fall = 0;
  for (const price of close) {
    peak = Math.max(peak, price);
    fall = Math.min(fall, price / peak - 1);
  }
  return fall;
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [ma, mb] = [mean(a), mean(b)];
  const cov = mean(a.map((value, i) => (value - ma) * (b[i]! - mb)));
  return cov / Math.sqrt(mean(a.map((value) => (value - ma) ** 2)) * mean(b.map((value) => (value - mb) ** 2)));
}

const returns = ({ close }: CandleSeries): number[] => [...close].slice(1).map((price, i) => Math.log(price / close[i]!));

describe("a synthetic market", () => {
  it("is made of sound candles without a gap, on whole price steps, each opening where the last one closed", () => {
    fc.assert(
      fc.property(kinds, fc.nat(), (kind, seed) => {
        const series = market(kind, seed, 3);
        expect(checkCandles(series)).toMatchObject({ sound: true, zeroVolume: 0, gaps: { count: 0 }, offGrid: { count: 0 } });
        for (let i = 1; i < series.length; i++) expect(series.open[i]).toBe(series.close[i - 1]);
        for (const column of ["open", "high", "low", "close"] as const) for (const price of series[column]) expect(Math.round(price * 100) / 100).toBe(price);
      }),
      { numRuns: 15 },
    );
  });

  it("is the same for the same options, byte for byte, and begins with any shorter one", () => {
    fc.assert(
      fc.property(kinds, fc.nat(), fc.integer({ min: 1, max: 9 }), (kind, seed, days) => {
        const long = market(kind, seed, 10);
        const short = market(kind, seed, days);
        for (const column of CANDLE_COLUMNS) expect(long[column].subarray(0, short.length)).toEqual(short[column]);
      }),
      { numRuns: 10 },
    );
  });

  it("is another one for another seed", () => {
    expect(market("mix", 1, 1).close).not.toEqual(market("mix", 2, 1).close);
  });

  it("rises as trend-up and falls as trend-down, in most of twenty seeds", () => {
    expect(seeds(20).filter((seed) => change(market("trend-up", seed, 60)) > 0.05).length).toBeGreaterThanOrEqual(16);
    expect(seeds(20).filter((seed) => change(market("trend-down", seed, 60)) < -0.05).length).toBeGreaterThanOrEqual(16);
  });

  it("falls by a quarter at least and a third on average as crash, and stays within a third of its start as range", () => {
    const falls = seeds(10).map((seed) => deepestFall(market("crash", seed, 45)));
    expect(Math.max(...falls)).toBeLessThan(-0.25);
    expect(falls.reduce((sum, fall) => sum + fall, 0) / falls.length).toBeLessThan(-0.33);
    for (const seed of seeds(10)) {
      const { high, low } = market("range", seed, 45);
      expect(Math.max(...high)).toBeLessThan(42_000 * 1.34);
      expect(Math.min(...low)).toBeGreaterThan(42_000 * 0.66);
    }
  });

  it("stays within sight of its start for two years, whatever the seed", () => {
    for (const seed of seeds(4)) {
      const { high, low } = market("mix", seed, 730);
      expect(high.reduce((a, b) => Math.max(a, b))).toBeLessThan(42_000 * 20);
      expect(low.reduce((a, b) => Math.min(a, b))).toBeGreaterThan(42_000 / 20);
    }
  });

  it("has calm and wild days that follow one another, and more volume when the price moves", () => {
    const series = market("mix", 5, 60);
    const daily: number[] = [];
    const moves = returns(series);
    for (let day = 0; day < 59; day++) daily.push(Math.log(moves.slice(day * 1_440, (day + 1) * 1_440).reduce((sum, r) => sum + r * r, 0)));
    expect(correlation(daily.slice(1), daily.slice(0, -1))).toBeGreaterThan(0.2);
    expect(correlation(moves.map(Math.abs), [...series.volume].slice(1))).toBeGreaterThan(0.3);
  });

  it("jumps about once in four days, where its truth says", () => {
    const { series, truth } = createMarket(options("range", 3, 200));
    expect(truth.jumps.length).toBeGreaterThan(25);
    expect(truth.jumps.length).toBeLessThan(80);
    const large = truth.jumps.filter(({ size }) => Math.abs(size) > 0.02);
    expect(large.length).toBeGreaterThan(2);
    for (const { time, size } of large) {
      const i = (time - START) / MINUTE;
      expect(Math.sign(series.close[i]! / series.open[i]! - 1)).toBe(Math.sign(size));
    }
  });

  it("without drift earns nothing on average: the mean of its price over many seeds is its start", () => {
    const ends = seeds(300).map((seed) => change(market("driftless", seed, 3)));
    const mean = ends.reduce((sum, end) => sum + end, 0) / ends.length;
    const error = Math.sqrt(ends.reduce((sum, end) => sum + (end - mean) ** 2, 0) / ends.length / ends.length);
    expect(Math.abs(mean)).toBeLessThan(3 * error);
  });

  it("has squared returns that are correlated with the minute before, as real ones are (Engle 1982), and signs that are not", () => {
    for (const kind of ["range", "trend-up", "chop", "driftless"] as const) {
      const moves = returns(market(kind, 11, 60));
      const squares = moves.map((r) => Math.min(r * r, 1e-5));
      expect(correlation(squares.slice(1), squares.slice(0, -1))).toBeGreaterThan(0.1);
      expect(Math.abs(correlation(moves.slice(1), moves.slice(0, -1)))).toBeLessThan(0.06);
    }
  });

  it("moves by 40 to 120 % a year, about as bitcoin does", () => {
    for (const kind of MARKET_KINDS) {
      const moves = returns(market(kind, 4, 120));
      const yearly = Math.sqrt(moves.reduce((sum, r) => sum + r * r, 0) * (365 / 120));
      expect(yearly).toBeGreaterThan(0.4);
      expect(yearly).toBeLessThan(1.2);
    }
  });

  it("falls again and again as crash, and comes back: two years of it end within sight of the start", () => {
    for (const seed of seeds(3)) {
      const { series, truth } = createMarket(options("crash", seed, 730));
      const crashes = truth.regimes.filter(({ kind }) => kind === "crash");
      // 730 days in cycles of 36 to 56 days.
      expect(crashes.length).toBeGreaterThanOrEqual(13);
      expect(crashes.length).toBeLessThanOrEqual(20);
      expect(series.close[series.length - 1]! / 42_000).toBeGreaterThan(1 / 30);
      expect(series.close[series.length - 1]! / 42_000).toBeLessThan(30);
    }
  });

  it("can be had in longer candles, which cover the same minutes", () => {
    const minutes = market("mix", 2, 4);
    const hours = createMarket({ ...options("mix", 2, 4), timeframe: 60 * MINUTE }).series;
    expect(hours.length).toBe(96);
    expect(hours.high[10]).toBe(Math.max(...minutes.high.subarray(600, 660)));
    expect(hours.close[95]).toBe(minutes.close[minutes.length - 1]);
    expect(() => createMarket({ ...options("mix", 2, 4), timeframe: 90_000 })).toThrow("whole minutes such as 5m or 1h, not 90s");
  });

  it("keeps to whole price steps of any usable size, and refuses one that is not", () => {
    for (const [price, priceStep, decimals] of [[42_000, 10, 0], [42_000, 0.5, 1], [100, 0.05, 2], [0.08, 0.00001, 5]] as const) {
      const { series } = createMarket({ ...options("mix", 6, 2), price, priceStep });
      for (const column of ["open", "high", "low", "close"] as const) {
        for (const value of series[column]) {
          expect(value).toBe(Number(value.toFixed(decimals)));
          const steps = value / priceStep;
          expect(Math.abs(steps - Math.round(steps))).toBeLessThan(1e-6);
        }
      }
    }
    for (const priceStep of [0, -1, 0.03, 2.5, Number.NaN]) expect(() => createMarket({ ...options("mix", 6, 2), priceStep })).toThrow(/step=.* give a whole number/);
  });

  it("tells its regimes without a hole", () => {
    const { truth, series } = createMarket(options("mix", 1, 90));
    expect(truth.regimes[0]?.from).toBe(START);
    expect(truth.regimes.at(-1)?.to).toBe(START + series.length * MINUTE);
    for (let i = 1; i < truth.regimes.length; i++) expect(truth.regimes[i]?.from).toBe(truth.regimes[i - 1]?.to);
    expect(new Set(truth.regimes.map(({ kind }) => kind)).size).toBeGreaterThanOrEqual(3);
  });
});
