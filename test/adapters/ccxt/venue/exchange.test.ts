import { describe, expect, it } from "vitest";
import { assertHosts, openExchange } from "../../../../src/adapters/ccxt/venue/exchange.ts";
import { plainId, QUIRKS, VENUE_NAMES } from "../../../../src/adapters/ccxt/venue/quirks.ts";
import { UserError } from "../../../../src/core/user-error.ts";

const ACCESS = { deadlineMs: 1_000, recvWindow: 5_000, keepAliveMs: 1_000 };
const LOCAL = { http: "http://127.0.0.1:1", ws: "ws://127.0.0.1:1" };
const ID = "0123456789abcdef0123456789abcdef";

function texts(tree: unknown): string[] {
  if (typeof tree === "string") return [tree];
  return typeof tree === "object" && tree !== null ? Object.values(tree).flatMap(texts) : [];
}

describe("the client of an exchange", () => {
  it.each(VENUE_NAMES)("of %s has every URL at the local host when one is given, and keeps the paths", async (exchange) => {
    const client = await openExchange({ exchange, urls: LOCAL, ...ACCESS });
    const urls = texts(client.urls["api"]);
    expect(urls.length).toBeGreaterThan(1);
    expect(urls.filter((url) => new URL(url).host !== "127.0.0.1:1")).toEqual([]);
    expect(urls.some((url) => url.startsWith("ws://"))).toBe(true);
  });

  it.each(VENUE_NAMES)("of %s is refused when one URL is at another host", async (exchange) => {
    const client = await openExchange({ exchange, ...ACCESS });
    expect(() => assertHosts(client, ["127.0.0.1:1"])).toThrow(UserError);
  });

  it("wants URLs that are some", async () => {
    await expect(openExchange({ exchange: "binance", urls: { ...LOCAL, ws: "http://127.0.0.1:1" }, ...ACCESS })).rejects.toThrow(/ws:\/\//);
    await expect(openExchange({ exchange: "binance", urls: { ...LOCAL, http: "127.0.0.1" }, ...ACCESS })).rejects.toThrow(UserError);
  });
});

describe("our client order id", () => {
  const LIMITS = { binance: /^[.A-Z:/a-z0-9_-]{1,36}$/, kraken: /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, bybit: /^[A-Za-z0-9_-]{1,36}$/, okx: /^[A-Za-z0-9]{1,32}$/ };

  it.each(VENUE_NAMES)("fits what %s takes, and comes back as it was", (exchange) => {
    const shaped = QUIRKS[exchange].shapeId(ID);
    expect(shaped).toMatch(LIMITS[exchange]);
    expect(plainId(shaped)).toBe(ID);
  });

  it("is not made out of somebody else's", () => {
    expect(plainId("my-order-1")).toBe("my-order-1");
  });
});
