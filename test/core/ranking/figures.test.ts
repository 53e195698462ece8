import { describe, expect, it } from "vitest";
import { barReturns } from "../../../src/core/ranking/bar-returns.ts";
import { correlation, LEAST_SHARED, meanCorrelation } from "../../../src/core/ranking/correlation.ts";
import { measure } from "../../../src/core/ranking/figures.ts";
import { illiquidity, quoteVolume, spreadEstimate } from "../../../src/core/ranking/liquidity.ts";
import { momentum } from "../../../src/core/ranking/momentum.ts";
import { seriesFrom } from "../../../src/core/candle.ts";
import { DAY } from "../../../src/core/timeframe.ts";
import { days, START, walk } from "./candles.ts";

const HOUR = 3_600_000;

describe("the volume of a middling day", () => {
  it("is the median of close times volume, times the bars of a day", () => {
    // 10 x 1, 20 x 2, 30 x 3 are 10, 40, 90: the middle one is 40, and an hour is a 24th of a day.
    expect(quoteVolume(days([10, 20, 30], { volumes: [1, 2, 3] }))).toBe(40);
    const hours = seriesFrom([10, 20, 30].map((close, i) => ({ time: START + i * HOUR, open: close, high: close, low: close, close, volume: i + 1 })), HOUR);
    expect(quoteVolume(hours)).toBe(960);
    expect(quoteVolume(days([]))).toBeNull();
  });
});

describe("illiquidity after Amihud", () => {
  it("is the mean of |return| over quote traded, for a million of quote", () => {
    // +10 % on 110,000 and -10 % on 99,000: (0.1 / 0.11 + 0.1 / 0.099) / 2.
    expect(illiquidity(days([100, 110, 99], { volumes: [1_000, 1_000, 1_000] }))).toBeCloseTo((0.1 / 0.11 + 0.1 / 0.099) / 2, 12);
  });

  it("passes over bars without volume and bars after a gap", () => {
    expect(illiquidity(days([100, 110, 99], { volumes: [1_000, 1_000, 0] }))).toBeCloseTo(0.1 / 0.11, 12);
    expect(illiquidity(days([100, 110, 99], { volumes: [1, 1_000, 1_000], without: [1] }))).toBeNull();
  });
});

describe("the spread after Abdi and Ranaldo", () => {
  it("is the width of a price that bounces between bid and ask around one middle", () => {
    // The last trade of each day is at the bid or at the ask, half a spread of 0.02 (log) from a middle of 100, twice at each:
    // (c - m)(c - n) is 0.01 squared every day, and the root of four times that is 0.02.
    const bid = 100 * Math.exp(-0.01);
    const ask = 100 * Math.exp(0.01);
    expect(spreadEstimate(days([bid, ask, ask, bid], { highs: [ask, ask, ask, ask], lows: [bid, bid, bid, bid] }))).toBeCloseTo(0.02, 12);
  });

  it("is zero where the moves of the price drown it, and unknown without two bars in a row", () => {
    // Closing at the high of 1, 2, 3: each close lies above its own middle and below the next.
    expect(spreadEstimate(days([1, 2, 3], { highs: [1, 2, 3], lows: [0.5, 1.5, 2.5] }))).toBe(0);
    expect(spreadEstimate(days([1, 2, 3], { without: [1] }))).toBeNull();
    expect(spreadEstimate(days([1]))).toBeNull();
  });
});

describe("momentum", () => {
  const rising = days(Array.from({ length: 12 }, (_, i) => 100 * Math.exp(0.01 * i)));

  it("is the mean of the moves over the look-backs, each beside what chance would move, past the newest bars", () => {
    // 1 % a day: 4 days are 0.04, chance 0.02 x 2, so 1; 9 days are 0.09, chance 0.02 x 3, so 1.5.
    expect(momentum(rising, 0.02, { bars: [4, 9], skip: 1 })).toBeCloseTo(1.25, 12);
    const crash = days([...rising.close.subarray(0, 11), 1]);
    expect(momentum(crash, 0.02, { bars: [4, 9], skip: 1 })).toBeCloseTo(1.25, 12);
  });

  it("leaves out a look-back that reaches beyond the first bar, and is unknown when all do or nothing moves", () => {
    expect(momentum(rising, 0.02, { bars: [4, 50], skip: 1 })).toBeCloseTo(1, 12);
    expect(momentum(rising, 0.02, { bars: [50], skip: 1 })).toBeNull();
    expect(momentum(rising, 0, { bars: [4], skip: 1 })).toBeNull();
  });

  it("takes the close before a gap for that of a bar in it", () => {
    const closes = [1, 2, 3, 4, 5, 6];
    // Three days back from the last is the third, which is missing: the second, 2, stands for it.
    expect(momentum(days(closes, { without: [2] }), 1, { bars: [3], skip: 0 })).toBeCloseTo(Math.log(6 / 2) / Math.sqrt(3), 12);
  });
});

