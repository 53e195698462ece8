import { describe, expect, it } from "vitest";
import type { PlaceRequest } from "../../../src/exchange/engine/model.ts";
import { MINUTE, balance, exchange, listen, must, placed, refusal, tradesOf } from "./exchange.ts";

function stop(side: "buy" | "sell", type: "STOP_LOSS_LIMIT" | "TAKE_PROFIT_LIMIT", stopPrice: string, price: string, quantity = "1"): PlaceRequest {
  return { symbol: "BTCUSDT", side, type, timeInForce: "GTC", price, stopPrice, quantity };
}

describe("stop orders", () => {
  it("lock their funds and wait without resting", () => {
    const engine = exchange();
    placed(engine, stop("sell", "STOP_LOSS_LIMIT", "95", "94"));
    expect(balance(engine, "BTC")).toBe("99.00000000/1.00000000");
    expect(must(engine.openOrders(0))).toMatchObject([{ status: "NEW", triggered: false, stopTicks: 9_500 }]);
    engine.check();
  });

  it("become limits when the last price reaches the stop, and take what is there", () => {
    const engine = exchange({ rows: [[100, 100, 90, 100]] });
    placed(engine, stop("sell", "STOP_LOSS_LIMIT", "95", "94"));
    engine.advance(MINUTE);
    expect(tradesOf(engine)).toMatchObject([{ ticks: 9_500, maker: false, time: 15_000 }]);
    expect(must(engine.orders(0, "BTCUSDT"))).toMatchObject([{ status: "FILLED", triggered: true }]);
  });

  it.each([
    ["sell", "STOP_LOSS_LIMIT", "95", "94"],
    ["sell", "TAKE_PROFIT_LIMIT", "105", "104"],
    ["buy", "STOP_LOSS_LIMIT", "105", "106"],
    ["buy", "TAKE_PROFIT_LIMIT", "95", "96"],
  ] as const)("of a %s with %s trigger at %s", (side, type, at, price) => {
    const engine = exchange({ rows: [[100, 106, 94, 100]] });
    placed(engine, stop(side, type, at, price));
    expect(engine.advance(MINUTE, true)).toBeLessThan(MINUTE);
    expect(tradesOf(engine)).toMatchObject([{ side, ticks: Number(at) * 100 }]);
  });

  it("rest at their limit when the price jumps past it", () => {
    const engine = exchange({
      rows: [
        [100, 100, 100, 100],
        [90, 97, 90, 90],
      ],
    });
    placed(engine, stop("sell", "STOP_LOSS_LIMIT", "95", "94"));
    engine.advance(MINUTE);
    expect(must(engine.openOrders(0))).toMatchObject([{ triggered: true, status: "NEW" }]);
    engine.advance(2 * MINUTE);
    expect(tradesOf(engine)).toMatchObject([{ ticks: 9_400, maker: true }]);
    engine.check();
  });

  it("are refused when they would trigger at once", () => {
    const engine = exchange();
    expect(refusal(engine.place(0, stop("sell", "STOP_LOSS_LIMIT", "100", "99")))).toBe("-2010 Stop price would trigger immediately.");
    expect(refusal(engine.place(0, stop("sell", "TAKE_PROFIT_LIMIT", "99", "99")))).toBe("-2010 Stop price would trigger immediately.");
  });

  it("trigger before resting orders further down the path and after those before them", () => {
    const engine = exchange({ rows: [[100, 100, 90, 90]] });
    const request = (side: "buy", price: string): PlaceRequest => ({ symbol: "BTCUSDT", side, type: "LIMIT", timeInForce: "GTC", price, quantity: "1" });
    placed(engine, request("buy", "94"));
    placed(engine, stop("sell", "STOP_LOSS_LIMIT", "95", "94"));
    placed(engine, request("buy", "96"));
    engine.advance(MINUTE);
    expect(tradesOf(engine).map(({ ticks }) => ticks)).toEqual([9_600, 9_500, 9_400]);
  });

  it("release their funds when canceled before they trigger", () => {
    const engine = exchange();
    const { order } = placed(engine, stop("buy", "STOP_LOSS_LIMIT", "105", "106"));
    expect(must(engine.cancel(0, "BTCUSDT", { id: order.id })).status).toBe("CANCELED");
    expect(balance(engine, "USDT")).toBe("100000.00000000/0.00000000");
    engine.check();
  });

  it("with IOC expire when nothing is there for them once triggered", () => {
    const engine = exchange({ rows: [[100, 100, 90, 90]] });
    placed(engine, { ...stop("buy", "TAKE_PROFIT_LIMIT", "95", "93"), timeInForce: "IOC" });
    engine.advance(MINUTE);
    expect(must(engine.orders(0, "BTCUSDT"))).toMatchObject([{ status: "EXPIRED", triggered: true, filledSteps: 0 }]);
    expect(balance(engine, "USDT")).toBe("100000.00000000/0.00000000");
    engine.check();
  });

  it("that the price passed during a halt trigger when it is over", () => {
    const engine = exchange({ rows: [[100, 100, 90, 92]] });
    placed(engine, stop("sell", "STOP_LOSS_LIMIT", "95", "80"));
    engine.setHalted("BTCUSDT", true);
    engine.advance(MINUTE);
    expect(tradesOf(engine)).toEqual([]);
    engine.setHalted("BTCUSDT", false);
    engine.advance(MINUTE);
    expect(tradesOf(engine)).toMatchObject([{ ticks: 9_200, time: MINUTE }]);
  });

  it("say when they are triggered: NEW again, before their trades", () => {
    const engine = exchange({ rows: [[100, 100, 90, 90]] });
    placed(engine, stop("sell", "STOP_LOSS_LIMIT", "95", "94"));
    const events = listen(engine);
    engine.advance(MINUTE);
    expect(events.flatMap((event) => (event.type === "order" ? [`${event.execution} ${event.order.triggered}`] : []))).toEqual(["NEW true", "TRADE true"]);
  });

  it("at the price of a resting order go by age", () => {
    const engine = exchange({ rows: [[100, 100, 90, 90]] });
    const buy: PlaceRequest = { symbol: "BTCUSDT", side: "buy", type: "LIMIT", timeInForce: "GTC", price: "95", quantity: "1" };
    placed(engine, stop("sell", "STOP_LOSS_LIMIT", "95", "94"));
    placed(engine, buy);
    placed(engine, stop("sell", "STOP_LOSS_LIMIT", "95", "94"));
    engine.advance(MINUTE);
    expect(tradesOf(engine).map(({ orderId }) => orderId)).toEqual([1, 2, 3]);
  });
});
