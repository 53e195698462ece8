import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openCcxtVenue } from "../../../../src/adapters/ccxt/venue/venue.ts";
import type { Venue, VenueSubmit } from "../../../../src/ports/venue.ts";
import { json, LocalServer, type Reply } from "./local-server.ts";

const ID = "0123456789abcdef0123456789abcdef";
const SUBMIT: VenueSubmit = { clientOrderId: ID, symbol: "BTC/USDT", side: "buy", type: "limit", price: "60000.10", quantity: "0.00123", postOnly: true };
const CREATE = "POST /v5/order/create";
const OPEN = "GET /v5/order/realtime";
const HISTORY = "GET /v5/order/history";
const CANCEL = "POST /v5/order/cancel";
const TRADES = "GET /v5/execution/list";

/** A successful answer, as Bybit's documentation of its v5 API shows them. */
const fine = (result: unknown): Reply => json({ retCode: 0, retMsg: "OK", result, retExtInfo: {}, time: 1_700_000_000_000 });
const refused = (retCode: number, retMsg: string): Reply => json({ retCode, retMsg, result: {}, retExtInfo: {}, time: 1_700_000_000_000 });
const list = (rows: readonly unknown[], nextPageCursor = ""): Reply => fine({ list: rows, nextPageCursor, category: "spot" });

const MARKET = {
  symbol: "BTCUSDT", baseCoin: "BTC", quoteCoin: "USDT", innovation: "0", status: "Trading", marginTrading: "both",
  lotSizeFilter: { basePrecision: "0.000001", quotePrecision: "0.00000001", minOrderQty: "0.000048", maxOrderQty: "71.73956243", minOrderAmt: "1", maxOrderAmt: "2000000" },
  priceFilter: { tickSize: "0.01" },
};

function order(change: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    symbol: "BTCUSDT", orderType: "Limit", orderLinkId: ID, orderId: "1523347543495541248", cancelType: "UNKNOWN", avgPrice: "", stopOrderType: "", orderStatus: "New", takeProfit: "", cumExecValue: "0",
    triggerDirection: 0, blockTradeId: "", isLeverage: "0", rejectReason: "EC_NoError", price: "60000.10", createdTime: "1700000000000", updatedTime: "1700000000500", orderIv: "", side: "Buy", timeInForce: "PostOnly",
    leavesQty: "0.001230", cumExecFee: "0", cumExecQty: "0.000000", qty: "0.001230", triggerPrice: "0.00", reduceOnly: false, stopLoss: "",
    ...change,
  };
}

function trade(id: string, time: number, change: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    symbol: "BTCUSDT", orderType: "Limit", orderLinkId: ID, side: "Buy", orderId: "1523347543495541248", leavesQty: "0", execTime: String(time), isMaker: true, execFee: "0.00000123", feeCurrency: "BTC", feeRate: "0.001", execId: id,
    execPrice: "60000.10", orderQty: "0.001230", orderPrice: "60000.10", execValue: "73.80012300", execType: "Trade", execQty: "0.001230",
    ...change,
  };
}

let server: LocalServer;
let venue: Venue;

beforeEach(async () => {
  server = new LocalServer()
    .on("GET /v5/market/instruments-info", list([MARKET]))
    .on("GET /v5/market/time", json({ retCode: 0, retMsg: "OK", result: { timeSecond: "1700000000", timeNano: "1700000000000000000" }, time: 1_700_000_000_000 }))
    .on("GET /v5/user/query-api", fine({ readOnly: 0, permissions: { Spot: ["SpotTrade"], Wallet: ["AccountTransfer"] }, ips: ["1.2.3.4"], uta: 1, unified: 0 }))
    .on("GET /v5/account/info", fine({ marginMode: "REGULAR_MARGIN", updatedTime: "1697078946000", unifiedMarginStatus: 6 }));
  venue = await openCcxtVenue({ exchange: "bybit", apiKey: "key", secret: "secret", urls: await server.start(), staleAfterMs: 5_000, deadlineMs: 1_000, recvWindow: 5_000, rateLimit: false });
});

afterEach(async () => {
  await venue.close();
  await server.stop();
});

