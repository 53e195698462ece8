import { describe, expect, it } from "vitest";
import { baseOf, priceOf, quantityOf, quoteOf } from "../../../src/core/instrument.ts";
import { MINUTE, balance, exchange, limit, must, placed, refusal, tradesOf } from "./exchange.ts";

describe("changed filters", () => {
  it("bind new orders and leave open ones as they are", () => {
    const engine = exchange({ rows: [[100, 100, 98, 98]] });
    placed(engine, limit("buy", "98.53", "1.234"));
    expect(engine.setFilters("BTCUSDT", { priceStep: 0.1, quantityStep: 0.01, minQuantity: 0.1 })).toBeNull();
    expect(refusal(engine.place(0, limit("buy", "98.53", "1.23")))).toBe("-1013 Filter failure: PRICE_FILTER");
    expect(refusal(engine.place(0, limit("buy", "98.5", "1.234")))).toBe("-1013 Filter failure: LOT_SIZE");
    expect(refusal(engine.place(0, limit("buy", "98.5", "0.09")))).toBe("-1013 Filter failure: LOT_SIZE");
    placed(engine, limit("buy", "98.5", "0.1"));
    engine.check();
    engine.advance(MINUTE);
    const instrument = engine.instrument("BTCUSDT")!;
    expect(instrument.filters.priceStep).toBe(0.1);
    expect(tradesOf(engine).map(({ ticks, steps }) => [priceOf(instrument, ticks), quantityOf(instrument, steps)])).toEqual([
      [98.53, 1.234],
      [98.5, 0.1],
    ]);
    engine.check();
  });

  it("finer than before keep every order and trade at its exact price, quantity and worth", () => {
    const engine = exchange({ rows: [[100, 100, 99, 99], [99, 99, 95, 95]] });
    placed(engine, limit("buy", "99", "1.5"));
    placed(engine, limit("buy", "96", "1.5"));
    engine.advance(MINUTE);
    const before = [balance(engine, "USDT"), balance(engine, "BTC")];
    expect(engine.setFilters("BTCUSDT", { priceStep: 0.0003, quantityStep: 0.00002, minQuantity: 0.00002 })).toBeNull();
    engine.check();
    expect([balance(engine, "USDT"), balance(engine, "BTC")]).toEqual(before);
    const instrument = engine.instrument("BTCUSDT")!;
    const [trade] = tradesOf(engine);
    expect([priceOf(instrument, trade!.ticks), quantityOf(instrument, trade!.steps), quoteOf(instrument, trade!.quoteUnits)]).toEqual([99, 1.5, 148.5]);
    const [open] = must(engine.openOrders(0));
    expect(priceOf(instrument, open!.ticks)).toBe(96);
    expect(priceOf(instrument, engine.lastTicks("BTCUSDT")!)).toBe(99);
    placed(engine, limit("buy", "95.0001", "1.00002"));
    expect(refusal(engine.place(0, limit("buy", "95.0002", "1")))).toBe("-1013 Filter failure: PRICE_FILTER");
    engine.advance(2 * MINUTE);
    expect(tradesOf(engine)).toHaveLength(3);
    engine.check();
  });

  it("that no instrument can have are refused and change nothing", () => {
    const engine = exchange();
    const before = engine.instrument("BTCUSDT");
    expect(refusal(engine.setFilters("BTCUSDT", { priceStep: 0 }))).toMatch(/^-1100 priceStep 0 /);
    expect(refusal(engine.setFilters("BTCUSDT", { quantityStep: 1e-10 }))).toMatch(/too fine/);
    expect(refusal(engine.setFilters("BTCUSDT", { minNotional: -1 }))).toMatch(/negative/);
    expect(refusal(engine.setFilters("NONE", {}))).toBe("-1121 Invalid symbol.");
    expect(engine.instrument("BTCUSDT")).toBe(before);
  });

  it("keep the book on the new price step", () => {
    const engine = exchange({ book: "thin", rows: [[100.07, 100.07, 100.07, 100.07]] });
    engine.setFilters("BTCUSDT", { priceStep: 0.1 });
    const { bids, asks } = must(engine.book("BTCUSDT", 5));
    const instrument = engine.instrument("BTCUSDT")!;
    expect([bids[0]![0], asks[0]![0]].map((ticks) => priceOf(instrument, ticks))).toEqual([100.1, 100.2]);
    expect([...bids, ...asks].every(([ticks, steps]) => ticks % 10 === 0 && steps >= 1)).toBe(true);
  });

  it("finer than eight decimals of the base keep fees at their worth", () => {
    const engine = exchange({ rows: [[100, 101, 99, 100]] });
    placed(engine, limit("buy", "99", "0.5"));
    placed(engine, limit("sell", "101", "0.5"));
    engine.advance(MINUTE);
    const worth = (): number[] =>
      tradesOf(engine).map(({ side, feeUnits }) => (side === "buy" ? baseOf : quoteOf)(engine.instrument("BTCUSDT")!, feeUnits));
    expect(worth()).toEqual([0.0005, 0.0505]);
    const scale = engine.instrument("BTCUSDT")!.quoteScale;
    expect(engine.setFilters("BTCUSDT", { quantityStep: 1e-9, minQuantity: 1e-9 })).toBeNull();
    expect(engine.instrument("BTCUSDT")!.quoteScale).toBe(scale * 1_000);
    expect(worth()).toEqual([0.0005, 0.0505]);
    expect(must(engine.orders(0, "BTCUSDT")).map(({ filledQuote }) => quoteOf(engine.instrument("BTCUSDT")!, filledQuote))).toEqual([49.5, 50.5]);
    engine.check();
  });

  it("keep stop prices and what is left of a candle's volume", () => {
    const engine = exchange({ rows: [[100, 100, 96, 96, 2]] });
    placed(engine, limit("buy", "99", "1.5"));
    placed(engine, { ...limit("sell", "97"), type: "STOP_LOSS_LIMIT", stopPrice: "98" }, 1);
    engine.advance(MINUTE, true);
    expect(engine.setFilters("BTCUSDT", { priceStep: 0.001, quantityStep: 0.0001 })).toBeNull();
    placed(engine, limit("buy", "97", "1.5"));
    engine.advance(MINUTE);
    const instrument = engine.instrument("BTCUSDT")!;
    expect(tradesOf(engine).map(({ steps }) => quantityOf(instrument, steps))).toEqual([1.5, 0.5]);
    expect(tradesOf(engine, 1).map(({ ticks }) => priceOf(instrument, ticks))).toEqual([98]);
  });

  it("with a coarser quantity step make a market order spend in whole steps of it", () => {
    const engine = exchange();
    engine.setFilters("BTCUSDT", { quantityStep: 0.1, minQuantity: 0.1 });
    const { order } = placed(engine, { symbol: "BTCUSDT", side: "buy", type: "MARKET", quoteOrderQty: "1005" });
    expect(quantityOf(engine.instrument("BTCUSDT")!, order.filledSteps)).toBe(10);
  });
});
