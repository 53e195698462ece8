import { describe, expect, it } from "vitest";
import type { FaultRequest } from "../../src/exchange/faults/catalogue.ts";
import type { Exchange } from "../../src/exchange/server.ts";
import { MINUTE, type RunningBot, assertInvariants, gridOf, gridRests, openBot, openOrders, openWorld, play, requests, rest, until } from "./fixture.ts";

/** A grid that sells everything when the price is 10 % under it. */
const STOP = gridOf().replace("quantity: 1 }", "quantity: 1, stopLoss: 0.1 }");

async function resting(path: readonly number[]): Promise<{ exchange: Exchange; bot: RunningBot }> {
  const exchange = await openWorld({ path });
  const bot = await openBot(exchange, { yaml: STOP });
  await gridRests(bot, exchange);
  await until("candles and quotes are subscribed", () => exchange.faults.requests({ method: "WS" }).filter(({ path }) => path === "SUBSCRIBE").length >= 2);
  // The first quote is what the next ones are compared with.
  exchange.engine.advance(exchange.engine.now + 1_000);
  await rest(bot, exchange);
  return { exchange, bot };
}

/**
 * Spoils the next quotes, one at a time: of several that come at once the client passes on only one. The market moves
 * inside one stretch of a candle, where a step makes at most one quote.
 */
async function spoil(exchange: Exchange, fault: FaultRequest, times: number): Promise<void> {
  const spoiled = exchange.faults.add({ ...fault, method: "WS", path: "/ws/bookTicker", count: times });
  for (let struck = 0; struck < times; struck = spoiled.struck) {
    await new Promise((resolve) => setTimeout(resolve, 40));
    exchange.engine.advance(exchange.engine.now + 500);
  }
}

describe("quotes that cannot be", () => {
  it.each([["NaN"], [0], [-5], ["Infinity"]] as const)("fault 27: a quote of %s moves nothing", async (value) => {
    const { exchange, bot } = await resting([99.6, 100.4, 100]);
    const sent = requests(exchange, "POST", "/api/v3/order");
    await spoil(exchange, { name: "bad-price", value }, 4);
    await play(bot, exchange);
    expect(requests(exchange, "POST", "/api/v3/order")).toBe(sent);
    expect(bot.log.filter((line) => line === "touch")).toEqual([]);
    expect(bot.alerts()).toEqual([]);
    assertInvariants(bot, exchange);
  });

  it("fault 27: a crossed book moves nothing", async () => {
    const { exchange, bot } = await resting([99.6, 100.4, 100]);
    const sent = requests(exchange, "POST", "/api/v3/order");
    await spoil(exchange, { name: "crossed-book" }, 4);
    await play(bot, exchange);
    expect(requests(exchange, "POST", "/api/v3/order")).toBe(sent);
    expect(bot.alerts()).toEqual([]);
    assertInvariants(bot, exchange);
  });
});

describe("a price that jumps", () => {
  it("fault 27: one quote far under the stop-loss is told and sells nothing", async () => {
    const { exchange, bot } = await resting([99.6, 100.4, 100]);
    await spoil(exchange, { name: "bad-price", value: 20 }, 1);
    await until("the jump is told", () => bot.alerts().length > 0);
    await play(bot, exchange);
    expect(bot.alerts()).toEqual([expect.stringMatching(/ALERT price: BTC\/USDT: the price jumps from (99|100)\.?\d* to 20 /)]);
    expect(bot.log.filter((line) => line === "touch")).toEqual([]);
    expect(openOrders(exchange)).toHaveLength(10);
    assertInvariants(bot, exchange);
  });

  it("fault 27: a second quote confirms it, and then the stop-loss sells everything", async () => {
    const { exchange, bot } = await resting([99.6, 100.4, 100]);
    await spoil(exchange, { name: "bad-price", value: 20 }, 2);
    await until("everything is sold", () => openOrders(exchange).length === 0 && bot.log.some((line) => line.startsWith("fill sell")));
    await rest(bot, exchange);
    expect(bot.log.filter((line) => line === "touch")).toHaveLength(1);
    assertInvariants(bot, exchange);
  });

  it("fault 27: a candle that jumps is asked for again, and what the venue then says counts", async () => {
    const { exchange, bot } = await resting([99.6, 100.4, 100, 100, 100, 100]);
    exchange.faults.add({ name: "bad-price", method: "WS", path: "/ws/kline", value: 1_000, count: 100 });
    await play(bot, exchange, 1);
    await until("the jump is told", () => bot.alerts().length > 0);
    exchange.faults.clear();
    await play(bot, exchange);
    await until("the bar is decided on", () => bot.log.includes("candle"));
    expect(bot.alerts()).toEqual([expect.stringMatching(/ALERT gap: BTC\/USDT: the candle of 2024-01-01T01:00:00.000Z jumps from 100 to 1000\.\.1000/)]);
    const bars = [...bot.journal.entries(1)].filter(({ type }) => type === "candle").map(({ payload }) => JSON.parse(payload) as { event: { candle: { high: number } } });
    expect(bars.map(({ event }) => event.candle.high)).toEqual([expect.closeTo(100.5, 1)]);
    assertInvariants(bot, exchange);
  });

  it("fault 27: a crash that is true in both reports is decided on", async () => {
    const { exchange, bot } = await resting([100, 100, 70, 70, 70, 70]);
    await play(bot, exchange);
    await until("the bar is decided on", () => bot.log.includes("candle"));
    expect(exchange.engine.now % MINUTE).toBe(0);
    const bars = [...bot.journal.entries(1)].filter(({ type }) => type === "candle").map(({ payload }) => JSON.parse(payload) as { event: { candle: { low: number } } });
    expect(bars[0]!.event.candle.low).toBeLessThan(70);
    assertInvariants(bot, exchange);
  });
});
