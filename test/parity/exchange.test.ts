import { describe, expect, it } from "vitest";
import { onExchange } from "./exchange.ts";
import { OPEN_LIMITS, START, backtested, synthetic } from "./parity.ts";

const DAY = 24 * 3_600_000;
/** What the exchange and the backtest both know: fills at a touch, the whole volume, fees in what is received, no slippage. */
const HEAD = `
symbols: [BTC/USDT]
capital: 10000
timeframe: { fill: 1m, decision: 1h }
fees: { maker: 0.001, taker: 0.001, currency: received, slippage: 0 }
fillModel: { limitTest: touch, volumeShare: 1 }
trade: { mode: live, ${OPEN_LIMITS} }
`;

async function expectParity(yaml: string, seed: number, days: number, warmup: number): Promise<readonly string[]> {
  const course = { yaml, markets: new Map([["BTC/USDT", synthetic(seed, days)]]), begin: START + warmup * DAY };
  const expected = backtested(course);
  const { alerts, fills, cash, base } = await onExchange(course);
  expect(alerts).toEqual([]);
  expect(fills).toEqual(expected.fills);
  // The decision at the end of the last candle is made by the backtest alone.
  expect({ cash, base }).toEqual({ cash: expected.cash, base: expected.base });
  return expected.fills;
}

describe("the same candles through the backtest and on the local exchange with the real client", () => {
  it.each([1, 2])("give the same fills of a fixed grid (seed %i)", async (seed) => {
    const fills = await expectParity(`${HEAD}agents: {}\nstrategies:\n  grid: { lower: 38000, upper: 46000, levels: 41, spacing: arithmetic }\n`, seed, 7, 3);
    expect(fills.length).toBeGreaterThan(40);
  });

  it.each([1, 2])("give the same fills of DCA deals (seed %i)", async (seed) => {
    const fills = await expectParity(`${HEAD}agents: {}\nstrategies:\n  dca: { mode: deal, safetyOrders: 4, deviation: 0.005, takeProfit: 0.006, cooldown: 0 }\n`, seed, 9, 3);
    expect(fills.length).toBeGreaterThan(10);
  });

  it("give the same fills of an automatic grid and DCA deals under the whole council", async () => {
    const fills = await expectParity(`${HEAD}riskProfile: growth\nagents: { momentum: , regime: , risk-profile: , support-resistance: }\nstrategies: { grid: { levels: 16 }, dca: { mode: deal } }\n`, 1, 31, 10);
    expect(fills.length).toBeGreaterThan(50);
  });
});
