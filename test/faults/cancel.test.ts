import { describe, expect, it } from "vitest";
import { HURRY, type RunningBot, type WorldOptions, assertInvariants, openOrders, openWorld, play, requests, settled, tradesOf, until } from "./fixture.ts";
import { FIRST, attempts, moves, openTwoBuys as open, questions, sent, taken, twoBuysRest } from "./two-buys.ts";

/** The path on which DELETE cancels. */
const ORDER = "/api/v3/order";
/** The key of the second buy, at 99, and of the sell that answers it. */
const SECOND = "g1c1/1";
const COUNTER = "g1c1/2";

/** The price dips under 99, where little is traded, comes back, dips for long, and comes back again. */
const DIPS: WorldOptions = { path: [98.9, 99.5, 98.9, 98.9, 98.9, 98.9, 98.9, 98.9, 98.9, 99.5], volume: 1, volumeShare: 0.3 };

/** Orders of a key as the journal has them. */
function rowsOf(bot: RunningBot, key: string) {
  return bot.journal.orders().filter((row) => row.key === key).map(({ side, state, steps, filledSteps }) => ({ side, state, steps, filledSteps }));
}

describe("a cancel of an order that is filled in part", () => {
  it("fault 12: only the rest is bought again, and all of it is sold", async () => {
    const exchange = await openWorld(DIPS);
    const bot = await open(exchange);
    await twoBuysRest(bot, exchange);
    await play(bot, exchange, 2);
    const bought = rowsOf(bot, SECOND)[0]?.filledSteps ?? 0;
    expect(bought).toBeGreaterThan(0);
    bot.session.command("cancel", "test");
    await until("nothing rests", () => settled(bot, exchange) && openOrders(exchange).length === 0);
    expect(rowsOf(bot, SECOND)).toEqual([{ side: "buy", state: "CANCELED", steps: 100_000, filledSteps: bought }]);
    assertInvariants(bot, exchange);
    bot.session.command("run", "test");
    await twoBuysRest(bot, exchange);
    expect(rowsOf(bot, SECOND).at(-1)).toEqual({ side: "buy", state: "OPEN", steps: 100_000 - bought, filledSteps: 0 });
    await play(bot, exchange);
    // The fee of 0.1 % was paid in what was bought, each part of it rounded up.
    expect(rowsOf(bot, COUNTER)).toEqual([{ side: "sell", state: "OPEN", steps: 99_900, filledSteps: 0 }]);
    assertInvariants(bot, exchange);
  });

  it("fault 12: what was filled is sold when everything is to go, and not more", async () => {
    const exchange = await openWorld(DIPS);
    const bot = await open(exchange);
    await twoBuysRest(bot, exchange);
    await play(bot, exchange, 2);
    const bought = rowsOf(bot, SECOND)[0]?.filledSteps ?? 0;
    bot.session.command("flatten", "test");
    await until("everything is sold", () => settled(bot, exchange) && openOrders(exchange).length === 0 && tradesOf(exchange).some(({ side }) => side === "sell"));
    const sold = tradesOf(exchange).filter(({ side }) => side === "sell").reduce((sum, { steps }) => sum + steps, 0);
    expect(sold).toBe(Math.floor(bought * 0.999));
    assertInvariants(bot, exchange);
  });

  it("fault 12: a rest that is too small to be bought ends the buy, and what was bought is sold", async () => {
    const exchange = await openWorld({ path: [99.05], volume: 1.04 });
    const bot = await open(exchange);
    await twoBuysRest(bot, exchange);
    await play(bot, exchange);
    const bought = rowsOf(bot, SECOND)[0]?.filledSteps ?? 0;
    // What is left at 99 is worth less than the 5 USDT that an order must have.
    expect(bought).toBeLessThan(100_000);
    expect((100_000 - bought) * 99).toBeLessThan(500_000);
    bot.session.command("cancel", "test");
    await until("nothing rests", () => settled(bot, exchange) && openOrders(exchange).length === 0);
    bot.session.command("run", "test");
    await until("the other buy and a sell rest", () => settled(bot, exchange) && openOrders(exchange).length === 2);
    expect(rowsOf(bot, SECOND)).toEqual([{ side: "buy", state: "CANCELED", steps: 100_000, filledSteps: bought }]);
    // The fee of 0.1 % was paid in what was bought.
    expect(rowsOf(bot, COUNTER).filter(({ state }) => state !== "NOT_PLACED")).toEqual([{ side: "sell", state: "OPEN", steps: Math.floor((bought * 999) / 1_000), filledSteps: 0 }]);
    expect(bot.log.filter((line) => line.includes("below-minimum"))).toEqual([]);
    assertInvariants(bot, exchange);
  });

  it("fault 12: a part that is too small to sell is kept as dust, and nothing is sent for it", async () => {
    const exchange = await openWorld({ ...DIPS, volume: 0.04 });
    const bot = await open(exchange);
    await twoBuysRest(bot, exchange);
    await play(bot, exchange, 2);
    const bought = rowsOf(bot, SECOND)[0]?.filledSteps ?? 0;
    // Worth less than the 5 USDT that an order must have.
    expect(bought * 99).toBeLessThan(500_000);
    expect(bought).toBeGreaterThan(0);
    bot.session.command("flatten", "test");
    await until("nothing rests", () => settled(bot, exchange) && openOrders(exchange).length === 0);
    await play(bot, exchange, 5);
    expect(tradesOf(exchange).filter(({ side }) => side === "sell")).toEqual([]);
    expect(requests(exchange, "POST", ORDER)).toBe(2);
    const [account] = bot.session.bot.ledger.sleeves;
    // All of it but the fee of 0.1 %, in units of which a step has a thousand.
    expect([account?.baseFree, account?.baseReserved]).toEqual([bought * 999, 0]);
    assertInvariants(bot, exchange);
  });
});

