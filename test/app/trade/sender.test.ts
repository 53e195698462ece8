import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { createEngine } from "../../../src/exchange/engine/engine.ts";
import { startExchange } from "../../../src/exchange/server.ts";
import { instrument } from "../../plan.ts";
import { BTC, KEY, MINUTE, START, candlesOf, openBot, until } from "./harness.ts";

const ETH = instrument("ETH/USDT", { priceStep: 0.01, quantityStep: 0.00001, minQuantity: 0.00001, minNotional: 5 });
const GRIDS = `
symbols: [BTC/USDT, ETH/USDT]
capital: 20000
timeframe: { fill: 1m, decision: 5m }
fees: { maker: 0.001, taker: 0.001, currency: received, slippage: 0 }
agents: {}
strategies:
  grid: { lower: 90, upper: 110, levels: 41, spacing: arithmetic, quantity: 1 }
trade: { mode: live }
`;

it("sends the orders of two symbols in turn, a dozen at a time, so that a large grid holds nobody up", async () => {
  const series = candlesOf(Array<number>(70).fill(100));
  const markets = [BTC, ETH].map((one) => ({ instrument: one, series, multiplierUp: 5, multiplierDown: 0.2, maxOrders: 200 }));
  const engine = createEngine({ markets, accounts: [{ ...KEY, balances: { USDT: "100000" } }], fees: { maker: 0.001, taker: 0.001 }, volumeShare: 1, seed: 1 }, { book: "deep" });
  const exchange = await startExchange({ engine, port: 0, limits: {} });
  engine.advance(START + 60 * MINUTE);
  const bot = await openBot(exchange, { yaml: GRIDS, folder: mkdtempSync(join(tmpdir(), "caucus-sender-")) });
  try {
    await until("both grids rest", () => bot.session.settled() && bot.session.desk.open().length >= 70);
    const sent = exchange.faults.requests({ method: "POST", path: "/api/v3/order" }).map(({ parameters }) => String(parameters["symbol"]));
    expect(sent.length).toBeGreaterThan(70);
    // However far apart the two were planned, neither is more than a few orders ahead while both have some left.
    const both = sent.slice(0, 60);
    for (const symbol of ["BTCUSDT", "ETHUSDT"]) {
      expect(both.filter((one) => one === symbol).length).toBeGreaterThan(24);
      expect(both.slice(0, 6)).toContain(symbol);
    }
  } finally {
    await bot.close();
    await exchange.close();
  }
});
