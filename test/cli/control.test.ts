import { afterEach, expect, it, vi } from "vitest";
import { statusSchema } from "../../src/app/trade/report.ts";
import { endAll, KEYS, launch, sandbox, scratch, startBot, until, writeBot } from "./bot-on-sandbox.ts";
import { caucus } from "./caucus.ts";
import { expectOfSchema } from "./json-schema.ts";

// Several processes start one after another, each of which loads the real client.
vi.setConfig({ testTimeout: 300_000 });
afterEach(endAll);

it("tells how the bot stands, pauses it, takes its orders back, and lets it trade again", async () => {
  const cwd = await scratch();
  const exchange = await sandbox(cwd, "--speed", "1");
  await writeBot(cwd, exchange.url);
  const bot = await startBot(cwd, exchange);
  const orders = async (): Promise<number> => (await exchange.state()).accounts[0]!.openOrders.length;

  const asked = await bot.ask("status", "--json");
  await expectOfSchema("status", asked.out);
  const status = statusSchema.parse(JSON.parse(asked.out));
  expect(status).toMatchObject({ hold: "run", troubles: [], foreignOrders: 0, startEquity: 1_000, openOrders: await orders() });
  expect(status.symbols[0]).toMatchObject({ symbol: "BTC/USDT", openOrders: status.openOrders });
  const text = await bot.ask("status");
  expect(text.code).toBe(0);
  expect(Math.max(...text.out.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);

  const paused = await bot.ask("pause");
  expect(paused).toMatchObject({ code: 0, err: "" });
  expect(paused.out).toBe("Paused: nothing new is sent, open orders stay. `caucus resume` goes on.\n");
  expect(statusSchema.parse(JSON.parse((await bot.ask("status", "--json")).out)).hold).toBe("pause");
  expect(await orders()).toBe(status.openOrders);

  const canceled = await bot.ask("cancel", "--json");
  await expectOfSchema("cancel", canceled.out);
  expect(statusSchema.parse(JSON.parse(canceled.out)).hold).toBe("cancel");
  await until("no orders", async () => (await orders()) === 0);
  expect((await bot.ask("resume")).out).toMatch(/Trading goes on/);
  await until("orders again", async () => (await orders()) >= 4);

  expect((await bot.ask("stop")).out).toBe("Stopping.\n");
  expect((await bot.ended).code).toBe(0);
  const gone = await bot.ask("status");
  expect(gone).toMatchObject({ code: 2, out: "" });
  expect(gone.err).toMatch(/No bot is running in state\. Start one with `caucus run`/);
});

it("sells everything that the bot holds on flatten --yes, and asks before that without it", async () => {
  const cwd = await scratch();
  const exchange = await sandbox(cwd, "--speed", "1", "--book", "deep");
  await writeBot(cwd, exchange.url);
  const bot = await startBot(cwd, exchange);
  const base = async (): Promise<number> => statusSchema.parse(JSON.parse((await bot.ask("status", "--json")).out)).symbols[0]!.base;
  const held = await base();
  expect(held).toBeGreaterThan(0);
  const asked = await bot.ask("flatten");
  expect(asked.code).toBe(0);
  expect(asked.out).toMatch(/This sells everything that the bot in state holds, at the market:/);
  expect(asked.out).toMatch(/Run it again with --yes to do it\.\n$/);
  expect(await base()).toBe(held);
  expect((await bot.ask("flatten", "--yes")).out).toMatch(/Everything is being sold at the market/);
  // What is left is under one quantity step.
  await until("everything sold", async () => (await base()) < 0.0001);
  expect((await exchange.state()).accounts[0]!.openOrders).toEqual([]);
});

it("keeps a pause over a restart", async () => {
  const cwd = await scratch();
  const exchange = await sandbox(cwd, "--speed", "1");
  await writeBot(cwd, exchange.url);
  const bot = await startBot(cwd, exchange);
  await bot.ask("pause");
  bot.child.kill("SIGKILL");
  await bot.ended;
  const again = launch(["run", "bot.yaml", "--live", "--state", "state", "--log", "text"], cwd, KEYS);
  await until("the bot answers", async () => (await caucus(["status", "bot.yaml", "--state", "state"], { cwd })).code === 0);
  const status = statusSchema.parse(JSON.parse((await caucus(["status", "bot.yaml", "--state", "state", "--json"], { cwd })).out));
  expect(status.hold).toBe("pause");
  again.child.kill("SIGTERM");
  expect((await again.ended).code).toBe(0);
});

it.each(["status", "pause", "resume", "cancel", "flatten", "stop"])("says that no bot runs when %s asks in vain, with exit code 2", async (command) => {
  const { code, out, err } = await caucus([command, "--state", "nowhere"], { cwd: await scratch() });
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(err).toMatch(/No bot is running in nowhere/);
  expect(err).not.toMatch(/^\s+at /m);
});
