import { afterEach, describe, expect, it } from "vitest";
import { createEngine } from "../../../../src/exchange/engine/engine.ts";
import type { Exchange } from "../../../../src/exchange/server.ts";
import type { VenueSubmit } from "../../../../src/ports/venue.ts";
import { closeAll, control, MINUTE, openExchange, planOf, START, until } from "../../../exchange/fixture.ts";
import { closeVenues, listenTo } from "./listening.ts";

afterEach(async () => {
  await closeVenues();
  await closeAll();
});

const ID = "00112233445566778899aabbccddeeff";
const BUY: VenueSubmit = { clientOrderId: ID, symbol: "BTC/USDT", side: "buy", type: "limit", price: "99.50", quantity: "1.00000", postOnly: true };

/** Waits until the venue has subscribed to so many market streams. */
async function subscribed(exchange: Exchange, count: number): Promise<void> {
  await until(() => (exchange.faults.counts()["WS SUBSCRIBE"] ?? 0) >= count);
}

describe("the streams of a venue", () => {
  it("tell of an order and of each of its trades, once, in exact decimals", async () => {
    const exchange = await openExchange();
    const { venue, of } = await listenTo(exchange);
    expect(await venue.submit(BUY)).toMatchObject({ ok: true, value: { status: "open", clientOrderId: ID } });
    await until(() => of("order").some(({ order }) => order.status === "open" && order.clientOrderId === ID));
    await control(exchange, "ws", { action: "duplicate-next", event: "executionReport" });
    await control(exchange, "advance", { to: START + 5 * MINUTE });
    await until(() => of("order").some(({ order }) => order.status === "filled"));
    expect(of("trade").map(({ trade }) => trade)).toMatchObject([
      { symbol: "BTC/USDT", side: "buy", price: "99.5", quantity: "1", liquidity: "maker", fee: { currency: "BTC", amount: "0.001" } },
    ]);
  });

  it("give each candle once when it has closed, and none before", async () => {
    const exchange = await openExchange();
    const { of } = await listenTo(exchange);
    await subscribed(exchange, 2);
    await control(exchange, "advance", { to: START + MINUTE - 1 });
    await until(() => of("price").length > 0);
    expect(of("candle")).toEqual([]);
    await control(exchange, "advance", { to: START + 4 * MINUTE });
    await until(() => of("candle").length >= 4);
    expect(of("candle").map(({ candle }) => candle.time)).toEqual([0, 1, 2, 3].map((index) => START + index * MINUTE));
    expect(of("candle")[1]?.candle).toEqual({ time: START + MINUTE, open: 101, high: 101, low: 100, close: 100, volume: 1_000 });
  });

  it("give prices with the bid not above the ask", async () => {
    const exchange = await openExchange();
    const { of } = await listenTo(exchange);
    await subscribed(exchange, 2);
    await control(exchange, "advance", { to: START + MINUTE });
    await until(() => of("price").length > 0);
    for (const { bid, ask } of of("price")) expect(bid).toBeLessThanOrEqual(ask);
  });

  it.each([
    ["crossed", { name: "crossed-book" }],
    ["NaN", { name: "bad-price", value: "NaN" }],
    ["zero", { name: "bad-price", value: 0 }],
    ["negative", { name: "bad-price", value: -5 }],
  ] as const)("reject a %s price and take the next sound one", async (_what, fault) => {
    const exchange = await openExchange({}, { engine: createEngine(planOf(), { book: "thin" }) });
    const { of } = await listenTo(exchange);
    await subscribed(exchange, 2);
    exchange.faults.add({ ...fault, method: "WS", path: "/ws/bookTicker", count: 1_000 });
    await control(exchange, "advance", { to: START + MINUTE });
    await until(() => of("candle").length > 0);
    expect(of("price")).toEqual([]);
    exchange.faults.clear();
    await control(exchange, "advance", { to: START + 2 * MINUTE });
    await until(() => of("price").length > 0);
    expect(of("price")[0]?.bid).toBeGreaterThan(98);
  });

  it("notice silence within the stale time, say so once, connect again and say that", async () => {
    const exchange = await openExchange();
    const { of } = await listenTo(exchange, ["BTC/USDT"], 300);
    await subscribed(exchange, 2);
    await control(exchange, "speed", { speed: 600 });
    await until(() => of("price").length > 0 && of("candle").length > 0);
    await control(exchange, "ws", { action: "stall" });
    const downs = (): string[] => of("down").map(({ stream }) => stream);
    await until(() => downs().includes("private") && downs().includes("candles") && downs().includes("prices"));
    expect(downs().toSorted()).toEqual(["candles", "prices", "private"]);
    await control(exchange, "ws", { action: "resume" });
    await until(() => of("up").length >= 3);
    expect(of("up").map(({ stream }) => stream).toSorted()).toEqual(["candles", "prices", "private"]);
  });

  it("lose no candle and give none unclosed when the connection breaks in the middle of one", async () => {
    const exchange = await openExchange();
    const { of } = await listenTo(exchange);
    await subscribed(exchange, 2);
    await control(exchange, "advance", { to: START + 2 * MINUTE + 30_000 });
    await until(() => of("candle").length === 2);
    await control(exchange, "ws", { action: "drop", channel: "market" });
    await control(exchange, "advance", { to: START + 6 * MINUTE + 30_000 });
    await subscribed(exchange, 4);
    await control(exchange, "advance", { to: START + 8 * MINUTE + 30_000 });
    await until(() => of("candle").length >= 8);
    expect(of("candle").map(({ candle }) => (candle.time - START) / MINUTE)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    for (const { candle } of of("candle")) expect(candle.volume).toBe(1_000);
    expect(of("down").filter(({ stream }) => stream === "candles")).toHaveLength(1);
  });

  it("connect the private stream again after a drop, before they say that it is up", async () => {
    const exchange = await openExchange();
    const { venue, of } = await listenTo(exchange);
    await control(exchange, "ws", { action: "drop", channel: "user" });
    await until(() => of("up").some(({ stream }) => stream === "private"));
    expect(of("down").filter(({ stream }) => stream === "private")).toHaveLength(1);
    await venue.submit(BUY);
    await until(() => of("order").some(({ order }) => order.clientOrderId === ID));
  });

  it("notice that the venue ended the private stream though its socket stays open", async () => {
    const exchange = await openExchange();
    const { of } = await listenTo(exchange);
    await control(exchange, "ws", { action: "expire-session" });
    await until(() => of("up").some(({ stream }) => stream === "private"));
    expect(of("down").map(({ stream, reason }) => [stream, reason])).toEqual([["private", expect.stringContaining("ended")]]);
  });

  it("need no keys for candles and prices", async () => {
    const exchange = await openExchange();
    const { venue, of } = await listenTo(exchange, ["BTC/USDT", "ETH/USDT"], 5_000, false);
    await subscribed(exchange, 4);
    await control(exchange, "advance", { to: START + 2 * MINUTE });
    await until(() => of("candle").length === 4 && of("price").some(({ symbol }) => symbol === "ETH/USDT"));
    expect(await venue.submit(BUY)).toMatchObject({ ok: false, failure: { kind: "denied" } });
    expect(exchange.faults.counts()["WS /ws-api/v3/userDataStream.subscribe.signature"]).toBeUndefined();
  });

  it("say that they are down when nobody is there, and come up when somebody is", async () => {
    const exchange = await openExchange();
    await control(exchange, "ws", { action: "refuse" });
    const { of } = await listenTo(exchange);
    expect(of("down").some(({ stream }) => stream === "private")).toBe(true);
    await control(exchange, "ws", { action: "resume" });
    await until(() => of("up").some(({ stream }) => stream === "private"));
  });

  it("end with the venue: no event, no connection and no request after it is closed", async () => {
    const exchange = await openExchange();
    const { venue, events } = await listenTo(exchange, ["BTC/USDT", "ETH/USDT"], 100);
    await subscribed(exchange, 4);
    await venue.close();
    const [before, counts] = [events.length, exchange.faults.counts()];
    await control(exchange, "advance", { to: START + 3 * MINUTE });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(events).toHaveLength(before);
    expect(exchange.faults.counts()).toEqual(counts);
  });
});
