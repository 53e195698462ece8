import { describe, expect, it } from "vitest";
import { agents } from "../../agents/index.ts";
import type { RunRecord } from "../../src/app/backtest/record.ts";
import { runBacktest } from "../../src/app/backtest/run.ts";
import type { RunningAgent } from "../../src/core/agent.ts";
import { type CandleSeries, indexAtOrAfter, sliceSeries } from "../../src/core/candle.ts";
import { resample } from "../../src/core/resample.ts";
import { minutes, plan } from "../plan.ts";
import { walk } from "../property/walk.ts";
import { ABC, held, told, through } from "./market.ts";
import { WIDE } from "./signal-bench.ts";

const MINUTE = 60_000;

/** Says the n-th number after the n-th bar, and the last from then on. */
function saying(...scores: readonly number[]): RunningAgent {
  return { name: "trend", warmup: 1, vote: ({ candles }) => ({ score: scores[Math.min(candles.length, scores.length) - 1]!, confidence: 1, reason: "as told, 1", evidence: {} }) };
}

function run(params: Record<string, unknown>, rows: readonly (readonly [number, number, number, number])[], council: readonly RunningAgent[], fees: { maker?: number; taker?: number } = {}): RunRecord {
  const series = minutes(rows);
  return runBacktest(
    plan({ markets: [{ instrument: ABC, series, bars: resample(series, MINUTE) }], strategies: { signal: params }, agents: council, profile: WIDE, fees: { maker: 0, taker: 0, ...fees }, fillModel: { limitTest: "touch" } }),
  );
}

const FAR = { stop: 0.5, takeProfit: 5 };
const still = (price: number): readonly [number, number, number, number] => [price, price, price, price];

describe("a backtest of the signal strategy", () => {
  it("buys at the open after the bar that says so, and sells at the open after the one that does not", () => {
    // 0.9 is said at the close of the second bar, -0.9 at that of the fourth.
    const rows = [still(100), still(100), still(101), still(104), still(106), still(106)];
    const record = run({ ...FAR, budget: 0.5 }, rows, [saying(0.3, 0.9, 0.9, -0.9)], { taker: 0.001 });
    const first = run({ ...FAR, budget: 0.5, enter: 0.5 }, rows, [saying(0.3, 0.9, 0.9, -0.9)], { taker: 0.001 });
    // 5 000 / 1.02 / 1.001 = 4 897.06 dollars at 100, the price of the signal.
    expect(told(record)).toEqual(["B48.97@100", "S48.97@106"]);
    expect(told(first)).toEqual(["B48.97@101", "S48.97@106"]);
    const [trip] = first.bot.ledger.roundTrips;
    expect(trip!.profit / 1e8).toBeCloseTo(48.97 * (106 - 101) - 0.001 * 48.97 * (106 + 101), 6);
  });

  it("stops inside the candle, at the stop's price", () => {
    const record = run({ stop: 0.05, takeProfit: 0, budget: 0.5, cooldown: 100 }, through(100, 100, 90), [saying(0.9)]);
    expect(told(record)).toEqual(["B49.019@100", "S49.019@95"]);
    expect(held(record)).toBe(0);
  });

  it("takes its profit inside the candle, at its price, fees included in what it is counted from", () => {
    const record = run({ stop: 0.5, takeProfit: 0.1, budget: 0.5, cooldown: 100 }, through(100, 100, 120), [saying(0.9)], { taker: 0.01 });
    // The average is 101, the target 111.1.
    expect(told(record)).toEqual(["B48.534@100", "S48.534@111.1"]);
  });

  it("trails a rise inside candles and sells under its peak", () => {
    const record = run({ stop: 0.5, takeProfit: 0, trailing: 0.05, trailingFrom: 0.05, budget: 0.5, cooldown: 100 }, through(100, 100, 120, 100), [saying(0.9)]);
    const [, exit, ...rest] = told(record);
    // 120 less 5 % is 114; the peak is followed in steps of a quarter of a percent.
    expect(exit).toMatch(/^S49\.019@11(3\.[789]|4)/);
    expect(rest).toEqual([]);
  });

  it("waits at its limit and buys there", () => {
    const record = run({ ...FAR, entry: "limit", offset: 0.02, patience: 5, budget: 0.5 }, through(100, 100, 97, 103), [saying(0.9)]);
    // 5 000 / 98 = 51.02.
    expect(told(record)).toEqual(["B51.02@98"]);
  });

  it("sells after its bars", () => {
    // Said at the close of the first bar, bought with the second, held for it and the third.
    const rows = [still(100), still(100), still(101), still(102), still(103), still(104), still(105)];
    expect(told(run({ ...FAR, budget: 0.5, maxBars: 2, cooldown: 100 }, rows, [saying(0.9)]))).toEqual(["B49.019@100", "S49.019@102"]);
  });

  it("never looks ahead, with sizes and stops that rest on the bars' range", () => {
    const market = walk({ seed: 5, length: 3_000, price: 100, step: 0.01 });
    const over = (series: CandleSeries): RunRecord =>
      runBacktest(plan({
        markets: [{ instrument: ABC, series, bars: resample(series, 5 * MINUTE) }],
        strategies: { signal: { source: "momentum", enter: 0.01, leave: -0.01, size: "volatility", volatilityTarget: 0.2, stop: 1, stopUnit: "atr", takeProfit: 0.01, trailing: 0.005, entry: "limit", offset: 0.001 } },
        agents: agents.map((agent) => agent.start({})),
        profile: WIDE,
      }));
    const whole = over(market);
    expect(whole.fills.length).toBeGreaterThan(10);
    for (const cut of [1_700, 2_311, 2_904]) {
      const time = market.time[cut]! + MINUTE;
      const part = over(sliceSeries(market, 0, indexAtOrAfter(market, time)));
      const until = ({ fills }: RunRecord): string => JSON.stringify(fills.filter((fill) => fill.time < time));
      expect(until(part)).toBe(until(whole));
    }
  });
});