describe("correlation", () => {
  const of = (values: readonly number[], first = 0) => ({ times: values.map((_, i) => (first + i) * DAY), values });
  const x = Array.from({ length: 20 }, (_, i) => [1, 2, 3, 4][i % 4] as number);
  const y = Array.from({ length: 20 }, (_, i) => [2, 1, 4, 3][i % 4] as number);

  it("is Pearson's", () => {
    // Around 2.5: the products sum to 3, the squares to 5 in each.
    expect(correlation(of(x), of(y))).toBeCloseTo(0.6, 12);
    expect(correlation(of(x), of(x.map((one) => -one)))).toBeCloseTo(-1, 12);
    expect(meanCorrelation(of(x), [of(y), of(x)])).toBeCloseTo(0.8, 12);
  });

  it("counts only bars that both have, and says nothing of too few or of what never moves", () => {
    expect(correlation(of(x), of([9, 9, ...y], -2))).toBeCloseTo(0.6, 12);
    expect(correlation(of(x), of(y, 1))).toBeNull();
    expect(x.length).toBe(LEAST_SHARED);
    expect(correlation(of(x), of(x.map(() => 1)))).toBeNull();
    expect(meanCorrelation(of(x), [])).toBeNull();
  });

  it("makes no return over a gap", () => {
    expect(barReturns(days([1, 2, 4, 8], { without: [1] })).values).toEqual([Math.log(2)]);
  });
});

describe("measuring a symbol", () => {
  // Up and down by 1 % in turn: the mean of an even number of returns is 0, their deviation 0.01 x sqrt(n / (n - 1)).
  const saw = days(Array.from({ length: 41 }, (_, i) => (i % 2 === 0 ? 100 : 100 * Math.exp(0.01))));

  it("tells deviation in a year, age and gaps", () => {
    const end = START + 41 * DAY;
    const { figures } = measure(saw, DAY, end);
    expect(figures?.volatility).toBeCloseTo(0.01 * Math.sqrt(40 / 39) * Math.sqrt(365), 12);
    expect(figures).toMatchObject({ bars: 41, age: 41, gaps: 0 });
    const holey = measure(days([...saw.close], { without: [5, 6, 30, 31] }), DAY, end);
    expect(holey.figures?.gaps).toBeCloseTo(4 / 41, 12);
  });

  it("tells a spread of candles of an hour, but not of days, where it drowns in the moves of the price", () => {
    const hours = seriesFrom(Array.from({ length: 40 * 24 }, (_, i) => ({ time: START + i * HOUR, open: 100, high: 101, low: 99, close: i < 480 ? 101 : 99, volume: 1 })), HOUR);
    expect(spreadEstimate(hours)).toBeCloseTo(Math.log(101 / 99), 3);
    expect(measure(hours, DAY, START + 40 * DAY).figures?.spread).toBe(spreadEstimate(hours));
    expect(measure(saw, DAY, START + 41 * DAY).figures?.spread).toBeNull();
  });

  it("says why there is nothing to measure: too few bars, or an end long ago", () => {
    expect(measure(saw, DAY, START + 29 * DAY).why).toMatch(/^29 bars of 1d had closed, 30 are needed$/);
    expect(measure(saw, DAY, START + 29.9 * DAY).why).toMatch(/^29 bars/);
    expect(measure(saw, DAY, START + 30 * DAY).why).toBeNull();
    expect(measure(saw, DAY, START + 43 * DAY).why).toBeNull();
    expect(measure(saw, DAY, START + 44 * DAY).why).toBe("its candles end 2024-02-11");
    expect(measure(days([]), DAY, START).why).toMatch(/^0 bars/);
  });

  it("never changes for candles that close later, whatever they are", () => {
    for (let seed = 1; seed <= 20; seed++) {
      const whole = walk(seed, 160);
      for (const known of [40, 91, 120]) {
        const at = START + known * DAY + (seed % 3) * HOUR;
        const cut = days([...whole.close].slice(0, known), { highs: [...whole.high], lows: [...whole.low], volumes: [...whole.volume] });
        const wild = days([...cut.close, 1e9, 1e-9, 5], { highs: [...cut.high, 2e9, 1, 9], lows: [...cut.low, 1, 1e-10, 1], volumes: [...cut.volume, 1e12, 0, 1] });
        expect(measure(whole, DAY, at)).toEqual(measure(cut, DAY, at));
        expect(measure(wild, DAY, at)).toEqual(measure(cut, DAY, at));
      }
    }
  });
});
