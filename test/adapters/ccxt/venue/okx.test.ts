import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openCcxtVenue } from "../../../../src/adapters/ccxt/venue/venue.ts";
import type { Venue, VenueSubmit } from "../../../../src/ports/venue.ts";
import { json, LocalServer, type Reply } from "./local-server.ts";

const ID = "0123456789abcdef0123456789abcdef";
const SUBMIT: VenueSubmit = { clientOrderId: ID, symbol: "BTC/USDT", side: "buy", type: "limit", price: "60000.10", quantity: "0.00123", postOnly: true };
const CREATE = "POST /api/v5/trade/order";
const LOOK = "GET /api/v5/trade/order";
const PENDING = "GET /api/v5/trade/orders-pending";
const CANCEL = "POST /api/v5/trade/cancel-order";
const TRADES = "GET /api/v5/trade/fills-history";

/** A successful answer, as OKX's documentation of its v5 API shows them. */
const fine = (data: readonly unknown[]): Reply => json({ code: "0", msg: "", data });
const refused = (sCode: string, sMsg: string): Reply => json({ code: "1", msg: "All operations failed", data: [{ clOrdId: ID, ordId: "", sCode, sMsg, tag: "" }] });

const MARKET = {
  alias: "", baseCcy: "BTC", category: "1", ctMult: "", ctType: "", ctVal: "", ctValCcy: "", expTime: "", instFamily: "", instId: "BTC-USDT", instType: "SPOT", lever: "10", listTime: "1606468572000",
  lotSz: "0.00000001", minSz: "0.00001", optType: "", quoteCcy: "USDT", settleCcy: "", state: "live", stk: "", tickSz: "0.1", uly: "", maxLmtSz: "9999999999", maxMktSz: "1000000",
};

function order(change: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    accFillSz: "0", avgPx: "", cTime: "1700000000000", category: "normal", ccy: "", clOrdId: ID, fee: "0", feeCcy: "BTC", fillPx: "", fillSz: "0", fillTime: "", instId: "BTC-USDT", instType: "SPOT", lever: "", ordId: "312269865356374016",
    ordType: "post_only", pnl: "0", posSide: "net", px: "60000.1", rebate: "0", rebateCcy: "USDT", side: "buy", state: "live", sz: "0.00123", tag: "", tgtCcy: "", tdMode: "cash", tradeId: "", uTime: "1700000000500",
    ...change,
  };
}

function trade(tradeId: number, change: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    side: "buy", fillSz: "0.00123", fillPx: "60000.1", fee: "-0.00000123", ordId: "312269865356374016", instType: "SPOT", instId: "BTC-USDT", clOrdId: ID, posSide: "net", billId: String(9_000 + tradeId), tag: "", execType: "M",
    tradeId: String(tradeId), feeCcy: "BTC", ts: String(1_700_000_000_000 + tradeId),
    ...change,
  };
}

let server: LocalServer;
let venue: Venue;

beforeEach(async () => {
  server = new LocalServer().on("GET /api/v5/public/instruments", fine([MARKET])).on("GET /api/v5/public/time", fine([{ ts: "1700000000000" }]));
  venue = await openCcxtVenue({ exchange: "okx", apiKey: "key", secret: "secret", password: "phrase", urls: await server.start(), staleAfterMs: 5_000, deadlineMs: 1_000, recvWindow: 5_000, rateLimit: false });
});

afterEach(async () => {
  await venue.close();
  await server.stop();
});

