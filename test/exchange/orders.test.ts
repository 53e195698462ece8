import ccxt from "ccxt";
import { afterEach, describe, expect, it } from "vitest";
import { clientOf, closeAll, control, failure, MINUTE, openExchange, START } from "./fixture.ts";

afterEach(closeAll);

describe("orders of each type", () => {
  it.each([
    ["limit", "limit", 90, {}],
    ["post-only", "limit", 90, { postOnly: true }],
    ["stop-loss limit", "limit", 110, { stopLossPrice: 105 }],
    ["take-profit limit", "limit", 90, { takeProfitPrice: 95 }],
  ] as const)("creates, fetches and cancels a %s order", async (name, type, price, params) => {
    const exchange = await openExchange();
    const client = await clientOf(exchange);
    const placed = await client.createOrder("BTC/USDT", type, "buy", 1, price, { ...params, clientOrderId: "one" });
    const fetched = await client.fetchOrder(placed.id!, "BTC/USDT");
    expect(fetched).toMatchObject({ clientOrderId: "one", status: "open", price, amount: 1, filled: 0, postOnly: name === "post-only" });
    if ("stopLossPrice" in params) expect(fetched.triggerPrice).toBe(105);
    if ("takeProfitPrice" in params) expect(fetched.triggerPrice).toBe(95);
    expect(await client.fetchOpenOrders("BTC/USDT")).toHaveLength(1);
    expect(await client.cancelOrder(placed.id!, "BTC/USDT")).toMatchObject({ id: placed.id, status: "canceled" });
    expect(await client.fetchOpenOrders()).toEqual([]);
    expect(await client.fetchOrders("BTC/USDT")).toMatchObject([{ id: placed.id, status: "canceled" }]);
    exchange.engine.check();
  });

  it("fills a market order at once and says so in full", async () => {
    const client = await clientOf(await openExchange());
    const order = await client.createOrder("BTC/USDT", "market", "sell", 1);
    expect(order).toMatchObject({ status: "closed", filled: 1, cost: 100, average: 100 });
    expect(order.trades).toMatchObject([{ price: 100, amount: 1, fee: { cost: 0.1, currency: "USDT" } }]);
  });

  it("spends a sum with a market buy", async () => {
    const client = await clientOf(await openExchange());
    const order = await client.createMarketBuyOrderWithCost("BTC/USDT", 500);
    expect(order).toMatchObject({ status: "closed", filled: 5, cost: 500 });
  });

  it("triggers a stop-loss when the price comes there", async () => {
    const exchange = await openExchange();
    const client = await clientOf(exchange);
    const stop = await client.createOrder("BTC/USDT", "limit", "sell", 1, 99, { stopLossPrice: 99.5 });
    await control(exchange, "advance", { to: START + 6 * MINUTE });
    expect(await client.fetchOrder(stop.id!, "BTC/USDT")).toMatchObject({ status: "closed", filled: 1 });
  });

  it("answers ACK, RESULT and FULL as they are asked for", async () => {
    const client = await clientOf(await openExchange());
    const base = { symbol: "BTCUSDT", side: "BUY", type: "MARKET", quantity: "1" };
    const ask = (newOrderRespType: string): Promise<Record<string, unknown>> => client["privatePostOrder"]({ ...base, newOrderRespType });
    const ack = await ask("ACK");
    expect(Object.keys(ack).sort()).toEqual(["clientOrderId", "orderId", "orderListId", "symbol", "transactTime"]);
    expect(await ask("RESULT")).toMatchObject({ status: "FILLED", executedQty: "1.00000000", cummulativeQuoteQty: "100.00000000" });
    expect((await ask("FULL"))["fills"]).toHaveLength(1);
  });

  it("checks an order with order/test and places none", async () => {
    const exchange = await openExchange();
    const client = await clientOf(exchange);
    expect(await client.createOrder("BTC/USDT", "limit", "buy", 1, 90, { test: true })).toMatchObject({ info: {} });
    expect(await failure(client.createOrder("BTC/USDT", "limit", "buy", 1_000, 90, { test: true }))).toBeInstanceOf(ccxt.InsufficientFunds);
    expect(await client.fetchOrders("BTC/USDT")).toEqual([]);
  });

  it("cancels all orders of a market and leaves the others", async () => {
    const client = await clientOf(await openExchange());
    await client.createOrder("BTC/USDT", "limit", "buy", 1, 90);
    await client.createOrder("BTC/USDT", "limit", "buy", 1, 91);
    await client.createOrder("ETH/USDT", "limit", "buy", 1, 90);
    expect(await client.cancelAllOrders("BTC/USDT")).toHaveLength(2);
    expect(await client.fetchOpenOrders()).toMatchObject([{ symbol: "ETH/USDT" }]);
  });
});

