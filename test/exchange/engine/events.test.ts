import { describe, expect, it } from "vitest";
import type { EngineEvent } from "../../../src/exchange/engine/model.ts";
import { MINUTE, exchange, limit, listen, must, placed } from "./exchange.ts";

function brief(event: EngineEvent): string {
  switch (event.type) {
    case "order":
      return `${event.execution} ${event.order.status} ${event.order.filledSteps}`;
    case "balance":
      return `balance ${event.balances.map(({ asset, free, locked }) => `${asset} ${Number(free)}/${Number(locked)}`).join(" ")}`;
    case "candle":
      return `candle ${event.candle.time} ${event.candle.closed ? "closed" : "opened"} ${event.candle.close}`;
    case "book":
      return `book ${event.bid}/${event.ask}`;
  }
}

describe("events", () => {
  it("of an order are NEW, then its trades, with balances after each change", () => {
    const engine = exchange({ more: { fees: { maker: 0, taker: 0.01 } } });
    const events = listen(engine);
    placed(engine, limit("buy", "110", "2"));
    expect(events.map(brief)).toEqual(["NEW NEW 0", "balance BTC 100/0 USDT 99780/220", "TRADE FILLED 2000", "balance BTC 101.98/0 USDT 99800/0"]);
  });

  it("show an order as it was at the time of each, and later changes do not reach into them", () => {
    const engine = exchange({ book: "thin" });
    const events = listen(engine);
    const { order } = placed(engine, { symbol: "BTCUSDT", side: "buy", type: "MARKET", quantity: "90" });
    const filled = events.flatMap((event) => (event.type === "order" ? [event.order.filledSteps] : []));
    expect(filled.length).toBeGreaterThan(3);
    expect(filled).toEqual([...filled].sort((a, b) => a - b));
    expect(filled.at(-1)).toBe(order.filledSteps);
  });

  it("of a candle are one at its open and one at its end, with the book wherever the price moves", () => {
    const engine = exchange({ rows: [[100, 102, 99, 101], [101, 101, 101, 101]] });
    const events = listen(engine);
    engine.advance(MINUTE);
    expect(events.map(brief)).toEqual(["book 9900/9900", "book 10200/10200", "book 10100/10100", "candle 0 closed 101", "candle 60000 opened 101", "book 10100/10100"]);
  });

  it("of cancels and expiries carry the order's end and the released balances", () => {
    const engine = exchange();
    const { order } = placed(engine, limit("sell", "110", "1"));
    placed(engine, limit("sell", "111", "1"));
    const events = listen(engine);
    must(engine.cancel(0, "BTCUSDT", { id: order.id }));
    engine.expireOrders("BTCUSDT");
    expect(events.map(brief)).toEqual(["CANCELED CANCELED 0", "balance BTC 99/1 USDT 100000/0", "EXPIRED EXPIRED 0", "balance BTC 100/0 USDT 100000/0"]);
  });

  it("are told after the change is complete, and in the same order to all, even when a listener places an order", () => {
    const engine = exchange({ rows: [[100, 103, 98, 103]] });
    engine.subscribe((event) => {
      if (event.type !== "order" || event.execution !== "TRADE" || event.order.side !== "buy") return;
      engine.check();
      placed(engine, limit("sell", "101"));
    });
    const events = listen(engine);
    placed(engine, limit("buy", "99"));
    engine.advance(MINUTE);
    const orders = events.flatMap((event) => (event.type === "order" ? [`${event.order.id} ${event.execution}`] : []));
    expect(orders).toEqual(["1 NEW", "1 TRADE", "2 NEW", "2 TRADE"]);
  });

  it("stop for those who no longer listen", () => {
    const engine = exchange();
    const events: EngineEvent[] = [];
    const stop = engine.subscribe((event) => events.push(event));
    stop();
    placed(engine, limit("buy", "99"));
    expect(events).toEqual([]);
  });
});
