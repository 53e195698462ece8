import { describe, expect, it } from "vitest";
import type { ExchangeOrder } from "../../src/exchange/engine/model.ts";
import { assertInvariants, gridRests, looks, openBot, openOrders, openWorld, play, requests, rest, settled, until } from "./fixture.ts";

describe("somebody else on the account", () => {
  it("fault 28: an order that is not ours is told and left alone, also when everything of ours is canceled", async () => {
    const exchange = await openWorld({ path: [98.5, 97.5] });
    const bot = await openBot(exchange);
    await gridRests(bot, exchange);
    exchange.engine.place(0, { symbol: "BTCUSDT", side: "buy", type: "LIMIT", timeInForce: "GTC", quantity: "1", price: "50", clientOrderId: "by-hand" });
    await until("it is told", () => bot.alerts().length > 0);
    expect(bot.alerts()).toEqual([expect.stringMatching(/ALERT foreign: BTC\/USDT: order \d+ is not the bot's \(buy 1 at 50\): it is left alone/)]);
    await until("it is counted", () => bot.session.foreignOrders === 1);
    await play(bot, exchange);
    bot.session.command("cancel", "owner");
    await until("only that order is left", () => settled(bot, exchange) && openOrders(exchange).length === 1);
    expect(openOrders(exchange)[0]!.clientOrderId).toBe("by-hand");
    assertInvariants(bot, exchange);
  });

  it("fault 28: an order of ours that somebody cancels is noticed and placed again", async () => {
    const exchange = await openWorld();
    const bot = await openBot(exchange);
    await gridRests(bot, exchange);
    const victim = openOrders(exchange).find(({ side }) => side === "buy")!;
    exchange.engine.cancel(0, "BTCUSDT", { id: victim.id });
    await until("it stands again", () => settled(bot, exchange) && openOrders(exchange).length === 10 && openOrders(exchange).every(({ id }) => id !== victim.id));
    expect(bot.journal.order(victim.clientOrderId)?.state).toBe("CANCELED");
    expect(bot.alerts()).toEqual([expect.stringMatching(/ALERT foreign: BTC\/USDT: order g1c\d\/1 was canceled, and not by the bot/)]);
    assertInvariants(bot, exchange);
  });

  it.each([
    ["a withdrawal", (exchange: Awaited<ReturnType<typeof openWorld>>) => exchange.engine.transfer(0, "USDT", "-5000"), { USDT: "-5000" }],
    ["a deposit", (exchange: Awaited<ReturnType<typeof openWorld>>) => exchange.engine.transfer(0, "BTC", "0.5"), { BTC: "0.5" }],
    [
      "a trade by hand",
      (exchange: Awaited<ReturnType<typeof openWorld>>) => exchange.engine.place(0, { symbol: "BTCUSDT", side: "buy", type: "MARKET", quantity: "2" }),
      { BTC: "1.998", USDT: "-200" },
    ],
  ] as const)("fault 28: %s stops new orders until the owner has looked, and is his from then on", async (_what, move, foreign) => {
    const exchange = await openWorld({ path: [98.5, 97.5, 98.5, 99.5] });
    const bot = await openBot(exchange);
    await gridRests(bot, exchange);
    await rest(bot, exchange);
    move(exchange);
    await until("it is told", () => bot.alerts().length > 0);
    expect(bot.alerts()).toEqual([expect.stringMatching(/ALERT distrusted: unexplained balances: .*No new orders until you have looked and resumed/)]);
    const sent = requests(exchange, "POST", "/api/v3/order");
    exchange.engine.advance(exchange.engine.now + 60_000);
    await until("the fill is booked", () => bot.log.some((line) => line.startsWith("fill buy g1c4/1")));
    await looks(exchange, 2);
    expect(requests(exchange, "POST", "/api/v3/order")).toBe(sent);
    assertInvariants(bot, exchange, { foreign });
    bot.session.command("run", "owner");
    await gridRests(bot, exchange);
    assertInvariants(bot, exchange);
    expect([...bot.journal.entries(1)].filter(({ type }) => type === "baseline")).toHaveLength(1);
    await play(bot, exchange, 1);
    bot.crash();
    const again = await openBot(exchange, { folder: bot.folder });
    await gridRests(again, exchange);
    await play(again, exchange);
    expect(again.session.troubles).toEqual([]);
    assertInvariants(again, exchange);
  });

  it("fault 28: what the bot itself has bought cannot be declared the owner's", async () => {
    const exchange = await openWorld({ path: Array<number>(6).fill(100) });
    const bot = await openBot(exchange);
    await gridRests(bot, exchange);
    // Its base is locked in sells: one of them is canceled by hand and its base taken out.
    const sell = openOrders(exchange).find(({ side }) => side === "sell") as ExchangeOrder;
    exchange.act({ action: "lose-next", count: 5 });
    exchange.engine.cancel(0, "BTCUSDT", { id: sell.id });
    exchange.engine.transfer(0, "BTC", "-0.9");
    await until("it is told", () => bot.alerts().some((line) => line.startsWith("ALERT distrusted")));
    bot.session.command("run", "owner");
    await until("it is told again", () => bot.alerts().some((line) => /holds less BTC than the bot bought/.test(line)));
    const sent = requests(exchange, "POST", "/api/v3/order");
    await looks(exchange, 3);
    expect(requests(exchange, "POST", "/api/v3/order")).toBe(sent);
    exchange.engine.transfer(0, "BTC", "0.9");
    bot.session.command("run", "owner");
    // The sell that lacked its base waits for the next bar.
    await play(bot, exchange);
    await gridRests(bot, exchange);
    assertInvariants(bot, exchange);
  });

  it("fault 28: a withdrawal while the bot was away is found before anything is sent", async () => {
    const exchange = await openWorld({ path: [98.5, 97.5] });
    const bot = await openBot(exchange);
    await gridRests(bot, exchange);
    await rest(bot, exchange);
    bot.crash();
    exchange.engine.advance(exchange.engine.now + 60_000);
    exchange.engine.transfer(0, "USDT", "-5000");
    const sent = requests(exchange, "POST", "/api/v3/order");
    const again = await openBot(exchange, { folder: bot.folder });
    await until("it is told", () => again.alerts().some((line) => line.startsWith("ALERT distrusted: unexplained balances")));
    await looks(exchange, 2);
    expect(requests(exchange, "POST", "/api/v3/order")).toBe(sent);
    again.session.command("run", "owner");
    await gridRests(again, exchange);
    assertInvariants(again, exchange);
  });
});
