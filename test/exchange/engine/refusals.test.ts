import { describe, expect, it } from "vitest";
import { createEngine } from "../../../src/exchange/engine/engine.ts";
import type { PlaceRequest } from "../../../src/exchange/engine/model.ts";
import { MINUTE, balance, exchange, limit, market, must, placed, refusal } from "./exchange.ts";

const base = limit("buy", "100");
function without(...names: (keyof PlaceRequest)[]): PlaceRequest {
  return Object.fromEntries(Object.entries(base).filter(([name]) => !names.includes(name as keyof PlaceRequest))) as unknown as PlaceRequest;
}

describe("a request for an order", () => {
  it.each<[string, PlaceRequest, string]>([
    ["an unknown market", { ...base, symbol: "DOGEUSDT" }, "-1121 Invalid symbol."],
    ["no price", without("price"), "-1102 Mandatory parameter 'price' was not sent, was empty/null, or malformed."],
    ["no quantity", without("quantity"), "-1102 Mandatory parameter 'quantity' was not sent, was empty/null, or malformed."],
    ["no time in force", without("timeInForce"), "-1102 Mandatory parameter 'timeInForce' was not sent, was empty/null, or malformed."],
    ["a stop order without a stop price", { ...base, type: "STOP_LOSS_LIMIT" }, "-1102 Mandatory parameter 'stopPrice' was not sent, was empty/null, or malformed."],
    ["a market order without a size", { ...without("price", "quantity", "timeInForce"), type: "MARKET" }, "-1102 Param 'quantity' or 'quoteOrderQty' must be sent, but both were empty/null!"],
    ["a market order with two sizes", { ...without("price", "timeInForce"), type: "MARKET", quoteOrderQty: "5" }, "-1128 Combination of optional parameters invalid."],
    ["a market order with a price", { ...without("timeInForce"), type: "MARKET" }, "-1106 Parameter 'price' sent when not required."],
    ["a market order with a time in force", { ...without("price"), type: "MARKET" }, "-1106 Parameter 'timeInForce' sent when not required."],
    ["a limit with a stop price", { ...base, stopPrice: "99" }, "-1106 Parameter 'stopPrice' sent when not required."],
    ["a number that is none", { ...base, price: "1e2" }, "-1100 Illegal characters found in parameter 'price'; legal range is '^([0-9]{1,20})(\\.[0-9]{1,20})?$'."],
    ["a negative number", { ...base, quantity: "-1" }, "-1100 Illegal characters found in parameter 'quantity'; legal range is '^([0-9]{1,20})(\\.[0-9]{1,20})?$'."],
    ["a client id with blanks", { ...base, clientOrderId: "a b" }, "-1100 Illegal characters found in parameter 'newClientOrderId'; legal range is '^[a-zA-Z0-9-_]{1,36}$'."],
    ["more decimals than the asset has", { ...base, quantity: "1.000000001" }, "-1111 Parameter 'quantity' has too much precision."],
    ["a price between two ticks", { ...base, price: "100.001" }, "-1013 Filter failure: PRICE_FILTER"],
    ["no price at all", { ...base, price: "0" }, "-1013 Filter failure: PRICE_FILTER"],
    ["a quantity between two steps", { ...base, quantity: "1.0001" }, "-1013 Filter failure: LOT_SIZE"],
    ["no quantity at all", { ...base, quantity: "0.000" }, "-1013 Filter failure: LOT_SIZE"],
    ["a quantity that cannot be counted", { ...base, quantity: "99999999999999999999" }, "-1013 Filter failure: LOT_SIZE"],
    ["a worth that cannot be counted at the price of now", limit("sell", "50", "1000000"), "-1013 Filter failure: NOTIONAL"],
    ["a worth under the least", { ...base, quantity: "0.049" }, "-1013 Filter failure: NOTIONAL"],
    ["a market order under the least worth", { ...without("price", "timeInForce"), type: "MARKET", quantity: "0.049" }, "-1013 Filter failure: NOTIONAL"],
    ["a quote amount under the least worth", { ...without("price", "timeInForce", "quantity"), type: "MARKET", quoteOrderQty: "4.99" }, "-1013 Filter failure: NOTIONAL"],
    ["a price far above", { ...base, price: "200.01" }, "-1013 Filter failure: PERCENT_PRICE_BY_SIDE"],
    ["a price far below", { ...base, price: "49.99" }, "-1013 Filter failure: PERCENT_PRICE_BY_SIDE"],
    ["more than the account has", { ...base, quantity: "1000.001" }, "-2010 Account has insufficient balance for requested action."],
    ["a market buy of more than the account has", { ...without("price", "timeInForce"), type: "MARKET", quantity: "1000.001" }, "-2010 Account has insufficient balance for requested action."],
    ["a market sell of more than the account has", { ...without("price", "timeInForce"), side: "sell", type: "MARKET", quantity: "100.001" }, "-2010 Account has insufficient balance for requested action."],
  ])("with %s is refused and changes nothing", (_, request, answer) => {
    const engine = exchange();
    const before = engine.balances(0);
    expect(refusal(engine.test(0, request))).toBe(answer);
    expect(refusal(engine.place(0, request))).toBe(answer);
    expect(engine.balances(0)).toEqual(before);
    expect(engine.orders(0, "BTCUSDT")).toEqual([]);
  });

  it("is taken at the very limits of the filters", () => {
    const engine = exchange();
    for (const request of [limit("sell", "200", "0.025"), limit("buy", "50", "0.1"), limit("buy", "99.900", "1.0000000000")]) placed(engine, request);
    expect(must(engine.openOrders(0))).toHaveLength(3);
  });

  it("is only looked at by a test", () => {
    const engine = exchange();
    expect(engine.test(0, base)).toBeNull();
    expect(engine.openOrders(0)).toEqual([]);
    expect(balance(engine, "USDT")).toBe("100000.00000000/0.00000000");
  });

  it("is refused beyond the number of open orders of one account", () => {
    const engine = exchange({ maxOrders: 2 });
    placed(engine, limit("buy", "90"));
    placed(engine, limit("buy", "91"));
    expect(refusal(engine.place(0, limit("buy", "92")))).toBe("-1013 Filter failure: MAX_NUM_ORDERS");
    expect(placed(engine, limit("buy", "92"), 1).order.status).toBe("NEW");
  });

  it("is refused in a halted market until the halt is over, while cancels go through", () => {
    const engine = exchange();
    const { order } = placed(engine, limit("buy", "90"));
    engine.setHalted("BTCUSDT", true);
    expect(refusal(engine.place(0, base))).toBe("-1013 Market is closed.");
    expect(must(engine.cancel(0, "BTCUSDT", { id: order.id })).status).toBe("CANCELED");
    engine.setHalted("BTCUSDT", false);
    expect(placed(engine, base).order.status).toBe("NEW");
  });

  it("is refused before the market's first candle", () => {
    const late = market("ETH/USDT", [[10, 10, 10, 10]]);
    const time = late.series.time.map((t) => t + MINUTE);
    const engine = exchange({ more: { markets: [market("BTC/USDT", [[100, 100, 100, 100]]), { ...late, series: { ...late.series, time } }] } });
    const request = { ...limit("buy", "10"), symbol: "ETHUSDT" };
    expect(refusal(engine.place(0, request))).toBe("-1013 Market is closed.");
    expect(engine.lastTicks("ETHUSDT")).toBeNull();
    engine.advance(MINUTE);
    expect(placed(engine, request).order.symbol).toBe("ETHUSDT");
  });

  it("with a client id is a duplicate only while the first order is open", () => {
    const engine = exchange({ rows: [[100, 100, 95, 100]] });
    const named = limit("buy", "99", "1", { clientOrderId: "mine" });
    const first = placed(engine, named).order;
    expect(refusal(engine.place(0, named))).toBe("-2010 Duplicate order sent.");
    expect(placed(engine, named, 1).order.clientOrderId).toBe("mine");
    engine.advance(MINUTE);
    const second = placed(engine, named).order;
    expect(second.id).toBeGreaterThan(first.id);
    expect(must(engine.order(0, "BTCUSDT", { clientOrderId: "mine" })).id).toBe(second.id);
    expect(must(engine.order(0, "BTCUSDT", { id: first.id })).status).toBe("FILLED");
  });

  it("without a client id gets one that no other order has", () => {
    const engine = exchange();
    placed(engine, limit("buy", "90", "1", { clientOrderId: "exchange-2" }));
    const ids = [placed(engine, limit("buy", "91")), placed(engine, limit("buy", "92"))].map(({ order }) => order.clientOrderId);
    expect(new Set([...ids, "exchange-2"]).size).toBe(3);
  });
});

