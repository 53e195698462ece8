import { describe, expect, it } from "vitest";
import { buyAndHold } from "../../../src/app/backtest/benchmark.ts";
import { seriesFrom, type CandleSeries } from "../../../src/core/candle.ts";

const closes = (...prices: number[]): CandleSeries =>
  seriesFrom(prices.map((close, i) => ({ time: i * 60_000, open: close, high: close, low: close, close, volume: 1 })), 60_000);

describe("buy and hold, by hand", () => {
  it("of one symbol: 100 to 120 less a fee of 1 %", () => {
    const held = buyAndHold([{ series: closes(100, 150, 120), from: 0, takerFee: 0.01 }], 0.5);
    expect(held.totalReturn).toBeCloseTo(1.2 * 0.99 - 1, 12);
    expect(held.maxDrawdown).toBeCloseTo(120 / 150 - 1, 12);
    // Half of the equity all the time: 1.25 x 0.9, less half the fee.
    expect(held.equalExposureReturn).toBeCloseTo(1.25 * 0.9 * 0.995 - 1, 12);
  });

  it("of two symbols in equal parts: +100 % and -50 % are +25 %", () => {
    const held = buyAndHold([{ series: closes(10, 20), from: 0, takerFee: 0 }, { series: closes(8, 4), from: 0, takerFee: 0 }], 1);
    expect(held.totalReturn).toBeCloseTo(0.25, 12);
    expect(held.equalExposureReturn).toBeCloseTo(0.25, 12);
  });

  it("begins where trading begins", () => {
    expect(buyAndHold([{ series: closes(50, 100, 110), from: 1, takerFee: 0 }], 1).totalReturn).toBeCloseTo(0.1, 12);
  });
});
