import { describe, expect, it } from "vitest";
import type { Exchange } from "../../src/exchange/server.ts";
import { HURRY, MINUTE, assertInvariants, gridOf, gridRests, openBot, openOrders, openWorld, play, requests, rest, settled, tradesOf, until } from "./fixture.ts";

/** Looks at the account only when something happened. */
const QUIET = { ...HURRY, reconcileEvery: 60_000 };

/** Every request is answered with 503 and no socket stands. */
function goIntoMaintenance(exchange: Exchange): void {
  for (const path of ["/api/v3/order", "/api/v3/openOrders", "/api/v3/myTrades", "/api/v3/account", "/api/v3/klines", "/api/v3/time", "/api/v3/exchangeInfo"]) {
    exchange.faults.add({ name: "http-503", path, executed: false, count: 1_000_000 });
  }
  exchange.act({ action: "refuse" });
  exchange.act({ action: "drop" });
}

function comeBack(exchange: Exchange): void {
  exchange.faults.clear();
  exchange.act({ action: "resume" });
}

describe("a venue that is away", () => {
  it("fault 23: orders that expired in a maintenance are placed again after a look at the price, within the gate", async () => {
    // The price falls from 100 to 88 meanwhile: a buy at 99 would now be far over the price.
    const exchange = await openWorld({ path: [...Array<number>(30).fill(88), 88, 88] });
    const bot = await openBot(exchange, { patience: QUIET });
    await gridRests(bot, exchange);
    await rest(bot, exchange);
    goIntoMaintenance(exchange);
    await until("all streams are noticed to be away", () => bot.session.troubles.length >= 2);
    exchange.engine.expireOrders("BTCUSDT");
    exchange.engine.advance(exchange.engine.now + 30 * MINUTE);
    const posts = requests(exchange, "POST", "/api/v3/order");
    comeBack(exchange);
    // Prices are pushed when they change, so the market has to move on for their stream to be back.
    await until("the streams are back", () => {
      exchange.engine.advance(exchange.engine.now + 1_000);
      return bot.session.troubles.length === 0;
    });
    await rest(bot, exchange);
    const seen = exchange.faults.requests();
    const again = seen.slice(seen.findLastIndex(({ path, method }) => path === "/api/v3/order" && method === "GET"));
    const price = again.findIndex(({ path }) => path === "/api/v3/klines");
    const post = again.findIndex(({ method }) => method === "POST");
    expect(price).toBeGreaterThanOrEqual(0);
    expect(price).toBeLessThan(post);
    expect(bot.session.bot.symbols.get("BTC/USDT")!.price).toBeLessThan(88.1);
    // 10 % over 88 is 96.8: the buys at 95 and 96 go out (and fill), those from 97 on are held back.
    expect(bot.journal.orders().filter(({ state }) => state === "EXPIRED")).toHaveLength(10);
    for (const key of ["g1c2/1", "g1c3/1", "g1c4/1"]) expect(bot.log).toContain(`  refused ${key}: far-from-price`);
    expect(bot.log.filter((line) => line.startsWith("fill buy") && !line.includes("purchase"))).toHaveLength(2);
    expect(requests(exchange, "POST", "/api/v3/order")).toBe(posts + 5 + 2 + 2);
    assertInvariants(bot, exchange);
  });

  it("fault 23: during a maintenance nothing new is sent, also when the bot is started in it anew", async () => {
    const exchange = await openWorld({ path: [98.5, 98.5] });
    const bot = await openBot(exchange, { patience: QUIET });
    await gridRests(bot, exchange);
    await rest(bot, exchange);
    bot.crash();
    const posts = requests(exchange, "POST", "/api/v3/order");
    goIntoMaintenance(exchange);
    await expect(openBot(exchange, { folder: bot.folder })).rejects.toThrow(/did not answer/);
    exchange.engine.expireOrders("BTCUSDT");
    expect(requests(exchange, "POST", "/api/v3/order")).toBe(posts);
    comeBack(exchange);
    const again = await openBot(exchange, { folder: bot.folder });
    await gridRests(again, exchange);
    await play(again, exchange);
    assertInvariants(again, exchange);
  });
});

