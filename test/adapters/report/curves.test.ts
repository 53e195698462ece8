import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { curvesOf, drawdownOf, keepExtremes } from "../../../src/adapters/report/curves.ts";
import { asRun } from "../../../src/adapters/report/run.ts";
import { fixture } from "./fixture.ts";

describe("the equity curve for display", () => {
  it("keeps its ends, its highest and its lowest", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 1, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 900 }), (column) => {
        const kept = keepExtremes(column, 100);
        const values = kept.map((index) => column[index]!);
        expect(kept.length).toBeLessThanOrEqual(100);
        expect([kept[0], kept.at(-1)]).toEqual([0, column.length - 1]);
        expect([Math.min(...values), Math.max(...values)]).toEqual([Math.min(...column), Math.max(...column)]);
        expect(kept).toEqual([...new Set(kept)].sort((a, b) => a - b));
      }),
    );
  });

  it("falls from the highest value so far", () => {
    // 90/100 - 1 and 60/120 - 1
    expect(drawdownOf([100, 90, 120, 60, null])).toEqual([0, expect.closeTo(-0.1, 12), 0, -0.5, null]);
  });

  it("has a buy-and-hold curve that ends at the reported return", () => {
    const { output, series } = fixture({ decideEvery: 1, symbols: ["BTC/USDT", "ETH/USDT"] });
    const curves = curvesOf(asRun(output), series, 1e9);
    expect(curves.hold.at(-1)).toBeCloseTo(10_000 * (1 + output.result.buyAndHold.totalReturn), 6);
    expect(Math.min(...curves.drawdown)).toBeCloseTo(output.result.maxDrawdown, 12);
  });

  it("begins buy and hold after the candles that agents warm up on", () => {
    const { output, series } = fixture({ decideEvery: 1 });
    const candles = series.get("BTC/USDT")!;
    output.data.symbols[0]!.from = new Date(candles.time[500]!).toISOString();
    output.result.buyAndHold.totalReturn = (candles.close[candles.length - 1]! / candles.close[500]!) * 0.999 - 1;
    output.equity = output.equity.filter(({ time }) => time > candles.time[500]!);
    const { hold } = curvesOf(asRun(output), series, 1e9);
    // Bought at the close of candle 500 with 10,000, less the taker fee of 0.1 %.
    expect(hold[0]).toBeCloseTo(9_990, 6);
  });

  it("has no buy-and-hold curve rather than one that misses the reported return", () => {
    const { output, series } = fixture({ candles: 200 });
    output.result.buyAndHold.totalReturn = 3;
    expect(new Set(curvesOf(asRun(output), series, 1_000).hold)).toEqual(new Set([null]));
  });

  it("has no buy-and-hold curve without the candles of every symbol", () => {
    const { output, series } = fixture({ symbols: ["BTC/USDT", "ETH/USDT"], candles: 100 });
    const curves = curvesOf(asRun(output), new Map([...series].slice(0, 1)), 1_000);
    expect(curves.hold.every((value) => value === null)).toBe(true);
  });
});
