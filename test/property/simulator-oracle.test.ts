import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { playBoth, runBoth } from "./oracle/compare.ts";
import { EDGES } from "./oracle/edges.ts";
import { runGrid } from "./oracle/grid.ts";
import { limit, oneTickGrid, plainSetting, short } from "./oracle/known.ts";
import { backtestGrid } from "./oracle/product-grid.ts";
import { candles, grids, scripts, settings } from "./oracle/script.ts";
import type { OracleCandle } from "./oracle/types.ts";

const CANDLES = 12;
const RUNS = Number(process.env["ORACLE_RUNS"] ?? 500);

describe("the oracle on the known answers of the fill model", () => {
  it.each([
    ["touch", "same", "S101 S102 S103 B102 B101 B100 B99 B98 B97 S98 S99 S100 S101"],
    ["touch", "next", "S101 S102 S103 B99 B98 B97"],
    ["through", "same", "S101 S102 B101 B100 B99 B98 S99 S100"],
    ["through", "next", "S101 S102 B99 B98"],
  ] as const)("has the page's fills for %s and %s, and so has the product", (limitTest, counter, fills) => {
    const candle = { open: 100, high: 103, low: 97, close: 101, volume: 1_000_000 };
    const ladder = [...[97, 98, 99].map((price) => limit("buy", price)), ...[101, 102, 103].map((price) => limit("sell", price))];
    const { oracle, product } = playBoth(
      plainSetting({ path: "ohlc", limitTest, counter }),
      [candle],
      (venue) => ladder.forEach((order) => venue.place(order)),
      () => oneTickGrid,
    );
    expect([short(oracle), short(product)]).toEqual([fills, fills]);
  });
});

describe("the simulator against a naive walk of the written fill model", () => {
  it.each([
    ["limits and market orders", false],
    ["limits, market orders and stops", true],
  ])("does with %s exactly what a walk tick by tick does, in the same order", (_what, stops) => {
    fc.assert(
      fc.property(settings, candles({ minLength: 1, maxLength: CANDLES }), scripts(CANDLES, stops), (setting, market, script) => {
        const { oracle, product } = runBoth(setting, market, script);
        expect(product).toEqual(oracle);
      }),
      { numRuns: RUNS },
    );
  });
});

const CAPITAL = 100_000n * 100_000_000n;

/** The purchase at the second candle is had in one piece, near the price that money was set aside for. */
function withPurchase([first, second, ...rest]: readonly OracleCandle[]): readonly OracleCandle[] {
  const { high, low, close } = second!;
  const open = first!.close;
  return [first!, { open, close, high: Math.max(open, high), low: Math.min(open, low), volume: 100_000 }, ...rest];
}

describe("a whole backtest of the grid against the oracle's grid", () => {
  it("has the same fills, the same cash and the same base at the end, to the last unit", () => {
    fc.assert(
      fc.property(settings, grids, candles({ minLength: 2, maxLength: 30 }), fc.constantFrom(undefined, { maker: 0.05, taker: 0.07, slippage: 0.09 }), (any, grid, raw, common) => {
        const setting = { ...any, model: { ...any.model, slippage: any.model.slippage.under === 100 ? { over: 0, under: 1 } : any.model.slippage } };
        const market = withPurchase(raw);
        const { refused, ...product } = backtestGrid(setting, grid, market, CAPITAL, common);
        // A cell whose fee took it under one step cannot be offered; nothing else may be refused.
        expect(refused.filter((reason) => reason !== "below-minimum-quantity")).toEqual([]);
        expect(product).toEqual(runGrid(grid, setting.model, market, CAPITAL));
      }),
      { numRuns: RUNS },
    );
  });
});

describe("edges where simulator and page once differed, and their near neighbours", () => {
  it.each(EDGES)("agree: $what", ({ play, page }) => {
    expect(play()).toEqual({ oracle: page, product: page });
  });
});
