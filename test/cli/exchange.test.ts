import ccxt from "ccxt";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, expect, it, vi } from "vitest";
import { endAll, launch, sandbox, scratch, until, type Sandbox } from "./bot-on-sandbox.ts";
import { caucus } from "./caucus.ts";
import { expectOfSchema } from "./json-schema.ts";

// Several processes start one after another, each of which loads the real client.
vi.setConfig({ testTimeout: 300_000 });
afterEach(endAll);

function clientOf({ url, key, secret }: Sandbox): InstanceType<typeof ccxt.binance> {
  const api = { public: `${url}/api/v3`, private: `${url}/api/v3`, v1: `${url}/api/v1`, sapi: `${url}/sapi/v1` };
  return new ccxt.binance({ apiKey: key, secret, urls: { api }, options: { defaultType: "spot", fetchMarkets: { types: ["spot"] }, fetchMargins: false, fetchCurrencies: false } });
}

it("opens an exchange that the real client trades on, and ends on SIGTERM", async () => {
  const exchange = await sandbox(await scratch(), "--speed", "0", "--symbol", "BTC/USDT,ETH/USDT", "--balance", "USDT=500", "--balance", "eth=2.5");
  expect(exchange).toMatchObject({ key: "sandbox", secret: "sandbox", symbols: ["BTC/USDT", "ETH/USDT"], speed: 0, now: Date.UTC(2024, 0, 22) });
  await expectOfSchema("exchange", exchange.running.out());
  const client = clientOf(exchange);
  const order = await client.createOrder("ETH/USDT", "market", "sell", 1);
  expect(order.filled).toBe(1);
  const balance = await client.fetchBalance();
  expect(balance["ETH"]!.total).toBe(1.5);
  expect(balance["USDT"]!.total).toBeGreaterThan(500);
  exchange.running.child.kill("SIGTERM");
  expect(await exchange.running.ended).toEqual({ code: 0, signal: null });
});

it("has the orders and balances that it had after kill -9, and its time goes on", async () => {
  const cwd = await scratch();
  const args = ["--state", "kept", "--speed", "600"];
  const first = await sandbox(cwd, ...args);
  const client = clientOf(first);
  const bought = await client.createOrder("BTC/USDT", "market", "buy", 0.01);
  const resting = await client.createOrder("BTC/USDT", "limit", "buy", 0.01, 30_000);
  await until("market time goes on", async () => (await first.state()).now > first.now + 60_000);
  await first.post("speed", { speed: 0 });
  const before = await first.state();
  first.running.child.kill("SIGKILL");
  await first.running.ended;

  const second = await sandbox(cwd, "--state", "kept", "--speed", "0");
  const after = await second.state();
  expect(after.accounts).toEqual(before.accounts);
  expect(after.now).toBe(before.now);
  const again = clientOf(second);
  expect((await again.fetchOrder(resting.id!, "BTC/USDT")).status).toBe("open");
  expect((await again.fetchMyTrades("BTC/USDT")).map((trade) => trade.order)).toContain(bought.id);
  await again.cancelOrder(resting.id!, "BTC/USDT");
  await second.post("check", {});
});

it("refuses a folder in which another exchange runs, and one that was begun with other markets", async () => {
  const cwd = await scratch();
  const first = await sandbox(cwd, "--state", "kept", "--speed", "0");
  const beside = await caucus(["exchange", "--port", "0", "--state", "kept"], { cwd });
  expect(beside).toMatchObject({ code: 2, out: "" });
  expect(beside.err).toMatch(/another exchange runs in kept/);
  first.running.child.kill("SIGINT");
  await first.running.ended;
  const other = await caucus(["exchange", "--port", "0", "--state", "kept", "--seed", "9"], { cwd });
  expect(other.code).toBe(2);
  expect(other.err).toMatch(/begun with other markets or balances/);
});

it("says where it listens, how to get in and how to make trouble, in 80 columns", async () => {
  const cwd = await scratch();
  const exchange = launch(["exchange", "--port", "0", "--symbol", "ETH/USDT", "--key", "my-key", "--secret", "s"], cwd);
  await until("its address", () => exchange.out().includes("Ctrl-C closes it."));
  const [, port = ""] = /REST +http:\/\/127\.0\.0\.1:(\d+)\/api\/v3/.exec(exchange.out()) ?? [];
  expect((await fetch(`http://127.0.0.1:${port}/api/v3/ping`)).status).toBe(200);
  expect(exchange.out()).toContain(`trade: {mode: live, exchange: binance, url: "http://127.0.0.1:${port}"}`);
  expect(exchange.out()).toContain("export CAUCUS_API_KEY=my-key CAUCUS_API_SECRET=s\n");
  expect(Math.max(...exchange.out().split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  const [, fault = ""] = /curl -d '(.+)' \S+\/control\/fault/.exec(exchange.out()) ?? [];
  expect((await fetch(`http://127.0.0.1:${port}/control/fault`, { method: "POST", body: fault })).status).toBe(200);
  exchange.child.kill("SIGINT");
  expect(await exchange.ended).toEqual({ code: 0, signal: null });
  expect(exchange.out()).toMatch(/Closed\. Nothing is kept\.\n$/);
});

it("is a market of a file of candles when it is given one", async () => {
  const cwd = await scratch();
  const rows = Array.from({ length: 60 }, (_, i) => `${Date.UTC(2024, 4, 1) + i * 60_000},${100 + i},${101 + i},${99 + i},${100 + i},5`);
  await writeFile(join(cwd, "up.csv"), `${rows.join("\n")}\n`);
  const exchange = await sandbox(cwd, "--candles", "up.csv", "--symbol", "SOL/USDT", "--speed", "0", "--book", "deep");
  expect(exchange.now).toBe(Date.UTC(2024, 4, 1, 0, 30));
  expect((await clientOf(exchange).fetchTicker("SOL/USDT")).last).toBe(130);
});

it.each([
  [["--port", "70000"], /--port <port>.*write a port from 0 to 65535/],
  [["--symbol", "BTC"], /write a symbol such as BTC\/USDT/],
  [["--symbol", "BTC/USDT,BTC/USDT"], /named twice/],
  [["--balance", "USDT"], /such as USDT=10000/],
  [["--speed", "-1"], /speed of 0 or more/],
  [["--maker", "1"], /fraction from 0 to 0\.1/],
  [["--book", "thick"], /Allowed choices are thin, deep/],
  [["--colour", "red"], /unknown option '--colour'/],
  [["--candles", "synthetic:moon"], /no synthetic market "moon"/],
  [["--candles", "nowhere.csv"], /nowhere\.csv/],
  [["--candles", "a.csv", "--symbol", "BTC/USDT,ETH/USDT"], /Give a source for each/],
  [["--history", "90"], /90\.0 days long/],
])("refuses %j with a sentence and exit code 2", async (args, message) => {
  const { code, err, out } = await caucus(["exchange", "--port", "0", ...args], { cwd: await scratch() });
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(err).toMatch(message);
  expect(err).not.toMatch(/^\s+at /m);
});

it("says that a port is taken", async () => {
  const cwd = await scratch();
  const { port } = await sandbox(cwd, "--speed", "0");
  const second = await caucus(["exchange", "--port", String(port)], { cwd });
  expect(second.code).toBe(2);
  expect(second.err).toContain(`something listens on port ${port} already`);
});
