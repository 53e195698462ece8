import { afterEach, describe, expect, it } from "vitest";
import { clientOf, closeAll, control, MINUTE, openExchange, START, until } from "./fixture.ts";

afterEach(closeAll);

describe("the control API", () => {
  it("moves time to a moment or by a length, and not back", async () => {
    const exchange = await openExchange();
    expect(await control(exchange, "advance", { by: 90_000 })).toEqual({ now: START + 90_000, reached: true });
    expect(await control(exchange, "advance", { to: START + 3 * MINUTE })).toEqual({ now: START + 3 * MINUTE, reached: true });
    await expect(control(exchange, "advance", { to: START })).rejects.toThrow("does not go back");
    await expect(control(exchange, "advance", {})).rejects.toThrow("either");
    expect(await control(exchange, "advance", { by: 1e15 })).toEqual({ now: exchange.engine.end, reached: true });
  });

  it("stops at a trade, so that it can be answered before the price moves on", async () => {
    const exchange = await openExchange();
    await control(exchange, "order", { symbol: "BTC/USDT", side: "buy", price: "99.5", quantity: "1", timeInForce: "GTC" });
    const stopped = await control(exchange, "advance", { to: START + 10 * MINUTE, stopAtTrade: true });
    expect(stopped["reached"]).toBe(false);
    expect(Number(stopped["now"])).toBeLessThan(START + 4 * MINUTE);
    expect(await control(exchange, "advance", { to: START + 10 * MINUTE, stopAtTrade: true })).toEqual({ now: START + 10 * MINUTE, reached: true });
  });

  it("tells what there is", async () => {
    const exchange = await openExchange();
    const client = await clientOf(exchange);
    await client.createOrder("BTC/USDT", "limit", "buy", 1, 90, { clientOrderId: "a" });
    const state = (await (await fetch(`${exchange.url}/control/state`)).json()) as Record<string, unknown>;
    expect(state).toMatchObject({
      now: START,
      end: START + 240 * MINUTE,
      speed: 0,
      markets: [{ symbol: "BTCUSDT", last: "100.00000000" }, { symbol: "ETHUSDT" }],
      accounts: [{ id: 0, balances: expect.arrayContaining([{ asset: "USDT", free: "9910.00000000", locked: "90.00000000" }]) as unknown, openOrders: [{ clientOrderId: "a" }] }],
      clientOrderIds: { a: { posts: 1, orders: 1 } },
      requests: { "POST /api/v3/order": 1, "GET /api/v3/exchangeInfo": 1 },
      sockets: { market: 0, user: 0 },
    });
  });

  it("acts as the account from elsewhere: orders, cancellations, deposits and withdrawals", async () => {
    const exchange = await openExchange();
    const client = await clientOf(exchange);
    const { order } = (await control(exchange, "order", { symbol: "BTCUSDT", side: "buy", price: "90", quantity: "1", timeInForce: "GTC" })) as { order: { orderId: number } };
    expect(await client.fetchOpenOrders("BTC/USDT")).toMatchObject([{ id: String(order.orderId) }]);
    await control(exchange, "foreign-cancel", { symbol: "BTCUSDT", orderId: order.orderId });
    expect(await client.fetchOrder(String(order.orderId), "BTC/USDT")).toMatchObject({ status: "canceled" });
    await control(exchange, "transfer", { asset: "USDT", amount: "-250.5" });
    await control(exchange, "transfer", { asset: "BTC", amount: "0.25" });
    expect(await client.fetchBalance()).toMatchObject({ USDT: { total: 9_749.5 }, BTC: { total: 10.25 } });
    await expect(control(exchange, "transfer", { asset: "USDT", amount: "-1000000" })).rejects.toThrow("code");
    await expect(control(exchange, "order", { account: 5, symbol: "BTCUSDT", side: "buy" })).rejects.toThrow("account 5");
  });

  it("expires the open orders of a market", async () => {
    const exchange = await openExchange();
    const client = await clientOf(exchange);
    const order = await client.createOrder("BTC/USDT", "limit", "buy", 1, 90);
    await control(exchange, "expire", { symbol: "BTCUSDT" });
    expect(await client.fetchOrder(order.id!, "BTC/USDT")).toMatchObject({ status: "expired" });
    await control(exchange, "check");
  });

  it("lets time run by itself at a speed, to the end and no further", async () => {
    const exchange = await openExchange();
    await control(exchange, "speed", { speed: 1_000_000 });
    await until(() => exchange.engine.now === exchange.engine.end);
    expect(exchange.engine.now).toBe(START + 240 * MINUTE);
  });

  it("answers no web page and no malformed body", async () => {
    const exchange = await openExchange();
    const page = await fetch(`${exchange.url}/control/state`, { headers: { origin: "https://example.org" } });
    expect(page.status).toBe(403);
    const torn = await fetch(`${exchange.url}/control/advance`, { method: "POST", body: "{" });
    expect(torn.status).toBe(400);
    const wrong = await fetch(`${exchange.url}/control/transfer`, { method: "POST", body: JSON.stringify({ asset: "USDT", amount: 5 }) });
    expect(wrong.status).toBe(400);
  });
});
