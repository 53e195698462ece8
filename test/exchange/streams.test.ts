import { afterEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { createEngine } from "../../src/exchange/engine/engine.ts";
import { clientOf, closeAll, control, KEY, MINUTE, openExchange, planOf, START, until } from "./fixture.ts";

afterEach(closeAll);



/** Collects what a watch method gives, over and over, until the client closes. */
function collect<T>(watch: () => Promise<T[]>): T[] {
  const found: T[] = [];
  const loop = async (): Promise<void> => {
    for (;;) found.push(...(await watch()));
  };
  loop().catch(() => undefined);
  return found;
}

describe("the streams with the real client", () => {
  it.each(["/ws", "/stream"])("gives watchOHLCV every candle as it opens and closes over %s", async (path) => {
    const exchange = await openExchange();
    const client = await clientOf(exchange);
    (client.urls["api"] as { ws: { spot: string } }).ws.spot = exchange.wsUrl + path;
    await client.loadMarkets();
    const candles = collect(() => client.watchOHLCV("BTC/USDT", "1m"));
    await until(() => exchange.faults.counts()["WS SUBSCRIBE"] === 1);
    await control(exchange, "advance", { to: START + 3 * MINUTE });
    await until(() => candles.some(([time]) => time === START + 2 * MINUTE));
    expect(candles).toContainEqual([START + MINUTE, 101, 101, 100, 100, 1_000]);
  });

  it("makes candles of longer intervals out of the market's own", async () => {
    const exchange = await openExchange();
    const client = await clientOf(exchange);
    await client.loadMarkets();
    await control(exchange, "advance", { to: START + 2 * MINUTE });
    const candles = collect(() => client.watchOHLCV("BTC/USDT", "5m"));
    await until(() => exchange.faults.counts()["WS SUBSCRIBE"] === 1);
    await control(exchange, "advance", { to: START + 5 * MINUTE - 1 });
    await control(exchange, "advance", { to: START + 5 * MINUTE });
    await until(() => candles.some(([time]) => time === START + 5 * MINUTE));
    expect(candles.findLast(([time]) => time === START)).toEqual([START, 100, 101, 99, 101, 5_000]);
  });

  it("gives watchOrders, watchMyTrades and watchBalance what happened to an order", async () => {
    const exchange = await openExchange();
    const client = await clientOf(exchange);
    await client.loadMarkets();
    const orders = collect(() => client.watchOrders());
    const trades = collect(() => client.watchMyTrades());
    const balances: Record<string, unknown>[] = [];
    const balance = async (): Promise<void> => {
      for (;;) balances.push({ ...(await client.watchBalance()) } as Record<string, unknown>);
    };
    balance().catch(() => undefined);
    await until(() => exchange.faults.counts()["WS /ws-api/v3/userDataStream.subscribe.signature"] === 1);
    await until(() => Object.keys(client.clients).length > 0);

    const placed = await client.createOrder("BTC/USDT", "limit", "buy", 1, 99.5, { clientOrderId: "seen" });
    await until(() => orders.some(({ status }) => status === "open"));
    await control(exchange, "advance", { to: START + 5 * MINUTE });
    await until(() => trades.length > 0 && orders.some(({ status }) => status === "closed"));

    expect(trades).toHaveLength(1);
    expect(trades[0]).toMatchObject({ order: placed.id, symbol: "BTC/USDT", side: "buy", price: 99.5, amount: 1, takerOrMaker: "maker", fee: { cost: 0.001, currency: "BTC" } });
    expect(orders.at(-1)).toMatchObject({ id: placed.id, clientOrderId: "seen", status: "closed", filled: 1 });
    await until(() => balances.some((one) => (one["BTC"] as { free: number }).free === 10.999));
  });

  it("tells of a cancellation under the order's own client order id", async () => {
    const exchange = await openExchange();
    const client = await clientOf(exchange);
    await client.loadMarkets();
    const orders = collect(() => client.watchOrders());
    await until(() => exchange.faults.counts()["WS /ws-api/v3/userDataStream.subscribe.signature"] === 1);
    await client.createOrder("BTC/USDT", "limit", "buy", 1, 90, { clientOrderId: "mine" });
    await client.cancelOrder("", "BTC/USDT", { clientOrderId: "mine" });
    await until(() => orders.some(({ status }) => status === "canceled"));
    expect(orders.find(({ status }) => status === "canceled")).toMatchObject({ clientOrderId: "mine", remaining: 1 });
  });

  it("shows best bid and ask, the day's ticker and prints", async () => {
    const exchange = await openExchange({}, { engine: createEngine(planOf(), { book: "thin" }) });
    const client = await clientOf(exchange);
    await client.loadMarkets();
    const bids = client.watchBidsAsks(["BTC/USDT"]);
    const ticker = client.watchTicker("BTC/USDT");
    const trades = client.watchTrades("BTC/USDT");
    await until(() => exchange.faults.counts()["WS SUBSCRIBE"] === 3);
    await control(exchange, "advance", { to: START + MINUTE });
    const { bid, ask } = (await bids)["BTC/USDT"]!;
    expect(bid).toBeLessThan(ask!);
    expect(await ticker).toMatchObject({ symbol: "BTC/USDT", last: 101, high: 101, low: 100 });
    expect((await trades)[0]).toMatchObject({ price: 101 });
  });
});

/** A plain socket that keeps what it hears. */
async function listen(address: string): Promise<{ socket: WebSocket; heard: Record<string, unknown>[]; ask: (message: unknown) => void }> {
  const socket = new WebSocket(address);
  const heard: Record<string, unknown>[] = [];
  socket.on("message", (data: Buffer) => heard.push(JSON.parse(data.toString()) as Record<string, unknown>));
  await new Promise((resolve) => socket.once("open", resolve));
  return { socket, heard, ask: (message) => socket.send(JSON.stringify(message)) };
}

describe("the socket's own protocol", () => {
  it("tells how far the candle of now has come while time runs by itself", async () => {
    const exchange = await openExchange({}, { speed: 1 });
    const { heard, socket } = await listen(`${exchange.wsUrl}/ws/btcusdt@kline_1m`);
    await until(() => heard.length > 0);
    expect(heard[0]).toMatchObject({ e: "kline", s: "BTCUSDT", k: { t: START, o: "100.00000000", x: false } });
    expect(Number(heard[0]!["E"])).toBeGreaterThan(START);
    socket.terminate();
  });

  it("answers by id and names the stream on the combined address only", async () => {
    const exchange = await openExchange();
    const plain = await listen(`${exchange.wsUrl}/ws/btcusdt@kline_1m`);
    const combined = await listen(`${exchange.wsUrl}/stream?streams=btcusdt@kline_1m`);
    plain.ask({ method: "LIST_SUBSCRIPTIONS", id: 7 });
    await until(() => plain.heard.length === 1);
    expect(plain.heard[0]).toEqual({ result: ["btcusdt@kline_1m"], id: 7 });
    await control(exchange, "advance", { by: MINUTE });
    await until(() => combined.heard.length > 0 && plain.heard.length > 1);
    expect(combined.heard[0]).toMatchObject({ stream: "btcusdt@kline_1m", data: { e: "kline", s: "BTCUSDT" } });
    expect(plain.heard[1]).toMatchObject({ e: "kline", k: { t: START, x: true } });
    plain.socket.terminate();
    combined.socket.terminate();
  });

  it("is silent after UNSUBSCRIBE", async () => {
    const exchange = await openExchange();
    const one = await listen(`${exchange.wsUrl}/ws`);
    one.ask({ method: "SUBSCRIBE", params: ["btcusdt@kline_1m", "ethusdt@kline_1m"], id: 1 });
    one.ask({ method: "UNSUBSCRIBE", params: ["btcusdt@kline_1m"], id: 2 });
    await until(() => one.heard.length === 2);
    await control(exchange, "advance", { by: MINUTE });
    await until(() => one.heard.length > 2);
    expect(one.heard.slice(2).map(({ s }) => s)).not.toContain("BTCUSDT");
    one.socket.terminate();
  });

  it.each([
    ["a stream that there is not", { method: "SUBSCRIBE", params: ["btcusdt@sentiment"], id: 3 }, { error: { code: 2, msg: "Invalid request: invalid stream" }, id: 3 }],
    ["an unknown method", { method: "GUESS", id: 3 }, { error: { code: 2 } }],
  ])("refuses %s", async (_what, message, answer) => {
    const exchange = await openExchange();
    const one = await listen(`${exchange.wsUrl}/ws`);
    one.ask(message);
    await until(() => one.heard.length === 1);
    expect(one.heard[0]).toMatchObject(answer);
    one.socket.terminate();
  });

  it("refuses unsigned and wrongly signed calls of the API and text that is no JSON, and lives on", async () => {
    const exchange = await openExchange();
    const one = await listen(`${exchange.wsUrl}/ws-api/v3`);
    one.ask({ id: "a", method: "userDataStream.subscribe.signature", params: { apiKey: KEY, timestamp: Date.now() } });
    one.ask({ id: "c", method: "userDataStream.subscribe.signature", params: { apiKey: KEY, timestamp: Date.now(), signature: "ab".repeat(32) } });
    one.socket.send("{torn");
    one.ask({ id: "b", method: "ping" });
    await until(() => one.heard.length === 4);
    expect(one.heard).toMatchObject([
      { id: "a", status: 400, error: { code: -1102 } },
      { id: "c", status: 400, error: { code: -1022 } },
      { id: null, status: 400 },
      { id: "b", status: 200, result: {} },
    ]);
    one.socket.terminate();
  });

  it("answers a ping frame", async () => {
    const exchange = await openExchange();
    const one = await listen(`${exchange.wsUrl}/ws`);
    const pong = new Promise((resolve) => one.socket.once("pong", resolve));
    one.socket.ping();
    await pong;
    one.socket.terminate();
  });
});
