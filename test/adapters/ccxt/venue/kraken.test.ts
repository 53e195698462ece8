import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openCcxtVenue } from "../../../../src/adapters/ccxt/venue/venue.ts";
import type { Venue, VenueSubmit } from "../../../../src/ports/venue.ts";
import { furnish, order, refused, result, trade } from "./kraken-shapes.ts";
import { json, LocalServer } from "./local-server.ts";

const ID = "0123456789abcdef0123456789abcdef";
const UUID = "01234567-89ab-cdef-0123-456789abcdef";
const TXID = "OUF4EM-FRGI2-MQMWZD";
const SUBMIT: VenueSubmit = { clientOrderId: ID, symbol: "BTC/USDT", side: "buy", type: "limit", price: "60000.1", quantity: "0.00123", postOnly: true };
const ADD = "POST /0/private/AddOrder";
const OPEN = "POST /0/private/OpenOrders";
const CLOSED = "POST /0/private/ClosedOrders";
const CANCEL = "POST /0/private/CancelOrder";
const TRADES = "POST /0/private/TradesHistory";

let server: LocalServer;
let venue: Venue;

beforeEach(async () => {
  server = new LocalServer();
  furnish(server);
  const secret = Buffer.from("secret").toString("base64");
  venue = await openCcxtVenue({ exchange: "kraken", apiKey: "key", secret, urls: await server.start(), staleAfterMs: 5_000, deadlineMs: 1_000, recvWindow: 5_000, rateLimit: false });
});

afterEach(async () => {
  await venue.close();
  await server.stop();
});

describe("an order on Kraken", () => {
  it("goes out under a UUID and comes back under our id", async () => {
    server.on(ADD, result({ txid: [TXID], descr: { order: "buy 0.00123000 XBTUSDT @ limit 60000.1" } }));
    expect(await venue.submit(SUBMIT)).toEqual({
      ok: true,
      value: { venueOrderId: TXID, clientOrderId: ID, symbol: "BTC/USDT", side: "buy", status: "open", filled: "0", quantity: "0.00123", price: "60000.1" },
    });
    expect(server.asked(ADD)[0]?.params).toMatchObject({ pair: "XBTUSDT", type: "buy", ordertype: "limit", price: "60000.1", volume: "0.00123", cl_ord_id: UUID, oflags: "post" });
  });

  it("is found among the open ones, then among the closed ones", async () => {
    server.on(OPEN, result({ open: { [TXID]: order(UUID) } }), result({ open: {} })).on(CLOSED, result({ closed: { [TXID]: order(UUID, { status: "canceled", vol_exec: "0.00100000" }) }, count: 1 }));
    expect(await venue.order("BTC/USDT", ID)).toMatchObject({ ok: true, value: { venueOrderId: TXID, clientOrderId: ID, status: "open" } });
    expect(await venue.order("BTC/USDT", ID)).toMatchObject({ ok: true, value: { status: "canceled", filled: "0.001", quantity: "0.00123" } });
    expect(server.asked(OPEN)[0]?.params["cl_ord_id"]).toBe(UUID);
    expect(server.asked(CLOSED)[0]?.params["cl_ord_id"]).toBe(UUID);
  });

  it("is not found when neither list has it", async () => {
    server.on(OPEN, result({ open: {} })).on(CLOSED, result({ closed: {}, count: 0 }));
    expect(await venue.order("BTC/USDT", ID)).toMatchObject({ ok: false, failure: { kind: "not-found" } });
  });

  it("is canceled by its UUID and then looked at", async () => {
    server.on(CANCEL, result({ count: 1 })).on(OPEN, result({ open: {} })).on(CLOSED, result({ closed: { [TXID]: order(UUID, { status: "canceled" }) }, count: 1 }));
    expect(await venue.cancel("BTC/USDT", ID)).toMatchObject({ ok: true, value: { status: "canceled", clientOrderId: ID } });
    expect(server.asked(CANCEL)[0]?.params["cl_ord_id"]).toBe(UUID);
  });

  it("of somebody else keeps its own id", async () => {
    server.on(OPEN, result({ open: { [TXID]: order("by-hand") } }));
    expect(await venue.openOrders("BTC/USDT")).toMatchObject({ ok: true, value: [{ clientOrderId: "by-hand" }] });
  });

  it.each([
    ["EOrder:Insufficient funds", { kind: "rejected", reason: "insufficient-funds" }],
    ["EOrder:Order minimum not met", { kind: "rejected", reason: "filter" }],
    ["EOrder:Post only order", { kind: "rejected", reason: "post-only-would-take" }],
    ["EService:Market in cancel_only mode", { kind: "rejected", reason: "market-closed" }],
    ["EAPI:Rate limit exceeded", { kind: "limited", ban: false }],
    ["EOrder:Rate limit exceeded", { kind: "limited", ban: false }],
    ["EAPI:Invalid key", { kind: "denied" }],
    ["EGeneral:Permission denied", { kind: "denied" }],
    ["EAPI:Invalid nonce", { kind: "unknown" }],
    ["EService:Unavailable", { kind: "unknown" }],
    ["EService:Timeout", { kind: "unknown" }],
    ["EGeneral:Something new", { kind: "unknown" }],
  ])("that is answered with %s", async (error, failure) => {
    server.on(ADD, refused(error));
    expect(await venue.submit(SUBMIT)).toMatchObject({ ok: false, failure });
    expect(server.asked(ADD)).toHaveLength(1);
  });
});

