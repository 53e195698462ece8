import { afterEach, describe, expect, it } from "vitest";
import { venueId } from "../../../../src/adapters/ccxt/venue/order.ts";
import type { VenueSubmit } from "../../../../src/ports/venue.ts";
import { closeAll, control, KEY, MINUTE, openExchange, SECRET, START } from "../../../exchange/fixture.ts";
import { closeVenues, venueOf } from "./listening.ts";

afterEach(async () => {
  await closeVenues();
  await closeAll();
});

const id = (number: number): string => number.toString(16).padStart(32, "0");
const buy = (number: number, price = "99.50", quantity = "1"): VenueSubmit => ({ clientOrderId: id(number), symbol: "BTC/USDT", side: "buy", type: "limit", price, quantity, postOnly: true });

describe("a venue over the local exchange", () => {
  it("places, finds, lists and cancels an order", async () => {
    const venue = await venueOf(await openExchange());
    const placed = await venue.submit(buy(1, "90.10", "0.12345"));
    if (!placed.ok) throw new Error(placed.failure.message);
    const order = { venueOrderId: placed.value.venueOrderId, clientOrderId: id(1), symbol: "BTC/USDT", side: "buy", status: "open", filled: "0", quantity: "0.12345", price: "90.1" };
    expect(placed.value).toMatchObject(order);
    expect(await venue.order("BTC/USDT", id(1))).toMatchObject({ ok: true, value: order });
    expect(await venue.openOrders("BTC/USDT")).toMatchObject({ ok: true, value: [order] });
    expect(await venue.cancel("BTC/USDT", id(1))).toMatchObject({ ok: true, value: { ...order, status: "canceled" } });
    expect(await venue.openOrders("BTC/USDT")).toEqual({ ok: true, value: [] });
    expect(await venue.cancel("BTC/USDT", id(1))).toMatchObject({ ok: false, failure: { kind: "not-found" } });
  });

  it("fills a market order by its base quantity and says so at once", async () => {
    const venue = await venueOf(await openExchange());
    expect(await venue.submit({ clientOrderId: id(1), symbol: "BTC/USDT", side: "buy", type: "market", quantity: "1", postOnly: false })).toMatchObject({ ok: true, value: { status: "filled", filled: "1" } });
    expect(await venue.trades("BTC/USDT", { since: 0 })).toMatchObject({ ok: true, value: [{ side: "buy", quantity: "1", liquidity: "taker" }] });
  });

  it("gives filters, balances and permissions", async () => {
    const venue = await venueOf(await openExchange());
    const filters = await venue.instruments(["BTC/USDT", "NO/SUCH"]);
    expect(filters).toEqual({ ok: true, value: new Map([["BTC/USDT", { priceStep: 0.01, quantityStep: 0.00001, minQuantity: 0.00001, minNotional: 5 }]]) });
    await venue.submit(buy(1, "90"));
    const balances = await venue.balances();
    if (!balances.ok) throw new Error(balances.failure.message);
    expect(balances.value.get("USDT")).toEqual({ free: "9910", total: "10000" });
    expect(balances.value.get("BTC")).toEqual({ free: "10", total: "10" });
    expect(await venue.permissions()).toMatchObject({ ok: true, value: { trade: true, withdraw: false } });
  });

  it("asks for the filters anew each time", async () => {
    const exchange = await openExchange();
    const venue = await venueOf(exchange);
    await venue.instruments(["BTC/USDT"]);
    await control(exchange, "filters", { symbol: "BTC/USDT", minNotional: 7 });
    const filters = await venue.instruments(["BTC/USDT"]);
    expect(filters.ok && filters.value.get("BTC/USDT")?.minNotional).toBe(7);
  });

  it("gives closed candles only, oldest first, over several pages", async () => {
    const exchange = await openExchange();
    const venue = await venueOf(exchange);
    await control(exchange, "advance", { to: START + 10 * MINUTE + 30_000 });
    await venue.syncClock();
    const all = await venue.candles("BTC/USDT", MINUTE, START, 1_500);
    if (!all.ok) throw new Error(all.failure.message);
    expect(all.value.map(({ time }) => (time - START) / MINUTE)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(all.value[0]).toEqual({ time: START, open: 100, high: 101, low: 100, close: 101, volume: 1_000 });
    const some = await venue.candles("BTC/USDT", MINUTE, START + 3 * MINUTE, 2);
    expect(some.ok && some.value.map(({ time }) => (time - START) / MINUTE)).toEqual([3, 4]);
  });

  it("measures the clock and follows it", async () => {
    const exchange = await openExchange();
    const venue = await venueOf(exchange);
    const offset = await venue.syncClock();
    if (!offset.ok) throw new Error(offset.failure.message);
    expect(Math.abs(Date.now() - START - offset.value)).toBeLessThan(5_000);
    expect(Math.abs(venue.now() - START)).toBeLessThan(5_000);
  });

  it("pages through more than a thousand trades without losing or repeating one", async () => {
    const exchange = await openExchange({ accounts: [{ apiKey: KEY, secret: SECRET, balances: { USDT: "10000000", BTC: "10" } }] });
    const venue = await venueOf(exchange);
    for (let number = 0; number < 1_003; number++) exchange.engine.place(0, { symbol: "BTC/USDT", side: "buy", type: "MARKET", quantity: "0.1" });
    const all = await venue.trades("BTC/USDT", { since: 0 });
    if (!all.ok) throw new Error(all.failure.message);
    const ids = all.value.map((trade) => Number(trade.id));
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toHaveLength((exchange.engine.trades(0, "BTC/USDT") as readonly unknown[]).length);
    expect(ids).toEqual(ids.toSorted((a, b) => a - b));
    expect(ids.length).toBeGreaterThan(1_000);
    const rest = await venue.trades("BTC/USDT", { afterId: String(ids[500]), since: 0 });
    expect(rest.ok && rest.value.map((trade) => Number(trade.id))).toEqual(ids.slice(501));
    // One that the exchange does not know, as after it was told wrong: nothing that came since may hide behind it.
    for (const afterId of [String(ids.at(-1)! + 1_000_000), "9".repeat(24)]) {
      const again = await venue.trades("BTC/USDT", { afterId, since: 0 });
      expect(again.ok && again.value.map((trade) => Number(trade.id))).toEqual(ids);
    }
  });

  it.each(["9".repeat(400), "1e400", "0x10", "-1", "NaN", "Infinity", "", " 7", "x".repeat(100), "<script>", "1,5"])("believes no order and no trade whose id is %j", (id) => {
    expect(venueId.safeParse(id).success).toBe(false);
  });

  it.each(["7", "312269865356374016", "OQCLML-BW3P3-BUCMWZ", "2f6a1f3e-5b0c-4c58-9d5b-0e1b8f4b1c11", "a"])("believes the id %j", (id) => {
    expect(venueId.safeParse(id).success).toBe(true);
  });

  it("takes no id from a broken answer that the exchange does not have", async () => {
    const exchange = await openExchange();
    const venue = await venueOf(exchange);
    for (let number = 0; number < 2; number++) exchange.engine.place(0, { symbol: "BTC/USDT", side: "buy", type: "MARKET", quantity: "1" });
    const whole = await venue.trades("BTC/USDT", { since: 0 });
    if (!whole.ok) throw new Error(whole.failure.message);
    const [ids, orders] = [whole.value.map((trade) => trade.id), whole.value.map(({ venueOrderId }) => venueOrderId)];
    let refused = 0;
    for (let seed = 0; seed < 120; seed++) {
      exchange.faults.add({ name: "corrupt", method: "GET", path: "/api/v3/myTrades", seed });
      const answer = await venue.trades("BTC/USDT", { since: 0 });
      if (!answer.ok) refused += 1;
      else for (const trade of answer.value) expect([ids.includes(trade.id), orders.includes(trade.venueOrderId)], `seed ${seed}: ${trade.id} ${trade.venueOrderId}`).toEqual([true, true]);
    }
    expect(refused).toBeGreaterThan(20);
  });

  it("leaves a fee open that the venue has not said", async () => {
    const exchange = await openExchange();
    const venue = await venueOf(exchange);
    exchange.engine.place(0, { symbol: "BTC/USDT", side: "buy", type: "MARKET", quantity: "1" });
    exchange.faults.add({ name: "missing-fee" });
    expect(await venue.trades("BTC/USDT", { since: 0 })).toMatchObject({ ok: true, value: [{ fee: null }] });
    expect(await venue.trades("BTC/USDT", { since: 0 })).toMatchObject({ ok: true, value: [{ fee: { currency: "BTC", amount: "0.001" } }] });
  });

  it("takes a trade that is told twice once", async () => {
    const exchange = await openExchange();
    const venue = await venueOf(exchange);
    exchange.engine.place(0, { symbol: "BTC/USDT", side: "buy", type: "MARKET", quantity: "1" });
    exchange.faults.add({ name: "duplicate-trade" });
    const trades = await venue.trades("BTC/USDT", { since: 0 });
    expect(trades.ok && trades.value).toHaveLength(1);
  });

  it.each(["html-200", "torn-json", "empty", "empty-object", "weird-json", "huge"] as const)("never takes a list or an account from an answer that is %s", async (name) => {
    const exchange = await openExchange();
    const venue = await venueOf(exchange);
    await venue.submit(buy(1));
    for (const [path, read] of [
      ["/api/v3/openOrders", () => venue.openOrders("BTC/USDT")],
      ["/api/v3/account", () => venue.balances()],
      ["/api/v3/myTrades", () => venue.trades("BTC/USDT", { since: 0 })],
      ["/api/v3/klines", () => venue.candles("BTC/USDT", MINUTE, START, 10)],
      ["/api/v3/exchangeInfo", () => venue.instruments(["BTC/USDT"])],
    ] as const) {
      exchange.faults.add({ name, path, count: 2 });
      expect([path, await read()]).toMatchObject([path, { ok: false, failure: { kind: "unknown" } }]);
      exchange.faults.clear();
    }
  });

  it("finds an order whose answer was lost, and sends it once", async () => {
    const exchange = await openExchange();
    const venue = await venueOf(exchange);
    exchange.faults.add({ name: "reset-after", method: "POST", path: "/api/v3/order" });
    expect(await venue.submit(buy(7))).toMatchObject({ ok: false, failure: { kind: "unknown" } });
    expect(await venue.order("BTC/USDT", id(7))).toMatchObject({ ok: true, value: { status: "open", clientOrderId: id(7) } });
    expect(exchange.faults.counts()["POST /api/v3/order"]).toBe(1);
  });
});
