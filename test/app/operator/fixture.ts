import type { Exchange } from "../../../src/exchange/server.ts";
import { operatorOf } from "../../../src/app/operator/operator.ts";
import { loadDefinition } from "../../../src/app/definition/load.ts";
import type { Operator } from "../../../src/ports/operator.ts";
import { agents } from "../../../agents/index.ts";
import { strategies } from "../../../strategies/index.ts";
import { MINUTE, START, ONE_MARKET, candlesOf, openBot, openExchange, settled, until } from "../trade/harness.ts";

export const GRID = `
name: hourly
${ONE_MARKET}strategies:
  grid: { lower: 95, upper: 105, levels: 11, spacing: arithmetic, quantity: 1 }
trade: { mode: live }
`;

export const COUNCIL = `
name: council
symbols: [BTC/USDT]
capital: 10000
timeframe: { fill: 1m, decision: 1m }
fees: { maker: 0.001, taker: 0.001, currency: received, slippage: 0 }
coordinator: { pool: fixed }
strategies: { grid: { levels: 8 }, dca: { safetyOrders: 3 } }
trade: { mode: live }
`;

/** Closes that swing around 100, with a slow rise on top. */
export const swinging = (count: number): number[] => Array.from({ length: count }, (_, i) => Math.round((100 + 4 * Math.sin(i / 7) + 0.01 * i) * 100) / 100);

/** When the newest bar that the bot has been shown closed, and when the newest that has closed by a time did; epoch ms. */
function lastClose({ session }: Awaited<ReturnType<typeof openBot>>): number {
  const { candles } = session.bot.symbols.get("BTC/USDT")!;
  return candles.length > 0 ? candles.time(0) + candles.timeframe : 0;
}
function barClosedBy({ session }: Awaited<ReturnType<typeof openBot>>, time: number): number {
  const { timeframe } = session.bot.symbols.get("BTC/USDT")!.candles;
  return Math.floor(time / timeframe) * timeframe;
}

export interface Operated {
  readonly operator: Operator;
  readonly exchange: Exchange;
  readonly bot: Awaited<ReturnType<typeof openBot>>;
  readonly stops: string[];
  readonly close: () => Promise<void>;
}

/** A bot on the local exchange, played to the end of its candles minute by minute after `begin` minutes, with its operator. */
export async function operated(yaml: string, closes: readonly number[], begin: number, ready: (bot: Operated["bot"]) => boolean = () => true): Promise<Operated> {
  const exchange = await openExchange(candlesOf(closes));
  exchange.engine.advance(START + begin * MINUTE);
  const bot = await openBot(exchange, { yaml });
  await until("the bot is ready", () => bot.session.settled() && ready(bot));
  for (let to = START + (begin + 1) * MINUTE; to <= exchange.engine.end; to += MINUTE) {
    while (exchange.engine.advance(to, true) < to) await until("the fill is answered", () => settled(bot, exchange));
    await until("the minute is settled", () => settled(bot, exchange) && lastClose(bot) >= barClosedBy(bot, to));
  }
  const definition = loadDefinition({ text: yaml, name: "test.yaml", overrides: [], agents, strategies });
  const stops: string[] = [];
  const operator = operatorOf({
    session: bot.session,
    parts: { botId: "test", mode: "live", definition, venue: bot.venue, journal: bot.journal, clock: () => Date.now() },
    version: "0.2.0",
    stop: (by) => stops.push(by),
  });
  return {
    operator, exchange, bot, stops,
    close: async () => {
      await bot.close();
      await exchange.close();
    },
  };
}