describe("an account on Kraken", () => {
  it("has trades over several pages, without other symbols", async () => {
    server.on(
      TRADES,
      result({ trades: { "TB-2": trade(1_700_000_002), "TA-1": trade(1_700_000_001, { fee: undefined }) }, count: 4 }),
      result({ trades: { "TA-1": trade(1_700_000_001), "TZ-0": trade(1_700_000_000), other: trade(1_700_000_000, { pair: "XETHXXBT" }) }, count: 4 }),
      result({ trades: {}, count: 4 }),
    );
    const trades = await venue.trades("BTC/USDT", { since: 1_700_000_000_000 });
    if (!trades.ok) throw new Error(trades.failure.message);
    expect(trades.value.map(({ id }) => id)).toEqual(["TZ-0", "TA-1", "TB-2"]);
    expect(trades.value[2]).toEqual({
      id: "TB-2", venueOrderId: "OQCLML-BW3P3-BUCMWZ", symbol: "BTC/USDT", side: "buy", price: "60000.1", quantity: "0.00123", liquidity: "maker", fee: { currency: "USDT", amount: "0.1845" }, time: 1_700_000_002_000,
    });
    expect(server.asked(TRADES).map(({ params }) => params["ofs"])).toEqual(["0", "2", "5"]);
  });

  it("has balances, filters, and permissions as far as they are told", async () => {
    server
      .on("POST /0/private/BalanceEx", result({ XXBT: { balance: "1.5000000000", hold_trade: "0.5000000000" }, USDT: { balance: "100.00000000", hold_trade: "0.00000000" } }))
      .on("POST /0/private/GetApiKeyInfo", result({ permissions: ["query-funds", "modify-trades"] }));
    const balances = await venue.balances();
    expect(balances.ok && balances.value.get("BTC")).toEqual({ free: "1", total: "1.5" });
    const filters = await venue.instruments(["BTC/USDT"]);
    expect(filters.ok && filters.value.get("BTC/USDT")).toEqual({ priceStep: 0.1, quantityStep: 0.00000001, minQuantity: 0.00005, minNotional: 0.5 });
    expect(await venue.permissions()).toMatchObject({ ok: true, value: { trade: true, withdraw: false, ipRestricted: null } });
  });

  it("takes nothing from an answer of another form", async () => {
    server.on(OPEN, json({})).on(TRADES, json([]));
    expect(await venue.openOrders("BTC/USDT")).toMatchObject({ ok: false, failure: { kind: "unknown" } });
    expect(await venue.trades("BTC/USDT", { since: 0 })).toMatchObject({ ok: false, failure: { kind: "unknown" } });
  });

  it("signs every request with a nonce above the last", async () => {
    server.on(OPEN, result({ open: {} }));
    await Promise.all([1, 2, 3].map(() => venue.openOrders("BTC/USDT")));
    const nonces = server.asked(OPEN).map(({ params }) => Number(params["nonce"]));
    expect(nonces).toHaveLength(3);
    expect(nonces).toEqual([...new Set(nonces)].toSorted((a, b) => a - b));
  });
});
