import { describe, expect, it } from "vitest";
import { MINUTE, type Row, exchange, market, must, refusal } from "./exchange.ts";

const ROWS: readonly Row[] = [
  [100, 102, 98, 101, 8],
  [101, 105, 101, 104, 2],
  [104, 104, 90, 95, 4],
];

describe("candles", () => {
  it("show the one that is being walked as far as the path has come", () => {
    const engine = exchange({ rows: [[100, 102, 98, 100, 8]] });
    engine.advance(30_000);
    // 100 -> 98 -> 102 -> 100: after half of the path of 8 the price is back at 100 from below.
    expect(must(engine.candles("BTCUSDT", MINUTE, 0, 10))).toEqual([
      { symbol: "BTCUSDT", time: 0, timeframe: MINUTE, open: 100, high: 100, low: 98, close: 100, volume: 4, closed: false },
    ]);
    expect(engine.now).toBe(30_000);
  });

  it("never show what lies ahead of market time", () => {
    const engine = exchange({ rows: ROWS });
    engine.advance(MINUTE - 1);
    expect(must(engine.candles("BTCUSDT", MINUTE, 0, 10))).toHaveLength(1);
    engine.advance(MINUTE);
    expect(must(engine.candles("BTCUSDT", MINUTE, 0, 10)).map(({ closed, open, high }) => [closed, open, high])).toEqual([
      [true, 100, 102],
      [false, 101, 101],
    ]);
  });

  it("are joined into longer timeframes, the last unclosed until its time is over", () => {
    const engine = exchange({ rows: ROWS });
    engine.advance(3 * MINUTE);
    const [first, second] = must(engine.candles("BTCUSDT", 2 * MINUTE, 0, 10));
    expect(first).toMatchObject({ time: 0, timeframe: 2 * MINUTE, open: 100, high: 105, low: 98, close: 104, volume: 10, closed: true });
    expect(second).toMatchObject({ time: 2 * MINUTE, open: 104, high: 104, low: 90, close: 95, closed: false });
  });

  it("begin at the first open at or after `since` and are at most `limit`", () => {
    const engine = exchange({ rows: ROWS });
    engine.advance(engine.end);
    expect(must(engine.candles("BTCUSDT", MINUTE, 1, 1)).map(({ time }) => time)).toEqual([MINUTE]);
    expect(must(engine.candles("BTCUSDT", MINUTE, MINUTE, 5)).map(({ time }) => time)).toEqual([MINUTE, 2 * MINUTE]);
  });

  it("stay unclosed until their time is over, also when their last parts are missing", () => {
    const plan = market("BTC/USDT", ROWS);
    const time = plan.series.time.map((t, index) => (index === 2 ? 4 * MINUTE : t));
    const engine = exchange({ more: { markets: [{ ...plan, series: { ...plan.series, time } }] } });
    engine.advance(3.5 * MINUTE);
    expect(must(engine.candles("BTCUSDT", 4 * MINUTE, 0, 10)).map(({ closed, volume }) => [closed, volume])).toEqual([[false, 10]]);
    engine.advance(4 * MINUTE);
    expect(must(engine.candles("BTCUSDT", 4 * MINUTE, 0, 10)).map(({ closed }) => closed)).toEqual([true, false]);
  });

  it("that stand still have no volume until they close", () => {
    const engine = exchange();
    engine.advance(30_000);
    expect(must(engine.candles("BTCUSDT", MINUTE, 0, 10))).toMatchObject([{ volume: 0, closed: false }]);
    engine.advance(MINUTE);
    expect(must(engine.candles("BTCUSDT", MINUTE, 0, 10))).toMatchObject([{ volume: 1_000, closed: true }]);
  });

  it("of a timeframe that the series cannot make, or of no market, are refused", () => {
    const engine = exchange();
    expect(refusal(engine.candles("BTCUSDT", 90_000, 0, 1))).toBe("-1120 Invalid interval.");
    expect(refusal(engine.candles("NONE", MINUTE, 0, 1))).toBe("-1121 Invalid symbol.");
  });
});

describe("market time", () => {
  it("starts at the open of the earliest candle and ends with the last", () => {
    const engine = exchange({ rows: ROWS });
    expect([engine.now, engine.end]).toEqual([0, 3 * MINUTE]);
    expect(engine.lastTicks("BTCUSDT")).toBe(10_000);
    expect(engine.advance(100 * MINUTE)).toBe(3 * MINUTE);
    expect(engine.advance(0)).toBe(3 * MINUTE);
    expect(engine.lastTicks("BTCUSDT")).toBe(9_500);
  });

  it("comes to the same wherever it pauses on the way", () => {
    const straight = exchange({ rows: ROWS });
    const paused = exchange({ rows: ROWS });
    straight.advance(130_000);
    for (let time = 0; time <= 130_000; time += 700) paused.advance(time);
    paused.advance(130_000);
    expect(paused.candles("BTCUSDT", MINUTE, 0, 10)).toEqual(straight.candles("BTCUSDT", MINUTE, 0, 10));
    expect(paused.lastTicks("BTCUSDT")).toBe(straight.lastTicks("BTCUSDT"));
  });

  it("moves all markets together", () => {
    const engine = exchange({ more: { markets: [market("BTC/USDT", ROWS), market("ETH/USDT", [[10, 20, 10, 20], [20, 20, 20, 20]])] } });
    engine.advance(30_000);
    // Half of the path 100 -> 98 -> 102 -> 101, and of 10 -> 20.
    expect(engine.lastTicks("BTCUSDT")).toBe(9_950);
    expect(engine.lastTicks("ETH/USDT")).toBe(1_500);
  });
});
