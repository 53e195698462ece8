import { describe, expect, it } from "vitest";
import { MINUTE, balance, exchange, limit, must, placed, refusal } from "./exchange.ts";

describe("balances", () => {
  it("lock price times quantity of a buy and the quantity of a sell, and give it back on a cancel", () => {
    const engine = exchange();
    placed(engine, limit("buy", "99.5", "2"));
    placed(engine, limit("sell", "101", "0.5"));
    expect(balance(engine, "USDT")).toBe("99801.00000000/199.00000000");
    expect(balance(engine, "BTC")).toBe("99.50000000/0.50000000");
    expect(must(engine.cancelAll(0, "BTCUSDT"))).toHaveLength(2);
    expect(balance(engine, "USDT")).toBe("100000.00000000/0.00000000");
    expect(balance(engine, "BTC")).toBe("100.00000000/0.00000000");
    engine.check();
  });

  it("keep the rest of a partly filled order locked until it is canceled", () => {
    const engine = exchange({ rows: [[100, 100, 98, 98, 0.5]] });
    const { order } = placed(engine, limit("buy", "99", "2"));
    engine.advance(MINUTE);
    expect(balance(engine, "USDT")).toBe("99802.00000000/148.50000000");
    expect(must(engine.cancel(0, "BTCUSDT", { id: order.id }))).toMatchObject({ status: "CANCELED", filledSteps: 500 });
    expect(balance(engine, "USDT")).toBe("99950.50000000/0.00000000");
  });

  it("grow by deposits and shrink by withdrawals of what is free", () => {
    const engine = exchange();
    placed(engine, limit("buy", "100", "999"));
    expect(refusal(engine.transfer(0, "USDT", "-100.00000001"))).toBe("-2010 Account has insufficient balance for requested action.");
    expect(engine.transfer(0, "USDT", "-100")).toBeNull();
    expect(balance(engine, "USDT")).toBe("0.00000000/99900.00000000");
    expect(engine.transfer(0, "BNB", "0.000000000001")).toBeNull();
    expect(balance(engine, "BNB")).toBe("0.000000000001/0.00000000");
    engine.check();
  });

  it.each(["", "x", "1e3", "--1", "0.0000000000001"])("refuse a transfer of %j", (amount) => {
    const engine = exchange();
    expect(refusal(engine.transfer(0, "USDT", amount))).toMatch(/^-11(00|11) /);
    expect(balance(engine, "USDT")).toBe("100000.00000000/0.00000000");
  });

  it("refuse a transfer of something that is no asset", () => {
    const engine = exchange();
    expect(refusal(engine.transfer(0, "no asset", "1"))).toMatch(/^-1100 .*'asset'/);
    expect(engine.balances(0).map(({ asset }) => asset)).toEqual(["BTC", "USDT"]);
  });

  it("of another account are never touched", () => {
    const engine = exchange({ rows: [[100, 101, 98, 100]] });
    const before = engine.balances(1);
    placed(engine, limit("buy", "99"));
    engine.advance(MINUTE);
    expect(engine.balances(1)).toEqual(before);
  });
});

describe("keys", () => {
  it("name their account until they are revoked, and again when that is taken back", () => {
    const engine = exchange();
    expect(engine.accountOf("two")).toEqual({ id: 1, secret: "s2", mayTrade: true });
    expect(engine.accountOf("three")).toBeNull();
    engine.setRevoked("two", true);
    expect(engine.accountOf("two")).toBeNull();
    engine.setRevoked("two", false);
    expect(engine.accountOf("two")?.id).toBe(1);
  });
});

describe("expiry by the venue", () => {
  it("ends every open order of the market, of all accounts and of all kinds", () => {
    const engine = exchange();
    placed(engine, limit("buy", "90"), 0);
    placed(engine, { ...limit("sell", "94"), type: "STOP_LOSS_LIMIT", stopPrice: "95" }, 1);
    expect(engine.expireOrders("BTCUSDT").map(({ status }) => status)).toEqual(["EXPIRED", "EXPIRED"]);
    expect([balance(engine, "USDT", 0), balance(engine, "BTC", 1)]).toEqual(["100000.00000000/0.00000000", "100.00000000/0.00000000"]);
    expect(engine.expireOrders("BTCUSDT")).toEqual([]);
    engine.check();
  });
});
