import { type CandleSeries, candleAt, seriesFrom } from "../../src/core/candle.ts";
import { type Instrument, priceOf, ticksNearest } from "../../src/core/instrument.ts";
import { createEngine } from "../../src/exchange/engine/engine.ts";
import { sandboxPlan } from "./sandbox.ts";
import { type Exchange, startExchange } from "../../src/exchange/server.ts";
import { KEY, START } from "../app/trade/harness.ts";

export const HOUR = 3_600_000;
const PRICES = {
  "BTC/USDT": 40_000, "ETH/USDT": 2_500, "BNB/USDT": 300, "SOL/USDT": 95, "LTC/USDT": 70,
  "XRP/USDT": 0.62, "ADA/USDT": 0.58, "DOT/USDT": 7.9, "LINK/USDT": 14.5, "AVAX/USDT": 37,
} as const;
/** Agents that look back 300 bars of five minutes need them before they vote. */
const WARMUP_HOURS = 60;

/** The symbols of a soak. */
export function symbolsOf(count: number): readonly string[] {
  return Object.keys(PRICES).slice(0, count);
}

/** Council, grid and DCA on all symbols, deciding every five minutes. */
export function soakDefinition(symbols: readonly string[]): string {
  return `
symbols: [${symbols.join(", ")}]
capital: 100000
timeframe: { fill: 1m, decision: 5m }
fees: { maker: 0.001, taker: 0.001, currency: received, slippage: 0.0005 }
riskProfile: high-risk-high-reward
coordinator: { dwell: 1, enter: 0.1, leave: 0.05 }
strategies:
  grid: { levels: 12, width: 0.02, cooldown: 0 }
  dca: { mode: deal }
trade: { mode: live, limits: { ordersPerMinute: 100000, rejectionsPerHour: 100000, dailyLoss: 0.9, drawdown: 0.9 } }
`;
}

/** The local exchange with synthetic markets, at the moment at which the bot begins; it has so many hours to come. */
export async function openSoakExchange(options: { readonly symbols: readonly string[]; readonly hours: number; readonly seed: number }): Promise<Exchange> {
  const { symbols, hours, seed } = options;
  const plan = sandboxPlan({
    prices: Object.fromEntries(symbols.map((symbol) => [symbol, PRICES[symbol as keyof typeof PRICES]])),
    days: (WARMUP_HOURS + hours + 2) / 24,
    seed,
    start: START,
    ...KEY,
    balances: { USDT: "150000" },
  });
  const engine = createEngine({ ...plan, markets: plan.markets.map((market) => ({ ...market, series: wilder(market.instrument, market.series) })) });
  engine.advance(START + WARMUP_HOURS * HOUR);
  const most = Number.MAX_SAFE_INTEGER;
  return startExchange({ engine, port: 0, limits: { weightPerMinute: most, ordersPerTenSeconds: most } });
}

/** How much wilder than its model a market is: each move, as a logarithm, times this. */
const WILDER = 4;

/** The same market with larger moves, so that a day has as many trades as a week. */
function wilder(instrument: Instrument, series: CandleSeries): CandleSeries {
  const first = candleAt(series, 0).open;
  const move = (price: number): number => priceOf(instrument, Math.max(1, ticksNearest(instrument, first * (price / first) ** WILDER)));
  const candles = Array.from({ length: series.length }, (_, i) => {
    const candle = candleAt(series, i);
    return { ...candle, open: move(candle.open), high: move(candle.high), low: move(candle.low), close: move(candle.close) };
  });
  return seriesFrom(candles, series.timeframe);
}
