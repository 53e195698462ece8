import { rm, writeFile, open } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { openJournal } from "../../src/adapters/sqlite/journal.ts";
import { runSummarySchema } from "../../src/app/trade/report.ts";
import { endAll, KEYS, launch, sandbox, scratch, startBot, until, writeBot } from "./bot-on-sandbox.ts";
import { caucus, type Ran } from "./caucus.ts";
import { expectOfSchema } from "./json-schema.ts";

// Several processes start one after another, each of which loads the real client.
vi.setConfig({ testTimeout: 300_000 });
afterEach(endAll);

const widest = (text: string): number => Math.max(...text.split("\n").map((line) => line.length));

/** What is wrong with the journal of a stopped bot; null when nothing is. */
function damageOf(cwd: string): string | null {
  const journal = openJournal(join(cwd, "state", "journal.sqlite"), { name: "bot", now: () => Date.now() });
  try {
    return journal.verify();
  } finally {
    journal.close();
  }
}

function refused({ code, out, err }: Ran, message: RegExp): void {
  expect(err).toMatch(message);
  expect(err).not.toMatch(/^\s+at /m);
  expect({ code, out }).toEqual({ code: 2, out: "" });
}

const live = (cwd: string, ...flags: string[]): Promise<Ran> => caucus(["run", "bot.yaml", "--live", "--state", "state", ...flags], { cwd, env: KEYS });

