import { createHmac } from "node:crypto";
import ccxt from "ccxt";
import { afterEach, describe, expect, it } from "vitest";
import type { Exchange } from "../../src/exchange/server.ts";
import { clientOf, closeAll, control, failure, KEY, MINUTE, openExchange, SECRET, START } from "./fixture.ts";

afterEach(closeAll);

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

/** A request signed by hand; `tail` is added after the signature was made. */
async function signed(exchange: Exchange, method: string, path: string, query: string, body = "", tail = "", key = KEY): Promise<Answer> {
  const signature = createHmac("sha256", SECRET).update(query + body).digest("hex");
  const end = `&signature=${signature}${tail}`;
  const response = await fetch(`${exchange.url}${path}?${query}${body === "" ? end : ""}`, {
    method,
    headers: { "X-MBX-APIKEY": key, ...(body === "" ? {} : { "content-type": "application/x-www-form-urlencoded" }) },
    ...(body === "" ? {} : { body: body + end }),
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Record<string, unknown> };
}

const now = (): string => `timestamp=${Date.now()}`;

describe("who is let in", () => {
  it("verifies the signature over query and body together", async () => {
    const exchange = await openExchange();
    const answer = await signed(exchange, "POST", "/api/v3/order", "symbol=BTCUSDT&side=BUY", `type=MARKET&quantity=1&${now()}`);
    expect(answer.body).toMatchObject({ status: "FILLED", executedQty: "1.00000000" });
  });

  it.each([
    ["a parameter that was added after signing", "", "&omitZeroBalances=true", KEY, 400, -1022],
    ["an unknown key", "", "", "nobody", 401, -2015],
    ["a key that cannot be one", "", "", "no body!", 401, -2014],
    ["a window of more than a minute", "&recvWindow=60001", "", KEY, 400, -1131],
    ["a parameter that nobody knows", "&colour=red", "", KEY, 400, -1104],
    ["a parameter sent twice", "&recvWindow=5000&recvWindow=5000", "", KEY, 400, -1101],
    ["an empty parameter", "&recvWindow=", "", KEY, 400, -1105],
  ])("refuses %s", async (_what, query, tail, key, status, code) => {
    const answer = await signed(await openExchange(), "GET", "/api/v3/account", now() + query, "", tail, key);
    expect([answer.status, answer.body["code"]]).toEqual([status, code]);
  });

  it.each([
    ["long past", -60_000],
    ["in the future", 5_000],
  ])("refuses a timestamp %s", async (_what, offset) => {
    const answer = await signed(await openExchange(), "GET", "/api/v3/account", `timestamp=${Date.now() + offset}`);
    expect(answer.body["code"]).toBe(-1021);
  });

  it("lets a client in that went on from the time it was told, however far market time has come since", async () => {
    const exchange = await openExchange();
    const client = await clientOf(exchange);
    await client.loadMarkets();
    expect(client.milliseconds() - Number(client.options["timeDifference"])).toBeLessThan(START + MINUTE);
    await control(exchange, "advance", { to: START + 200 * MINUTE });
    expect(await client.fetchBalance()).toMatchObject({ USDT: { free: 10_000 } });
  });

  it("takes timestamps of market time itself", async () => {
    const exchange = await openExchange();
    const answer = await signed(exchange, "GET", "/api/v3/account", `timestamp=${START}`);
    expect(answer.status).toBe(200);
  });

  it.each([
    ["type", "symbol=BTCUSDT&side=BUY&type=MAGIC&quantity=1", -1116],
    ["side", "symbol=BTCUSDT&side=HOLD&type=MARKET&quantity=1", -1117],
    ["timeInForce", "symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=1&price=90&timeInForce=GTD", -1115],
    ["missing price", "symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=1&timeInForce=GTC", -1102],
    ["missing quantity", "symbol=BTCUSDT&side=BUY&type=MARKET", -1102],
    ["price of a market order", "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1&price=3", -1106],
    ["quantity in words", "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=ten", -1100],
    ["quantity with an exponent", "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1e3", -1100],
    ["missing symbol", "side=BUY&type=MARKET&quantity=1", -1102],
    ["unknown symbol", "symbol=DOGEUSDT&side=BUY&type=MARKET&quantity=1", -1121],
    ["client order id with a blank", "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1&newClientOrderId=a%20b", -1100],
  ])("refuses an order for its %s", async (_what, query, code) => {
    const exchange = await openExchange();
    const answer = await signed(exchange, "POST", "/api/v3/order", "", `${query}&${now()}`);
    expect([answer.status, answer.body["code"]]).toEqual([400, code]);
    expect(exchange.engine.orders(0, "BTCUSDT")).toEqual([]);
  });

  it("turns a revoked key away until it is given back", async () => {
    const exchange = await openExchange();
    const client = await clientOf(exchange);
    await control(exchange, "revoke");
    expect(await failure(client.fetchBalance())).toBeInstanceOf(ccxt.AuthenticationError);
    await control(exchange, "revoke", { revoked: false });
    expect(await client.fetchBalance()).toMatchObject({ BTC: { free: 10 } });
  });

  it("keeps accounts apart", async () => {
    const exchange = await openExchange({
      accounts: [
        { apiKey: KEY, secret: SECRET, balances: { USDT: "1000" } },
        { apiKey: "second", secret: "other", balances: { USDT: "7" } },
      ],
    });
    const first = await clientOf(exchange);
    const second = await clientOf(exchange, { apiKey: "second", secret: "other" });
    const order = await first.createOrder("BTC/USDT", "limit", "buy", 1, 90);
    expect(await second.fetchBalance()).toMatchObject({ USDT: { total: 7 } });
    expect(await failure(second.fetchOrder(order.id!, "BTC/USDT"))).toBeInstanceOf(ccxt.OrderNotFound);
    expect(await failure(second.cancelOrder(order.id!, "BTC/USDT"))).toBeInstanceOf(ccxt.OrderNotFound);
  });
});

describe("limits", () => {
  it("shows the used weight, and 429 with a time over the limit", async () => {
    const exchange = await openExchange({}, { limits: { weightPerMinute: 19 } });
    const fine = await fetch(`${exchange.url}/api/v3/klines?symbol=BTCUSDT&interval=1m`);
    expect(Number(fine.headers.get("x-mbx-used-weight-1m"))).toBeGreaterThan(0);
    const over = await fetch(`${exchange.url}/api/v3/exchangeInfo`);
    expect([over.status, ((await over.json()) as { code: number }).code]).toEqual([429, -1003]);
    expect(Number(over.headers.get("retry-after"))).toBeGreaterThan(0);
  });

  it("limits new orders", async () => {
    const exchange = await openExchange({}, { limits: { ordersPerTenSeconds: 1 } });
    const client = await clientOf(exchange);
    const sent = await Promise.allSettled([90, 91, 92].map((price) => client.createOrder("BTC/USDT", "limit", "buy", 1, price)));
    // Two at least fall into one window of ten seconds, wherever its border lies.
    const refused = sent.filter((result) => result.status === "rejected");
    expect(refused.length).toBeGreaterThan(0);
    for (const { reason } of refused) expect(reason).toBeInstanceOf(ccxt.DDoSProtection);
  });
});
