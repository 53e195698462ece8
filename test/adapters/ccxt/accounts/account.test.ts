import { afterEach, describe, expect, it } from "vitest";
import { type AccountAccess, openAccount } from "../../../../src/adapters/ccxt/accounts/account.ts";
import { fairPrice, openPrices } from "../../../../src/adapters/ccxt/accounts/prices.ts";
import type { Exchange } from "../../../../src/exchange/server.ts";
import { closeAll, control, KEY, marketOf, MINUTE, openExchange, SECRET, START, swinging } from "../../../exchange/fixture.ts";
import { json, LocalServer } from "../venue/local-server.ts";

const servers: LocalServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
  await closeAll();
});

const HURRY = { attempts: 2, firstWait: 1, deadline: 10_000 };
const signal = new AbortController().signal;
const KEYS = { apiKey: KEY, secret: SECRET };
const account = (exchange: Pick<Exchange, "url">, more: Partial<AccountAccess> = {}) => openAccount({ label: "main", exchange: "binance", url: exchange.url, keys: KEYS, patience: HURRY, ...more });
const failure = async (work: Promise<unknown>): Promise<string> => work.then(() => "no failure", (error: unknown) => `${(error as Error).name}: ${(error as Error).message}`);
const order = (exchange: Exchange, side: "buy" | "sell", quantity: string, price?: string, symbol = "BTCUSDT") =>
  exchange.engine.place(0, { symbol, side, type: price === undefined ? "MARKET" : "LIMIT", quantity, ...(price === undefined ? {} : { price, timeInForce: "GTC" as const }) });

describe("an account through ccxt", () => {
  it("tells balances with what is free and what orders bind, and the open orders, as exact texts", async () => {
    const exchange = await openExchange();
    order(exchange, "buy", "0.12345", "90.10");
    const reading = await account(exchange).read(signal);
    expect(reading.missing).toEqual([]);
    expect(reading.holdings).toEqual([
      { asset: "USDT", quantity: "10000", free: "9988.877155", used: "11.122845" },
      { asset: "BTC", quantity: "10", free: "10", used: "0" },
    ].toSorted((a, b) => reading.holdings.findIndex(({ asset }) => asset === a.asset) - reading.holdings.findIndex(({ asset }) => asset === b.asset)));
    expect(reading.openOrders).toMatchObject([{ symbol: "BTC/USDT", side: "buy", type: "limit", price: "90.1", quantity: "0.12345", filled: "0" }]);
  });

  it("tells trades with their fees, and only new ones the next time", async () => {
    const exchange = await openExchange();
    order(exchange, "buy", "1");
    order(exchange, "sell", "0.5");
    const source = account(exchange);
    const first = await source.trades!(new Map(), ["BTC", "ETH", "USDT"], signal);
    expect(first.missing).toEqual([]);
    expect(first.trades).toMatchObject([
      { source: "main", base: "BTC", quote: "USDT", side: "buy", quantity: "1", price: "100", fee: { asset: "BTC", quantity: "0.001" } },
      { side: "sell", quantity: "0.5", price: "100", fee: { asset: "USDT", quantity: "0.05" } },
    ]);
    expect([...first.readTo.keys()].sort()).toEqual(["BTC/USDT", "ETH/USDT"]);
    order(exchange, "buy", "0.25");
    const lastId = first.trades.at(-1)!.id;
    const second = await source.trades!(new Map([["BTC/USDT", { since: START, lastId }]]), ["BTC", "USDT"], signal);
    expect(second.trades).toMatchObject([{ side: "buy", quantity: "0.25" }]);
  });

  it("walks all pages of a long list of trades", async () => {
    const exchange = await openExchange({ accounts: [{ apiKey: KEY, secret: SECRET, balances: { USDT: "1000000", BTC: "10" } }] });
    for (let i = 0; i < 2_345; i++) order(exchange, i % 2 === 0 ? "buy" : "sell", "0.1");
    const { trades } = await account(exchange).trades!(new Map(), ["BTC", "USDT"], signal);
    expect(trades).toHaveLength(2_345);
    expect(new Set(trades.map(({ id }) => id)).size).toBe(2_345);
  });

  it("reads the markets that it is told to, and names those that there are not", async () => {
    const exchange = await openExchange();
    order(exchange, "buy", "1");
    const { trades, readTo, missing } = await account(exchange, { symbols: ["BTC/USDT", "DOGE/USDT"] }).trades!(new Map(), [], signal);
    expect(trades).toHaveLength(1);
    expect([...readTo.keys()]).toEqual(["BTC/USDT"]);
    expect(missing).toEqual(["main: binance has no market DOGE/USDT; its trades are not read."]);
  });

  it("is content with a key that can only read: it sends nothing but questions", async () => {
    const exchange = await openExchange();
    const before = exchange.engine.orders(0, "BTCUSDT");
    const source = account(exchange);
    await source.read(signal);
    await source.trades!(new Map(), ["BTC", "USDT"], signal);
    expect(exchange.engine.orders(0, "BTCUSDT")).toEqual(before);
    expect(Object.keys(source).sort()).toEqual(["kind", "label", "place", "read", "trades"]);
  });

  it("says why it cannot be read: no keys, a wrong secret, a key that was revoked, nobody there, no such exchange", async () => {
    const exchange = await openExchange();
    expect(await failure(openAccount({ label: "cold-one", exchange: "binance", url: exchange.url }).read(signal))).toContain("set CAUCUS_COLD_ONE_KEY and CAUCUS_COLD_ONE_SECRET");
    expect(await failure(account(exchange, { keys: { ...KEYS, secret: "wrong" } }).read(signal))).toMatch(/^UserError: balances: binance refuses/);
    exchange.engine.setRevoked(KEY, true);
    expect(await failure(account(exchange).read(signal))).toMatch(/^UserError: balances: binance refuses/);
    expect(await failure(account({ url: "http://127.0.0.1:1" }).read(signal))).toMatch(/^RunError: markets: binance did not answer 2 times/);
    expect(await failure(account(exchange, { exchange: "nosuch" }).read(signal))).toContain('ccxt knows no exchange "nosuch"');
    expect(await failure(openAccount({ label: "cold-one", exchange: "binanse" }).read(signal))).toContain('ccxt knows no exchange "binanse"');
  });

  it("goes to the address that it is given, whichever exchange it is", async () => {
    const server = new LocalServer();
    servers.push(server);
    const { http } = await server.start();
    for (const exchange of ["coinbase", "kucoin", "gate"]) {
      const asked = server.seen.length;
      expect(await failure(openAccount({ label: "main", exchange, url: http, keys: { ...KEYS, password: "p" }, patience: HURRY }).read(signal))).toContain(exchange);
      expect(server.seen.length).toBeGreaterThan(asked);
    }
  });
});