describe("an order on OKX", () => {
  it("goes out with exact decimals, in cash", async () => {
    server.on(CREATE, fine([{ clOrdId: ID, ordId: "312269865356374016", sCode: "0", sMsg: "", tag: "" }]));
    expect(await venue.submit(SUBMIT)).toMatchObject({ ok: true, value: { venueOrderId: "312269865356374016", clientOrderId: ID, status: "open", filled: "0", quantity: "0.00123", price: "60000.1" } });
    expect(server.asked(CREATE)[0]?.params).toMatchObject({ instId: "BTC-USDT", side: "buy", ordType: "post_only", sz: "0.00123", px: "60000.10", clOrdId: ID, tdMode: "cash" });
  });

  it("to the market is for a quantity of base", async () => {
    server.on(CREATE, fine([{ clOrdId: ID, ordId: "1", sCode: "0", sMsg: "" }]));
    await venue.submit({ clientOrderId: ID, symbol: "BTC/USDT", side: "buy", type: "market", quantity: "0.00123", postOnly: false });
    expect(server.asked(CREATE)[0]?.params).toMatchObject({ ordType: "market", sz: "0.00123", tgtCcy: "base_ccy" });
  });

  it("is found and canceled by our id", async () => {
    server.on(LOOK, fine([order()]), fine([order({ state: "canceled", accFillSz: "0.001", avgPx: "60000.1" })])).on(CANCEL, fine([{ clOrdId: ID, ordId: "312269865356374016", sCode: "0", sMsg: "" }]));
    expect(await venue.order("BTC/USDT", ID)).toMatchObject({ ok: true, value: { status: "open", filled: "0", time: 1_700_000_000_500 } });
    expect(await venue.cancel("BTC/USDT", ID)).toMatchObject({ ok: true, value: { status: "canceled", filled: "0.001" } });
    expect(server.asked(LOOK)[0]?.params).toEqual({ instId: "BTC-USDT", clOrdId: ID });
    expect(server.asked(CANCEL)[0]?.params).toEqual({ instId: "BTC-USDT", clOrdId: ID });
  });

  it("is not found when OKX does not know it", async () => {
    server.on(LOOK, json({ code: "51603", msg: "Order does not exist", data: [] })).on(CANCEL, refused("51400", "Cancellation failed as the order has been filled, canceled or does not exist."));
    expect(await venue.order("BTC/USDT", ID)).toMatchObject({ ok: false, failure: { kind: "not-found" } });
    expect(await venue.cancel("BTC/USDT", ID)).toMatchObject({ ok: false, failure: { kind: "not-found" } });
  });

  it.each([
    ["51008", "Order failed. Insufficient USDT balance in account.", { kind: "rejected", reason: "insufficient-funds" }],
    ["51016", "Client order ID already exists.", { kind: "rejected", reason: "duplicate-client-order-id" }],
    ["51020", "Your order should meet or exceed the minimum order amount.", { kind: "rejected", reason: "filter" }],
    ["51000", "Parameter px error", { kind: "rejected", reason: "other" }],
    ["50011", "Rate limit reached. Please refer to API documentation and throttle requests accordingly.", { kind: "limited", ban: false }],
    ["50004", "Endpoint request timeout.", { kind: "unknown" }],
    ["50026", "System error.", { kind: "unknown" }],
    ["99999", "Something new.", { kind: "unknown" }],
  ])("that is answered with %s", async (code, text, failure) => {
    server.on(CREATE, refused(code, text));
    expect(await venue.submit(SUBMIT)).toMatchObject({ ok: false, failure });
    expect(server.asked(CREATE)).toHaveLength(1);
  });

  it.each([
    ["50111", "Invalid OK-ACCESS-KEY", "denied"],
    ["50113", "Invalid Sign", "denied"],
    ["50102", "Timestamp request expired", "unknown"],
  ])("is %s: %s", async (code, msg, kind) => {
    server.on(CREATE, json({ code, msg, data: [] }, 401));
    expect(await venue.submit(SUBMIT)).toMatchObject({ ok: false, failure: { kind } });
  });
});

describe("an account on OKX", () => {
  it("has trades over several pages by bill", async () => {
    const newest = Array.from({ length: 100 }, (_, index) => trade(200 - index));
    server.on(TRADES, fine(newest), fine([trade(101), trade(100, { fee: "", feeCcy: "" })]));
    const trades = await venue.trades("BTC/USDT", { since: 1_700_000_000_000 });
    if (!trades.ok) throw new Error(trades.failure.message);
    expect(trades.value.map(({ id }) => Number(id))).toEqual(Array.from({ length: 101 }, (_, index) => 100 + index));
    expect(trades.value[0]?.fee).toBeNull();
    expect(trades.value[1]).toMatchObject({ price: "60000.1", quantity: "0.00123", liquidity: "maker", fee: { currency: "BTC", amount: "0.00000123" } });
    expect(server.asked(TRADES)[1]?.params["after"]).toBe("9101");
  });

  it("has open orders, balances, filters and permissions", async () => {
    server
      .on(PENDING, fine([order()]))
      .on("GET /api/v5/account/balance", fine([{ totalEq: "100", uTime: "1700000000000", details: [{ ccy: "USDT", cashBal: "100", availBal: "60", frozenBal: "40", eq: "100", availEq: "60", ordFrozen: "40" }] }]))
      .on("GET /api/v5/account/config", fine([{ uid: "1", perm: "read_only,trade", ip: "" }]));
    expect(await venue.openOrders("BTC/USDT")).toMatchObject({ ok: true, value: [{ clientOrderId: ID }] });
    const balances = await venue.balances();
    expect(balances.ok && balances.value.get("USDT")).toEqual({ free: "60", total: "100" });
    const filters = await venue.instruments(["BTC/USDT"]);
    expect(filters.ok && filters.value.get("BTC/USDT")).toEqual({ priceStep: 0.1, quantityStep: 0.00000001, minQuantity: 0.00001, minNotional: 0 });
    expect(await venue.permissions()).toMatchObject({ ok: true, value: { trade: true, withdraw: false, ipRestricted: false } });
  });

  it("takes nothing from an answer of another form", async () => {
    server.on(PENDING, json({ code: "0" })).on(TRADES, json({ code: "0", data: {} }));
    expect(await venue.openOrders("BTC/USDT")).toMatchObject({ ok: false, failure: { kind: "unknown" } });
    expect(await venue.trades("BTC/USDT", { since: 0 })).toMatchObject({ ok: false, failure: { kind: "unknown" } });
  });
});
