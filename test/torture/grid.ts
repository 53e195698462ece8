import { createRandom } from "../../src/core/random.ts";
import type { CandleSeries } from "../../src/core/candle.ts";
import { createEngine } from "../../src/exchange/engine/engine.ts";
import { type Exchange, startExchange } from "../../src/exchange/server.ts";
import { BTC, KEY, MINUTE, START, candlesOf } from "../app/trade/harness.ts";
import { instrument } from "../plan.ts";

/** The name of the bot that is tortured. */
export const BOT = "torture";

/** Two grids around 100, small enough that each minute of the market may fill some of their orders, whole or in part. */
export const GRID = `
symbols: [BTC/USDT, ETH/USDT]
capital: 10000
timeframe: { fill: 1m, decision: 5m }
fees: { maker: 0.001, taker: 0.001, currency: received, slippage: 0 }
agents: {}
strategies:
  grid: { lower: 95, upper: 105, levels: 11, spacing: arithmetic, quantity: 1, cooldown: 0, outOfRange: wait }
trade: { mode: live, limits: { ordersPerMinute: 10000, rejectionsPerHour: 10000, dailyLoss: 0.9, drawdown: 0.9 } }
`;

/** Minutes before the bot begins: the bars that it is shown first. */
export const WARMUP = 300;
const DAYS = 20;
const ETH = instrument("ETH/USDT", { priceStep: 0.01, quantityStep: 0.0001, minQuantity: 0.0001, minNotional: 5 });
/** Prices stay in the grid mostly: each minute draws them back to 100 by this much. */
const PULL = 0.01;
const STEP = 0.35;
/** Base units that a minute trades: few, so that orders of 1 are filled in parts too. */
const VOLUME = 6;

function walk(seed: number): CandleSeries {
  const random = createRandom(seed);
  const closes = Array<number>(WARMUP).fill(100);
  let price = 100;
  for (let i = 0; i < DAYS * 1_440; i++) {
    price += PULL * (100 - price) + STEP * random.normal();
    closes.push(Math.round(price * 100) / 100);
  }
  return candlesOf(closes, VOLUME);
}

/** The local exchange with two markets that move, and one account. */
export async function openTortureExchange(seed: number): Promise<Exchange> {
  const engine = createEngine(
    {
      markets: [BTC, ETH].map((own, i) => ({ instrument: own, series: walk(2 * seed + i), multiplierUp: 5, multiplierDown: 0.2, maxOrders: 200 })),
      accounts: [{ ...KEY, balances: { USDT: "100000" } }],
      fees: { maker: 0.001, taker: 0.001 },
      volumeShare: 0.5,
      seed,
    },
    { book: "deep" },
  );
  engine.advance(START + WARMUP * MINUTE);
  const most = Number.MAX_SAFE_INTEGER;
  return startExchange({ engine, port: 0, limits: { weightPerMinute: most, ordersPerTenSeconds: most } });
}
