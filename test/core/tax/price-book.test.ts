import { describe, expect, it } from "vitest";
import { textOf } from "../../../src/core/holdings/exact.ts";
import { type PriceAnswer, priceBook, type PriceSeries } from "../../../src/core/tax/price-book.ts";

const HOUR = 3_600_000;
const T = Date.UTC(2024, 0, 1);
const series = (symbol: string, closes: readonly number[], timeframe = HOUR, from = T): PriceSeries => ({ symbol, source: `${symbol}.csv`, timeframe, time: closes.map((_, i) => from + i * timeframe), close: closes });
const price = (answer: PriceAnswer): string => ("why" in answer ? answer.why : `${textOf(answer.price)} (${answer.legs.map(({ symbol, closedAt, inverted }) => `${inverted ? "1/" : ""}${symbol} ${(closedAt - T) / HOUR}h`).join(", ")})`);

describe("prices in the tax currency", () => {
  it("is the close of the last candle that had closed, never of one still open", () => {
    const at = priceBook([series("BTC/EUR", [10, 20, 30])], "EUR", 24 * HOUR);
    expect([0.5, 1, 1.99, 2, 3, 20].map((hours) => price(at("BTC", T + hours * HOUR)))).toEqual([
      "no candle of BTC that leads to EUR had closed shortly before", "10 (BTC/EUR 1h)", "10 (BTC/EUR 1h)", "20 (BTC/EUR 2h)", "30 (BTC/EUR 3h)", "30 (BTC/EUR 3h)",
    ]);
  });

  it("is none when the candle is older than the limit, or not a price", () => {
    const at = priceBook([series("BTC/EUR", [10, Number.NaN])], "EUR", 2 * HOUR);
    expect(price(at("BTC", T + 1.5 * HOUR))).toBe("10 (BTC/EUR 1h)");
    expect(price(at("BTC", T + 2 * HOUR))).toMatch(/^no candle/);
    expect(price(priceBook([series("BTC/EUR", [10])], "EUR", 2 * HOUR)("BTC", T + 3 * HOUR + 1))).toMatch(/^no candle/);
  });

  it("goes over one other asset at the most, USDT first, either way round, and never takes a stablecoin for its currency", () => {
    const all = [series("SOL/BTC", [0.002]), series("SOL/USDT", [100]), series("EUR/USDT", [1.25]), series("BTC/EUR", [40_000]), series("PEPE/SOL", [0.00000012])];
    const at = priceBook(all, "EUR", HOUR);
    expect(price(at("SOL", T + HOUR))).toBe("80 (SOL/USDT 1h, 1/EUR/USDT 1h)");
    expect(price(at("USDT", T + HOUR))).toBe("0.8 (1/EUR/USDT 1h)");
    expect(price(priceBook(all.slice(0, 1).concat(all.slice(3)), "EUR", HOUR)("SOL", T + HOUR))).toBe("80 (SOL/BTC 1h, BTC/EUR 1h)");
    expect(price(at("PEPE", T + HOUR))).toBe("the candles of PEPE do not lead to EUR over one other asset");
    expect(price(at("DOGE", T + HOUR))).toBe("there are no candles of DOGE");
    expect(price(priceBook([series("BTC/USD", [40_000])], "USD", HOUR)("USDT", T + HOUR))).toBe("there are no candles of USDT");
  });

  it("prefers the candle that closed last where several sources have the pair", () => {
    const at = priceBook([series("BTC/EUR", [10], 4 * HOUR), series("BTC/EUR", [1, 2, 3, 4, 5])], "EUR", 24 * HOUR);
    expect(price(at("BTC", T + 4.5 * HOUR))).toBe("10 (BTC/EUR 4h)");
    expect(price(at("BTC", T + 5 * HOUR))).toBe("5 (BTC/EUR 5h)");
  });

  it("keeps every digit of a tiny price", () => {
    expect(price(priceBook([series("SHIB/EUR", [1.2e-8])], "EUR", HOUR)("SHIB", T + HOUR))).toBe("0.000000012 (SHIB/EUR 1h)");
  });
});
