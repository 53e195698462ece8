import { afterEach, describe, expect, it } from "vitest";
import { clientOf, closeAll, control, failure, marketOf, MINUTE, openExchange, START, swinging } from "./fixture.ts";

afterEach(closeAll);

const DAY = 1_440 * MINUTE;

describe("market data with the real client", () => {
  it("lists the markets with their steps and limits", async () => {
    const client = await clientOf(await openExchange());
    const markets = await client.loadMarkets();
    expect(Object.keys(markets)).toEqual(["BTC/USDT", "ETH/USDT"]);
    expect(markets["BTC/USDT"]).toMatchObject({
      id: "BTCUSDT",
      spot: true,
      active: true,
      precision: { price: 0.01, amount: 0.00001 },
      limits: { amount: { min: 0.00001 }, price: { min: 0.01 }, cost: { min: 5 } },
    });
  });

  it("shows changed filters and a halt to a client that loads again", async () => {
    const exchange = await openExchange();
    const client = await clientOf(exchange);
    await control(exchange, "filters", { symbol: "BTC/USDT", priceStep: 0.1, quantityStep: 0.001, minQuantity: 0.001, minNotional: 20 });
    await control(exchange, "halt", { symbol: "BTCUSDT" });
    const markets = await client.loadMarkets(true);
    expect(markets["BTC/USDT"]).toMatchObject({
      active: false,
      precision: { price: 0.1, amount: 0.001 },
      limits: { amount: { min: 0.001 }, cost: { min: 20 } },
    });
    expect((await failure(client.createOrder("BTC/USDT", "limit", "buy", 1, 99))).message).toContain("Market is closed.");
  });

  it("gives candles from a start, up to now and at most as many as asked for", async () => {
    const exchange = await openExchange();
    const client = await clientOf(exchange);
    await control(exchange, "advance", { to: START + 10 * MINUTE });
    const candles = await client.fetchOHLCV("BTC/USDT", "1m", START + MINUTE, 3);
    expect(candles).toEqual([
      [START + MINUTE, 101, 101, 100, 100, 1_000],
      [START + 2 * MINUTE, 100, 100, 99, 99, 1_000],
      [START + 3 * MINUTE, 99, 100, 99, 100, 1_000],
    ]);
    expect((await client.fetchOHLCV("BTC/USDT", "1m", START)).length).toBe(11);
    expect((await client.fetchOHLCV("BTC/USDT", "1m", undefined, 2)).map(([time]) => time)).toEqual([START + 9 * MINUTE, START + 10 * MINUTE]);
    expect((await client.fetchOHLCV("BTC/USDT", "5m", START, 1))[0]).toEqual([START, 100, 101, 99, 101, 5_000]);
  });

  it.each([
    ["1h", START + 60 * MINUTE],
    ["1d", START + DAY],
    ["3d", START + 2 * DAY],
    ["1w", START + 7 * DAY],
    ["1M", Date.UTC(2024, 1, 1)],
  ])("makes candles of %s", async (interval, next) => {
    const exchange = await openExchange({ markets: [marketOf("BTC/USDT", swinging(33 * 1_440))] });
    const client = await clientOf(exchange);
    await control(exchange, "advance", { to: START + 32 * DAY });
    const candles = await client.fetchOHLCV("BTC/USDT", interval, START, 1_000);
    expect(candles.map(([time]) => time)).toContain(next);
    expect(candles.reduce((sum, [, , , , , volume]) => sum + volume!, 0)).toBeGreaterThanOrEqual(28 * 1_440_000);
  });

  it("refuses intervals that its candles cannot make", async () => {
    const exchange = await openExchange();
    const client = await clientOf(exchange);
    expect((await failure(client.fetchOHLCV("BTC/USDT", "1s"))).message).toContain("-1120");
    const odd = await fetch(`${exchange.url}/api/v3/klines?symbol=BTCUSDT&interval=7m`);
    expect(await odd.json()).toMatchObject({ code: -1120 });
  });

  it("gives book, tickers and the time of the market", async () => {
    const exchange = await openExchange();
    const client = await clientOf(exchange);
    await control(exchange, "advance", { to: START + 2 * MINUTE });
    expect(await client.fetchTime()).toBe(START + 2 * MINUTE);
    expect(await client.fetchTicker("BTC/USDT")).toMatchObject({ last: 100, open: 100, high: 101, low: 100 });
    const book = await client.fetchOrderBook("BTC/USDT", 5);
    expect(book.bids[0]![0]).toBeLessThanOrEqual(book.asks[0]![0]!);
    expect(Object.keys(await client.fetchTickers(["BTC/USDT", "ETH/USDT"]))).toEqual(["BTC/USDT", "ETH/USDT"]);
    expect(Object.keys(await client.fetchBidsAsks(["BTC/USDT"]))).toEqual(["BTC/USDT"]);
    expect((await client.fetchLastPrices(["BTC/USDT"]))["BTC/USDT"]).toMatchObject({ price: 100 });
  });

  it("does not know other symbols", async () => {
    const exchange = await openExchange();
    const response = await fetch(`${exchange.url}/api/v3/ticker/price?symbol=DOGEUSDT`);
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ code: -1121, msg: "Invalid symbol." });
  });

  it("says what a key may do, what it pays, and that the venue is up", async () => {
    const client = await clientOf(await openExchange());
    expect(await client.fetchTradingFee("BTC/USDT")).toMatchObject({ maker: 0.001, taker: 0.001 });
    expect(await client.fetchStatus()).toMatchObject({ status: "ok" });
    expect(await client["sapiGetAccountApiRestrictions"]()).toMatchObject({ enableReading: true, enableSpotAndMarginTrading: true, enableWithdrawals: false });
  });
});
