import { describe, expect, it } from "vitest";
import { MINUTE, type Row, exchange, limit, market, placed, tradesOf } from "./exchange.ts";

/** Two markets of the same candles. */
function pair(rows: readonly Row[]): ReturnType<typeof exchange> {
  return exchange({ more: { markets: [market("BTC/USDT", rows), market("ETH/USDT", rows)], accounts: [{ apiKey: "a", secret: "b", balances: { USDT: "1000000" } }] } });
}

describe("at a stop for a trade", () => {
  it("the market that traded stands exactly at the price of the trade, however steep its path", () => {
    const engine = pair([[100_000, 100_000, 50_000, 50_000]]);
    placed(engine, limit("buy", "77777.77", "0.01"));
    placed(engine, { ...limit("buy", "77777.77", "0.01"), symbol: "ETHUSDT" });
    const first = engine.advance(MINUTE, true);
    expect(engine.lastTicks("BTCUSDT")).toBe(7_777_777);
    expect(engine.trades(0, "ETHUSDT")).toEqual([]);
    // The same millisecond: the other market has waited for its own order.
    expect(engine.advance(MINUTE, true)).toBe(first);
    expect(engine.lastTicks("ETHUSDT")).toBe(7_777_777);
    expect(engine.trades(0, "ETHUSDT")).toHaveLength(1);
  });

  it("the other markets have come as far as the time", () => {
    const engine = pair([[100, 100, 80, 80]]);
    placed(engine, limit("buy", "95"));
    expect(engine.advance(MINUTE, true)).toBe(MINUTE / 4);
    expect(engine.lastTicks("ETHUSDT")).toBe(9_500);
  });

  it("all markets have opened before an open fills an order in any of them", () => {
    const engine = pair([
      [100, 100, 100, 100],
      [90, 90, 90, 90],
    ]);
    placed(engine, limit("buy", "95"));
    engine.advance(2 * MINUTE, true);
    expect(tradesOf(engine)).toHaveLength(1);
    expect(engine.lastTicks("ETHUSDT")).toBe(9_000);
  });

  it("of an open, an order placed in answer at the very price waits for the price to fall", () => {
    const engine = exchange({
      rows: [
        [100, 100, 100, 100],
        [90, 95, 90, 95],
        [95, 95, 89, 95],
      ],
    });
    placed(engine, limit("buy", "95"));
    engine.advance(MINUTE, true);
    placed(engine, limit("buy", "90"));
    engine.advance(2 * MINUTE);
    expect(tradesOf(engine).map(({ ticks }) => ticks)).toEqual([9_500]);
    engine.advance(3 * MINUTE);
    expect(tradesOf(engine).map(({ ticks }) => ticks)).toEqual([9_500, 9_000]);
  });
});
