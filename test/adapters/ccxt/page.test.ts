import { describe, expect, it } from "vitest";
import { openClient } from "../../../src/adapters/ccxt/client.ts";
import { pageSize } from "../../../src/adapters/ccxt/page.ts";

describe("size of a page", () => {
  // The limits are those of ccxt 4.5.84, `features.spot.fetchOHLCV.limit`; kucoin's and bitfinex's are above our own.
  it.each([
    ["binance", 1_000],
    ["bitget", 200],
    ["okx", 300],
    ["kraken", 720],
    ["kucoin", 1_000],
    ["bitfinex", 1_000],
  ])("is what %s gives at once and never above 1,000", async (exchange, size) => {
    const client = await openClient(exchange);
    client.setMarkets([{ id: "BTCUSDT", symbol: "BTC/USDT", base: "BTC", quote: "USDT", type: "spot", spot: true, precision: {}, limits: {} }]);
    expect(pageSize(client, "BTC/USDT")).toBe(size);
  });
});
