import type { ServerResponse } from "node:http";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openCcxtVenue } from "../../../../src/adapters/ccxt/venue/venue.ts";
import type { Venue, VenueSubmit } from "../../../../src/ports/venue.ts";
import { CLIENT_ID, EXCHANGE_INFO, order, placed } from "./binance-shapes.ts";
import { json, LocalServer, type Reply, text } from "./local-server.ts";

const SUBMIT: VenueSubmit = { clientOrderId: CLIENT_ID, symbol: "BTC/USDT", side: "buy", type: "limit", price: "60000.10", quantity: "0.00123", postOnly: true };
const PLACE = "POST /api/v3/order";
const LOOK = "GET /api/v3/order";
const CANCEL = "DELETE /api/v3/order";

let server: LocalServer;
let venue: Venue;

beforeEach(async () => {
  server = new LocalServer().on("GET /api/v3/exchangeInfo", json(EXCHANGE_INFO)).on("GET /api/v3/time", json({ serverTime: Date.now() }));
  venue = await openCcxtVenue({ exchange: "binance", apiKey: "key", secret: "secret", urls: await server.start(), staleAfterMs: 5_000, deadlineMs: 1_000, recvWindow: 5_000, rateLimit: false });
});

afterEach(async () => {
  await venue.close();
  await server.stop();
});

const refusal = (code: number, msg: string, status = 400): Reply => json({ code, msg }, status);
const HTML = text("<html><body>Bad gateway</body></html>", 502, { "content-type": "text/html" });
const reset: Reply = (response) => response.destroy();
const resetInBody: Reply = (response) => {
  response.writeHead(200, { "content-type": "application/json", "content-length": "500" });
  response.write('{"symbol":"BTCUSDT",', () => response.destroy());
};

describe("a submit that is definitely refused", () => {
  it.each([
    ["filter", refusal(-1013, "Filter failure: LOT_SIZE")],
    ["filter", refusal(-1013, "Filter failure: PRICE_FILTER")],
    ["filter", refusal(-1013, "Filter failure: PERCENT_PRICE_BY_SIDE")],
    ["filter", refusal(-1013, "Filter failure: NOTIONAL")],
    ["filter", refusal(-1013, "Filter failure: MAX_NUM_ORDERS")],
    ["filter", refusal(-1111, "Precision is over the maximum defined for this asset.")],
    ["insufficient-funds", refusal(-2010, "Account has insufficient balance for requested action.")],
    ["post-only-would-take", refusal(-2010, "Order would immediately match and take.")],
    ["duplicate-client-order-id", refusal(-2010, "Duplicate order sent.")],
    ["market-closed", refusal(-1013, "Market is closed.")],
    ["other", refusal(-1121, "Invalid symbol.")],
    ["other", refusal(-1102, "Mandatory parameter 'price' was not sent, was empty/null, or malformed.")],
  ] as const)("is rejected because of %s", async (reason, reply) => {
    server.on(PLACE, reply);
    expect(await venue.submit(SUBMIT)).toMatchObject({ ok: false, failure: { kind: "rejected", reason } });
    expect(server.asked(PLACE)).toHaveLength(1);
  });

  it("is rejected without a request when the venue has no such market", async () => {
    expect(await venue.submit({ ...SUBMIT, symbol: "NO/SUCH" })).toMatchObject({ ok: false, failure: { kind: "rejected", reason: "other" } });
    expect(server.asked(PLACE)).toHaveLength(0);
  });
});

