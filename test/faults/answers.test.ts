import { describe, expect, it } from "vitest";
import { HURRY, MINUTE, assertInvariants, gridOf, gridRests, openBot, openOrders, openWorld, requests, rest, settled, tradesOf, until } from "./fixture.ts";

describe("answers that cannot be read", () => {
  it.each(["torn-json", "empty", "empty-object", "html-200", "weird-json", "stall-body"] as const)(
    "fault 33: an order whose answer is %s is looked up and not sent again",
    async (name) => {
      const exchange = await openWorld({ path: [98.5, 98.5] });
      const bot = await openBot(exchange, { deadlineMs: 400 });
      await gridRests(bot, exchange);
      await rest(bot, exchange);
      const sent = requests(exchange, "POST", "/api/v3/order");
      exchange.faults.add({ name, method: "POST", path: "/api/v3/order" });
      exchange.engine.advance(exchange.engine.now + MINUTE);
      // The fill is pushed; that its counter order stands is not, so that only a question can tell.
      exchange.act({ action: "lose-next", count: 1 });
      await until("the counter order stands", () => openOrders(exchange).length === 10);
      await gridRests(bot, exchange);
      expect(requests(exchange, "POST", "/api/v3/order")).toBe(sent + 1);
      expect(requests(exchange, "GET", "/api/v3/order")).toBeGreaterThan(0);
      assertInvariants(bot, exchange);
    },
  );

  it.each([
    ["weird-json", "/api/v3/account"],
    ["html-200", "/api/v3/account"],
    ["empty-object", "/api/v3/openOrders"],
    ["weird-json", "/api/v3/openOrders"],
    ["torn-json", "/api/v3/myTrades"],
    ["weird-json", "/api/v3/myTrades"],
  ] as const)("fault 33: %s from %s changes nothing and is asked for again", async (name, path) => {
    const exchange = await openWorld();
    const bot = await openBot(exchange);
    await gridRests(bot, exchange);
    await rest(bot, exchange);
    const fault = exchange.faults.add({ name, path, count: 3 });
    const before = bot.journal.orders().map(({ state }) => state);
    await until("it has struck", () => fault.struck === 3);
    const asked = requests(exchange, "GET", path);
    await until("it is asked for again", () => requests(exchange, "GET", path) > asked);
    await rest(bot, exchange);
    expect(bot.journal.orders().map(({ state }) => state)).toEqual(before);
    expect(bot.alerts()).toEqual([]);
    assertInvariants(bot, exchange);
  });

  it("fault 33: the owner hears that nothing is sent after he resumed because trades cannot be read, and that it goes on", async () => {
    const exchange = await openWorld({ path: [98.5, 98.5] });
    // Looks that fail come seldom enough for the venue's limits.
    const bot = await openBot(exchange, { patience: { ...HURRY, askEvery: 500 } });
    await gridRests(bot, exchange);
    await rest(bot, exchange);
    exchange.faults.add({ name: "torn-json", path: "/api/v3/myTrades", count: 10_000 });
    bot.session.command("run", "test");
    await until("he hears of it", () => bot.alerts().some((line) => line.startsWith("ALERT stale: account: it could not be looked at")));
    expect(bot.session.troubles).toEqual(["the account cannot be looked at as a whole"]);
    exchange.faults.clear();
    await until("it goes on", () => bot.alerts().some((line) => line === "ALERT fresh: account is back and caught up"));
    expect(bot.session.troubles).toEqual([]);
    exchange.engine.advance(exchange.engine.now + MINUTE);
    await until("the counter order stands", () => tradesOf(exchange).length === 2 && settled(bot, exchange) && openOrders(exchange).length === 10);
    assertInvariants(bot, exchange);
  });

  it("fault 33: a trade whose fee is not told yet is booked when it is, and not before", async () => {
    const exchange = await openWorld({ path: [98.5, 98.5] });
    const bot = await openBot(exchange);
    await gridRests(bot, exchange);
    await rest(bot, exchange);
    exchange.act({ action: "lose-next", count: 1 });
    const fault = exchange.faults.add({ name: "missing-fee", count: 2 });
    exchange.engine.advance(exchange.engine.now + MINUTE);
    await until("it has struck", () => fault.struck >= 1);
    await until("the fill is answered", () => settled(bot, exchange) && tradesOf(exchange).length === 2 && openOrders(exchange).length === 10);
    expect(bot.log.filter((line) => line.startsWith("fill buy g1c4/1"))).toHaveLength(1);
    assertInvariants(bot, exchange);
  });

  it("fault 33: more than a thousand trades that happened while the bot was away are read page by page, each booked once", async () => {
    // A minute trades 0.0008: the buy of 1 at 99 fills bit by bit.
    const exchange = await openWorld({ path: Array<number>(1_150).fill(98.9), volume: 0.0008 });
    const yaml = gridOf().replace("quantity: 1 }", "quantity: 1, initialPurchase: false }");
    const bot = await openBot(exchange, { yaml });
    await gridRests(bot, exchange, 5);
    await rest(bot, exchange);
    bot.crash();
    exchange.engine.advance(exchange.engine.end);
    const trades = tradesOf(exchange);
    expect(trades.length).toBeGreaterThan(1_000);
    const before = requests(exchange, "GET", "/api/v3/myTrades");
    const again = await openBot(exchange, { yaml, folder: bot.folder, deadlineMs: 5_000 });
    await rest(again, exchange);
    const pages = exchange.faults.requests({ path: "/api/v3/myTrades" }).slice(before).map(({ parameters }) => parameters["fromId"]);
    expect(pages[1]).toBe(String(trades[999]!.id + 1));
    expect(again.log.filter((line) => line.startsWith("fill")).length).toBe(trades.length);
    assertInvariants(again, exchange);
  });
});
