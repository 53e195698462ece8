import ccxt, { type Order } from "ccxt";
import { afterEach, describe, expect, it } from "vitest";
import { FAULTS, type FaultName, type FaultRequest } from "../../src/exchange/faults/catalogue.ts";
import type { Exchange } from "../../src/exchange/server.ts";
import { clientOf, closeAll, control, failure, MINUTE, openExchange, START, until } from "./fixture.ts";

afterEach(closeAll);

type Kind = new (...args: never[]) => Error;
type Client = Awaited<ReturnType<typeof clientOf>>;

async function opened(changes: Record<string, unknown> = {}): Promise<{ exchange: Exchange; client: Client }> {
  const exchange = await openExchange();
  const client = await clientOf(exchange, changes);
  await client.loadMarkets();
  return { exchange, client };
}

const buy = (client: Client, id = "one", params: Record<string, unknown> = {}): Promise<Order> =>
  client.createOrder("BTC/USDT", "limit", "buy", 1, 90, { clientOrderId: id, ...params });

/** How many orders the exchange has, whatever the client believes. */
function placed({ engine }: Exchange): number {
  const orders = engine.orders(0, "BTCUSDT");
  return "code" in orders ? -1 : orders.length;
}

/** What the real client makes of an order whose answer has this fault, and whether the order exists afterwards. */
const ORDER_FAULTS: readonly (readonly [FaultRequest, Kind, number])[] = [
  [{ name: "timeout-before-accept" }, ccxt.RequestTimeout, 0],
  [{ name: "timeout-after-accept" }, ccxt.RequestTimeout, 1],
  [{ name: "http-500", path: "order" }, ccxt.OperationFailed, 1],
  [{ name: "http-500", path: "order", executed: false }, ccxt.OperationFailed, 0],
  [{ name: "http-502", path: "order" }, ccxt.ExchangeNotAvailable, 1],
  [{ name: "http-503", path: "order" }, ccxt.OperationFailed, 1],
  [{ name: "http-504", path: "order" }, ccxt.RequestTimeout, 1],
  [{ name: "error-1006", path: "order" }, ccxt.OperationFailed, 1],
  [{ name: "error-1007", path: "order" }, ccxt.RequestTimeout, 1],
  [{ name: "error-1008", path: "order" }, ccxt.ExchangeError, 0],
  [{ name: "error-1008", path: "order", executed: true }, ccxt.ExchangeError, 1],
  [{ name: "html", path: "order" }, ccxt.ExchangeNotAvailable, 1],
  [{ name: "torn-json", path: "order" }, Error, 1],
  [{ name: "empty", path: "order" }, Error, 1],
  [{ name: "reset-before", path: "order" }, ccxt.NetworkError, 0],
  [{ name: "reset-after", path: "order" }, ccxt.NetworkError, 1],
  [{ name: "rate-limit", path: "order" }, ccxt.DDoSProtection, 0],
  [{ name: "ban", path: "order" }, ccxt.DDoSProtection, 0],
  [{ name: "key-revoked", path: "order" }, ccxt.AuthenticationError, 0],
  [{ name: "post-only-cross" }, ccxt.OrderImmediatelyFillable, 0],
  [{ name: "insufficient" }, ccxt.InsufficientFunds, 0],
  [{ name: "duplicate-id" }, ccxt.InvalidOrder, 0],
  [{ name: "duplicate-id", executed: true }, ccxt.InvalidOrder, 1],
];