describe("a lookup or a cancel", () => {
  it("of an order that is not there, not open or somebody else's is refused", () => {
    const engine = exchange();
    const { order } = placed(engine, limit("buy", "90", "1", { clientOrderId: "mine" }));
    expect(refusal(engine.order(0, "BTCUSDT", { id: 99 }))).toBe("-2013 Order does not exist.");
    expect(refusal(engine.order(1, "BTCUSDT", { id: order.id }))).toBe("-2013 Order does not exist.");
    expect(refusal(engine.order(0, "BTCUSDT", {}))).toBe("-1102 Param 'origClientOrderId' or 'orderId' must be sent, but both were empty/null!");
    expect(refusal(engine.order(0, "NONE", { id: order.id }))).toBe("-1121 Invalid symbol.");
    expect(refusal(engine.cancel(1, "BTCUSDT", { clientOrderId: "mine" }))).toBe("-2011 Unknown order sent.");
    expect(must(engine.cancel(0, "BTCUSDT", { clientOrderId: "mine" })).status).toBe("CANCELED");
    expect(refusal(engine.cancel(0, "BTCUSDT", { clientOrderId: "mine" }))).toBe("-2011 Unknown order sent.");
    expect(refusal(engine.cancelAll(0, "BTCUSDT"))).toBe("-2011 Unknown order sent.");
  });
});

describe("a plan", () => {
  const plan = exchange().plan;
  it.each([
    ["no markets", { markets: [] }, /at least one market/],
    ["a market twice", { markets: [plan.markets[0]!, plan.markets[0]!] }, /twice/],
    ["one key for two accounts", { accounts: [plan.accounts[0]!, plan.accounts[0]!] }, /same API key/],
    ["a balance that is no number", { accounts: [{ apiKey: "a", secret: "b", balances: { USDT: "1e9" } }] }, /balance of USDT/],
    ["a fee over the whole", { fees: { maker: 0.001, taker: 1 } }, /fee of 1/],
    ["no volume to share", { volumeShare: 0 }, /volume share/],
  ])("with %s is refused", (_, change, message) => {
    expect(() => createEngine({ ...plan, ...change })).toThrow(message);
  });
});
