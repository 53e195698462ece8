import { expect, it } from "vitest";
import { runBacktest } from "../../../src/app/backtest/run.ts";
import { seriesFrom } from "../../../src/core/candle.ts";
import { instrument, plan } from "../../plan.ts";

const DAY = 86_400_000;
const FILTERS = { priceStep: 1, quantityStep: 1, minQuantity: 1, minNotional: 1 };

/** Ten units of a coin bought free of charge at 100, then held over daily closes. */
function hold(closes: readonly number[], symbols: readonly string[] = ["ABC/USD"]) {
  const series = seriesFrom(
    [100, 100, ...closes].map((close, i) => ({ time: i * DAY, open: close, high: close, low: close, close, volume: 1_000_000 })),
    DAY,
  );
  return runBacktest(
    plan({
      markets: symbols.map((symbol) => ({ instrument: instrument(symbol, FILTERS), series })),
      strategies: { grid: { lower: 100, upper: 100_000, levels: 2, spacing: "arithmetic", quantity: 10 } },
      fees: { maker: 0, taker: 0 },
    }),
  ).marker;
}

it.each([[["ABC/USD"]], [["ABC/USD", "DEF/USD"]]])("counts as time under a high only what was spent below it (%s)", (symbols) => {
  expect(hold([100, 100, 100, 110, 120, 130], symbols).longestUnderWater).toBe(0);
  // From the last time at the high until it is reached again.
  expect(hold([120, 120, 120, 90, 100, 120, 120, 130], symbols).longestUnderWater).toBe(3 * DAY);
});

it.each([[["ABC/USD"]], [["ABC/USD", "DEF/USD"]]])("counts a fall that has not been made good until the end of the last candle (%s)", (symbols) => {
  const marker = hold([120, 110, 60, 115], symbols);
  expect(marker.longestUnderWater).toBe(4 * DAY);
  expect(marker.maxDrawdown).toBeCloseTo(symbols.length * 600 / (10_000 + symbols.length * 200), 12);
});