describe("faults of an order's answer", () => {
  it.each(ORDER_FAULTS)("%o is an error to the client", async (fault, kind, orders) => {
    const { exchange, client } = await opened({ timeout: 300 });
    exchange.faults.add(fault);
    expect(await failure(buy(client))).toBeInstanceOf(kind);
    expect(placed(exchange)).toBe(orders);
    client.timeout = 10_000;
    // The fault is spent: the next order goes through.
    expect(await buy(client, "two")).toMatchObject({ status: "open" });
  });

  it.each(["html-200", "empty-object", "weird-json"] as const)("%s gives the client an order without an id, and the order exists", async (name) => {
    const { exchange, client } = await opened();
    exchange.faults.add({ name, path: "order" });
    const answer = await buy(client).catch((error: unknown) => error);
    expect(answer instanceof Error || (answer as Order).id === undefined).toBe(true);
    expect(placed(exchange)).toBe(1);
  });

  it("corrupt spoils one value of the answer, the same for the same seed, and what was asked is done", async () => {
    const { exchange } = await opened();
    const spoiled = async (seed: number): Promise<string> => {
      exchange.faults.add({ name: "corrupt", path: "exchangeInfo", seed });
      return (await fetch(`${exchange.url}/api/v3/exchangeInfo`)).text();
    };
    const right = await (await fetch(`${exchange.url}/api/v3/exchangeInfo`)).text();
    const answers = [await spoiled(1), await spoiled(1), await spoiled(2), await spoiled(3)].map((text) => text.replace(/"serverTime":\d+/, ""));
    expect(answers[0]).toBe(answers[1]);
    expect(new Set([right.replace(/"serverTime":\d+/, ""), ...answers]).size).toBe(4);
  });

  it("stall-body sends half of the answer and then nothing", async () => {
    const { exchange, client } = await opened();
    exchange.faults.add({ name: "stall-body", path: "time" });
    const response = await fetch(`${exchange.url}/api/v3/time`);
    const reader = response.body!.getReader();
    const { value } = (await reader.read()) as { value: Uint8Array };
    expect(Number(response.headers.get("content-length"))).toBeGreaterThan(value.length);
    const more = await Promise.race([reader.read().then(() => "more"), new Promise((resolve) => setTimeout(() => resolve("silence"), 40))]);
    expect(more).toBe("silence");
    await reader.cancel();
    expect(await client.fetchTime()).toBe(START);
  });

  it("huge sends an answer of the size that was asked for", async () => {
    const { exchange } = await opened();
    exchange.faults.add({ name: "huge", path: "time", bytes: 3_000_000 });
    const response = await fetch(`${exchange.url}/api/v3/time`);
    expect((await response.text()).length).toBeGreaterThan(3_000_000);
  });

  it("rate-limit and ban say when to come back", async () => {
    const { exchange, client } = await opened();
    exchange.faults.add({ name: "rate-limit", path: "time", retryAfter: 7 });
    exchange.faults.add({ name: "ban", path: "time", nth: 2, retryAfter: 9 });
    await failure(client.fetchTime());
    expect((client.last_response_headers as Record<string, string>)["Retry-After"]).toBe("7");
    await failure(client.fetchTime());
    expect((client.last_response_headers as Record<string, string>)["Retry-After"]).toBe("9");
  });

  it("delay answers late and rightly", async () => {
    const { exchange, client } = await opened();
    exchange.faults.add({ name: "delay", path: "order", ms: 2_000 });
    client.timeout = 100;
    expect(await failure(buy(client))).toBeInstanceOf(ccxt.RequestTimeout);
    client.timeout = 5_000;
    exchange.faults.add({ name: "delay", path: "order", ms: 5 });
    expect(await buy(client, "two")).toMatchObject({ status: "open" });
  });
});

