import { afterEach, describe, expect, it } from "vitest";
import { clientOf, closeAll, control, failure, marketOf, MINUTE, openExchange, START, swinging } from "./fixture.ts";

afterEach(closeAll);

describe("public trades with the real client", () => {
  it("tell the volume of the candles, bought while the price rises and sold while it falls", async () => {
    const exchange = await openExchange({ markets: [marketOf("BTC/USDT", [100, 101, 100, 100], 30)] });
    const client = await clientOf(exchange);
    await control(exchange, "advance", { to: START + 3 * MINUTE });
    const trades = await client.fetchTrades("BTC/USDT");
    expect(trades.map(({ timestamp, side, price, amount }) => [timestamp! - START, side, price, amount])).toEqual([
      // 100 up to 101, then down to 100, then a minute in which nothing moved.
      [MINUTE, "buy", 101, 30],
      [2 * MINUTE, "sell", 100, 30],
      [2 * MINUTE + MINUTE / 3, "buy", 100, 10],
      [2 * MINUTE + (2 * MINUTE) / 3, "buy", 100, 10],
      [3 * MINUTE, "buy", 100, 10],
    ]);
    const single = await client.fetchTrades("BTC/USDT", undefined, 500, { fetchTradesMethod: "publicGetTrades" });
    expect(single.map(({ id, timestamp, side, price, amount }) => [id, timestamp, side, price, amount])).toEqual(trades.map(({ id, timestamp, side, price, amount }) => [id, timestamp, side, price, amount]));
  });

  it("never tell what has not traded yet, and never change what they told", async () => {
    const exchange = await openExchange();
    const client = await clientOf(exchange);
    expect(await client.fetchTrades("BTC/USDT")).toEqual([]);
    let before: (string | undefined)[] = [];
    for (const seconds of [90, 151, 300, 301]) {
      await control(exchange, "advance", { to: START + seconds * 1_000 });
      const trades = await client.fetchTrades("BTC/USDT");
      expect(Math.max(...trades.map(({ timestamp }) => timestamp!))).toBeLessThanOrEqual(START + seconds * 1_000);
      const told = trades.map(({ id, timestamp, price, amount }) => `${id} ${timestamp} ${price} ${amount}`);
      expect(told.slice(0, before.length)).toEqual(before);
      before = told;
    }
    expect(before.length).toBe(5);
  });

  it("are the last ones, or the first of a span when it has a begin", async () => {
    const exchange = await openExchange();
    const client = await clientOf(exchange);
    await control(exchange, "advance", { to: START + 60 * MINUTE });
    const times = async (since?: number, limit?: number, params = {}): Promise<number[]> => (await client.fetchTrades("BTC/USDT", since, limit, params)).map(({ timestamp }) => (timestamp! - START) / MINUTE);
    expect(await times(undefined, 3)).toEqual([58, 59, 60]);
    expect(await times(START + 10 * MINUTE, 3)).toEqual([10, 11, 12]);
    expect(await times(START + 10 * MINUTE, 10, { until: START + 12 * MINUTE })).toEqual([10, 11, 12]);
    const rows = async (query: string): Promise<{ a: number }[]> => (await (await fetch(`${exchange.url}/api/v3/aggTrades?symbol=BTCUSDT&${query}`)).json()) as { a: number }[];
    const [third] = (await rows("limit=3")).slice(-1);
    expect((await rows(`fromId=${third!.a}`)).map(({ a }) => a)).toEqual([third!.a]);
  });

  it("weigh what they weigh at Binance and refuse what Binance refuses", async () => {
    const exchange = await openExchange({ markets: [marketOf("BTC/USDT", swinging(10))] });
    const used = async (path: string): Promise<number> => Number((await fetch(`${exchange.url}${path}`)).headers.get("x-mbx-used-weight-1m"));
    expect(await used("/api/v3/trades?symbol=BTCUSDT")).toBe(25);
    expect(await used("/api/v3/aggTrades?symbol=BTCUSDT")).toBe(29);
    const code = async (path: string): Promise<unknown> => ((await (await fetch(`${exchange.url}${path}`)).json()) as { code: number }).code;
    expect(await code("/api/v3/trades")).toBe(-1102);
    expect(await code("/api/v3/trades?symbol=DOGEUSDT")).toBe(-1121);
    expect(await code("/api/v3/aggTrades?symbol=BTCUSDT&limit=many")).toBe(-1100);
    expect(await code("/api/v3/trades?symbol=BTCUSDT&startTime=1")).toBe(-1104);
    const client = await clientOf(exchange);
    expect((await failure(client.fetchTrades("DOGE/USDT"))).name).toBe("BadSymbol");
  });
});
