import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { type KeyedVenue, openCcxtVenue } from "../../../../src/adapters/ccxt/venue/venue.ts";
import type { KeySecrets } from "../../../../src/core/keys/key.ts";
import type { Exchange } from "../../../../src/exchange/server.ts";
import type { VenueEvent } from "../../../../src/ports/venue.ts";
import { closeAll, control, KEY, MINUTE, openExchange, SECRET, until } from "../../../exchange/fixture.ts";

const venues: KeyedVenue[] = [];
afterEach(async () => {
  for (const venue of venues.splice(0)) await venue.close();
  await closeAll();
});

const OLD: KeySecrets = { apiKey: KEY, secret: SECRET };
const NEXT: KeySecrets = { apiKey: "next", secret: "secret-of-next" };

/** A venue that listens with the first key of an account that has two. */
async function listening(deadlineMs = 4_000): Promise<{ readonly exchange: Exchange; readonly venue: KeyedVenue; readonly events: VenueEvent[] }> {
  const exchange = await openExchange();
  await control(exchange, "key", NEXT);
  return { exchange, ...(await listenWith(exchange, OLD, deadlineMs)) };
}

async function listenWith(exchange: Exchange, keys: KeySecrets, deadlineMs: number): Promise<{ readonly venue: KeyedVenue; readonly events: VenueEvent[] }> {
  const venue = await openCcxtVenue({ exchange: "binance", ...keys, urls: { http: exchange.url, ws: exchange.wsUrl }, staleAfterMs: 60_000, deadlineMs, recvWindow: 10_000, rateLimit: false });
  venues.push(venue);
  const events: VenueEvent[] = [];
  await venue.syncClock();
  await venue.listen(["BTC/USDT"], MINUTE, (event) => events.push(event));
  return { venue, events };
}

const heard = (events: readonly VenueEvent[]): readonly number[] => events.flatMap((event) => (event.type === "trade" ? [Number(event.trade.id)] : []));
const made = (exchange: Exchange): readonly number[] => (exchange.engine.trades(0, "BTCUSDT") as readonly { readonly id: number }[]).map(({ id }) => id);
const outages = (events: readonly VenueEvent[]): readonly VenueEvent[] => events.filter(({ type }) => type === "down" || type === "up");

/** Trades all the time on the account until the work is done, and a while after it. */
async function whileTrading(exchange: Exchange, work: () => Promise<void>): Promise<void> {
  const state = { isOver: false };
  const working = work().finally(() => (state.isOver = true));
  for (let after = 0; after < 20; after += state.isOver ? 1 : 0) {
    exchange.engine.place(0, { symbol: "BTCUSDT", side: made(exchange).length % 2 === 0 ? "buy" : "sell", type: "MARKET", quantity: "0.1" });
    await sleep(1);
  }
  await working;
}

describe("changing the key of a venue that listens", () => {
  it("hears of each trade once, whichever stream brings it, and of no outage", async () => {
    const { exchange, venue, events } = await listening();
    await whileTrading(exchange, async () => {
      for (const secrets of [NEXT, OLD, NEXT]) {
        expect(await venue.keys.open(secrets)).toMatchObject({ ok: true });
        venue.keys.take();
        await venue.keys.leave();
      }
    });
    await until(() => heard(events).length >= made(exchange).length);
    expect(made(exchange).length).toBeGreaterThan(20);
    expect(heard(events).toSorted((a, b) => a - b)).toEqual(made(exchange));
    expect(outages(events)).toEqual([]);
  });

  it("has the new stream before it gives the old one up", async () => {
    const { exchange, venue, events } = await listening();
    const subscriptions = (): number => exchange.faults.requests({ path: "userDataStream.subscribe.signature" }).length;
    expect(subscriptions()).toBe(1);
    await venue.keys.open(NEXT);
    expect(subscriptions()).toBe(2);
    // Both hear of it now; it is told once.
    exchange.engine.place(0, { symbol: "BTCUSDT", side: "buy", type: "MARKET", quantity: "0.1" });
    await until(() => heard(events).length > 0);
    venue.keys.take();
    await venue.keys.leave();
    exchange.engine.place(0, { symbol: "BTCUSDT", side: "buy", type: "MARKET", quantity: "0.1" });
    await until(() => heard(events).length > 1);
    expect(heard(events)).toEqual(made(exchange));
  });

  it("stays with the old key when the new one gets no stream", async () => {
    const { exchange, venue, events } = await listening();
    await control(exchange, "revoke", { apiKey: NEXT.apiKey });
    expect(await venue.keys.open(NEXT)).toMatchObject({ ok: false, failure: { message: expect.stringMatching(/did not open with the new key/) as string } });
    expect(() => venue.keys.take()).toThrow(/no key was opened/);
    exchange.engine.place(0, { symbol: "BTCUSDT", side: "buy", type: "MARKET", quantity: "0.1" });
    await until(() => heard(events).length === 1);
    expect(await venue.balances()).toMatchObject({ ok: true });
    expect(outages(events)).toEqual([]);
  });

  it("lets a call that is on the wire with the old key finish before the key is closed", async () => {
    const { exchange, venue } = await listening();
    exchange.faults.add({ name: "delay", method: "POST", path: "/api/v3/order", ms: 300 });
    const placed = venue.submit({ clientOrderId: "a".repeat(32), symbol: "BTC/USDT", side: "buy", type: "limit", price: "90", quantity: "0.1", postOnly: true });
    await until(() => exchange.faults.requests({ method: "POST", path: "/api/v3/order" }).length === 1);
    await venue.keys.open(NEXT);
    venue.keys.take();
    let isClosed = false;
    const left = venue.keys.leave().then(() => (isClosed = true));
    expect(await Promise.race([placed.then(() => isClosed), left])).toBe(false);
    expect(await placed).toMatchObject({ ok: true, value: { status: "open" } });
    await left;
    expect(exchange.faults.requests({ method: "POST", path: "/api/v3/order" })).toHaveLength(1);
  });

  it("sends nothing and hears nothing once it is sealed", async () => {
    const { exchange, venue, events } = await listening();
    venue.keys.seal("the key is disabled");
    const before = exchange.faults.requests().length;
    expect(await venue.balances()).toEqual({ ok: false, failure: { kind: "denied", message: "the key is disabled" } });
    expect(await venue.permissions()).toMatchObject({ ok: false, failure: { kind: "denied" } });
    expect(exchange.faults.requests()).toHaveLength(before);
    const other = await listenWith(exchange, NEXT, 4_000);
    exchange.engine.place(0, { symbol: "BTCUSDT", side: "buy", type: "MARKET", quantity: "0.1" });
    await until(() => heard(other.events).length === 1);
    expect(heard(events)).toEqual([]);
  });
});