describe("faults of queries", () => {
  it("not-found-once denies an order that exists, once", async () => {
    const { exchange, client } = await opened();
    await buy(client);
    exchange.faults.add({ name: "not-found-once" });
    expect(await failure(client.fetchOrder("", "BTC/USDT", { clientOrderId: "one" }))).toBeInstanceOf(ccxt.OrderNotFound);
    expect(await client.fetchOrder("", "BTC/USDT", { clientOrderId: "one" })).toMatchObject({ status: "open" });
  });

  it("visible-after hides a new order from queries and lists until it is old enough", async () => {
    const { exchange, client } = await opened();
    const fault = exchange.faults.add({ name: "visible-after", ms: 3_600_000 });
    await buy(client);
    expect(await failure(client.fetchOrder("", "BTC/USDT", { clientOrderId: "one" }))).toBeInstanceOf(ccxt.OrderNotFound);
    expect(await client.fetchOpenOrders("BTC/USDT")).toEqual([]);
    expect(fault.spec.ms).toBe(3_600_000);
    exchange.faults.clear();
    exchange.faults.add({ name: "visible-after", ms: 0 });
    expect(await client.fetchOpenOrders("BTC/USDT")).toHaveLength(1);
  });

  it("duplicate-trade and missing-fee wait for trades and strike once", async () => {
    const { exchange, client } = await opened();
    exchange.faults.add({ name: "duplicate-trade" });
    exchange.faults.add({ name: "missing-fee" });
    expect(await client.fetchMyTrades("BTC/USDT")).toEqual([]);
    await client.createOrder("BTC/USDT", "market", "buy", 1);
    const twice = await client.fetchMyTrades("BTC/USDT");
    expect(twice.map(({ id }) => id)).toEqual([twice[0]!.id, twice[0]!.id]);
    const [free] = await client.fetchMyTrades("BTC/USDT");
    expect(free!.fee?.cost).toBeUndefined();
    expect(await client.fetchMyTrades("BTC/USDT")).toMatchObject([{ fee: { cost: 0.001, currency: "BTC" } }]);
  });

  it.each(["NaN", 0, -1, 1e12] as const)("bad-price shows %s in candles, tickers and book", async (value) => {
    const { exchange } = await opened();
    await control(exchange, "advance", { to: START + MINUTE });
    exchange.faults.add({ name: "bad-price", value, count: 4 });
    const get = async (path: string): Promise<unknown> => (await fetch(`${exchange.url}/api/v3/${path}`)).json();
    const shown = String(value);
    expect(((await get("klines?symbol=BTCUSDT&interval=1m")) as unknown[][])[0]!.slice(1, 5)).toEqual([shown, shown, shown, shown]);
    expect(await get("ticker/price?symbol=BTCUSDT")).toMatchObject({ price: shown });
    expect(await get("ticker/bookTicker?symbol=BTCUSDT")).toMatchObject({ bidPrice: shown, askPrice: shown });
    expect(((await get("depth?symbol=BTCUSDT")) as { bids: unknown[][] }).bids[0]![0]).toBe(shown);
    expect(await get("ticker/price?symbol=BTCUSDT")).toEqual({ symbol: "BTCUSDT", price: "101.00000000" });
  });

  it("bad-price strikes frames of a stream when it is asked to", async () => {
    const { exchange, client } = await opened();
    exchange.faults.add({ name: "bad-price", method: "WS", path: "kline", value: 0, nth: 2 });
    const watching = client.watchOHLCV("BTC/USDT", "1m");
    await expect.poll(() => exchange.faults.counts()["WS SUBSCRIBE"]).toBe(1);
    await control(exchange, "advance", { to: START + MINUTE });
    await watching;
    // The first frame closes a candle, the second opens the next one.
    await expect.poll(() => (client.ohlcvs as Record<string, Record<string, number[][]>>)["BTC/USDT"]!["1m"]!.at(-1)!.slice(0, 5)).toEqual([START + MINUTE, 0, 0, 0, 0]);
  });

  it("crossed-book shows a bid above the ask", async () => {
    const exchange = await openExchange();
    await control(exchange, "order", { symbol: "BTCUSDT", side: "buy", price: "99", quantity: "1", timeInForce: "GTC" });
    const get = async (path: string): Promise<Record<string, string>> => (await (await fetch(`${exchange.url}/api/v3/${path}`)).json()) as Record<string, string>;
    const right = await get("ticker/bookTicker?symbol=BTCUSDT");
    exchange.faults.add({ name: "crossed-book", path: "bookTicker" });
    const wrong = await get("ticker/bookTicker?symbol=BTCUSDT");
    expect([wrong["bidPrice"], wrong["askPrice"]]).toEqual([right["askPrice"], right["bidPrice"]]);
  });

  it("clock-skew makes requests untimely until the client asks for the time again", async () => {
    const { exchange, client } = await opened();
    await client.fetchBalance();
    exchange.faults.add({ name: "clock-skew", ms: -20_000 });
    expect(await failure(client.fetchBalance())).toBeInstanceOf(ccxt.InvalidNonce);
    await client.loadTimeDifference();
    expect(await client.fetchBalance()).toMatchObject({ USDT: { free: 10_000 } });
  });

  it("key-revoked looks like a rate limit to a client that was let in before", async () => {
    const { exchange, client } = await opened();
    await client.fetchBalance();
    exchange.faults.add({ name: "key-revoked" });
    expect(await failure(client.fetchBalance())).toBeInstanceOf(ccxt.DDoSProtection);
  });
});

