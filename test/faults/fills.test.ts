import { describe, expect, it } from "vitest";
import { HURRY, MINUTE, type RunningBot, assertInvariants, looks, openOrders, openWorld, play, requests, rest, settled, tradesOf, until } from "./fixture.ts";
import { FIRST, attempts, moves, openTwoBuys as open, sent, taken, twoBuysRest } from "./two-buys.ts";

/** The key of the second buy, at 99. */
const SECOND = "g1c1/1";
/** No look at the account beside the first: what the bot learns it learns from the streams and from its own questions. */
const NO_LOOKS = { ...HURRY, reconcileEvery: 60_000 };

const fillsOf = (bot: RunningBot, key: string): string[] => bot.log.filter((line) => line.startsWith(`fill buy ${key} `));

describe("a fill that comes late", () => {
  it("fault 15: a fill of an order that was called canceled is booked, and the owner hears of it", async () => {
    const exchange = await openWorld({ path: [97.5] });
    const bot = await open(exchange, { patience: NO_LOOKS });
    await twoBuysRest(bot, exchange);
    exchange.faults.add({ name: "cancel-unheard", count: 2 });
    bot.session.command("cancel", "test");
    await until("the bot holds both for canceled", () => settled(bot, exchange) && bot.session.desk.open().length === 0);
    expect(openOrders(exchange)).toHaveLength(2);
    expect(bot.session.bot.ledger.quoteReserved).toBe(0);
    await play(bot, exchange);
    expect(attempts(bot, exchange)).toEqual([{ state: "FILLED", posts: 1 }]);
    expect(bot.log.filter((line) => line.includes("late-fill"))).toEqual([`  late-fill ${SECOND}: late-fill`, `  late-fill ${FIRST}: late-fill`]);
    expect(tradesOf(exchange)).toHaveLength(2);
    assertInvariants(bot, exchange);
  });

  it("fault 15: a fill of a canceled order that no stream tells of is found by the next look", async () => {
    const exchange = await openWorld({ path: [97.5] });
    const bot = await open(exchange, { patience: NO_LOOKS });
    await twoBuysRest(bot, exchange);
    exchange.faults.add({ name: "cancel-unheard", count: 2 });
    bot.session.command("cancel", "test");
    await until("the bot holds both for canceled", () => settled(bot, exchange) && bot.session.desk.open().length === 0);
    exchange.act({ action: "lose-next", count: 1_000 });
    exchange.engine.advance(exchange.engine.end);
    await bot.close();

    const again = await open(exchange, { folder: bot.folder });
    await rest(again, exchange);
    expect(attempts(again, exchange)).toEqual([{ state: "FILLED", posts: 1 }]);
    expect(again.log.filter((line) => line.includes("late-fill"))).toHaveLength(2);
    assertInvariants(again, exchange);
  });
});

describe("a fill that comes more than once", () => {
  it("fault 16: twice over the stream and twice over REST it is booked once", async () => {
    const exchange = await openWorld({ path: [97.5, 100.5] });
    const bot = await open(exchange);
    await twoBuysRest(bot, exchange);
    exchange.act({ action: "duplicate-next", count: 1_000 });
    const doubled = exchange.faults.add({ name: "duplicate-trade", count: 1_000 });
    await play(bot, exchange);
    await looks(exchange, 2);
    await rest(bot, exchange);
    expect(fillsOf(bot, FIRST)).toHaveLength(1);
    expect(fillsOf(bot, SECOND)).toHaveLength(1);
    expect(bot.journal.orders().flatMap(({ clientOrderId }) => bot.journal.fillsOf(clientOrderId))).toHaveLength(tradesOf(exchange).length);
    expect(doubled.seen).toBeGreaterThanOrEqual(1);
    expect(bot.alerts()).toEqual([]);
    assertInvariants(bot, exchange);
  });

  it("fault 16: a restart that reads all trades again books none of them again", async () => {
    const exchange = await openWorld({ path: [97.5] });
    const bot = await open(exchange);
    await twoBuysRest(bot, exchange);
    await play(bot, exchange);
    await bot.close();
    exchange.faults.add({ name: "duplicate-trade", count: 1_000 });
    const before = requests(exchange, "GET", "/api/v3/myTrades");
    const again = await open(exchange, { folder: bot.folder });
    await rest(again, exchange);
    expect(requests(exchange, "GET", "/api/v3/myTrades")).toBeGreaterThan(before);
    expect(again.log.filter((line) => line.startsWith("fill"))).toEqual([]);
    expect(again.alerts()).toEqual([]);
    assertInvariants(again, exchange);
  });
});

