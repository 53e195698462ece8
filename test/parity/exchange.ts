import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openCcxtVenue } from "../../src/adapters/ccxt/venue/venue.ts";
import { timeframesOf } from "../../src/app/trade/venue-candles.ts";
import { playMarket } from "../../src/cli/run/replay.ts";
import { createEngine } from "../../src/exchange/engine/engine.ts";
import { startExchange } from "../../src/exchange/server.ts";
import { BTC, KEY, until } from "../app/trade/harness.ts";
import { instrument } from "../plan.ts";
import { type Course, type Outcome, definitionOf, openSession } from "./parity.ts";

/**
 * The course as a session trades it on the local exchange, through the real client. The book is deep, so that it fills
 * everything at the price itself, and the market waits at each fill until it is answered.
 */
export async function onExchange({ yaml, markets, begin }: Course): Promise<Outcome & { readonly alerts: readonly string[] }> {
  const definition = definitionOf(yaml);
  const { fees, capital, symbols, fillModel } = definition;
  const engine = createEngine(
    {
      markets: [...markets].map(([symbol, series]) => ({ instrument: instrument(symbol, BTC.filters), series, multiplierUp: 5, multiplierDown: 0.2, maxOrders: 1_000 })),
      accounts: [{ ...KEY, balances: { [symbols[0]!.split("/")[1]!]: String(capital) } }],
      fees: { maker: fees.maker, taker: fees.taker },
      volumeShare: fillModel.volumeShare,
      seed: 1,
    },
    { book: "deep" },
  );
  const exchange = await startExchange({ engine, port: 0, limits: { weightPerMinute: Number.MAX_SAFE_INTEGER, ordersPerTenSeconds: Number.MAX_SAFE_INTEGER } });
  const folder = mkdtempSync(join(tmpdir(), "caucus-parity-"));
  try {
    engine.advance(begin);
    const venue = await openCcxtVenue({ exchange: "binance", ...KEY, urls: { http: exchange.url, ws: exchange.wsUrl }, staleAfterMs: 3_600_000, deadlineMs: 10_000, recvWindow: 5_000, rateLimit: false });
    const bot = await openSession(yaml, "live", venue, folder);
    try {
      await until("the first orders stand", () => bot.session.settled());
      // Not to the very end: what is decided there would still be traded at the last price, where a backtest has no more candles.
      await playMarket({ session: bot.session, venue, engine, end: engine.end - 1, speed: 0, decision: timeframesOf(definition).decision, signal: new AbortController().signal });
      await until("the last trade is booked", () => bot.session.settled());
      engine.check();
      return { ...bot.outcome(), alerts: bot.alerts };
    } finally {
      await bot.close();
    }
  } finally {
    await exchange.close();
    rmSync(folder, { recursive: true });
  }
}
