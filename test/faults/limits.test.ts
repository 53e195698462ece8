import { describe, expect, it } from "vitest";
import { HURRY, assertInvariants, gridOf, gridRests, openBot, openOrders, openWorld, play, requests, rest, settled, until } from "./fixture.ts";

/** Looks at the account only when something happened. */
const QUIET = { ...HURRY, reconcileEvery: 60_000 };

describe("a venue that limits requests", () => {
  it("fault 21: after a 429 nothing is sent until Retry-After is over, and then the order is looked up before anything else", async () => {
    const exchange = await openWorld({ path: [98.5] });
    const bot = await openBot(exchange, { patience: QUIET });
    await gridRests(bot, exchange);
    await rest(bot, exchange);
    exchange.faults.add({ name: "rate-limit", method: "POST", path: "/api/v3/order", retryAfter: 1 });
    exchange.engine.advance(exchange.engine.now + 60_000);
    await until("the limit is told", () => bot.alerts().length === 1);
    expect(bot.alerts()[0]).toMatch(/ALERT limited: .* nothing is sent for 1 s/);
    const refused = exchange.faults.requests({ method: "POST", path: "/api/v3/order" }).at(-1)!;
    await until("the counter order rests", () => settled(bot, exchange) && openOrders(exchange).length === 10);
    const after = exchange.faults.requests().filter(({ at, method }) => at > refused.at && method !== "WS");
    expect(after[0]!.at - refused.at).toBeGreaterThanOrEqual(1_000);
    expect(after[0]).toMatchObject({ method: "GET", path: "/api/v3/order", parameters: { origClientOrderId: refused.parameters["newClientOrderId"] } });
    expect(bot.alerts()).toHaveLength(1);
    assertInvariants(bot, exchange);
  });

  it("fault 21: a limit on new orders lets cancels and questions through", async () => {
    const exchange = await openWorld({ limits: { ordersPerTenSeconds: 3 } });
    const bot = await openBot(exchange, { patience: HURRY });
    await until("the limit is told", () => bot.alerts().length > 0);
    expect(bot.alerts()[0]).toMatch(/Too many new orders.*: no new orders for \d+ s; cancels and questions go on/);
    await until("the orders that got through are known", () => bot.session.desk.open().every(({ state }) => state !== "SENDING" && state !== "UNKNOWN"));
    const posts = requests(exchange, "POST", "/api/v3/order");
    expect(openOrders(exchange).length).toBeGreaterThan(0);
    bot.session.command("cancel", "owner");
    await until("everything is canceled", () => openOrders(exchange).length === 0);
    await rest(bot, exchange);
    expect(requests(exchange, "POST", "/api/v3/order")).toBe(posts);
    expect(requests(exchange, "DELETE", "/api/v3/order")).toBeGreaterThan(0);
    assertInvariants(bot, exchange);
  });

  it("fault 21: cancels go out before orders that have waited longer", async () => {
    const exchange = await openWorld({ two: true, path: [98.5] });
    const bot = await openBot(exchange, { yaml: gridOf(["BTC/USDT", "ETH/USDT"]) });
    await gridRests(bot, exchange, 20);
    await rest(bot, exchange);
    // While nothing may be sent, a fill in each symbol makes an order that waits; then one symbol is to be canceled.
    exchange.faults.add({ name: "rate-limit", method: "GET", path: "/api/v3/openOrders", retryAfter: 1 });
    await until("the limit is told", () => bot.alerts().some((line) => line.startsWith("ALERT limited")));
    exchange.engine.advance(exchange.engine.now + 60_000);
    await until("both fills are booked", () => bot.log.filter((line) => line.startsWith("fill buy g1c4/1")).length === 2);
    expect(bot.journal.outbox("waiting").map(({ action }) => action)).toEqual(["submit", "submit"]);
    bot.session.desk.handle({ type: "suspend", symbol: "ETH/USDT", time: exchange.engine.now });
    const before = exchange.faults.requests().length;
    await until("only the other grid rests", () => settled(bot, exchange) && openOrders(exchange).length === 10);
    const sent = exchange.faults.requests().slice(before).filter(({ path, method }) => path === "/api/v3/order" && method !== "GET").map(({ method }) => method);
    expect(sent).toEqual([...Array<string>(9).fill("DELETE"), "POST"]);
    assertInvariants(bot, exchange);
  });

  it("fault 21: the bot's own budget of orders is for new orders only", async () => {
    const exchange = await openWorld();
    const bot = await openBot(exchange, { yaml: gridOf().replace("{ mode: live }", "{ mode: live, limits: { ordersPerMinute: 4 } }") });
    await until("the budget is used up", () => settled(bot, exchange) && bot.log.some((line) => line.includes("order-budget")));
    expect(requests(exchange, "POST", "/api/v3/order")).toBe(4);
    bot.session.command("cancel", "owner");
    await until("everything is canceled", () => settled(bot, exchange) && openOrders(exchange).length === 0);
    expect(requests(exchange, "DELETE", "/api/v3/order")).toBe(3);
    assertInvariants(bot, exchange);
  });

  it("fault 22: during a ban there is not one request, the owner hears of it, and after it trading goes on", async () => {
    const exchange = await openWorld({ path: [98.5, 97.5, 97.5] });
    const bot = await openBot(exchange);
    await gridRests(bot, exchange);
    exchange.faults.add({ name: "ban", method: "GET", path: "/api/v3/openOrders", retryAfter: 1 });
    await until("the ban is told", () => bot.alerts().length > 0);
    expect(bot.alerts()[0]).toMatch(/ALERT banned: .*: nothing is sent for 1 s/);
    const before = exchange.faults.requests().length;
    const until418 = Number(/banned until (\d{13})/.exec(bot.alerts()[0]!)![1]);
    // Fills go on meanwhile, and their counter orders have to wait.
    exchange.engine.advance(exchange.engine.now + 60_000);
    await until("the counter order rests", () => settled(bot, exchange) && openOrders(exchange).length === 10);
    const after = exchange.faults.requests().slice(before).filter(({ method }) => method !== "WS");
    expect(Math.min(...after.map(({ at }) => at))).toBeGreaterThanOrEqual(until418);
    expect(bot.alerts()).toHaveLength(1);
    await play(bot, exchange);
    assertInvariants(bot, exchange);
  });
});