describe("a submit that may have happened", () => {
  it.each([
    ["500 with JSON", refusal(-1000, "An unknown error occurred while processing the request.", 500)],
    ["502 with HTML", HTML],
    ["503 with -1001", refusal(-1001, "Internal error; unable to process your request.", 503)],
    ["503 with -1008", refusal(-1008, "Request throttled by system-level protection.", 503)],
    ["504 without a body", text("", 504)],
    ["400 with -1006", refusal(-1006, "An unexpected response was received from the message bus. Execution status unknown.")],
    ["408 with -1007", refusal(-1007, "Timeout waiting for response from backend server. Send status unknown; execution status unknown.", 408)],
    ["5xx that speaks of a rejection", refusal(-2010, "Account has insufficient balance for requested action.", 503)],
    ["403 with HTML", text("<html>forbidden</html>", 403)],
    ["404 with HTML", text("<html>not found</html>", 404)],
    ["a plain error that ccxt does not know", refusal(-9999, "Something new.")],
    ["a reset before the headers", reset],
    ["a reset in the body", resetInBody],
    ["200 with half a body", text('{"symbol":"BTCUSDT","orderId":28,')],
    ["200 with nothing", text("")],
    ["200 with HTML", text("<html>welcome</html>")],
    ["200 {}", json({})],
    ["200 []", json([])],
    ["200 null", json(null)],
    ["200 about another order", json(placed({ clientOrderId: "f".repeat(32) }))],
    ["200 with an exponent for a quantity", json(placed({ executedQty: "abc" }))],
    ["a redirect", text("", 302, { location: "http://127.0.0.1:1/api/v3/order" })],
  ] as const)("is unknown after %s, and is sent once", async (_name, reply) => {
    server.on(PLACE, reply);
    expect(await venue.submit(SUBMIT)).toMatchObject({ ok: false, failure: { kind: "unknown" } });
    expect(server.asked(PLACE)).toHaveLength(1);
  });

  it("is unknown at the deadline when no headers come", async () => {
    server.on(PLACE, () => undefined);
    expect(await venue.submit(SUBMIT)).toMatchObject({ ok: false, failure: { kind: "unknown" } });
    expect(server.asked(PLACE)).toHaveLength(1);
  });

  it("is unknown at the deadline when the body stalls, and its connection is given up", async () => {
    const closed = Promise.withResolvers<undefined>();
    server.on(PLACE, (response: ServerResponse) => {
      response.on("close", () => closed.resolve(undefined));
      response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
      response.write('{"symbol":');
    });
    expect(await venue.submit(SUBMIT)).toMatchObject({ ok: false, failure: { kind: "unknown", message: expect.stringContaining("deadline") as string } });
    await closed.promise;
  });

  it("is unknown after -1021, measures the clock and sends nothing again", async () => {
    server.on(PLACE, refusal(-1021, "Timestamp for this request is outside of the recvWindow.")).on("GET /api/v3/time", json({ serverTime: Date.now() - 60_000 }));
    expect(await venue.submit(SUBMIT)).toMatchObject({ ok: false, failure: { kind: "unknown" } });
    expect(server.asked(PLACE)).toHaveLength(1);
    expect(Date.now() - venue.now()).toBeGreaterThan(50_000);
  });
});

describe("a limit", () => {
  it("of 429 lasts as long as Retry-After says, and nothing is sent meanwhile", async () => {
    server.on(PLACE, json({ code: -1003, msg: "Too many requests" }, 429, { "retry-after": "7" }));
    const before = Date.now();
    const answer = await venue.submit(SUBMIT);
    expect(answer).toMatchObject({ ok: false, failure: { kind: "limited", ban: false } });
    if (answer.ok || answer.failure.kind !== "limited") throw new Error("not limited");
    expect(answer.failure.until).toBeGreaterThanOrEqual(before + 7_000);
    expect(answer.failure.until).toBeLessThan(before + 9_000);
    const sent = server.seen.length;
    expect(await venue.cancel("BTC/USDT", CLIENT_ID)).toMatchObject({ ok: false, failure: { kind: "limited" } });
    expect(server.seen).toHaveLength(sent);
  });

  it("of 418 is a ban, until the time that it names", async () => {
    const until = Date.now() + 90_000;
    server.on(LOOK, json({ code: -1003, msg: `Way too much request weight used; IP banned until ${until}. Please use WebSocket Streams.` }, 418));
    expect(await venue.order("BTC/USDT", CLIENT_ID)).toMatchObject({ ok: false, failure: { kind: "limited", ban: true, until } });
    expect(server.asked(LOOK)).toHaveLength(1);
  });

  it("of -1003 with status 400 is one without a ban", async () => {
    server.on(PLACE, refusal(-1003, "Too many requests queued."));
    expect(await venue.submit(SUBMIT)).toMatchObject({ ok: false, failure: { kind: "limited", ban: false } });
  });

  it("of -1015 stops new orders only", async () => {
    server.on(PLACE, refusal(-1015, "Too many new orders; current limit is 50 orders per 10 SECOND.")).on(CANCEL, json({ ...order({ status: "CANCELED" }), origClientOrderId: CLIENT_ID, clientOrderId: "x" }));
    expect(await venue.submit(SUBMIT)).toMatchObject({ ok: false, failure: { kind: "limited", ban: false } });
    expect(await venue.cancel("BTC/USDT", CLIENT_ID)).toMatchObject({ ok: true, value: { status: "canceled", clientOrderId: CLIENT_ID } });
  });
});