describe("news of an order in the wrong order", () => {
  it("fault 17: filled before new, with the old news last, leaves it filled", async () => {
    const exchange = await openWorld({ path: [97.5] });
    const bot = await open(exchange, { patience: NO_LOOKS });
    await twoBuysRest(bot, exchange);
    bot.session.command("cancel", "test");
    await until("nothing rests", () => settled(bot, exchange) && openOrders(exchange).length === 0);
    const from = bot.log.length;
    // The news that each buy is new waits until the news of its fill has passed.
    exchange.act({ action: "swap-next", count: 2 });
    exchange.faults.add({ name: "timeout-after-accept", count: 2 });
    bot.session.command("run", "test");
    await until("both are taken", () => openOrders(exchange).length === 2);
    exchange.engine.advance(exchange.engine.end);
    await until("the sells rest", () => settled(bot, exchange) && openOrders(exchange).length === 2);
    expect(sent(bot, exchange)).toEqual([{ state: "CANCELED", posts: 1 }, { state: "FILLED", posts: 1 }]);
    for (const key of [FIRST, SECOND]) {
      expect(fillsOf(bot, key)).toHaveLength(1);
      expect(moves(bot, key, from).filter((move) => move.startsWith("FILLED"))).toEqual([]);
    }
    assertInvariants(bot, exchange);
  });

  it("fault 17: an old list of open orders that comes after the fills changes nothing", async () => {
    const exchange = await openWorld({ path: [97.5] });
    const bot = await open(exchange);
    await twoBuysRest(bot, exchange);
    const old = exchange.faults.add({ name: "late-answer", method: "GET", path: "/api/v3/openOrders", ms: 400 });
    await until("the list is on its way", () => old.struck === 1);
    exchange.engine.advance(exchange.engine.end);
    await until("the fills are booked", () => bot.journal.orders().filter(({ state }) => state === "FILLED").length === 2);
    await looks(exchange, 2);
    await rest(bot, exchange);
    expect(attempts(bot, exchange)).toEqual([{ state: "FILLED", posts: 1 }]);
    expect(requests(exchange, "DELETE", "/api/v3/order")).toBe(0);
    expect(bot.alerts()).toEqual([]);
    expect(taken(exchange)).toHaveLength(4);
    assertInvariants(bot, exchange);
  });

  it("fault 17: an answer that an order stands, older than its fills, does not take any of them back", async () => {
    const exchange = await openWorld({ path: [97.5] });
    const bot = await open(exchange, { patience: NO_LOOKS });
    await twoBuysRest(bot, exchange);
    // A cancel that gets no answer makes the bot ask, and the answer is old when it comes.
    exchange.faults.add({ name: "http-500", method: "DELETE", path: "/api/v3/order", count: 2, executed: false });
    const old = exchange.faults.add({ name: "late-answer", method: "GET", path: "/api/v3/order", ms: 300, count: 2 });
    bot.session.command("cancel", "test");
    await until("the questions are on their way", () => old.struck === 2);
    exchange.engine.advance(exchange.engine.now + MINUTE);
    const filled = (): number[] => [FIRST, SECOND].map((key) => bot.journal.orders().find((row) => row.key === key)?.filledSteps ?? 0);
    await until("the fills are booked", () => filled().every((steps) => steps === 100_000));
    await until("everything is answered", () => settled(bot, exchange));
    expect(filled()).toEqual([100_000, 100_000]);
    expect(attempts(bot, exchange)).toEqual([{ state: "FILLED", posts: 1 }]);
    assertInvariants(bot, exchange);
  });
});
