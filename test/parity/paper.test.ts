import { describe, expect, it } from "vitest";
import { OPEN_LIMITS, START, backtested, onPaper, synthetic } from "./parity.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const HEAD = `
symbols: [BTC/USDT]
capital: 10000
timeframe: { fill: 1m, decision: 1h }
trade: { mode: paper, ${OPEN_LIMITS} }
`;

interface Case {
  readonly yaml: string;
  readonly seed: number;
  /** Days of candles, and of them those before the bot begins. */
  readonly days: number;
  readonly warmup: number;
  readonly symbols?: readonly string[];
}

/** Runs both sides and expects the same fills and the same money. */
async function expectParity({ yaml, seed, days, warmup, symbols = ["BTC/USDT"] }: Case): Promise<readonly string[]> {
  const course = { yaml, markets: new Map(symbols.map((symbol, i) => [symbol, synthetic(seed + 100 * i, days)])), begin: START + warmup * DAY };
  const expected = backtested(course);
  const { alerts, ...traded } = await onPaper(course);
  expect(alerts).toEqual([]);
  expect(traded.fills).toEqual(expected.fills);
  expect(traded).toEqual(expected);
  return expected.fills;
}

const GRID = "agents: {}\nstrategies:\n  grid: { lower: 38000, upper: 46000, levels: 41, spacing: arithmetic }\n";
const COUNCIL = "agents: { momentum: , regime: , risk-profile: , support-resistance: }\nstrategies: { grid: { levels: 16 }, dca: { mode: deal } }\n";
const DEALS = "agents: {}\nstrategies:\n  dca: { mode: deal, safetyOrders: 4, deviation: 0.005, takeProfit: 0.007, stopLoss: 0.025, cooldown: 1 }\n";

describe("the same candles through the backtest and on paper", () => {
  it.each([1, 2, 3])("give the same fills of a fixed grid (seed %i)", async (seed) => {
    expect((await expectParity({ yaml: HEAD + GRID, seed, days: 10, warmup: 3 })).length).toBeGreaterThan(100);
  });

  it.each([1, 2])("give the same fills of an automatic grid and DCA deals under the whole council (seed %i)", async (seed) => {
    const fills = await expectParity({ yaml: `${HEAD}riskProfile: growth\n${COUNCIL}`, seed, days: 31, warmup: 10 });
    expect(fills.filter((fill) => fill.includes(" grid ")).length).toBeGreaterThan(20);
    expect(fills.filter((fill) => fill.includes(" dca ")).length).toBeGreaterThan(20);
  });

  it.each([1, 2, 3])("give the same fills of DCA deals, stops at their level inside the candle among them (seed %i)", async (seed) => {
    const fills = await expectParity({ yaml: HEAD + DEALS, seed, days: 14, warmup: 3 });
    expect(fills.length).toBeGreaterThan(20);
    // A taker's sale of a deal is its stop: take-profits rest.
    expect(fills.filter((fill) => fill.includes(" sell ") && fill.includes("taker")).length).toBeGreaterThan(0);
  });

  it("give the same fills of deals that trail the price", async () => {
    const fills = await expectParity({ yaml: `${HEAD}agents: {}\nstrategies:\n  dca: { mode: deal, safetyOrders: 3, takeProfit: 0.008, trailing: 0.004, cooldown: 0 }\n`, seed: 4, days: 12, warmup: 3 });
    expect(fills.filter((fill) => fill.includes("sell")).length).toBeGreaterThan(3);
  });

  it.each([
    ["counter orders from the next candle", "fillModel: { counter: next }"],
    ["fills at a touch", "fillModel: { limitTest: touch }"],
    ["gaps at the open and highs first", "fillModel: { gap: open, path: ohlc }"],
    ["partial fills for want of volume", "fillModel: { volumeShare: 0.00002 }"],
    ["fees in quote and slippage", "fees: { maker: 0.0008, taker: 0.0012, currency: quote, slippage: 0.001 }"],
  ])("give the same fills with %s", async (_name, model) => {
    for (const [strategy, seed] of [[GRID, 5], [DEALS, 6]] as const) {
      expect((await expectParity({ yaml: `${HEAD}${model}\n${strategy}`, seed, days: 7, warmup: 3 })).length).toBeGreaterThan(10);
    }
  });

  it.each(["agents: {}", "riskProfile: growth\nagents: { momentum: , regime: , risk-profile: , support-resistance: }"])(
    "give the same fills of a portfolio of three symbols that is rebalanced, buys after the sales that pay for them (%s)",
    async (council) => {
      const symbols = ["BTC/USDT", "ETH/USDT", "SOL/USDT"];
      const yaml = `${HEAD.replace("[BTC/USDT]", `[${symbols.join(", ")}]`)}${council}\nstrategies:\n  rebalance: { weights: { BTC/USDT: 0.4, ETH/USDT: 0.3, SOL/USDT: 0.3 }, band: { points: 0.004 } }\n`;
      const fills = await expectParity({ yaml, seed: 8, days: 14, warmup: 10, symbols });
      expect(fills.filter((fill) => fill.includes(" sell ")).length).toBeGreaterThan(5);
      // What waited for the cash of a sale is bought inside the hour.
      if (council === "agents: {}") expect(fills.filter((fill) => fill.includes(" buy ") && !/T\d\d:00:/.test(fill)).length).toBeGreaterThan(3);
    },
  );

  it("give the same fills of two symbols that share one account", async () => {
    const yaml = `${HEAD.replace("[BTC/USDT]", "[BTC/USDT, ETH/USDT]")}riskProfile: growth\n${COUNCIL}`;
    expect((await expectParity({ yaml, seed: 7, days: 17, warmup: 10, symbols: ["BTC/USDT", "ETH/USDT"] })).length).toBeGreaterThan(20);
  });
});
