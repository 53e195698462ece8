import { describe, expect, it } from "vitest";
import { runBacktest } from "../../src/app/backtest/run.ts";
import type { Decision } from "../../src/core/decision.ts";
import { RISK_PROFILES } from "../../src/core/risk-profiles.ts";
import type { StrategyView } from "../../src/core/strategy.ts";
import { strategies } from "../../strategies/index.ts";
import { gridParams } from "../../strategies/grid/params.ts";
import { chooseRange } from "../../strategies/grid/range.ts";
import { minutes, plan } from "../plan.ts";
import { account } from "./account.ts";
import { ABC, held, through, told, trade } from "./market.ts";

/** Five levels from 96 to 104, a unit a cell: two cells under 100 and two over. */
const GRID = { lower: 96, upper: 104, levels: 5, spacing: "arithmetic", quantity: 1 };

/** A strategy's view without an engine, at a price of 100. */
function view(rest: Partial<StrategyView> = {}): StrategyView {
  return {
    symbol: "ABC/USD", time: 0, price: 100, mode: "active", budget: 1_000, decision: null, limits: null, makerFee: 0, takerFee: 0, filters: ABC.filters,
    lots: () => [], held: () => 0, cost: () => 0, totalCost: () => 0, portfolio: () => account(1_000, []), ...rest,
  };
}

function ladderOf(params: unknown, seen: StrategyView): readonly number[] {
  const running = strategies.find(({ name }) => name === "grid")!.start(params, seen);
  running.evolve({ type: "candle", time: 0, close: seen.price });
  return running.ladder();
}

describe("a grid's exits", () => {
  it("ends at its take-profit: nothing is bought on the way back, as it is without one", () => {
    // 104 x 1.05 = 109.2 is touched, then the price falls through every level again.
    const fall = through(100, 111, 96);
    expect(told(trade("grid", { ...GRID, takeProfit: 0.05 }, fall))).toEqual(["B2@100", "S1@102", "S1@104"]);
    expect(told(trade("grid", { ...GRID, outOfRange: "wait" }, fall))).toEqual(["B2@100", "S1@102", "S1@104", "B1@102", "B1@100", "B1@98", "B1@96"]);
  });

  it("builds a new grid when its cooldown after a stop-loss is over, not a bar sooner", () => {
    const params = { width: 0.04, levels: 5, spacing: "arithmetic", quantity: 1, stopLoss: 0.05, cooldown: 1 };
    const record = trade("grid", params, [...through(100, 90), ...Array.from({ length: 70 }, () => [90, 90, 90, 90] as const)]);
    const stop = record.fills.find(({ reason }) => reason === "stop-loss of the grid")!;
    const [, next] = record.ladders.filter(({ prices }) => prices.length > 0);
    expect((next!.time - stop.time) / 60_000).toBeGreaterThanOrEqual(60);
    expect((next!.time - stop.time) / 60_000).toBeLessThanOrEqual(61);
    expect(next!.prices[0]).toBeCloseTo(90 * 0.96, 9);
  });

  it("offers a cell only when it has bought all of its quantity", () => {
    const series = minutes([...through(100, 98), [99, 99, 99, 99], [99, 99, 99, 99]], 5);
    // A tenth of a volume of 5 a candle: the cell at 98 fills by halves.
    const record = runBacktest(
      plan({ markets: [{ instrument: ABC, series }], strategies: { grid: { ...GRID, initialPurchase: false, levels: 3, lower: 98, upper: 110 } }, fees: { maker: 0, taker: 0 }, fillModel: { volumeShare: 0.1, limitTest: "touch" } }),
    );
    expect(told(record)).toEqual(["B0.5@98"]);
    expect([...record.bot.symbols.values()][0]!.sleeves[0]!.orders.live.size).toBe(1);
  });

  it("sells what its fees left it, when fees come off what is received", () => {
    const series = minutes(through(100, 97.9, 100.1));
    const record = runBacktest(
      plan({
        markets: [{ instrument: ABC, series }],
        strategies: { grid: { lower: 98, upper: 100, levels: 2, quantity: 1, initialPurchase: false, outOfRange: "wait" } },
        fees: { maker: 0.0015, taker: 0, currency: "received" }, fillModel: { limitTest: "touch" },
      }),
    );
    // 1 less 0.15 % is 0.9985: 0.998 can be sold, half a step is dust.
    expect(told(record)).toEqual(["B1@98", "S0.998@100"]);
    expect(held(record)).toBe(0.0005);
    expect(record.bot.ledger.sleeves[0]!.dustUnits / ABC.baseScale).toBe(0.0005);
  });
});

describe("a grid's range", () => {
  const params = (rest: object = {}) => gridParams.parse(rest);
  const levels = (...list: readonly (readonly ["support" | "resistance", number])[]): Decision => ({
    symbol: "ABC/USD", time: 0, stance: "range", conviction: 0, exposure: 1, shares: {}, votes: [], vetoes: [], reason: "",
    levels: list.map(([kind, price]) => ({ kind, price, strength: 1, touches: 3 })),
  });

  it("is its width around the price, or the profile's", () => {
    // A balanced profile's grid reaches 8 % to both sides.
    for (const [limits, lower, upper] of [[null, 90, 110], [RISK_PROFILES.balanced, 92, 108]] as const) {
      const range = chooseRange(params({ width: 0.1 }), view({ limits }))!;
      expect(range.lower).toBeCloseTo(lower, 9);
      expect(range.upper).toBeCloseTo(upper, 9);
    }
  });

  it("reaches to the outermost support and resistance inside its width, and overlooks what is too near or too far", () => {
    const decision = levels(["support", 96], ["support", 93], ["support", 80], ["resistance", 101], ["resistance", 107]);
    expect(chooseRange(params({ width: 0.1 }), view({ decision }))).toEqual({ lower: 93, upper: 107 });
  });

  it("is what the owner fixed, whatever the council says", () => {
    expect(chooseRange(params({ lower: 50, upper: 200 }), view({ decision: levels(["support", 95]) }))).toEqual({ lower: 50, upper: 200 });
  });

  it("has as many levels as asked for, and no more than the profile allows", () => {
    expect(ladderOf({ levels: 30 }, view()).length).toBe(30);
    expect(ladderOf({ levels: 30 }, view({ limits: RISK_PROFILES["safe-and-steady"] })).length).toBe(10);
    expect(ladderOf({ levels: 4 }, view({ limits: RISK_PROFILES["safe-and-steady"] })).length).toBe(4);
  });
});

describe("the parameters of a grid", () => {
  const problems = (params: unknown): string => JSON.stringify(gridParams.safeParse(params).error?.issues.map(({ path, message }) => [path.join("."), message]) ?? []);

  it("refuse a range that is upside down, and two sizes at once", () => {
    expect(problems({ lower: 110, upper: 100 })).toBe('[["lower","must be below upper (100), got 110"]]');
    expect(problems({ quantity: 1, investment: 1 })).toBe('[["investment","give either quantity or investment, not both"]]');
  });

  it.each([{ levels: 1 }, { levels: 2.5 }, { levels: 201 }, { width: 0 }, { lower: -1 }, { stopLoss: 1 }, { cooldown: -1 }, { spacing: "log" }])("refuse %j", (wrong) => {
    expect(problems(wrong)).toMatch(new RegExp(`"${Object.keys(wrong)[0]!}"`));
  });
});