describe("a key that does not work", () => {
  it.each([
    [-2014, "API-key format invalid.", 401],
    [-2015, "Invalid API-key, IP, or permissions for action.", 401],
    [-1022, "Signature for this request is not valid.", 400],
  ])("is denied with %d", async (code, msg, status) => {
    server.on(PLACE, refusal(code, msg, status));
    expect(await venue.submit(SUBMIT)).toMatchObject({ ok: false, failure: { kind: "denied" } });
  });

  it("is denied also when it has worked before, though ccxt then calls it a rate limit", async () => {
    server.on(LOOK, json(order()), refusal(-2015, "Invalid API-key, IP, or permissions for action.", 401));
    expect(await venue.order("BTC/USDT", CLIENT_ID)).toMatchObject({ ok: true });
    expect(await venue.order("BTC/USDT", CLIENT_ID)).toMatchObject({ ok: false, failure: { kind: "denied" } });
  });
});

describe("a cancel or a look-up", () => {
  it("of an unknown order is not found", async () => {
    server.on(CANCEL, refusal(-2011, "Unknown order sent.")).on(LOOK, refusal(-2013, "Order does not exist."));
    expect(await venue.cancel("BTC/USDT", CLIENT_ID)).toMatchObject({ ok: false, failure: { kind: "not-found" } });
    expect(await venue.order("BTC/USDT", CLIENT_ID)).toMatchObject({ ok: false, failure: { kind: "not-found" } });
    expect(server.asked(CANCEL)[0]?.params["origClientOrderId"]).toBe(CLIENT_ID);
    expect(server.asked(LOOK)[0]?.params["origClientOrderId"]).toBe(CLIENT_ID);
  });

  it("is unknown when a cancel's answer is lost, and the cancel is sent once", async () => {
    server.on(CANCEL, reset);
    expect(await venue.cancel("BTC/USDT", CLIENT_ID)).toMatchObject({ ok: false, failure: { kind: "unknown" } });
    expect(server.asked(CANCEL)).toHaveLength(1);
  });

  it("reads once more after a lost answer, and no third time", async () => {
    server.on(LOOK, reset, json(order()));
    expect(await venue.order("BTC/USDT", CLIENT_ID)).toMatchObject({ ok: true, value: { venueOrderId: "28" } });
    server.on(LOOK, HTML);
    expect(await venue.order("BTC/USDT", CLIENT_ID)).toMatchObject({ ok: false, failure: { kind: "unknown" } });
    expect(server.asked(LOOK)).toHaveLength(4);
  });

  it("reads again with the right time after -1021", async () => {
    const ahead = Date.now() + 3_600_000;
    server.on("GET /api/v3/time", json({ serverTime: ahead })).on(LOOK, refusal(-1021, "Timestamp for this request was 1000ms ahead of the server's time."), json(order()));
    expect(await venue.order("BTC/USDT", CLIENT_ID)).toMatchObject({ ok: true });
    expect(Number(server.asked(LOOK)[1]?.params["timestamp"])).toBeGreaterThan(ahead - 10_000);
  });
});
