import { describe, expect, it } from "vitest";
import { resolveFilters } from "../../../src/app/definition/instrument-auto.ts";
import { seriesFrom } from "../../../src/core/candle.ts";

const AUTO = { priceStep: "auto", quantityStep: "auto", minQuantity: "auto", minNotional: "auto" } as const;
const closes = (...prices: number[]) =>
  seriesFrom(prices.map((close, i) => ({ time: i * 60_000, open: close, high: close, low: close, close, volume: 1 })), 60_000);

describe("filters that are left to the program", () => {
  it.each([
    ["of a dollar market", closes(105_573.73, 105_554.3, 105_600), "USDT", { priceStep: 0.01, minNotional: 5 }],
    ["of a cheap coin", closes(0.07123, 0.0712), "USDT", { priceStep: 0.00001, minNotional: 5 }],
    ["in coins", closes(0.0025), "BTC", { priceStep: 0.0001, minNotional: 0.0001 }],
    ["of whole numbers", closes(100, 103), "USD", { priceStep: 1, minNotional: 5 }],
  ])("are as fine as the candles %s", (_, series, quote, expected) => {
    const filters = resolveFilters(AUTO, null, series, quote);
    expect(filters.priceStep).toBe(expected.priceStep);
    expect(filters.minNotional).toBe(expected.minNotional);
    // One step is worth at most a thousandth of the smallest order.
    expect(filters.quantityStep * series.close[series.length - 1]!).toBeLessThanOrEqual(expected.minNotional / 1_000);
    expect(filters.minQuantity).toBe(filters.quantityStep);
  });

  it("leave the decimals to the price where both would be too fine together", () => {
    expect(resolveFilters(AUTO, null, closes(0.00261367), "BTC")).toMatchObject({ priceStep: 1e-8, quantityStep: 0.001 });
    expect(resolveFilters(AUTO, null, closes(61_234.12345), "USD")).toMatchObject({ priceStep: 0.001, quantityStep: 1e-8 });
  });

  it("do not take a float's noise for decimals", () => {
    expect(resolveFilters(AUTO, null, closes(457.3340148925781, 424.44000244140625), "USD").priceStep).toBe(0.00001);
    expect(resolveFilters(AUTO, null, closes(0.0026136700000000002, 0.0026154900000000003), "BTC").priceStep).toBe(1e-8);
  });

  it("are the venue's where it is known, and the definition's where it says so", () => {
    const venue = { priceStep: 0.1, quantityStep: 0.001, minQuantity: 0.002, minNotional: 10 };
    expect(resolveFilters(AUTO, venue, closes(100.01), "USDT")).toEqual(venue);
    expect(resolveFilters({ ...AUTO, priceStep: 1 }, venue, closes(100.01), "USDT")).toEqual({ ...venue, priceStep: 1 });
  });
});
