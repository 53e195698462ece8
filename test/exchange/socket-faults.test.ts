import { createHmac } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import type { Exchange } from "../../src/exchange/server.ts";
import { closeAll, control, KEY, MINUTE, openExchange, SECRET, START, until } from "./fixture.ts";

afterEach(closeAll);

interface Listener {
  readonly socket: WebSocket;
  /** Names of the account's events with the status of their orders, in the order of arrival. */
  readonly heard: string[];
}

/** A socket that is subscribed to the account's own events. */
async function subscribed(exchange: Exchange): Promise<Listener> {
  const socket = new WebSocket(`${exchange.wsUrl}/ws-api/v3`);
  const heard: string[] = [];
  let answered = false;
  socket.on("message", (data: Buffer) => {
    const { id, event } = JSON.parse(data.toString()) as { id?: string; event?: { e: string; X?: string } };
    if (id !== undefined) answered = true;
    if (event) heard.push(event.X === undefined ? event.e : event.X);
  });
  await new Promise((resolve, reject) => {
    socket.once("open", resolve);
    socket.once("error", reject);
  });
  const params = { apiKey: KEY, timestamp: Date.now() };
  const signature = createHmac("sha256", SECRET).update(`apiKey=${KEY}&timestamp=${params.timestamp}`).digest("hex");
  socket.send(JSON.stringify({ id: "s", method: "userDataStream.subscribe.signature", params: { ...params, signature } }));
  await until(() => answered);
  return { socket, heard };
}

const ORDER = { symbol: "BTCUSDT", side: "buy", price: "90", quantity: "1", timeInForce: "GTC", clientOrderId: "one" };

/** An order that is placed and cancelled: NEW, CANCELED, with balances in between. */
async function act(exchange: Exchange): Promise<void> {
  await control(exchange, "order", ORDER);
  await control(exchange, "foreign-cancel", { symbol: "BTCUSDT", clientOrderId: "one" });
}

const reports = ({ heard }: Listener): string[] => heard.filter((name) => name !== "outboundAccountPosition");

describe("faults of the account's stream", () => {
  it("without a fault tells each event once and in order", async () => {
    const exchange = await openExchange();
    const listener = await subscribed(exchange);
    await act(exchange);
    await until(() => listener.heard.length >= 4);
    expect(reports(listener)).toEqual(["NEW", "CANCELED"]);
  });

  it.each([
    ["duplicate-next", ["NEW", "NEW", "CANCELED"]],
    ["swap-next", ["CANCELED", "NEW"]],
    ["lose-next", ["CANCELED"]],
  ])("%s", async (action, expected) => {
    const exchange = await openExchange();
    const listener = await subscribed(exchange);
    await control(exchange, "ws", { action });
    await act(exchange);
    await until(() => reports(listener).length === expected.length);
    // The next order shows that nothing more was under way, and that the fault is spent.
    await control(exchange, "order", { ...ORDER, clientOrderId: "two" });
    await until(() => reports(listener).length === expected.length + 1);
    expect(reports(listener)).toEqual([...expected, "NEW"]);
  });

  it("stall keeps the connection and sends nothing until resume", async () => {
    const exchange = await openExchange();
    const listener = await subscribed(exchange);
    let ponged = false;
    listener.socket.on("pong", () => (ponged = true));
    await control(exchange, "ws", { action: "stall" });
    await act(exchange);
    listener.socket.ping();
    const other = await subscribed(exchange);
    await control(exchange, "order", { ...ORDER, clientOrderId: "two" });
    await until(() => reports(other).length === 1);
    expect(listener.heard).toEqual([]);
    expect(ponged).toBe(false);
    expect(listener.socket.readyState).toBe(WebSocket.OPEN);
    await control(exchange, "ws", { action: "resume" });
    await until(() => reports(listener).length === 3);
    expect(reports(listener)).toEqual(["NEW", "CANCELED", "NEW"]);
  });

  it("drop ends the sockets, and refuse turns new ones away until resume", async () => {
    const exchange = await openExchange();
    const listener = await subscribed(exchange);
    const closed = new Promise((resolve) => listener.socket.once("close", resolve));
    await control(exchange, "ws", { action: "refuse" });
    await control(exchange, "ws", { action: "drop" });
    await closed;
    await expect(subscribed(exchange)).rejects.toThrow("503");
    await control(exchange, "ws", { action: "resume" });
    const again = await subscribed(exchange);
    await act(exchange);
    await until(() => reports(again).length === 2);
    expect(listener.heard).toEqual([]);
  });

  it("expire-session says that the stream is over, and no more", async () => {
    const exchange = await openExchange();
    const listener = await subscribed(exchange);
    await control(exchange, "ws", { action: "expire-session" });
    await until(() => listener.heard.length === 1);
    await act(exchange);
    const other = await subscribed(exchange);
    await control(exchange, "order", { ...ORDER, clientOrderId: "two" });
    await until(() => reports(other).length === 1);
    expect(listener.heard).toEqual(["eventStreamTerminated"]);
    expect(listener.socket.readyState).toBe(WebSocket.OPEN);
  });
});

describe("faults of the market's streams", () => {
  it("loses one candle and not the next", async () => {
    const exchange = await openExchange();
    const socket = new WebSocket(`${exchange.wsUrl}/ws/btcusdt@kline_1m`);
    const closed: number[] = [];
    socket.on("message", (data: Buffer) => {
      const { k } = JSON.parse(data.toString()) as { k: { t: number; x: boolean } };
      if (k.x) closed.push(k.t);
    });
    await new Promise((resolve) => socket.once("open", resolve));
    await control(exchange, "ws", { action: "lose-next", channel: "market", event: "kline" });
    await control(exchange, "advance", { to: START + 2 * MINUTE });
    await until(() => closed.length > 0);
    expect(closed).toEqual([START + MINUTE]);
    socket.terminate();
  });
});
