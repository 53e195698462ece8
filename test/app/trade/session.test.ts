import { describe, expect, it } from "vitest";
import { discrepancies } from "../../../src/app/trade/holdings.ts";
import { MINUTE, START, ONE_MARKET, candlesOf, openBot, openExchange, settled, until } from "./harness.ts";

const GRID = `
${ONE_MARKET}strategies:
  grid: { lower: 95, upper: 105, levels: 11, spacing: arithmetic, quantity: 1 }
trade: { mode: live }
`;

describe("a bot on the local exchange", () => {
  it("trades its grid through the real client, and its books agree with the exchange", async () => {
    const path = [...Array<number>(60).fill(100), 98, 96.4, 97.5, 99.6, 101.3, 103.2, 101, 100];
    const exchange = await openExchange(candlesOf(path));
    exchange.engine.advance(START + 60 * MINUTE);
    const bot = await openBot(exchange, { yaml: GRID });
    try {
      await until("the grid rests", () => bot.session.settled() && bot.session.desk.open().length >= 9);
      for (let to = START + 61 * MINUTE; to <= exchange.engine.end; to += MINUTE) {
        while (exchange.engine.advance(to, true) < to) await until("the fill is answered", () => settled(bot, exchange));
        await until("the minute is settled", () => settled(bot, exchange));
      }
      exchange.engine.check();
      expect(exchange.engine.trades(0, "BTCUSDT")).toHaveLength(13);
      const venue = await bot.venue.balances();
      expect(venue.ok && discrepancies(bot.session.bot, venue.value, bot.session.desk.parts.baseline())).toEqual([]);
      expect(bot.session.troubles).toEqual([]);
    } finally {
      await bot.close();
      await exchange.close();
    }
    expect(bot.session.failure).toBe(null);
    expect(bot.log.filter((line) => line.startsWith("ALERT"))).toEqual([]);
  });

  it("takes back on `cancel` what was never sent without sending it, and what stands by canceling it", async () => {
    const exchange = await openExchange(candlesOf(Array<number>(70).fill(100)));
    exchange.engine.advance(START + 60 * MINUTE);
    exchange.faults.add({ name: "delay", method: "POST", path: "/api/v3/order", ms: 250, count: 100 });
    const bot = await openBot(exchange, { yaml: GRID.replace("levels: 11", "levels: 41").replace("quantity: 1 ", "quantity: 0.2 ") });
    try {
      await until("the first orders are on the wire", () => bot.session.desk.open().some(({ state }) => state === "SENDING"));
      const planned = bot.session.desk.open().length;
      bot.session.command("cancel", "test");
      await until("nothing is open any more", () => bot.session.desk.open().length === 0);
      const posts = exchange.faults.requests({ method: "POST", path: "/api/v3/order" }).length;
      expect(posts).toBeLessThan(planned);
      expect(exchange.engine.openOrders(0)).toEqual([]);
      bot.session.command("run", "test");
      await until("the grid rests again", () => bot.session.settled() && bot.session.desk.open().length >= planned - 1);
    } finally {
      await bot.close();
      await exchange.close();
    }
  });
});
