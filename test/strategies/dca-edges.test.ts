import { describe, expect, it } from "vitest";
import { runBacktest } from "../../src/app/backtest/run.ts";
import { dca } from "../../strategies/dca.ts";
import { instrument, minutes, plan } from "../plan.ts";
import { ABC, held, through, told, trade } from "./market.ts";

/** One order of 100 dollars and no ladder; profit at 5 %. */
const ONE = { baseOrder: 100, safetyOrder: 100, safetyOrders: 0, takeProfit: 0.05, cooldown: 0, maxDeals: 1 };
const SCHEDULE = { mode: "schedule", every: 10, amount: 100, takeProfit: 0.05 };

describe("a DCA deal at its edges", () => {
  it("opens with its whole budget when it has no safety orders", () => {
    const record = trade("dca", { safetyOrders: 0, takeProfit: 0.05, maxDeals: 1 }, through(100, 100, 106));
    expect(record.refused).toEqual(new Map());
    expect(record.fills.map(({ side }) => side)).toEqual(["buy", "sell"]);
  });

  it("pays its fees out of the take-profit: on the average, fees included", () => {
    // 100 plus 1 % is 101 a unit; 5 % more is 106.05, and the sale's fee comes off that.
    const record = trade("dca", ONE, through(100, 107), { maker: 0.01, taker: 0.01 });
    expect(told(record)).toEqual(["B1@100", "S1@106.05"]);
    expect(record.bot.ledger.roundTrips[0]!.profit / ABC.quoteScale).toBeCloseTo(106.05 * 0.99 - 101, 8);
  });

  it("moves its stop-loss down with the average when a safety order fills", () => {
    const params = { ...ONE, safetyOrders: 1, deviation: 0.05, stopLoss: 0.06 };
    // 1 at 100 and 100/95 = 1.052 at 95: 199.94 for 2.052, an average of 97.4366; 6 % under it is 91.59, not 94.
    const record = trade("dca", params, through(100, 93, 91));
    expect(told(record)).toEqual(["B1@100", "B1.052@95", "S2.052@91.59"]);
  });

  it("does not sell while the price stays under the target, however it trails", () => {
    const record = trade("dca", { ...ONE, trailing: 0.02 }, through(100, 104.9, 100, 104.9));
    expect(told(record)).toEqual(["B1@100"]);
  });

  it("sells what it holds at a profit on the entry, though the entry filled in parts while it trailed", () => {
    const series = minutes([[100, 100, 100, 100], [100, 100, 100, 100], [100, 100, 99, 99], [99, 99, 98, 98], [98, 98, 97, 97]], 4);
    // A tenth of the volume of 4 a candle: the entry of 1 takes three candles, and no price has risen.
    const record = runBacktest(
      plan({ markets: [{ instrument: ABC, series }], strategies: { dca: { ...ONE, takeProfitOn: "base", trailing: 0.01 } }, fees: { maker: 0, taker: 0 }, fillModel: { volumeShare: 0.1 } }),
    );
    expect(record.fills.length).toBeGreaterThan(1);
    expect(record.fills.filter(({ side }) => side === "sell")).toEqual([]);
  });

  it("rests for its cooldown: with two hours to wait, the next deal opens two hours after the last", () => {
    const rows = through(100, 106, ...Array.from({ length: 200 }, () => 100));
    const record = trade("dca", { ...ONE, maxDeals: 2, cooldown: 2 }, rows);
    const [, sold, second] = record.fills;
    expect([sold!.side, second!.side]).toEqual(["sell", "buy"]);
    expect((second!.time - sold!.time) / 60_000).toBe(120);
  });

  it("says when its orders are under the smallest one, and opens nothing", () => {
    const coarse = instrument("ABC/USD", { priceStep: 0.01, quantityStep: 0.001, minQuantity: 0.001, minNotional: 200 });
    const record = runBacktest(plan({ markets: [{ instrument: coarse, series: minutes(through(100, 100, 100)) }], strategies: { dca: ONE } }));
    expect(record.fills).toEqual([]);
    expect(record.warnings.join()).toMatch(/dca on ABC\/USD: an order of 100 is under the smallest \(minNotional 200\)/);
  });
});

describe("a DCA schedule at its edges", () => {
  it("takes its profit on its first buy when it is told to measure from the entry", () => {
    const record = trade("dca", { ...SCHEDULE, takeProfitOn: "base" }, through(100, 104, 106));
    expect(told(record)).toEqual(["B1@100", "S1@105"]);
    expect(held(record)).toBe(0);
  });

  it("does not sell under its target when it trails from the entry", () => {
    const record = trade("dca", { ...SCHEDULE, takeProfitOn: "base", trailing: 0.01 }, through(100, 99, 98));
    expect(told(record)).toEqual(["B1@100"]);
  });

  it("moves its exit to the new average with every buy", () => {
    // 1 at 100, 100/90 = 1.111 at 90: 199.99 for 2.111 is 94.7371; 5 % more is 99.474, rounded up.
    const record = trade("dca", { ...SCHEDULE, every: 1 / 30, below: 101 }, through(100, 90, 99.48));
    expect(told(record)).toEqual(["B1@100", "B1.111@90", "S2.111@99.48"]);
  });

  it("stops when its budget is spent", () => {
    const record = trade("dca", { mode: "schedule", every: 1 / 60, amount: 3_000, takeProfit: 0 }, through(...Array.from({ length: 12 }, () => 100)));
    const spent = record.fills.reduce((sum, { ticks, steps }) => sum + (ticks / 100) * (steps / 1_000), 0);
    expect(spent).toBeGreaterThan(9_000 - 1);
    expect(spent).toBeLessThanOrEqual(10_000);
  });
});

describe("the parameters of dollar-cost averaging", () => {
  const problems = (params: unknown): string => JSON.stringify(dca.params.safeParse(params).error?.issues.map(({ path, message }) => [path.join("."), message]) ?? []);

  it("refuse a ladder that would stand under zero, and say how deep it is", () => {
    // 50 % and 100 % more: the second order at 150 % under the entry.
    expect(problems({ safetyOrders: 2, deviation: 0.5, stepScale: 2 })).toMatch(/safetyOrders.*150 % under the entry/);
  });

  it("refuse one size without the other, and a deal that never takes its profit", () => {
    expect(problems({ baseOrder: 100 })).toMatch(/safetyOrder.*give both/);
    expect(problems({ takeProfit: 0 })).toMatch(/takeProfit.*above 0/);
    expect(problems({ mode: "schedule", takeProfit: 0 })).toBe("[]");
  });
});