describe("what the venue refuses", () => {
  const cases: readonly (readonly [string, readonly [string, "buy" | "sell", number, number, Record<string, unknown>], new (...args: never[]) => Error])[] = [
    ["a post-only order that would take", ["limit", "buy", 1, 110, { postOnly: true }], ccxt.OrderImmediatelyFillable],
    ["more than the account has", ["limit", "buy", 1_000, 99, {}], ccxt.InsufficientFunds],
    ["less than the smallest notional", ["limit", "buy", 0.01, 99, {}], ccxt.BadRequest],
    ["a price far away from the last", ["limit", "buy", 1, 10_000, {}], ccxt.InvalidOrder],
  ];
  it.each(cases)("refuses %s", async (_what, [type, side, amount, price, params], kind) => {
    const exchange = await openExchange();
    const client = await clientOf(exchange);
    const error = await failure(client.createOrder("BTC/USDT", type, side, amount, price, params));
    expect(error).toBeInstanceOf(kind);
    expect(await client.fetchOrders("BTC/USDT")).toEqual([]);
  });

  it.each([
    ["a price off the tick", { price: "99.001", quantity: "1" }],
    ["a quantity off the step", { price: "99", quantity: "1.000001" }],
  ])("refuses %s as an invalid order", async (_what, fields) => {
    const client = await clientOf(await openExchange());
    const error = await failure(client["privatePostOrder"]({ symbol: "BTCUSDT", side: "BUY", type: "LIMIT", timeInForce: "GTC", ...fields }) as Promise<unknown>);
    expect(error.message).toMatch(/-1111|-1013/);
  });

  it("refuses a client order id that an open order has", async () => {
    const client = await clientOf(await openExchange());
    await client.createOrder("BTC/USDT", "limit", "buy", 1, 90, { clientOrderId: "twice" });
    const error = await failure(client.createOrder("BTC/USDT", "limit", "buy", 1, 90, { clientOrderId: "twice" }));
    expect(error).toBeInstanceOf(ccxt.InvalidOrder);
    expect(error.message).toContain("Duplicate order sent.");
  });

  it("does not find orders that there are not", async () => {
    const client = await clientOf(await openExchange());
    expect(await failure(client.fetchOrder("77", "BTC/USDT"))).toBeInstanceOf(ccxt.OrderNotFound);
    expect(await failure(client.cancelOrder("77", "BTC/USDT"))).toBeInstanceOf(ccxt.OrderNotFound);
  });
});

describe("trades", () => {
  it("pages through more than 1000 by id, each once", async () => {
    const exchange = await openExchange({}, { limits: { ordersPerTenSeconds: 5_000, weightPerMinute: 100_000 } });
    const client = await clientOf(exchange);
    await client.loadMarkets();
    for (let n = 0; n < 1_203; n++) {
      exchange.engine.place(0, { symbol: "BTCUSDT", side: n % 2 === 0 ? "buy" : "sell", type: "MARKET", quantity: "0.1" });
    }
    const ids: string[] = [];
    for (let from = 0; ; ) {
      const page = await client.fetchMyTrades("BTC/USDT", undefined, 5_000, { fromId: from });
      ids.push(...page.map(({ id }) => id!));
      expect(page.length).toBeLessThanOrEqual(1_000);
      if (page.length < 1_000) break;
      // The client sorts trades of one moment by their ids as texts: the last is not the greatest.
      from = Math.max(...page.map(({ id }) => Number(id))) + 1;
    }
    expect(new Set(ids).size).toBe(1_203);
    expect(ids).toHaveLength(1_203);
  });

  it("gives the newest without a start, and those of an order or after a time when asked", async () => {
    const exchange = await openExchange();
    const client = await clientOf(exchange);
    const first = await client.createOrder("BTC/USDT", "market", "buy", 1);
    await control(exchange, "advance", { to: START + 4 * MINUTE });
    const second = await client.createOrder("BTC/USDT", "market", "buy", 1);
    expect(await client.fetchMyTrades("BTC/USDT", undefined, 1)).toMatchObject([{ order: second.id }]);
    expect(await client.fetchMyTrades("BTC/USDT", START + MINUTE)).toMatchObject([{ order: second.id }]);
    expect(await client.fetchMyTrades("BTC/USDT", START, 1)).toMatchObject([{ order: first.id }]);
    expect(await client.fetchMyTrades("BTC/USDT", undefined, undefined, { orderId: first.id })).toMatchObject([{ order: first.id }]);
  });
});
