import { createHmac } from "node:crypto";
import fc from "fast-check";
import { afterEach, expect, it } from "vitest";
import { WebSocket } from "ws";
import { closeAll, KEY, openExchange, SECRET, until } from "./fixture.ts";

afterEach(closeAll);

const NAMES = ["symbol", "side", "type", "timeInForce", "quantity", "quoteOrderQty", "price", "stopPrice", "newClientOrderId", "orderId", "origClientOrderId", "limit", "startTime", "endTime", "fromId", "interval", "symbols", "newOrderRespType"];
const VALUES = ["BTCUSDT", "BUY", "SELL", "LIMIT", "MARKET", "STOP_LOSS_LIMIT", "GTC", "IOC", "FOK", "0", "1", "0.00000001", "99999999999999999999", "1e9", "-1", "NaN", "", "1m", "1M", "[]", '["BTCUSDT"]', "__proto__", "ACK", "%00", "100", "90.5"];
const ROUTES = ["GET /api/v3/klines", "GET /api/v3/depth", "GET /api/v3/exchangeInfo", "GET /api/v3/ticker/24hr", "GET /api/v3/ticker/price", "POST /api/v3/order", "POST /api/v3/order/test", "GET /api/v3/order", "DELETE /api/v3/order", "GET /api/v3/openOrders", "DELETE /api/v3/openOrders", "GET /api/v3/allOrders", "GET /api/v3/myTrades", "GET /api/v3/account"];

const field = fc.tuple(fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...NAMES) }, { weight: 1, arbitrary: fc.string() }), fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...VALUES) }, { weight: 1, arbitrary: fc.string() }));

it("answers any signed request with a result or an error of Binance's form, and keeps its books", async () => {
  const exchange = await openExchange({}, { limits: { weightPerMinute: 1e9, ordersPerTenSeconds: 1e9 } });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...ROUTES), fc.uniqueArray(field, { selector: ([name]) => name, maxLength: 8 }), async (route, fields) => {
      const [method = "", path = ""] = route.split(" ");
      const isSigned = !path.includes("ticker") && !/klines|depth|exchangeInfo/.test(path);
      const query = new URLSearchParams(isSigned ? [...fields, ["timestamp", String(Date.now())]] : fields).toString();
      const signature = createHmac("sha256", SECRET).update(query).digest("hex");
      const response = await fetch(`${exchange.url}${path}?${query}${isSigned ? `&signature=${signature}` : ""}`, { method, headers: { "X-MBX-APIKEY": KEY } });
      const body = (await response.json()) as { code?: number; msg?: string };
      expect(response.status).toBeLessThan(500);
      if (response.status !== 200) expect([typeof body.code, typeof body.msg]).toEqual(["number", "string"]);
    }),
    { numRuns: 300 },
  );
  exchange.engine.check();
});

it("outlives any message on its sockets", async () => {
  const exchange = await openExchange();
  for (const path of ["/ws", "/ws-api/v3", "/stream?streams=%2F%2F@@/btcusdt@kline_"]) {
    const socket = new WebSocket(exchange.wsUrl + path);
    await new Promise((resolve) => socket.once("open", resolve));
    let answers = 0;
    socket.on("message", () => (answers += 1));
    const messages = fc.sample(fc.oneof(fc.string(), fc.json(), fc.constantFrom("[]", "null", '{"method":"SUBSCRIBE","params":[1],"id":{}}', '{"id":1,"method":"__proto__"}')), 60);
    for (const message of messages) socket.send(message);
    await until(() => answers === messages.length);
    socket.terminate();
  }
  expect(await (await fetch(`${exchange.url}/api/v3/ping`)).json()).toEqual({});
});
