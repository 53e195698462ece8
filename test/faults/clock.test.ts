import { describe, expect, it } from "vitest";
import { HURRY, assertInvariants, gridRests, openBot, openOrders, openWorld, play, requests, rest, until } from "./fixture.ts";

const POSTS = ["POST", "/api/v3/order"] as const;

describe("the venue's clock", () => {
  it.each([
    ["behind ours", -2_000, 5_000],
    ["ahead of ours", 2_000, 1_500],
  ])("fault 20: two seconds %s, a refused order is looked up with the new offset before it is sent again", async (_what, skew, recvWindow) => {
    const exchange = await openWorld({ path: [98.5, 98.5] });
    const bot = await openBot(exchange, { patience: { ...HURRY, reconcileEvery: 60_000 }, recvWindow });
    await gridRests(bot, exchange);
    const measured = requests(exchange, "GET", "/api/v3/time");
    exchange.faults.add({ name: "clock-skew", ms: skew });
    await play(bot, exchange, 1);
    await until("the counter order rests", () => openOrders(exchange).length === 10);
    await rest(bot, exchange);
    const counters = bot.journal.orders().filter(({ key }) => key === "g1c4/2");
    expect(counters.map(({ state }) => state)).toEqual(["NOT_PLACED", "OPEN"]);
    const posts = exchange.faults.orderPosts();
    expect(counters.map(({ clientOrderId }) => posts[clientOrderId])).toEqual([1, 1]);
    // Between the two orders the first one was asked after, and the clock was measured once more.
    const [first, second] = counters.map(({ clientOrderId }) => clientOrderId);
    const seen = exchange.faults.requests();
    const at = (id: string | undefined, method: string): number => seen.findLastIndex((one) => one.method === method && Object.values(one.parameters).includes(id ?? ""));
    const asked = seen.filter((one) => one.method === "GET" && one.parameters["origClientOrderId"] === first);
    expect(asked.length).toBeGreaterThanOrEqual(3);
    expect(at(first, "POST")).toBeLessThan(at(first, "GET"));
    expect(at(first, "GET")).toBeLessThan(at(second, "POST"));
    expect(requests(exchange, "GET", "/api/v3/time")).toBeGreaterThan(measured);
    assertInvariants(bot, exchange);
  });

  it("fault 20: clocks that come apart beyond the limit stop new orders until the owner has looked", async () => {
    const exchange = await openWorld({ path: [98.5, 98.5, 97.5, 97.5] });
    const bot = await openBot(exchange, { patience: { ...HURRY, clock: { every: 30, limit: 5_000 } } });
    await gridRests(bot, exchange);
    exchange.faults.add({ name: "clock-skew", ms: 20_000 });
    await until("it is noticed", () => bot.alerts().length > 0);
    // A measurement is off by up to half of what its answer took, and that is seconds on a machine that is busy.
    expect(bot.alerts()[0]).toMatch(/clocks .* came apart by (1[5-9]|2[0-5])\.\d s\. No new orders/);
    const sent = requests(exchange, ...POSTS);
    exchange.engine.advance(exchange.engine.now + 60_000);
    await until("the fill is booked", () => bot.log.some((line) => line.startsWith("fill buy g1c4/1")));
    expect(bot.session.troubles).toHaveLength(1);
    expect(requests(exchange, ...POSTS)).toBe(sent);
    bot.session.command("run", "owner");
    await until("the counter order rests", () => openOrders(exchange).length === 10);
    await rest(bot, exchange);
    expect(requests(exchange, ...POSTS)).toBe(sent + 1);
    expect(bot.session.troubles).toEqual([]);
    assertInvariants(bot, exchange);
  });
});
