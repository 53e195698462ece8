import { describe, expect, it } from "vitest";
import { HURRY, assertInvariants, gridOf, gridRests, openBot, openOrders, openWorld, play, requests, rest, settled, until } from "./fixture.ts";

/** Looks at the filters after a rejection only. */
const SELDOM = { ...HURRY, filtersEvery: 3_600_000 };
const OFTEN = { ...HURRY, filtersEvery: 50 };
const POST = ["POST", "/api/v3/order"] as const;

describe("filters that change while the bot runs", () => {
  it("fault 26: with another quantity step the symbol is canceled, rounded anew and placed again, and replay does the same", async () => {
    const exchange = await openWorld({ path: [98.5, 97.5, 98.5, 99.5, 100.5, 101.5] });
    const bot = await openBot(exchange, { patience: OFTEN });
    await gridRests(bot, exchange);
    await play(bot, exchange, 1);
    const sent = requests(exchange, ...POST);
    // 0.999 held in a cell is on no step of 0.01.
    expect(exchange.engine.setFilters("BTCUSDT", { quantityStep: 0.01, minQuantity: 0.01 })).toBe(null);
    await until("the new step is taken", () => bot.session.bot.symbols.get("BTC/USDT")!.instrument.filters.quantityStep === 0.01);
    await gridRests(bot, exchange);
    expect(bot.alerts()).toEqual([expect.stringMatching(/ALERT filters: BTC\/USDT: quantityStep from 0.00001 to 0.01, minQuantity .* Its orders are canceled and placed anew/)]);
    // Every cell once, in the new step; the engine would refuse what does not lie on it.
    expect(requests(exchange, ...POST)).toBe(sent + 10);
    expect(bot.log.filter((line) => line.startsWith("  rejected"))).toEqual([]);
    const sells = openOrders(exchange).filter(({ side }) => side === "sell");
    expect(sells.map(({ steps }) => steps % 1_000)).toEqual(sells.map(() => 0));
    await play(bot, exchange);
    assertInvariants(bot, exchange);
    await bot.close();
    const again = await openBot(exchange, { folder: bot.folder });
    await gridRests(again, exchange, 9);
    expect(again.session.bot.symbols.get("BTC/USDT")!.instrument.filters.quantityStep).toBe(0.01);
    assertInvariants(again, exchange);
  });

  it("fault 26: an order that a new filter rejects makes the bot look at the filters once, without a storm", async () => {
    const exchange = await openWorld({ path: [98.5, 97.5, 97.5] });
    const bot = await openBot(exchange, { patience: SELDOM });
    await gridRests(bot, exchange);
    await rest(bot, exchange);
    exchange.engine.setFilters("BTCUSDT", { priceStep: 2 });
    const looked = requests(exchange, "GET", "/api/v3/exchangeInfo");
    const sent = requests(exchange, ...POST);
    // The fill's counter order at 100 is on a step of 2, the one after it at 99 is not.
    await play(bot, exchange, 2);
    await until("the new step is taken", () => bot.session.bot.symbols.get("BTC/USDT")!.instrument.filters.priceStep === 2);
    await until("the grid is rounded anew", () => settled(bot, exchange) && openOrders(exchange).length > 0);
    expect(bot.log.filter((line) => line.startsWith("  rejected"))).toHaveLength(1);
    expect(requests(exchange, "GET", "/api/v3/exchangeInfo")).toBe(looked + 1);
    expect(requests(exchange, ...POST) - sent).toBeLessThanOrEqual(2 + 10);
    expect(openOrders(exchange).every(({ ticks }) => ticks % 200 === 0)).toBe(true);
    assertInvariants(bot, exchange);
  });

  it("fault 26: other minimums are taken at once and cancel nothing; what is under them is refused here", async () => {
    const exchange = await openWorld({ path: [98.5, 98.5] });
    const bot = await openBot(exchange, { patience: OFTEN });
    await gridRests(bot, exchange);
    exchange.engine.setFilters("BTCUSDT", { minNotional: 1_000 });
    await until("the minimum is taken", () => bot.session.bot.symbols.get("BTC/USDT")!.instrument.filters.minNotional === 1_000);
    const sent = requests(exchange, ...POST);
    await play(bot, exchange);
    expect(bot.log).toContain("  refused g1c4/2: below-minimum-notional");
    expect(requests(exchange, ...POST)).toBe(sent);
    expect(requests(exchange, "DELETE", "/api/v3/order")).toBe(0);
    assertInvariants(bot, exchange);
  });

  it("fault 26: a step finer than the books count stops that symbol alone, with an alert", async () => {
    const exchange = await openWorld({ two: true, path: [98.5, 98.5] });
    const bot = await openBot(exchange, { yaml: gridOf(["BTC/USDT", "ETH/USDT"]), patience: OFTEN });
    await gridRests(bot, exchange, 20);
    await rest(bot, exchange);
    expect(exchange.engine.setFilters("BTCUSDT", { priceStep: 0.0001, quantityStep: 0.0000001 })).toBe(null);
    await until("it is told", () => bot.alerts().length > 0);
    expect(bot.alerts()).toEqual([expect.stringMatching(/ALERT halted: .*the books cannot count them: .*too fine.* No new orders in BTC\/USDT .* the other symbols go on/)]);
    exchange.engine.advance(exchange.engine.now + 60_000);
    await until("the other symbol goes on", () => openOrders(exchange, "ETH/USDT").length === 10 && openOrders(exchange, "BTC/USDT").length === 9);
    expect(bot.journal.outbox("waiting")).toHaveLength(1);
    expect(bot.session.failure).toBe(null);
  });
});
