import { describe, expect, it } from "vitest";
import { finalEquity, runBacktest } from "../../src/app/backtest/run.ts";
import type { CounterRule, LimitTest } from "../../src/core/fill-model.ts";
import { baseUnitsOf } from "../../src/core/ledger.ts";
import { instrument, minutes, plan } from "../plan.ts";

const ABC = instrument("ABC/USD", { priceStep: 1, quantityStep: 1, minQuantity: 1, minNotional: 5 });
const flat = [100, 100, 100, 100] as const;

/** Two flat candles, then O100 H103 L97 C101: the table "Known answers" of the fill model. */
function knownAnswer(limitTest: LimitTest, counter: CounterRule) {
  const record = runBacktest(
    plan({
      markets: [{ instrument: ABC, series: minutes([flat, flat, [100, 103, 97, 101]]) }],
      strategies: { grid: { lower: 97, upper: 103, levels: 7, spacing: "arithmetic", quantity: 1 } },
      fees: { maker: 0.001, taker: 0, currency: "quote", slippage: 0.0005 },
      fillModel: { path: "ohlc", limitTest, counter },
    }),
  );
  const [sleeve] = record.bot.ledger.sleeves;
  return {
    // The first fill is the purchase of the three units that the upper cells sell.
    fills: record.fills.slice(1).map((fill) => (fill.side === "buy" ? "B" : "S") + String(fill.ticks)).join(" "),
    purchase: [record.fills[0]!.ticks, record.fills[0]!.steps],
    base: baseUnitsOf(sleeve!) / ABC.baseScale - 3,
    profit: Math.round((finalEquity(record) - 10_000 - 3) * 1e6) / 1e6,
  };
}

describe("the known answers of the fill model, path O-H-L-C", () => {
  it.each([
    ["touch", "same", "S101 S102 S103 B102 B101 B100 B99 B98 B97 S98 S99 S100 S101", -1, 4.699],
    ["touch", "next", "S101 S102 S103 B99 B98 B97", 0, 11.4],
    ["through", "same", "S101 S102 B101 B100 B99 B98 S99 S100", 0, 3.2],
    ["through", "next", "S101 S102 B99 B98", 0, 5.6],
  ] as const)("%s, counter orders in the %s segment or candle", (limitTest, counter, fills, base, profit) => {
    expect(knownAnswer(limitTest, counter)).toEqual({ fills, purchase: [100, 3], base, profit });
  });
});

describe("the path inside a candle", () => {
  const fillsOn = (candle: readonly [number, number, number, number], path: "nearest" | "ohlc" | "olhc" | "min-turnover") => {
    const record = runBacktest(
      plan({
        markets: [{ instrument: ABC, series: minutes([flat, flat, candle]) }],
        strategies: { grid: { lower: 98, upper: 102, levels: 3, spacing: "arithmetic", quantity: 1 } },
        fillModel: { path, limitTest: "touch" },
      }),
    );
    return record.fills.slice(1).map((fill) => (fill.side === "buy" ? "B" : "S") + String(fill.ticks)).join(" ");
  };
  it("visits the extreme nearer to the open first", () => {
    expect(fillsOn([100, 105, 98, 100], "nearest")).toBe("B98 S100 S102 B100");
    expect(fillsOn([100, 102, 90, 100], "nearest")).toBe("S102 B100 B98 S100");
  });
  it("goes low first on a tie", () => expect(fillsOn([100, 103, 97, 100], "nearest")).toBe("B98 S100 S102 B100"));
  it("goes low first in a green candle and high first in a red one when turnover is least", () => {
    expect(fillsOn([100, 103, 97, 101], "min-turnover")).toBe("B98 S100 S102");
    expect(fillsOn([100, 103, 97, 99], "min-turnover")).toBe("S102 B100 B98");
  });
});

describe("what a candle may not do", () => {
  it("fills nothing without volume", () => {
    const series = minutes([flat, flat, [100, 103, 97, 101]], 0);
    const record = runBacktest(plan({ markets: [{ instrument: ABC, series }], strategies: { grid: { lower: 97, upper: 103, levels: 7, quantity: 1 } } }));
    expect(record.fills).toEqual([]);
  });
  it("fills at most the share of its volume, and the rest keeps its place", () => {
    const series = minutes([flat, flat, [100, 100, 97, 97], [97, 97, 96, 96]], 20);
    const record = runBacktest(
      plan({
        markets: [{ instrument: ABC, series }],
        strategies: { grid: { lower: 98, upper: 110, levels: 2, spacing: "arithmetic", quantity: 5 } },
        fillModel: { volumeShare: 0.1 },
      }),
    );
    // 10 % of 20 a candle: two steps in the third candle, the next two in the fourth.
    expect(record.fills.map((fill) => [fill.time / 60_000, fill.steps, fill.complete])).toEqual([
      [2, 2, false],
      [3, 2, false],
    ]);
  });
  it("fills a gapped limit at its own price, or at the open when asked", () => {
    const run = (gap: "limit" | "open") =>
      runBacktest(
        plan({
          markets: [{ instrument: ABC, series: minutes([flat, flat, [100, 100, 99, 99], [95, 95, 95, 95]]) }],
          strategies: { grid: { lower: 97, upper: 103, levels: 2, quantity: 1 } },
          fillModel: { gap },
        }),
      ).fills.map((fill) => [fill.side, fill.ticks, fill.liquidity]);
    expect(run("limit")).toEqual([["buy", 97, "maker"]]);
    expect(run("open")).toEqual([["buy", 95, "maker"]]);
  });
  it("executes a passed stop at the open less slippage, as a taker", () => {
    const record = runBacktest(
      plan({
        markets: [{ instrument: ABC, series: minutes([flat, flat, [100, 100, 96, 96], [80, 82, 78, 80]]) }],
        strategies: { grid: { lower: 97, upper: 103, levels: 2, quantity: 1, stopLoss: 0.1 } },
        fees: { slippage: 0.02 },
      }),
    );
    // 80 less 2 % is 78.4, to the nearest step 78.
    expect(record.fills.at(-1)).toMatchObject({ side: "sell", ticks: 78, liquidity: "taker", reason: "stop-loss of the grid" });
  });
});
