import { describe, expect, it } from "vitest";
import type { Engine, PlaceRequest } from "../../../src/exchange/engine/model.ts";
import { MINUTE, balance, exchange, limit, must, placed, refusal, tradesOf } from "./exchange.ts";

function depth(engine: Engine): { bids: readonly (readonly [number, number])[]; asks: readonly (readonly [number, number])[] } {
  return must(engine.book("BTCUSDT", 100));
}

function sum(levels: readonly (readonly [number, number])[]): number {
  return levels.reduce((total, [, steps]) => total + steps, 0);
}

function quantity(steps: number): string {
  return (steps / 1_000).toFixed(3);
}

function market(side: "buy" | "sell", more: Partial<PlaceRequest>): PlaceRequest {
  return { symbol: "BTCUSDT", side, type: "MARKET", ...more };
}

describe("the thin book", () => {
  it("stands one tick apart around the price, the ask above it when the price stands or fell", () => {
    const engine = exchange({ book: "thin", rows: [[100, 101, 99, 101]] });
    expect(depth(engine).bids[0]?.[0]).toBe(10_000);
    expect(depth(engine).asks[0]?.[0]).toBe(10_001);
    engine.advance(MINUTE);
    expect(depth(engine).bids[0]?.[0]).toBe(10_099);
    expect(depth(engine).asks[0]?.[0]).toBe(10_100);
  });

  it("is the same for the same seed and another for another", () => {
    const made = (seed: number): unknown => depth(exchange({ book: "thin", more: { seed } }));
    expect(made(7)).toEqual(made(7));
    expect(made(7)).not.toEqual(made(8));
  });

  it("is walked level by level by a large order", () => {
    const engine = exchange({ book: "thin" });
    const { asks } = depth(engine);
    const [first, second] = [asks[0]!, asks[1]!];
    const { order, trades } = placed(engine, market("buy", { quantity: quantity(first[1] + 3) }));
    expect(trades.map(({ ticks, steps, maker }) => [ticks, steps, maker])).toEqual([
      [first[0], first[1], false],
      [second[0], 3, false],
    ]);
    expect(order.status).toBe("FILLED");
    expect(depth(engine).asks[0]).toEqual([second[0], second[1] - 3]);
    engine.check();
  });

  it("keeps what was taken from it gone until the price moves", () => {
    const engine = exchange({ book: "thin", rows: [[100, 101, 99, 101]] });
    const before = sum(depth(engine).asks);
    placed(engine, market("buy", { quantity: "0.5" }));
    expect(sum(depth(engine).asks)).toBe(before - 500);
    engine.advance(MINUTE);
    expect(depth(engine).asks).toHaveLength(20);
  });

  it("leaves the rest of a market order expired and that of a limit order resting", () => {
    const rows = [[100, 100, 100, 100, 10]] as const;
    const taker = exchange({ book: "thin", rows });
    const available = sum(depth(taker).asks);
    expect(placed(taker, market("buy", { quantity: quantity(available + 1_000) })).order).toMatchObject({ status: "EXPIRED", filledSteps: available });
    const rester = exchange({ book: "thin", rows });
    expect(placed(rester, limit("buy", "150", quantity(available + 1_000))).order).toMatchObject({ status: "PARTIALLY_FILLED", filledSteps: available });
    expect(must(rester.openOrders(0))).toHaveLength(1);
    expect(balance(rester, "USDT")).toMatch(/\/150\.00000000$/);
    taker.check();
    rester.check();
  });
});

describe("orders that take", () => {
  it("pay the taker's fee in the asset that they receive", () => {
    const engine = exchange();
    placed(engine, market("buy", { quantity: "1" }));
    placed(engine, market("sell", { quantity: "2" }));
    expect(tradesOf(engine).map(({ feeUnits, feeAsset }) => [feeUnits, feeAsset])).toEqual([
      [200_000, "BTC"],
      [40_000_000, "USDT"],
    ]);
  });

  it("release what they had locked above the price that they got", () => {
    const engine = exchange();
    placed(engine, limit("buy", "110", "2"));
    expect(balance(engine, "USDT")).toBe("99800.00000000/0.00000000");
    engine.check();
  });

  it("spend at most the given quote, in whole lots", () => {
    const engine = exchange({ rows: [[99.99, 99.99, 99.99, 99.99]] });
    const { order } = placed(engine, market("buy", { quoteOrderQty: "1000" }));
    // 1000 / 99.99 = 10.0010001.
    expect(order).toMatchObject({ status: "FILLED", steps: 10_001, filledSteps: 10_001 });
    expect(balance(engine, "USDT")).toBe("99000.00001000/0.00000000");
  });

  it("as IOC expire with what they could not get", () => {
    const engine = exchange({ book: "thin" });
    const [, steps] = depth(engine).asks[0]!;
    const { order } = placed(engine, limit("buy", "100.01", quantity(steps + 5), { timeInForce: "IOC" }));
    expect(order).toMatchObject({ status: "EXPIRED", filledSteps: steps });
    expect(balance(engine, "USDT")).toMatch(/\/0\.00000000$/);
  });

  it("as FOK get all or nothing", () => {
    const engine = exchange({ book: "thin" });
    const [, steps] = depth(engine).asks[0]!;
    const nothing = placed(engine, limit("buy", "100.01", quantity(steps + 1), { timeInForce: "FOK" }));
    expect(nothing).toMatchObject({ order: { status: "EXPIRED", filledSteps: 0 }, trades: [] });
    const all = placed(engine, limit("buy", "100.01", quantity(steps), { timeInForce: "FOK" }));
    expect(all.order.status).toBe("FILLED");
    engine.check();
  });

  it("are refused as LIMIT_MAKER, which rests at the bid", () => {
    const engine = exchange({ book: "thin" });
    const maker = (price: string): PlaceRequest => ({ symbol: "BTCUSDT", side: "buy", type: "LIMIT_MAKER", price, quantity: "1" });
    expect(refusal(engine.place(0, maker("100.01")))).toBe("-2010 Order would immediately match and take.");
    expect(placed(engine, maker("100")).order.status).toBe("NEW");
  });
});

describe("the deep book", () => {
  it("fills any size at the price itself", () => {
    const engine = exchange();
    placed(engine, market("sell", { quantity: "100" }));
    expect(tradesOf(engine)).toMatchObject([{ ticks: 10_000, steps: 100_000, maker: false }]);
  });

  it("lets an order at the very price rest, as the backtest does, unless it must be filled at once", () => {
    const engine = exchange();
    expect(placed(engine, limit("buy", "100")).order.status).toBe("NEW");
    expect(placed(engine, limit("buy", "100", "1", { timeInForce: "IOC" })).order.status).toBe("FILLED");
    expect(placed(engine, limit("buy", "100.01")).order.status).toBe("FILLED");
  });
});