describe("a stream that ends", () => {
  it("fault 19: a session that expires is opened again, and what was missed is read over REST from the last trade on", async () => {
    const exchange = await openWorld({ path: [98.5, 98.5] });
    const bot = await openBot(exchange, { patience: QUIET });
    await gridRests(bot, exchange);
    await rest(bot, exchange);
    const subscribed = requests(exchange, "WS", "/ws-api/v3/userDataStream.subscribe.signature");
    exchange.act({ action: "expire-session" });
    exchange.engine.advance(exchange.engine.now + MINUTE);
    await until("the missed fill is answered", () => settled(bot, exchange) && bot.log.some((line) => line.startsWith("fill buy g1c4/1")) && openOrders(exchange).length === 10);
    await until("the stream is back", () => bot.session.troubles.length === 0);
    expect(bot.alerts()).toEqual([expect.stringMatching(/^ALERT stale: private: the venue ended the stream/), expect.stringMatching(/^ALERT fresh: private/)]);
    expect(requests(exchange, "WS", "/ws-api/v3/userDataStream.subscribe.signature")).toBeGreaterThan(subscribed);
    const asked = exchange.faults.requests({ path: "/api/v3/myTrades" }).at(-1)!;
    // The purchase, trade 1, was booked before: it is read from that one on.
    expect(asked.parameters["fromId"]).toBe(String(tradesOf(exchange)[0]!.id));
    assertInvariants(bot, exchange);
  });

  it("fault 19: a fill whose push is lost is found by the next regular look", async () => {
    const exchange = await openWorld({ path: [98.5, 98.5] });
    const bot = await openBot(exchange);
    await gridRests(bot, exchange);
    exchange.act({ action: "lose-next", count: 1 });
    exchange.engine.advance(exchange.engine.now + MINUTE);
    await until("the lost fill is answered", () => settled(bot, exchange) && tradesOf(exchange).length === 2 && openOrders(exchange).length === 10);
    expect(bot.alerts()).toEqual([]);
    assertInvariants(bot, exchange);
  });
});

describe("a post-only order that would take", () => {
  it("fault 24: it is tried again bar by bar, waits twice as long after each refusal, and never takes", async () => {
    const exchange = await openWorld({ path: Array<number>(50).fill(100) });
    const yaml = gridOf().replace("quantity: 1 }", "quantity: 1, postOnly: true, initialPurchase: false }");
    exchange.faults.add({ name: "post-only-cross", nth: 5, count: 1 });
    const bot = await openBot(exchange, { yaml });
    await until("four of five rest", () => settled(bot, exchange) && openOrders(exchange).length === 4);
    const key = bot.journal.orders().find(({ state }) => state === "REJECTED")!.key;
    expect(bot.log).toContain(`  rejected ${key}: post-only-would-take`);
    exchange.faults.add({ name: "post-only-cross", count: 2 });
    const tries: number[] = [];
    for (let bar = 1; bar <= 8; bar++) {
      await play(bot, exchange, 5);
      await until("the bar is decided on", () => settled(bot, exchange) && bot.log.filter((line) => line === "candle").length === bar);
      tries.push(bot.journal.orders().filter((row) => row.key === key).length);
    }
    // Refused at the start, after one bar and after two more; four bars later it rests.
    expect(tries).toEqual([2, 2, 3, 3, 3, 3, 4, 4]);
    expect(openOrders(exchange)).toHaveLength(5);
    expect(exchange.faults.requests({ method: "POST", path: "/api/v3/order" }).every(({ parameters }) => parameters["type"] === "LIMIT_MAKER")).toBe(true);
    expect(tradesOf(exchange).filter(({ maker }) => !maker)).toEqual([]);
    assertInvariants(bot, exchange);
  });

  it("fault 24: after as many refusals an hour as the owner allows the strategy stops", async () => {
    const exchange = await openWorld({ path: Array<number>(30).fill(100) });
    const yaml = gridOf().replace("quantity: 1 }", "quantity: 1, postOnly: true, initialPurchase: false }").replace("{ mode: live }", "{ mode: live, limits: { rejectionsPerHour: 5 } }");
    exchange.faults.add({ name: "post-only-cross", count: 1_000 });
    const bot = await openBot(exchange, { yaml });
    await until("all are refused", () => bot.log.filter((line) => line.startsWith("  rejected")).length === 5);
    await play(bot, exchange);
    expect(bot.log.some((line) => line.includes("too-many-rejections"))).toBe(true);
    expect(requests(exchange, "POST", "/api/v3/order")).toBe(5);
    assertInvariants(bot, exchange);
  });
});
