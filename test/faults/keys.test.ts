import { describe, expect, it } from "vitest";
import { MINUTE, assertInvariants, gridOf, gridRests, looks, openBot, openOrders, openWorld, play, requests, rest, settled, tradesOf, until } from "./fixture.ts";

const POST = ["POST", "/api/v3/order"] as const;
const signed = (exchange: Awaited<ReturnType<typeof openWorld>>): number =>
  exchange.faults.requests().filter(({ path }) => ["/api/v3/order", "/api/v3/openOrders", "/api/v3/myTrades", "/api/v3/account"].includes(path)).length;

describe("what the venue takes away", () => {
  it("fault 32: a halted symbol stops alone, after one refusal, and goes on when the owner resumes", async () => {
    const exchange = await openWorld({ two: true, path: [98.5, 97.5, 96.5, 96.5, 97.5, 98.5] });
    const bot = await openBot(exchange, { yaml: gridOf(["BTC/USDT", "ETH/USDT"]) });
    await gridRests(bot, exchange, 20);
    await rest(bot, exchange);
    // The halt comes between a fill and the answer to it.
    exchange.engine.advance(exchange.engine.now + MINUTE);
    exchange.engine.setHalted("BTCUSDT", true);
    await until("it is told", () => bot.alerts().length > 0);
    await until("the other symbol has answered its fill", () => openOrders(exchange, "ETH/USDT").length === 10);
    expect(bot.alerts()).toEqual([expect.stringMatching(/ALERT halted: binance does not trade BTC\/USDT at the moment. No new orders in BTC\/USDT/)]);
    const btc = (): number => exchange.faults.requests({ method: "POST" }).filter(({ parameters }) => parameters["symbol"] === "BTCUSDT").length;
    const sent = btc();
    exchange.engine.advance(exchange.engine.now + 2 * MINUTE);
    await until("the other symbol goes on", () => openOrders(exchange, "ETH/USDT").length === 10 && tradesOf(exchange, "ETH/USDT").length >= 4);
    await looks(exchange, 4);
    expect(btc()).toBe(sent);
    expect(bot.log.filter((line) => line.includes("market-closed") && line.startsWith("  rejected"))).toHaveLength(1);
    exchange.engine.setHalted("BTCUSDT", false);
    bot.session.command("run", "owner");
    await until("the waiting orders of the symbol rest", () => settled(bot, exchange) && openOrders(exchange, "BTC/USDT").length >= 9);
    await play(bot, exchange);
    assertInvariants(bot, exchange);
  });

  it("fault 32: a revoked key stops everything after the first refusal, without a storm, until the owner resumes", async () => {
    const exchange = await openWorld({ path: [98.5, 97.5, 98.5] });
    const bot = await openBot(exchange);
    await gridRests(bot, exchange);
    await rest(bot, exchange);
    exchange.engine.setRevoked("key", true);
    await until("it is told", () => bot.alerts().length > 0);
    expect(bot.alerts()).toEqual([expect.stringMatching(/ALERT denied: the venue refuses the key: .*Nothing is sent until you have looked at the key and resumed/)]);
    const before = signed(exchange);
    exchange.engine.advance(exchange.engine.now + MINUTE);
    await until("the fill is booked", () => bot.log.some((line) => line.startsWith("fill buy g1c4/1")));
    // Twenty turns of the loop: nothing that needs the key is asked.
    let turns = 0;
    await until("the loop has turned", () => ++turns > 40);
    expect(signed(exchange)).toBe(before);
    exchange.engine.setRevoked("key", false);
    bot.session.command("run", "owner");
    await gridRests(bot, exchange);
    await play(bot, exchange);
    assertInvariants(bot, exchange);
  });

  it("fault 32: an order that meets a revoked key is not placed, and not sent again and again", async () => {
    const exchange = await openWorld({ path: [98.5, 98.5, 98.5, 98.5, 98.5, 98.5] });
    const bot = await openBot(exchange, { patience: { notFound: { tries: 3, span: 150, afterSend: 100 }, askEvery: 50, tradesEvery: 20, reconcileEvery: 60_000, tickEvery: 10, pause: 20 } });
    await gridRests(bot, exchange);
    await rest(bot, exchange);
    exchange.engine.setRevoked("key", true);
    const sent = requests(exchange, ...POST);
    exchange.engine.advance(exchange.engine.now + MINUTE);
    await until("it is told", () => bot.alerts().length > 0);
    expect(requests(exchange, ...POST)).toBe(sent + 1);
    exchange.engine.setRevoked("key", false);
    bot.session.command("run", "owner");
    // Its key was turned down once: it waits for the next bar.
    await play(bot, exchange);
    await gridRests(bot, exchange);
    expect(requests(exchange, ...POST)).toBe(sent + 2);
    assertInvariants(bot, exchange);
  });
});
