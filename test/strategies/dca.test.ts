import { describe, expect, it } from "vitest";
import { ladderDepth } from "../../strategies/dca/params.ts";
import { held, told, through, trade } from "./market.ts";

/** Two safety orders at 2 % and 2 + 4 = 6 % under the entry, of 100 and 200 dollars after a base of 100; profit at 5 %. */
const DEAL = { baseOrder: 100, safetyOrder: 100, safetyOrders: 2, deviation: 0.02, stepScale: 2, volumeScale: 2, takeProfit: 0.05, cooldown: 0 };

describe("a DCA deal", () => {
  it("stands its safety orders ever deeper: 2, 2 + 4, 2 + 4 + 8 %", () => {
    expect([1, 2, 3].map((n) => Number(ladderDepth(0.02, 2, n).toFixed(4)))).toEqual([0.02, 0.06, 0.14]);
  });

  it("opens at the market, buys down its ladder, and sells all at a profit on the average", () => {
    const record = trade("dca", { ...DEAL, maxDeals: 1 }, through(100, 90, 110));
    // 1 at 100, 100/98 at 98, 200/94 at 94: 399.9 dollars for 4.147, so 96.431 x 1.05 = 101.252 (a sell is rounded up).
    expect(told(record)).toEqual(["B1@100", "B1.02@98", "B2.127@94", "S4.147@101.26"]);
    expect(held(record)).toBe(0);
    const [trip] = record.bot.ledger.roundTrips;
    expect(trip!.profit / 1e8).toBeCloseTo(4.147 * 101.26 - (100 + 1.02 * 98 + 2.127 * 94), 6);
  });

  it("takes its profit on the entry when it is told to", () => {
    expect(told(trade("dca", { ...DEAL, maxDeals: 1, takeProfitOn: "base" }, through(100, 97, 110))).at(-1)).toBe("S2.02@105");
  });

  it("sells under the peak when it trails, not at the target", () => {
    const record = trade("dca", { ...DEAL, maxDeals: 1, trailing: 0.02 }, through(100, 105.5, 109, 120, 100));
    const [entry, exit, ...rest] = told(record);
    expect(entry).toBe("B1@100");
    // The peak of 120 less 2 % is 117.6; the peak is followed in steps of a tenth of a percent.
    expect(exit).toMatch(/^S1@117\.[56]/);
    expect(rest).toEqual([]);
  });

  it("sells at its stop-loss under the average", () => {
    const record = trade("dca", { ...DEAL, safetyOrders: 0, stopLoss: 0.1, maxDeals: 1 }, through(100, 85));
    expect(told(record)).toEqual(["B1@100", "S1@90"]);
  });

  it("opens the next deal after its cooldown and no more than it may", () => {
    const rising = through(100, 106, 106, 112, 112, 118, 118, 124);
    expect(told(trade("dca", { ...DEAL, maxDeals: 2 }, rising)).filter((one) => one.startsWith("B")).length).toBe(2);
    expect(told(trade("dca", { ...DEAL, cooldown: 1 }, rising)).filter((one) => one.startsWith("B")).length).toBe(1);
  });

  it("divides its budget over its orders when no sizes are given", () => {
    const record = trade("dca", { ...DEAL, baseOrder: undefined, safetyOrder: undefined, maxDeals: 1 }, through(100, 90));
    const spent = record.fills.reduce((sum, { ticks, steps }) => sum + (ticks / 100) * (steps / 1_000), 0);
    expect(spent).toBeLessThanOrEqual(10_000);
    expect(spent).toBeGreaterThan(9_900);
  });
});

describe("a DCA schedule", () => {
  const SCHEDULE = { mode: "schedule", every: 1 / 30, amount: 100, takeProfit: 0 };

  it("buys its amount every so often and never sells without a take-profit", () => {
    const record = trade("dca", SCHEDULE, through(100, 101, 102, 103, 104, 105, 106));
    expect(told(record).every((one) => one.startsWith("B"))).toBe(true);
    // Every two minutes over eight.
    expect(record.fills.length).toBe(4);
  });

  it("buys only under a price", () => {
    const record = trade("dca", { ...SCHEDULE, below: 99 }, through(100, 101, 98, 97, 102, 103));
    for (const { ticks } of record.fills) expect(ticks / 100).toBeLessThan(99);
    expect(record.fills.length).toBe(1);
  });

  it("buys only after a dip from its last buy", () => {
    const record = trade("dca", { ...SCHEDULE, every: 1 / 60, dip: 0.05 }, through(100, 99, 98, 94, 93, 92));
    expect(told(record).map((one) => one.split("@")[1])).toEqual(["100", "94"]);
  });

  it("sells all at its take-profit and begins anew", () => {
    const record = trade("dca", { ...SCHEDULE, takeProfit: 0.05, every: 10 }, through(100, 106, 106));
    expect(told(record)).toEqual(["B1@100", "S1@105"]);
  });
});