describe("caucus run, live on a sandbox", () => {
  it("ends within five seconds of SIGTERM with code 0, a sound journal and its orders left in place", async () => {
    const cwd = await scratch();
    const exchange = await sandbox(cwd);
    await writeBot(cwd, exchange.url);
    const bot = await startBot(cwd, exchange);
    expect(bot.out().replaceAll("\n", " ")).toMatch(/^LIVE on binance at http:\/\/127\.0\.0\.1:\d+, key sand\.\.\.: real orders\. It may spend 1000 USDT on BTC\/USDT\. /);
    expect(bot.out()).toContain("Begins anew in state.");
    bot.child.kill("SIGTERM");
    await until("its end within five seconds", () => bot.child.exitCode !== null, 5_000);
    expect(await bot.ended).toEqual({ code: 0, signal: null });
    expect(damageOf(cwd)).toBe(null);
    expect((await exchange.state()).accounts[0]!.openOrders.length).toBeGreaterThanOrEqual(4);
    expect(bot.out()).toMatch(/Stopped\. The same command goes on from here \(state in state\)\.\n$/);
    expect(widest(bot.out())).toBeLessThanOrEqual(80);
    expect(bot.out()).not.toMatch(/ at the market \(grid g1c/);
  });

  it("takes its orders back when the definition says so, and goes on afterwards", async () => {
    const cwd = await scratch();
    const exchange = await sandbox(cwd);
    await writeBot(cwd, exchange.url, { trade: ", onStop: cancel" });
    const bot = await startBot(cwd, exchange);
    bot.child.kill("SIGTERM");
    expect(await bot.ended).toEqual({ code: 0, signal: null });
    expect((await exchange.state()).accounts[0]!.openOrders).toEqual([]);
    expect(damageOf(cwd)).toBe(null);
    const again = launch(["run", "bot.yaml", "--live", "--state", "state", "--log", "text"], cwd, KEYS);
    await until("orders again", async () => (await exchange.state()).accounts[0]!.openOrders.length >= 4);
    expect(again.out()).toContain("Goes on with the run in state.");
    again.child.kill("SIGINT");
    expect((await again.ended).code).toBe(0);
  });

  it("prints one JSON object of its schema and nothing else with --json, and its log as JSON lines to stderr", async () => {
    const cwd = await scratch();
    const exchange = await sandbox(cwd);
    await writeBot(cwd, exchange.url);
    const bot = launch(["run", "bot.yaml", "--live", "--state", "state", "--json"], cwd, KEYS);
    await until("a fill", () => bot.err().includes('"kind":"fill"'));
    bot.child.kill("SIGTERM");
    expect((await bot.ended).code).toBe(0);
    await expectOfSchema("run", bot.out());
    const summary = runSummarySchema.parse(JSON.parse(bot.out()));
    expect(summary).toMatchObject({ mode: "live", state: "state", interrupted: true, hold: "run", startEquity: 1_000 });
    expect(summary.fills).toBeGreaterThan(0);
    for (const line of bot.err().trim().split("\n")) expect(JSON.parse(line)).toMatchObject({ level: expect.any(Number) as number, msg: expect.any(String) as string });
  });

  it("answers health checks and scrapes with --http: well while it trades, with reasons once the exchange is gone", async () => {
    const cwd = await scratch();
    const exchange = await sandbox(cwd);
    await writeBot(cwd, exchange.url);
    const bot = await startBot(cwd, exchange, "--http", "0");
    const url = /http:\/\/127\.0\.0\.1:\d+(?=\/health)/.exec(bot.out())?.[0] ?? "";
    const health = async (): Promise<{ status: number; body: unknown }> => {
      const answer = await fetch(`${url}/health`);
      return { status: answer.status, body: await answer.json() };
    };
    expect(await health()).toMatchObject({ status: 200, body: { ok: true, reasons: [], mode: "live", name: "bot", hold: "run", symbols: ["BTC/USDT"] } });
    const text = await (await fetch(`${url}/metrics`)).text();
    expect(text).toMatch(/^caucus_healthy 1$/m);
    expect(text).toMatch(/^caucus_fills_total\{symbol="BTC\/USDT",side="buy"\} [1-9]/m);
    expect(text).toMatch(/^caucus_requests_total\{call="submit",result="ok"\} [1-9]/m);
    expect(text).toMatch(/^caucus_stream_age_seconds\{stream="prices",symbol="BTC\/USDT"\} /m);
    await exchange.post("fault", { name: "ban", retryAfter: 5, method: "DELETE" });
    expect((await bot.ask("cancel")).code).toBe(0);
    await until("the bot is banned", async () => (await health()).status === 503);
    expect((await health()).body).toMatchObject({ reasons: [expect.stringMatching(/nothing is sent for \d s/)] as string[] });
    await until("the ban is over", async () => (await health()).status === 200);
    exchange.running.child.kill("SIGKILL");
    await until("the bot is not well", async () => (await health()).status === 503);
    expect((await health()).body).toMatchObject({ ok: false, reasons: expect.arrayContaining([expect.stringMatching(/silent/)]) as string[] });
    bot.child.kill("SIGTERM");
    await until("its end within five seconds", () => bot.child.exitCode !== null, 5_000);
    expect((await bot.ended).code).toBe(0);
    expect(damageOf(cwd)).toBe(null);
  });

  it("goes on after kill -9 with the orders that it had", async () => {
    const cwd = await scratch();
    const exchange = await sandbox(cwd, "--speed", "1");
    await writeBot(cwd, exchange.url);
    const bot = await startBot(cwd, exchange);
    bot.child.kill("SIGKILL");
    await bot.ended;
    const before = (await exchange.state()).accounts[0]!.openOrders.map(({ clientOrderId }) => clientOrderId);
    const again = launch(["run", "bot.yaml", "--live", "--state", "state", "--log", "text"], cwd, KEYS);
    const status = (): Promise<Ran> => caucus(["status", "bot.yaml", "--state", "state", "--json"], { cwd });
    await until("the bot answers", async () => (await status()).code === 0);
    const after = (await exchange.state()).accounts[0]!.openOrders.map(({ clientOrderId }) => clientOrderId);
    expect(after).toEqual(expect.arrayContaining(before));
    expect(new Set(after).size).toBe(after.length);
    again.child.kill("SIGTERM");
    expect((await again.ended).code).toBe(0);
    expect(damageOf(cwd)).toBe(null);
  });
});

describe("caucus run refuses", () => {
  it("real orders without --live, and --live without trade.mode: live", async () => {
    const cwd = await scratch();
    await writeBot(cwd, "http://127.0.0.1:9");
    refused(await caucus(["run", "bot.yaml", "--state", "state"], { cwd, env: KEYS }), /trade\.mode: live sends real orders\. Add --live/);
    await writeBot(cwd, "http://127.0.0.1:9", { mode: "replay" });
    refused(await live(cwd), /--live: the definition's trade\.mode is replay/);
    refused(await live(cwd, "--mode", "live"), /--mode live: real orders need trade\.mode: live in the definition itself/);
  });

  it("a replay with fees of single symbols, which the local exchange has not", async () => {
    const cwd = await scratch();
    await writeFile(join(cwd, "bot.yaml"), "fees: {of: {BTC/USDT: {taker: 0}}}\n");
    refused(await caucus(["run", "bot.yaml", "--state", "state"], { cwd }), /fees\.of: a replay trades on the local exchange, which has one fee for all symbols\./);
  });

  it("to trade without keys, or with keys in files that are not there", async () => {
    const cwd = await scratch();
    await writeBot(cwd, "http://127.0.0.1:9");
    const run = (env: Record<string, string>): Promise<Ran> => caucus(["run", "bot.yaml", "--live", "--state", "state"], { cwd, env });
    refused(await run({ CAUCUS_API_KEY: "" }), /Set CAUCUS_API_KEY and CAUCUS_API_SECRET/);
    refused(await run({ CAUCUS_API_KEY: "k", CAUCUS_API_SECRET_FILE: "nowhere" }), /CAUCUS_API_SECRET_FILE: nowhere cannot be read \(ENOENT\)/);
  });

  it("a key that can withdraw, one that cannot trade, a wrong one, and more capital than there is", async () => {
    const cwd = await scratch();
    const exchange = await sandbox(cwd, "--speed", "0");
    await writeBot(cwd, exchange.url);
    const keyFile = join(cwd, "key");
    await writeFile(keyFile, "sandbox\n");
    const onFile = { CAUCUS_API_KEY_FILE: keyFile, CAUCUS_API_SECRET_FILE: keyFile };
    const start = (env: Record<string, string>): Promise<Ran> => caucus(["run", "bot.yaml", "--live", "--state", "state", "--json"], { cwd, env });
    await exchange.post("permissions", { withdraw: true });
    refused(await start(onFile), /This key can withdraw/);
    await exchange.post("permissions", { withdraw: false, trade: false });
    refused(await start(KEYS), /This key cannot trade/);
    await exchange.post("permissions", { trade: true });
    refused(await start({ ...KEYS, CAUCUS_API_SECRET: "other" }), /refuses the key/);
    await writeBot(cwd, exchange.url, { capital: 10_001 });
    refused(await start(KEYS), /capital: the definition asks for 10001 USDT, the account has 10000/);
    expect((await exchange.state()).accounts[0]!.openOrders).toEqual([]);
  });

  it("a definition that has changed, a second run on the folder, and a journal that is damaged", async () => {
    const cwd = await scratch();
    const exchange = await sandbox(cwd);
    await writeBot(cwd, exchange.url);
    const bot = await startBot(cwd, exchange);
    refused(await live(cwd, "--json"), /is held by process \d+ on .*Two bots on one journal/);
    bot.child.kill("SIGTERM");
    await bot.ended;
    await writeBot(cwd, exchange.url, { capital: 900 });
    refused(await live(cwd, "--json"), /the definition has changed since it began \(capital\)/);
    await writeBot(cwd, exchange.url);
    const orders = (await exchange.state()).accounts[0]!.openOrders.length;
    const file = await open(join(cwd, "state", "journal.sqlite"), "r+");
    await file.write(Buffer.alloc(4_096, 7), 0, 4_096, 8_192);
    await file.close();
    refused(await live(cwd, "--json"), /damaged|malformed|journal/i);
    await rm(join(cwd, "state", "journal.sqlite"));
    refused(await live(cwd, "--json"), /is gone or empty/);
    expect((await exchange.state()).accounts[0]!.openOrders.length).toBe(orders);
  });

  it("a second replay on the folder of one that runs, which goes on unharmed", async () => {
    const cwd = await scratch();
    const args = ["run", "--state", "state", "--set", "trade.days=1", "--log", "text"];
    const first = launch([...args, "--set", "trade.speed=2000"], cwd);
    await until("the first plays", () => / decision /.test(first.out()));
    refused(await caucus([...args, "--json"], { cwd }), /Two bots on one journal/);
    first.child.kill("SIGINT");
    expect((await first.ended).code).toBe(130);
    const again = launch(args, cwd);
    expect((await again.ended).code).toBe(0);
    expect(again.out()).toMatch(/The run has ended\. Its journal: state\n$/);
  });
});