describe("a cancel without a clear answer", () => {
  it("fault 13: a cancel that comes after the fill is asked after, and what was filled is booked", async () => {
    const exchange = await openWorld({ path: [97.5] });
    const bot = await open(exchange, { patience: { ...HURRY, reconcileEvery: 60_000 } });
    await twoBuysRest(bot, exchange);
    exchange.act({ action: "lose-next", count: 1_000 });
    exchange.engine.advance(exchange.engine.end);
    expect(openOrders(exchange)).toEqual([]);
    const from = bot.log.length;
    bot.session.command("cancel", "test");
    // Both buys are wanted again at once: nothing may take their place while it is not clear what became of them.
    bot.session.command("run", "test");
    await until("the sells rest", () => settled(bot, exchange) && openOrders(exchange).length === 2);
    expect(moves(bot, FIRST, from)).toEqual(["OPEN -> CANCELING", "CANCELING -> UNKNOWN"]);
    expect(attempts(bot, exchange)).toEqual([{ state: "FILLED", posts: 1 }]);
    expect(attempts(bot, exchange, SECOND)).toEqual([{ state: "FILLED", posts: 1 }]);
    expect(questions(bot, exchange)).toBe(1);
    expect(requests(exchange, "DELETE", ORDER)).toBe(2);
    expect(openOrders(exchange).map(({ side }) => side)).toEqual(["sell", "sell"]);
    expect(tradesOf(exchange)).toHaveLength(2);
    assertInvariants(bot, exchange);
  });

  it.each([
    ["was not carried out", false],
    ["was carried out", true],
  ] as const)("fault 14: an order whose cancel timed out and %s keeps its level and its money until that is known", async (_what, executed) => {
    const exchange = await openWorld();
    const bot = await open(exchange, { patience: { ...HURRY, reconcileEvery: 60_000 } });
    await twoBuysRest(bot, exchange);
    const { ledger } = bot.session.bot;
    const reserved = ledger.quoteReserved;
    exchange.act({ action: "lose-next", count: 1_000 });
    exchange.faults.add({ name: "timeout-before-accept", method: "DELETE", path: ORDER, count: 2, executed });
    // The questions fail too for a while: nothing is known.
    const silence = exchange.faults.add({ name: "http-500", method: "GET", path: ORDER, count: 1_000, executed: false });
    exchange.faults.add({ name: "http-500", method: "GET", path: "/api/v3/openOrders", count: 1_000, executed: false });
    bot.session.command("cancel", "test");
    await until("the fate of both is unknown", () => bot.session.desk.open().every(({ state }) => state === "UNKNOWN"));
    bot.session.command("run", "test");
    await until("they were asked after", () => silence.struck >= 8);
    expect(ledger.quoteReserved).toBe(reserved);
    expect(bot.session.desk.open().map(({ state }) => state)).toEqual(["UNKNOWN", "UNKNOWN"]);
    expect(requests(exchange, "POST", ORDER)).toBe(2);
    exchange.faults.clear();
    await until("both rest anew", () => settled(bot, exchange) && openOrders(exchange).length === 2 && sent(bot, exchange).length === 2);
    expect(sent(bot, exchange)).toEqual([{ state: "CANCELED", posts: 1 }, { state: "OPEN", posts: 1 }]);
    expect(requests(exchange, "DELETE", ORDER)).toBe(executed ? 2 : 4);
    expect(taken(exchange)).toHaveLength(4);
    assertInvariants(bot, exchange);
  });

  it("fault 14: an order that waits while nothing new may be sent is taken back without being sent", async () => {
    const exchange = await openWorld();
    const bot = await open(exchange);
    await twoBuysRest(bot, exchange);
    bot.session.command("cancel", "test");
    await until("nothing rests", () => settled(bot, exchange) && openOrders(exchange).length === 0);
    exchange.faults.add({ name: "rate-limit", method: "GET", path: "/api/v3/openOrders", retryAfter: 1 });
    await until("the venue wants to be left alone", () => bot.alerts().some((line) => line.startsWith("ALERT limited")));
    bot.session.command("run", "test");
    expect(attempts(bot, exchange).at(-1)?.state).toBe("INTENT");
    bot.session.command("cancel", "test");
    await until("they are taken back", () => attempts(bot, exchange).at(-1)?.state === "NOT_PLACED");
    await until("nothing waits", () => settled(bot, exchange));
    expect(requests(exchange, "POST", ORDER)).toBe(2);
    assertInvariants(bot, exchange);
  });
});
