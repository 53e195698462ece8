import { describe, expect, it } from "vitest";
import { MINUTE, balance, exchange, limit, must, placed, tradesOf } from "./exchange.ts";

describe("resting orders", () => {
  it("fill as makers at their own price when the price touches it", () => {
    const engine = exchange({ rows: [[100, 101, 98, 100]] });
    placed(engine, limit("buy", "98"));
    engine.advance(MINUTE);
    expect(tradesOf(engine)).toMatchObject([{ ticks: 9_800, steps: 1_000, maker: true, feeAsset: "BTC" }]);
    engine.check();
  });

  it("do not fill when the price stops one tick before them", () => {
    const engine = exchange({ rows: [[100, 101, 98.01, 100]] });
    placed(engine, limit("buy", "98"));
    engine.advance(MINUTE);
    expect(tradesOf(engine)).toEqual([]);
  });

  it("fill along the path open, nearer extreme, other extreme, close", () => {
    // High is nearer to the open: up to 101, down to 97, up to 99.
    const engine = exchange({ rows: [[100, 101, 97, 99]] });
    placed(engine, limit("buy", "98"));
    placed(engine, limit("sell", "100.5"));
    placed(engine, limit("buy", "99"));
    engine.advance(MINUTE);
    expect(tradesOf(engine).map(({ ticks }) => ticks)).toEqual([10_050, 9_900, 9_800]);
  });

  it("go low first when both extremes are equally near", () => {
    const engine = exchange({ rows: [[100, 101, 99, 100]] });
    placed(engine, limit("sell", "101"));
    placed(engine, limit("buy", "99"));
    engine.advance(MINUTE);
    expect(tradesOf(engine).map(({ side }) => side)).toEqual(["buy", "sell"]);
  });

  it("fill the older first at the same price", () => {
    const engine = exchange({ rows: [[100, 100, 98, 98, 1.5]] });
    const first = placed(engine, limit("buy", "99"), 1).order;
    const second = placed(engine, limit("buy", "99"), 0).order;
    engine.advance(MINUTE);
    expect(must(engine.order(1, "BTCUSDT", { id: first.id })).status).toBe("FILLED");
    expect(must(engine.order(0, "BTCUSDT", { id: second.id }))).toMatchObject({ status: "PARTIALLY_FILLED", filledSteps: 500 });
  });

  it("are stamped with the share of the candle's time that the path has taken", () => {
    // 100 -> 98 -> 102 -> 100: a path of 8 in 60 s; 98 is reached after 15 s, 101 after 15 + 22.5 s.
    const engine = exchange({ rows: [[100, 102, 98, 100]] });
    placed(engine, limit("buy", "98"));
    placed(engine, limit("sell", "101"));
    engine.advance(MINUTE);
    expect(tradesOf(engine).map(({ time }) => time)).toEqual([15_000, 37_500]);
  });

  it("fill at most their share of the candle's volume, spread over the path", () => {
    // A tenth of 100 is 10; the first stretch (100 -> 98 of 8) may fill a quarter: 2.5.
    const engine = exchange({ rows: [[100, 102, 98, 100, 100]], more: { volumeShare: 0.1 } });
    const { order } = placed(engine, limit("buy", "99", "20"));
    engine.advance(MINUTE / 2);
    expect(must(engine.order(0, "BTCUSDT", { id: order.id }))).toMatchObject({ status: "PARTIALLY_FILLED", filledSteps: 2_500 });
    engine.advance(MINUTE);
    expect(tradesOf(engine)).toHaveLength(1);
  });

  it("that the price has passed without volume fill when it falls again", () => {
    // Passed at 99 with a volume of 1; the open of the next candle is under it and has 0.5 for it; the third has enough.
    const engine = exchange({
      rows: [
        [100, 100, 96, 98, 3],
        [98, 98, 98, 98, 0.5],
        [98, 98, 97, 97, 10],
      ],
    });
    placed(engine, limit("buy", "99", "4"));
    engine.advance(3 * MINUTE);
    // Path 100 -> 96 -> 98: the fall is 4 of 6, two thirds of 3.
    expect(tradesOf(engine).map(({ steps, ticks, time }) => [steps, ticks, time])).toEqual([
      [2_000, 9_900, 10_000],
      [500, 9_900, MINUTE],
      [1_500, 9_900, 2 * MINUTE],
    ]);
  });

  it("share one candle's volume between accounts", () => {
    const engine = exchange({ rows: [[100, 100, 96, 96, 5]] });
    placed(engine, limit("buy", "98", "4"), 0);
    placed(engine, limit("buy", "97", "4"), 1);
    engine.advance(MINUTE);
    expect(tradesOf(engine, 0)).toMatchObject([{ steps: 4_000 }]);
    expect(tradesOf(engine, 1)).toMatchObject([{ steps: 1_000 }]);
  });

  it("get nothing from a candle without volume", () => {
    const engine = exchange({ rows: [[100, 101, 90, 100, 0]] });
    placed(engine, limit("buy", "95"));
    engine.advance(MINUTE);
    expect(tradesOf(engine)).toEqual([]);
  });

  it("fill at their limit when the next open jumps over them", () => {
    const engine = exchange({
      rows: [
        [100, 100, 100, 100],
        [90, 90, 90, 90],
      ],
    });
    placed(engine, limit("buy", "95"));
    engine.advance(2 * MINUTE);
    expect(tradesOf(engine)).toMatchObject([{ ticks: 9_500, time: MINUTE, maker: true }]);
  });

  it("stop the clock at each execution when asked, and a counter order counts for the rest of the path", () => {
    const engine = exchange({ rows: [[100, 103, 98, 103]] });
    placed(engine, limit("buy", "99"));
    placed(engine, limit("buy", "98"));
    const first = engine.advance(MINUTE, true);
    expect(tradesOf(engine).map(({ ticks }) => ticks)).toEqual([9_900]);
    expect(engine.lastTicks("BTCUSDT")).toBe(9_900);
    placed(engine, limit("sell", "100"));
    const second = engine.advance(MINUTE, true);
    const third = engine.advance(MINUTE, true);
    expect(tradesOf(engine).map(({ ticks }) => ticks)).toEqual([9_900, 9_800, 10_000]);
    expect([first, second, third]).toEqual([...[first, second, third]].sort((a, b) => a - b));
    expect(engine.advance(MINUTE, true)).toBe(MINUTE);
  });

  it("pay the maker's fee in what they receive, rounded up", () => {
    const engine = exchange({ rows: [[100, 103, 97, 100]], more: { fees: { maker: 0.000333, taker: 0.002 } } });
    placed(engine, limit("buy", "98.01", "0.333"));
    placed(engine, limit("sell", "101.01", "0.333"));
    engine.advance(MINUTE);
    // 0.333 BTC x 0.000333 = 0.000110889 BTC; 33.63633 USDT x 0.000333 = 0.01120089789 USDT: to 8 places, up.
    expect(tradesOf(engine).map(({ feeUnits, feeAsset }) => [feeUnits, feeAsset])).toEqual([
      [11_089, "BTC"],
      [1_120_090, "USDT"],
    ]);
    // 100 + 0.333 - 0.00011089 - 0.333; 100,000 - 32.63733 + 33.63633 - 0.0112009.
    expect(balance(engine, "BTC")).toBe("99.99988911/0.00000000");
    expect(balance(engine, "USDT")).toBe("100000.98779910/0.00000000");
    engine.check();
  });

  it("neither fill nor trigger while their market is halted", () => {
    const engine = exchange({ rows: [[100, 100, 90, 100], [100, 100, 90, 100]] });
    placed(engine, limit("buy", "95"));
    engine.setHalted("BTCUSDT", true);
    engine.advance(MINUTE);
    expect(tradesOf(engine)).toEqual([]);
    engine.setHalted("BTCUSDT", false);
    engine.advance(2 * MINUTE);
    expect(tradesOf(engine)).toHaveLength(1);
  });
});