/** An exchange that answers everything that reading an account needs, as Binance does. */
async function binance(): Promise<{ readonly server: LocalServer; readonly url: string }> {
  const server = new LocalServer();
  servers.push(server);
  const { http } = await server.start();
  server
    .on("GET /api/v3/exchangeInfo", json({ timezone: "UTC", symbols: [{ symbol: "BTCUSDT", status: "TRADING", baseAsset: "BTC", quoteAsset: "USDT", isSpotTradingAllowed: true, permissions: ["SPOT"], permissionSets: [["SPOT"]], baseAssetPrecision: 8, quoteAssetPrecision: 8, filters: [] }] }))
    .on("GET /api/v3/time", json({ serverTime: Date.now() }))
    .on("GET /api/v3/account", json({ balances: [{ asset: "BTC", free: "0.12345678901234567890", locked: "1e-7" }], updateTime: 1 }))
    .on("GET /api/v3/openOrders", json([]))
    .on("GET /sapi/v1/capital/deposit/hisrec", json([]))
    .on("GET /sapi/v1/capital/withdraw/history", json([]));
  return { server, url: http };
}

describe("answers of an exchange", () => {
  it("keep all their digits", async () => {
    const { url } = await binance();
    const { holdings } = await account({ url }).read(signal);
    expect(holdings).toEqual([{ asset: "BTC", quantity: "0.1234568890123456789", free: "0.1234567890123456789", used: "0.0000001" }]);
  });

  it.each([["HTML", "<html>maintenance</html>"], ["half of it", '{"balances":[{"asset":"BTC","fr'], ["nothing", ""]])("are not taken for an empty account when they are %s", async (_name, body) => {
    const { server, url } = await binance();
    server.on("GET /api/v3/account", (response) => response.end(body));
    expect(await failure(account({ url }).read(signal))).toMatch(/^RunError: balances: binance did not answer 2 times/);
  });

  it("with balances that are no numbers, or names that are none, are refused", async () => {
    const { server, url } = await binance();
    server.on("GET /api/v3/account", json({ balances: [{ asset: "B\u0007TC\n", free: "1", locked: "0" }] }));
    expect(await failure(account({ url }).read(signal))).toContain("tells of an asset that has no proper name");
  });

  it("about open orders that fail leave the balances, and say what is missing", async () => {
    const { server, url } = await binance();
    server.on("GET /api/v3/openOrders", json({ code: -2015, msg: "Invalid API-key, IP, or permissions for action." }, 401));
    const reading = await account({ url }).read(signal);
    expect(reading.holdings).toHaveLength(1);
    expect(reading.missing).toEqual([expect.stringMatching(/^open orders: binance .*Invalid API-key/)]);
  });

  it("tell deposits and withdrawals that came through, with the address and the fee", async () => {
    const { server, url } = await binance();
    const time = Date.now() - 86_400_000;
    server
      .on("GET /sapi/v1/capital/deposit/hisrec", json([
        { id: "d1", amount: "0.5", coin: "BTC", network: "BTC", status: 1, address: "bc1own", txId: "AA", insertTime: time },
        { id: "d2", amount: "9", coin: "BTC", network: "BTC", status: 0, address: "bc1own", txId: "BB", insertTime: time },
      ]))
      .on("GET /sapi/v1/capital/withdraw/history", json([{ id: "w1", amount: "0.2", transactionFee: "0.0001", coin: "BTC", status: 6, address: "0xABCDEF", txId: "CC", applyTime: new Date(time).toISOString().slice(0, 19).replace("T", " ") }]));
    const flows = await account({ url }, { transfers: true }).flows!(time - 1_000, signal);
    expect(flows).toMatchObject([
      { source: "main", id: "deposit:d1", asset: "BTC", quantity: "0.5", transaction: "aa" },
      { source: "main", id: "withdrawal:w1", asset: "BTC", quantity: "-0.2001", transaction: "cc", counterparty: "0xabcdef" },
    ]);
    expect(flows).toHaveLength(2);
  });
});

