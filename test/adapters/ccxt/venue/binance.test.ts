import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openCcxtVenue } from "../../../../src/adapters/ccxt/venue/venue.ts";
import type { Venue, VenueSubmit } from "../../../../src/ports/venue.ts";
import { CLIENT_ID, EXCHANGE_INFO, placed } from "./binance-shapes.ts";
import { json, LocalServer } from "./local-server.ts";

const SUBMIT: VenueSubmit = { clientOrderId: CLIENT_ID, symbol: "BTC/USDT", side: "buy", type: "limit", price: "60000.10", quantity: "0.00123", postOnly: false };

let server: LocalServer;
let venue: Venue;

beforeEach(async () => {
  server = new LocalServer().on("GET /api/v3/exchangeInfo", json(EXCHANGE_INFO));
  venue = await openCcxtVenue({ exchange: "binance", apiKey: "key", secret: "secret", urls: await server.start(), staleAfterMs: 5_000, deadlineMs: 1_000, recvWindow: 5_000, rateLimit: false });
});

afterEach(async () => {
  await venue.close();
  await server.stop();
});

describe("an order on Binance", () => {
  it("goes out with exactly the decimals and the client order id that it was given", async () => {
    server.on("POST /api/v3/order", json(placed()));
    const answer = await venue.submit(SUBMIT);
    expect(answer).toEqual({
      ok: true,
      value: { venueOrderId: "28", clientOrderId: CLIENT_ID, symbol: "BTC/USDT", side: "buy", status: "open", filled: "0", quantity: "0.00123", price: "60000.1", time: 1_700_000_000_000 },
    });
    expect(server.asked("POST /api/v3/order")[0]?.params).toMatchObject({
      symbol: "BTCUSDT", side: "BUY", type: "LIMIT", timeInForce: "GTC", price: "60000.10", quantity: "0.00123", newClientOrderId: CLIENT_ID, recvWindow: "5000",
    });
  });

  it.each(["0.00001", "1234567.89012345", "0.1", "100"])("keeps every digit of %s", async (quantity) => {
    server.on("POST /api/v3/order", json(placed()));
    await venue.submit({ ...SUBMIT, quantity, price: quantity });
    expect(server.asked("POST /api/v3/order")[0]?.params).toMatchObject({ quantity, price: quantity });
  });

  it("only adds to the book when it is post-only", async () => {
    server.on("POST /api/v3/order", json(placed({ type: "LIMIT_MAKER" })));
    await venue.submit({ ...SUBMIT, postOnly: true });
    expect(server.asked("POST /api/v3/order")[0]?.params["type"]).toBe("LIMIT_MAKER");
  });

  it("that fails does not tell the signature to whoever reads the message", async () => {
    server.on("GET /api/v3/order", (response) => response.destroy());
    const answer = await venue.order("BTC/USDT", CLIENT_ID);
    expect(JSON.stringify(answer)).not.toMatch(/signature=[0-9a-f]/);
  });
});