describe("how faults are aimed", () => {
  it("strikes the n-th matching request and the count after it", async () => {
    const { exchange, client } = await opened();
    exchange.faults.add({ name: "http-500", method: "GET", path: "/api/v3/time", nth: 2, count: 2 });
    const results: string[] = [];
    for (let n = 0; n < 5; n++) {
      await client.fetchBalance();
      results.push(await client.fetchTime().then(() => "ok", () => "fault"));
    }
    expect(results).toEqual(["ok", "fault", "fault", "ok", "ok"]);
  });

  it("takes faults over HTTP, shows them, and forgets them", async () => {
    const { exchange, client } = await opened();
    await control(exchange, "fault", { name: "http-500", path: "time", count: 100 });
    await failure(client.fetchTime());
    const listed = (await (await fetch(`${exchange.url}/control/faults`)).json()) as { seen: number; struck: number }[];
    expect(listed).toMatchObject([{ seen: 1, struck: 1 }]);
    await fetch(`${exchange.url}/control/faults`, { method: "DELETE" });
    expect(await client.fetchTime()).toBe(START);
  });

  it("strikes what a fault is about when it does not say where", async () => {
    const { exchange, client } = await opened({ timeout: 300 });
    await buy(client, "one");
    exchange.faults.add({ name: "timeout-after-accept", method: "DELETE" });
    exchange.faults.add({ name: "bad-price", method: "GET" });
    expect(await failure(client.cancelOrder("", "BTC/USDT", { clientOrderId: "one" }))).toBeInstanceOf(ccxt.RequestTimeout);
    client.timeout = 10_000;
    expect(await client.fetchOrder("", "BTC/USDT", { clientOrderId: "one" })).toMatchObject({ status: "canceled", price: 90 });
    exchange.faults.add({ name: "key-revoked" });
    expect(await client.fetchTime()).toBe(START);
    expect(await failure(client.fetchBalance())).toBeInstanceOf(ccxt.DDoSProtection);
    expect(exchange.faults.list().map(({ struck }) => struck)).toEqual([1, 0, 1]);
  });

  it("calls an order canceled that it goes on filling", async () => {
    const { exchange, client } = await opened();
    await buy(client, "one");
    exchange.faults.add({ name: "cancel-unheard" });
    expect(await client.cancelOrder("", "BTC/USDT", { clientOrderId: "one" })).toMatchObject({ status: "canceled", clientOrderId: "one" });
    expect(await client.fetchOrder("", "BTC/USDT", { clientOrderId: "one" })).toMatchObject({ status: "open" });
  });

  it("answers late what it has done or seen at once", async () => {
    const { exchange, client } = await opened();
    await buy(client, "one");
    exchange.faults.add({ name: "late-answer", method: "GET", path: "openOrders", ms: 300 });
    const listed = client.fetchOpenOrders("BTC/USDT");
    await until(() => exchange.faults.requests({ method: "GET", path: "openOrders" }).length === 1);
    exchange.engine.cancelAll(0, "BTCUSDT");
    expect(await listed).toMatchObject([{ status: "open", clientOrderId: "one" }]);
    expect(await client.fetchOpenOrders("BTC/USDT")).toEqual([]);
  });

  it("refuses a fault that it does not know", async () => {
    const { exchange } = await opened();
    await expect(control(exchange, "fault", { name: "earthquake" })).rejects.toThrow("-1100");
    expect(() => exchange.faults.add({ name: "delay", nth: 0 })).toThrow();
  });

  it("counts what arrived and what exists per client order id", async () => {
    const { exchange, client } = await opened({ timeout: 300 });
    exchange.faults.add({ name: "timeout-before-accept" });
    exchange.faults.add({ name: "timeout-after-accept" });
    await failure(buy(client, "lost"));
    await failure(buy(client, "found"));
    await buy(client, "lost");
    const state = exchange.state() as { clientOrderIds: unknown; requests: Record<string, number> };
    expect(state.clientOrderIds).toEqual({ lost: { posts: 2, orders: 1 }, found: { posts: 1, orders: 1 } });
    expect(state.requests["POST /api/v3/order"]).toBe(3);
    expect(exchange.faults.requests({ method: "POST", path: "order", clientOrderId: "lost" })).toHaveLength(2);
  });

  it("has every name in this file's tests", () => {
    const tested = new Set<string>([...ORDER_FAULTS.map(([{ name }]) => name), ...SINGLY]);
    expect(Object.keys(FAULTS).filter((name) => !tested.has(name))).toEqual([]);
  });
});

/** Faults with a test of their own above. */
const SINGLY: readonly FaultName[] = [
  "html-200", "empty-object", "weird-json", "corrupt", "stall-body", "huge", "delay", "not-found-once", "visible-after",
  "duplicate-trade", "missing-fee", "bad-price", "crossed-book", "clock-skew",
  "cancel-unheard", "late-answer",
];
