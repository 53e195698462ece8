import { describe, expect, it } from "vitest";
import type { Exchange } from "../../src/exchange/server.ts";
import { HURRY, MINUTE, type RunningBot, START, assertInvariants, openOrders, openWorld, requests, settled, tradesOf, until } from "./fixture.ts";
import { FIRST, attempts, moves, openTwoBuys as open, questions, sent, taken, twoBuysRest } from "./two-buys.ts";

/** The order that was given up reaches the exchange after all, as a request does that was held up on its way. */
function arrive(exchange: Exchange, bot: RunningBot): void {
  const lost = bot.journal.orders().find(({ key, state }) => key === FIRST && state === "NOT_PLACED");
  const placed = exchange.engine.place(0, { symbol: "BTCUSDT", side: "buy", type: "LIMIT", timeInForce: "GTC", quantity: "1", price: "98", clientOrderId: lost?.clientOrderId ?? "" });
  expect(placed).toHaveProperty("order");
}

describe("a submit whose answer is lost", () => {
  it("fault 1: a timeout before the order was taken is asked after, then placed anew under another id", async () => {
    const exchange = await openWorld();
    exchange.faults.add({ name: "timeout-before-accept" });
    const bot = await open(exchange);
    await twoBuysRest(bot, exchange);
    expect(attempts(bot, exchange)).toEqual([{ state: "NOT_PLACED", posts: 1 }, { state: "OPEN", posts: 1 }]);
    expect(moves(bot)).toEqual(["INTENT -> SENDING", "SENDING -> UNKNOWN", "UNKNOWN -> NOT_PLACED", "INTENT -> SENDING", "SENDING -> OPEN"]);
    expect(questions(bot, exchange)).toBeGreaterThanOrEqual(3);
    expect(taken(exchange)).toHaveLength(2);
    assertInvariants(bot, exchange);
  });

  it("fault 1: an order that arrives after it was given up is told of and canceled", async () => {
    const exchange = await openWorld();
    exchange.faults.add({ name: "timeout-before-accept" });
    const bot = await open(exchange, { patience: { ...HURRY, reconcileEvery: 60_000 } });
    await twoBuysRest(bot, exchange);
    arrive(exchange, bot);
    await until("it is canceled", () => settled(bot, exchange) && openOrders(exchange).length === 2);
    expect(attempts(bot, exchange)).toEqual([{ state: "CANCELED", posts: 1 }, { state: "OPEN", posts: 1 }]);
    expect(bot.alerts().filter((line) => line.startsWith("ALERT surprise") && line.includes(FIRST))).toHaveLength(1);
    assertInvariants(bot, exchange);
  });

  it("fault 1: an order that arrives after it was given up and fills at once is booked", async () => {
    const exchange = await openWorld({ path: [97.5] });
    exchange.faults.add({ name: "timeout-before-accept" });
    const bot = await open(exchange, { patience: { ...HURRY, reconcileEvery: 60_000 } });
    await twoBuysRest(bot, exchange);
    arrive(exchange, bot);
    exchange.engine.advance(exchange.engine.end);
    await until("everything is booked", () => settled(bot, exchange) && tradesOf(exchange).length === 3);
    expect(attempts(bot, exchange)).toEqual([{ state: "FILLED", posts: 1 }, { state: "FILLED", posts: 1 }]);
    expect(bot.log).toContain(`  late-fill ${FIRST}: late-fill`);
    assertInvariants(bot, exchange);
  });

  it("fault 2: a timeout after the order was taken is found by its id and not sent again", async () => {
    const exchange = await openWorld();
    // The stream says nothing: only the question can tell.
    exchange.act({ action: "lose-next", count: 1_000 });
    exchange.faults.add({ name: "timeout-after-accept" });
    const bot = await open(exchange);
    await twoBuysRest(bot, exchange);
    expect(attempts(bot, exchange)).toEqual([{ state: "OPEN", posts: 1 }]);
    expect(moves(bot)).toEqual(["INTENT -> SENDING", "SENDING -> UNKNOWN", "UNKNOWN -> OPEN"]);
    expect(taken(exchange)).toHaveLength(2);
    expect(requests(exchange, "POST", "/api/v3/order")).toBe(2);
    assertInvariants(bot, exchange);
  });

  it("fault 3: an order that filled before it was asked after is booked once and not sent again", async () => {
    const exchange = await openWorld({ path: [97.5] });
    exchange.act({ action: "lose-next", count: 1_000 });
    exchange.faults.add({ name: "timeout-after-accept" });
    const bot = await open(exchange);
    await until("both buys are taken", () => taken(exchange).length === 2);
    exchange.engine.advance(START + 61 * MINUTE);
    expect(taken(exchange).map(({ status }) => status)).toEqual(["FILLED", "FILLED"]);
    await until("both sells rest", () => settled(bot, exchange) && openOrders(exchange).length === 2);
    expect(attempts(bot, exchange)).toEqual([{ state: "FILLED", posts: 1 }]);
    expect(bot.log.filter((line) => line.startsWith(`fill buy ${FIRST}`))).toHaveLength(1);
    expect(tradesOf(exchange)).toHaveLength(2);
    assertInvariants(bot, exchange);
  });

  const FAILURES = ["http-500", "http-502", "http-503", "http-504", "error-1006", "error-1007"] as const;

  it.each(FAILURES)("fault 4: %s for an order that was taken is never a failure: it is found and not sent again", async (name) => {
    const exchange = await openWorld();
    exchange.act({ action: "lose-next", count: 1_000 });
    exchange.faults.add({ name, method: "POST", path: "/api/v3/order", executed: true });
    const bot = await open(exchange);
    await twoBuysRest(bot, exchange);
    expect(attempts(bot, exchange)).toEqual([{ state: "OPEN", posts: 1 }]);
    expect(moves(bot)).toEqual(["INTENT -> SENDING", "SENDING -> UNKNOWN", "UNKNOWN -> OPEN"]);
    expect(taken(exchange)).toHaveLength(2);
    assertInvariants(bot, exchange);
  });

  it.each(FAILURES)("fault 4: %s for an order that was not taken is asked after before another is sent", async (name) => {
    const exchange = await openWorld();
    exchange.faults.add({ name, method: "POST", path: "/api/v3/order", executed: false });
    const bot = await open(exchange);
    await twoBuysRest(bot, exchange);
    expect(attempts(bot, exchange)).toEqual([{ state: "NOT_PLACED", posts: 1 }, { state: "OPEN", posts: 1 }]);
    expect(questions(bot, exchange)).toBeGreaterThanOrEqual(3);
    expect(bot.log.filter((line) => line.includes("REJECTED"))).toEqual([]);
    assertInvariants(bot, exchange);
  });

  it("fault 5: an order that the stream shows while its request hangs is neither asked after nor sent again", async () => {
    const exchange = await openWorld();
    const bot = await open(exchange);
    await twoBuysRest(bot, exchange);
    bot.session.command("cancel", "test");
    await until("nothing rests", () => settled(bot, exchange) && openOrders(exchange).length === 0);
    const from = bot.log.length;
    exchange.faults.add({ name: "timeout-after-accept" });
    bot.session.command("run", "test");
    await until("the stream has shown both buys", () => openOrders(exchange).length === 2 && bot.session.desk.open().every(({ state }) => state === "OPEN"));
    expect(bot.session.settled()).toBe(false);
    await twoBuysRest(bot, exchange);
    expect(sent(bot, exchange)).toEqual([{ state: "CANCELED", posts: 1 }, { state: "OPEN", posts: 1 }]);
    expect(moves(bot, FIRST, from).filter((move) => !move.startsWith("INTENT"))).toEqual(["SENDING -> OPEN"]);
    expect(questions(bot, exchange)).toBe(0);
    assertInvariants(bot, exchange);
  });

  it("fault 6: a refusal as a duplicate id is evidence that the order stands", async () => {
    const exchange = await openWorld();
    exchange.act({ action: "lose-next", count: 1_000 });
    exchange.faults.add({ name: "duplicate-id", executed: true });
    const bot = await open(exchange);
    await twoBuysRest(bot, exchange);
    expect(attempts(bot, exchange)).toEqual([{ state: "OPEN", posts: 1 }]);
    expect(moves(bot)).toEqual(["INTENT -> SENDING", "SENDING -> UNKNOWN", "UNKNOWN -> OPEN"]);
    expect(questions(bot, exchange)).toBeGreaterThanOrEqual(1);
    assertInvariants(bot, exchange);
  });

  it("fault 6: a refusal as a duplicate id of an order that nobody finds is not believed for ever", async () => {
    const exchange = await openWorld();
    exchange.faults.add({ name: "duplicate-id" });
    const bot = await open(exchange);
    await twoBuysRest(bot, exchange);
    expect(attempts(bot, exchange)).toEqual([{ state: "NOT_PLACED", posts: 1 }, { state: "OPEN", posts: 1 }]);
    assertInvariants(bot, exchange);
  });

  it("fault 7: an order that shows up late is waited for and not doubled", async () => {
    const exchange = await openWorld();
    exchange.act({ action: "lose-next", count: 1_000 });
    exchange.faults.add({ name: "visible-after", ms: 2_000 });
    exchange.faults.add({ name: "timeout-after-accept" });
    // Three questions are over long before it shows up: only the wait since the request was sent can save it.
    const bot = await open(exchange, { deadlineMs: 300, patience: { ...HURRY, notFound: { tries: 3, span: 100, afterSend: 10_000 } } });
    await twoBuysRest(bot, exchange);
    expect(attempts(bot, exchange)).toEqual([{ state: "OPEN", posts: 1 }]);
    expect(questions(bot, exchange)).toBeGreaterThanOrEqual(4);
    expect(taken(exchange)).toHaveLength(2);
    assertInvariants(bot, exchange);
  });

  it("fault 7: an order that shows up later than any wait is not doubled while the venue holds its money", async () => {
    const exchange = await openWorld();
    exchange.act({ action: "lose-next", count: 1_000 });
    exchange.faults.add({ name: "visible-after", ms: 2_500 });
    exchange.faults.add({ name: "timeout-after-accept" });
    const bot = await open(exchange, { deadlineMs: 300 });
    await twoBuysRest(bot, exchange);
    expect(attempts(bot, exchange)).toEqual([{ state: "OPEN", posts: 1 }]);
    expect(bot.alerts().filter((line) => line.includes(FIRST))).toHaveLength(1);
    expect(taken(exchange)).toHaveLength(2);
    assertInvariants(bot, exchange);
  });

  it("fault 7: an order that turns up in the list of open ones, while no question by its id finds it, stands and is not doubled", async () => {
    const exchange = await openWorld();
    exchange.act({ action: "lose-next", count: 1_000 });
    exchange.faults.add({ name: "timeout-after-accept" });
    exchange.faults.add({ name: "not-found-once", count: 1_000 });
    const bot = await open(exchange, { patience: { ...HURRY, reconcileEvery: 60_000 } });
    await twoBuysRest(bot, exchange);
    expect(attempts(bot, exchange)).toEqual([{ state: "OPEN", posts: 1 }]);
    expect(questions(bot, exchange)).toBeGreaterThanOrEqual(3);
    expect(taken(exchange)).toHaveLength(2);
    assertInvariants(bot, exchange);
  });

  it("fault 8: an order that is not found once and then is stays the bot's", async () => {
    const exchange = await openWorld();
    exchange.act({ action: "lose-next", count: 1_000 });
    exchange.faults.add({ name: "timeout-after-accept" });
    exchange.faults.add({ name: "not-found-once" });
    const bot = await open(exchange, { patience: { ...HURRY, reconcileEvery: 60_000 } });
    await twoBuysRest(bot, exchange);
    expect(attempts(bot, exchange)).toEqual([{ state: "OPEN", posts: 1 }]);
    expect(moves(bot)).toEqual(["INTENT -> SENDING", "SENDING -> UNKNOWN", "UNKNOWN -> OPEN"]);
    expect(questions(bot, exchange)).toBeGreaterThanOrEqual(2);
    assertInvariants(bot, exchange);
  });
});