describe("an order on Bybit", () => {
  it("goes out with exact decimals, without borrowing", async () => {
    server.on(CREATE, fine({ orderId: "1523347543495541248", orderLinkId: ID }));
    expect(await venue.submit(SUBMIT)).toMatchObject({ ok: true, value: { venueOrderId: "1523347543495541248", clientOrderId: ID, status: "open", filled: "0", quantity: "0.00123", price: "60000.1" } });
    expect(server.asked(CREATE)[0]?.params).toMatchObject({ category: "spot", symbol: "BTCUSDT", side: "Buy", orderType: "Limit", qty: "0.00123", price: "60000.10", timeInForce: "PostOnly", orderLinkId: ID, isLeverage: "0" });
    expect(server.asked(CREATE)[0]?.headers["x-bapi-recv-window"]).toBe("5000");
  });

  it("to the market is for a quantity of base", async () => {
    server.on(CREATE, fine({ orderId: "1", orderLinkId: ID }));
    await venue.submit({ clientOrderId: ID, symbol: "BTC/USDT", side: "buy", type: "market", quantity: "0.00123", postOnly: false });
    expect(server.asked(CREATE)[0]?.params).toMatchObject({ orderType: "Market", qty: "0.00123", marketUnit: "baseCoin" });
  });

  it("is found among the open ones, then in the history", async () => {
    server.on(OPEN, list([order()]), list([])).on(HISTORY, list([order({ orderStatus: "PartiallyFilledCanceled", cumExecQty: "0.001000" })]));
    expect(await venue.order("BTC/USDT", ID)).toMatchObject({ ok: true, value: { status: "open", clientOrderId: ID, time: 1_700_000_000_500 } });
    expect(await venue.order("BTC/USDT", ID)).toMatchObject({ ok: true, value: { status: "canceled", filled: "0.001" } });
    expect([server.asked(OPEN)[0]?.params["orderLinkId"], server.asked(HISTORY)[0]?.params["orderLinkId"]]).toEqual([ID, ID]);
  });

  it("is canceled by our id and then looked at", async () => {
    server.on(CANCEL, fine({ orderId: "1523347543495541248", orderLinkId: ID })).on(OPEN, list([order({ orderStatus: "Cancelled" })]));
    expect(await venue.cancel("BTC/USDT", ID)).toMatchObject({ ok: true, value: { status: "canceled" } });
    expect(server.asked(CANCEL)[0]?.params).toMatchObject({ symbol: "BTCUSDT", orderLinkId: ID });
    expect(server.asked(CANCEL)[0]?.params["orderId"]).toBeUndefined();
  });

  it.each([
    [170131, "Balance insufficient.", { kind: "rejected", reason: "insufficient-funds" }],
    [170141, "Duplicate clientOrderId.", { kind: "rejected", reason: "duplicate-client-order-id" }],
    [170140, "Order value exceeded lower limit.", { kind: "rejected", reason: "filter" }],
    [10006, "Too many visits. Exceeded the API Rate Limit.", { kind: "limited", ban: false }],
    [10003, "API key is invalid.", { kind: "denied" }],
    [10002, "invalid request, please check your server timestamp or recv_window param.", { kind: "unknown" }],
    [10016, "Server error.", { kind: "unknown" }],
    [999999, "Something new.", { kind: "unknown" }],
  ])("that is answered with %d", async (code, text, failure) => {
    server.on(CREATE, refused(code, text));
    expect(await venue.submit(SUBMIT)).toMatchObject({ ok: false, failure });
    expect(server.asked(CREATE)).toHaveLength(1);
  });
});

describe("an account on Bybit", () => {
  it("has trades and open orders over several pages", async () => {
    const since = Date.now() - 60_000;
    server.on(TRADES, list([trade("c", since + 3), trade("b", since + 2)], "more"), list([trade("b", since + 2), trade("a", since + 1, { execFee: undefined })]));
    const trades = await venue.trades("BTC/USDT", { since });
    expect(trades).toMatchObject({ ok: true, value: [{ id: "a", fee: null }, { id: "b" }, { id: "c", price: "60000.1", quantity: "0.00123", liquidity: "maker", fee: { currency: "BTC", amount: "0.00000123" } }] });
    expect(server.asked(TRADES)[1]?.params["cursor"]).toBe("more");
    server.on(OPEN, list([order()], "next"), list([order({ orderId: "2", orderLinkId: "by-hand" })]));
    expect(await venue.openOrders("BTC/USDT")).toMatchObject({ ok: true, value: [{ clientOrderId: ID }, { clientOrderId: "by-hand" }] });
  });

  it("asks for trades of more than a week in weeks", async () => {
    server.on(TRADES, list([]));
    await venue.trades("BTC/USDT", { since: Date.now() - 15 * 86_400_000 });
    const windows = server.asked(TRADES).map(({ params }) => Number(params["endTime"]) - Number(params["startTime"]));
    expect(windows).toEqual([604_799_999, 604_799_999, 604_799_999]);
  });

  it("has balances, filters and permissions", async () => {
    server.on("GET /v5/account/wallet-balance", list([{ accountType: "UNIFIED", totalEquity: "100", coin: [{ coin: "USDT", equity: "100", walletBalance: "100", locked: "40", borrowAmount: "0", availableToWithdraw: "60" }] }]));
    const balances = await venue.balances();
    expect(balances.ok && balances.value.get("USDT")).toEqual({ free: "60", total: "100" });
    const filters = await venue.instruments(["BTC/USDT"]);
    expect(filters.ok && filters.value.get("BTC/USDT")).toEqual({ priceStep: 0.01, quantityStep: 0.000001, minQuantity: 0.000048, minNotional: 1 });
    expect(await venue.permissions()).toMatchObject({ ok: true, value: { trade: true, withdraw: false, ipRestricted: true } });
  });

  it("takes nothing from an answer of another form", async () => {
    server.on(OPEN, json({})).on(TRADES, fine({}));
    expect(await venue.openOrders("BTC/USDT")).toMatchObject({ ok: false, failure: { kind: "unknown" } });
    expect(await venue.trades("BTC/USDT", { since: Date.now() })).toMatchObject({ ok: false, failure: { kind: "unknown" } });
  });
});
