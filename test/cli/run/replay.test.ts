import { rmSync } from "node:fs";
import { expect, it } from "vitest";
import { playMarket, REPLAY_PATIENCE } from "../../../src/cli/run/replay.ts";
import { candlesOf, MINUTE, ONE_MARKET, openBot, openExchange, START } from "../../app/trade/harness.ts";

it("goes on past an order that was written down and never reached the exchange, as after kill -9", async () => {
  const exchange = await openExchange(candlesOf(Array.from({ length: 200 }, (_, i) => 100 + 3 * Math.sin(i / 9))));
  exchange.engine.advance(START + 100 * MINUTE);
  const lost = exchange.faults.add({ name: "reset-before", method: "POST", path: "/api/v3/order" });
  const bot = await openBot(exchange, { yaml: `${ONE_MARKET}strategies: { grid: { lower: 90, upper: 110, levels: 9 } }\n`, patience: REPLAY_PATIENCE });
  try {
    const end = exchange.engine.now + 60 * MINUTE;
    await playMarket({ session: bot.session, venue: bot.venue, engine: exchange.engine, end, speed: 0, decision: 5 * MINUTE, signal: new AbortController().signal });
    expect(lost.struck).toBe(1);
    expect(exchange.engine.now).toBe(end);
    expect(bot.journal.orders().map(({ state }) => state)).toContain("NOT_PLACED");
  } finally {
    await bot.close();
    await exchange.close();
    rmSync(bot.folder, { recursive: true });
  }
}, 60_000);
