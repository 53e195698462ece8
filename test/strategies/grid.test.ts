import { describe, expect, it } from "vitest";
import { spread } from "../../strategies/grid/cells.ts";
import { held, told, through, trade } from "./market.ts";

/** Five levels from 96 to 104, a unit a cell: two cells under 100 and two over. */
const GRID = { lower: 96, upper: 104, levels: 5, spacing: "arithmetic", quantity: 1 };

describe("the grid", () => {
  it("spaces its levels by equal steps or by equal ratios, ends exact", () => {
    expect(spread(96, 104, 5, "arithmetic")).toEqual([96, 98, 100, 102, 104]);
    const levels = spread(50, 200, 3, "geometric");
    expect([levels[0], levels[2]]).toEqual([50, 200]);
    expect(levels[1]).toBeCloseTo(100, 12);
  });

  it("buys at once what its upper cells will sell, then sells it on the way up and buys it back on the way down", () => {
    const record = trade("grid", GRID, through(100, 104, 100));
    expect(told(record)).toEqual(["B2@100", "S1@102", "S1@104", "B1@102", "B1@100"]);
    expect(held(record)).toBe(2);
  });

  it("buys nothing at once when it is told not to, and its upper cells wait for the price", () => {
    expect(told(trade("grid", { ...GRID, initialPurchase: false }, through(100, 103, 99.5)))).toEqual(["B1@100"]);
  });

  it("earns a step a round trip: down two cells and back is 2 x 2", () => {
    const record = trade("grid", { ...GRID, initialPurchase: false }, through(100, 96, 100));
    expect(told(record)).toEqual(["B1@98", "B1@96", "S1@98", "S1@100"]);
    expect(record.bot.ledger.roundTrips.map(({ profit }) => profit / 1e8)).toEqual([2, 2]);
  });

  it("sizes its cells from the investment, all levels bought costing no more than that", () => {
    const record = trade("grid", { ...GRID, quantity: undefined, investment: 1_000 }, through(100, 96));
    const spent = record.fills.reduce((sum, { ticks, steps }) => sum + (ticks / 100) * (steps / 1_000), 0);
    expect(spent).toBeLessThanOrEqual(1_000);
    expect(spent).toBeGreaterThan(980);
  });

  it("sells everything at its stop-loss under the lowest level, and rests for its cooldown", () => {
    const record = trade("grid", { ...GRID, stopLoss: 0.05 }, through(100, 90, 100, 96, 104));
    // 96 x 0.95 = 91.2: everything is sold there, and nothing is bought for a day.
    expect(told(record)).toEqual(["B2@100", "B1@98", "B1@96", "S4@91.2"]);
    expect(held(record)).toBe(0);
  });

  it("sells everything at its take-profit over the highest level", () => {
    const record = trade("grid", { ...GRID, quantity: 1, levels: 3, takeProfit: 0.05 }, through(100, 99, 111));
    expect(held(record)).toBe(0);
  });

  it("waits outside its range when it is told to", () => {
    const record = trade("grid", { ...GRID, outOfRange: "wait" }, through(100, 90, 90, 90, 97));
    expect(told(record)).toEqual(["B2@100", "B1@98", "B1@96"]);
  });

  it("sells everything when a bar closes outside and it is told to close", () => {
    const record = trade("grid", { ...GRID, outOfRange: "close" }, through(100, 90, 90));
    expect(told(record).at(-1)).toBe("S4@90");
    expect(held(record)).toBe(0);
  });

  it("builds a new grid where the price went, and keeps the exits of the old one", () => {
    const record = trade("grid", { width: 0.04, levels: 5, spacing: "arithmetic", quantity: 1, initialPurchase: false, outOfRange: "recentre" }, through(100, 90, 90, 100));
    expect(record.ladders.map(({ prices }) => [prices[0], prices.at(-1)].map((price) => Math.round(price! * 100) / 100))).toEqual([[96, 104], [86.4, 93.6], [96, 104]]);
    // Bought at 98 and 96 by the first grid, sold at 98 and 100 while the second one stands.
    expect(told(record)).toEqual(expect.arrayContaining(["B1@98", "B1@96", "S1@98", "S1@100"]));
  });

  it("follows the price up by a cell when it trails", () => {
    const record = trade("grid", { ...GRID, trailing: "up" }, through(100, 105, 107));
    const tops = record.ladders.map(({ prices }) => prices.at(-1));
    expect(tops.slice(0, 3)).toEqual([104, 106, 108]);
  });

  it("follows the price down by a cell when it trails", () => {
    const record = trade("grid", { ...GRID, trailing: "down" }, through(100, 95, 93));
    expect(record.ladders.map(({ prices }) => prices[0]).slice(0, 3)).toEqual([96, 94, 92]);
  });

  it("warns when a cell does not pay its fees", () => {
    const record = trade("grid", { lower: 99, upper: 101, levels: 21, quantity: 1 }, through(100, 101), { maker: 0.001 });
    expect(record.warnings).toEqual([
      "grid on ABC/USD: a cell gains 0.100 % and its two fees cost 0.200 %: every round trip loses; use fewer levels or a wider range",
    ]);
  });

  it("keeps its stop-loss for what an earlier grid still holds", () => {
    // The first grid buys at 98 and 96; the second stands lower; the stop 20 % under its lowest level sells both.
    const record = trade("grid", { width: 0.04, levels: 5, spacing: "arithmetic", quantity: 1, initialPurchase: false, stopLoss: 0.2 }, through(100, 90, 90, 60));
    expect(told(record).at(-1)).toMatch(/^S\d+@/);
    expect(held(record)).toBe(0);
  });

  it("says when its range is upside down at the price of the market", () => {
    const record = trade("grid", { lower: 120, quantity: 1 }, through(100, 101));
    expect(record.fills).toEqual([]);
    expect(record.warnings).toEqual(["grid on ABC/USD: its lower price is not under its upper one at the price of the market: no grid was built"]);
  });

  it("says when its cells are too small to trade", () => {
    const record = trade("grid", { ...GRID, quantity: undefined, investment: 2 }, through(100, 96));
    expect(record.fills).toEqual([]);
    expect(record.warnings.join()).toMatch(/grid on ABC\/USD: .* under the smallest order/);
  });
});