describe("prices of an exchange", () => {
  it("are those of all its spot markets", async () => {
    const exchange = await openExchange();
    await control(exchange, "advance", { to: START + 10 * MINUTE });
    const markets = await openPrices({ exchange: "binance", url: exchange.url, patience: HURRY }).prices(signal);
    expect(markets.map(({ base, quote, venue }) => `${base}/${quote} ${venue}`).sort()).toEqual(["BTC/USDT binance", "ETH/USDT binance"]);
    for (const { price } of markets) expect(Math.abs(Number(price) - 100)).toBeLessThan(1.1);
  });

  it("of past days are the closes of those days", async () => {
    const exchange = await openExchange({ markets: [marketOf("BTC/USDT", swinging(3 * 1_440))] });
    await control(exchange, "advance", { to: START + 2 * 1_440 * MINUTE + MINUTE });
    const prices = openPrices({ exchange: "binance", url: exchange.url, patience: HURRY });
    const day = 86_400_000;
    const closes = await prices.dailyCloses("BTC", "USDT", START, START + day + 5, signal);
    expect([...closes]).toEqual([[START, "100"], [START + day, "100"]]);
    expect((await prices.dailyCloses("SCAM", "USDT", START, START + day, signal)).size).toBe(0);
  });

  it.each<[last: string | null, bid: string | null, ask: string | null, price: string | null]>([
    ["100", "99", "101", "100"], ["50", "99", "101", "99"], ["500", "99", "101", "101"], [null, "99", "101", "99"], ["100", null, null, "100"], ["100", "0", "101", "100"], ["100", "102", "101", "100"], ["0", null, null, null], [null, null, null, null],
  ])("with last %s, bid %s and ask %s are %s", (last, bid, ask, price) => {
    expect(fairPrice(last, bid, ask)).toBe(price);
  });
});
