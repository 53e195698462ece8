import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, expect, it, vi } from "vitest";
import { openKeyStore } from "../../../src/adapters/keys/store.ts";
import type { KeyState, StoredKey } from "../../../src/core/keys/key.ts";
import type { KeyStore } from "../../../src/ports/key-store.ts";
import { aKey, PASSPHRASE } from "../../adapters/keys/cheap.ts";
import { endAll, launch, type Running, type Sandbox, sandbox, scratch, startBot as startBotOfEnvironment, until, writeBot } from "../bot-on-sandbox.ts";
import { caucus, type Ran } from "../caucus.ts";
import { expectOfSchema } from "../json-schema.ts";
import { keys as keysWith } from "./keys-command.ts";

// Several processes start one after another, each of which loads the real client and derives the key of the store.
vi.setConfig({ testTimeout: 300_000 });
afterEach(endAll);

const OLD = aKey("old1", { label: "main", secrets: { apiKey: "sandbox", secret: "sandbox" } });
const NEW = aKey("new1", { label: "next", state: "added", secrets: { apiKey: "sandbox-next", secret: "secret-of-the-next-key" } });

interface Place {
  readonly cwd: string;
  readonly exchange: Sandbox;
  readonly store: KeyStore;
  readonly env: Record<string, string>;
  readonly keys: (...args: readonly string[]) => Promise<Ran>;
  readonly states: () => Promise<Readonly<Record<string, KeyState>>>;
}

/** A sandbox that knows both keys, and a key store in the state folder with `stored`. */
async function place(stored: readonly StoredKey[] = [OLD, NEW]): Promise<Place> {
  const cwd = await scratch();
  const exchange = await sandbox(cwd, "--speed", "1");
  await exchange.post("key", { apiKey: NEW.secrets.apiKey, secret: NEW.secrets.secret });
  await writeBot(cwd, exchange.url);
  const passphrase = join(cwd, "passphrase");
  await writeFile(passphrase, PASSPHRASE, { mode: 0o600 });
  const store = openKeyStore(join(cwd, "state", "keys.sealed"), PASSPHRASE);
  await store.change(() => stored);
  const env = { CAUCUS_KEYS_PASSPHRASE_FILE: passphrase };
  return {
    cwd, exchange, store, env,
    keys: (...args) => caucus(["keys", ...args], { cwd, env }),
    states: async () => Object.fromEntries((await store.keys()).map(({ id, state }) => [id, state])),
  };
}

async function startBot({ cwd, env, exchange }: Place): Promise<Running> {
  const bot = launch(["run", "bot.yaml", "--live", "--state", "state/bot", "--log", "text"], cwd, env);

  await until("orders of the bot", async () => {
    if (bot.child.exitCode !== null) throw new Error(`the bot ended: ${bot.out()}${bot.err()}`);
    return (await exchange.state()).accounts[0]!.openOrders.length >= 4 && /^\d.*fill /m.test(bot.out());
  });
  return bot;
}

const ask = async ({ cwd }: Place, command: string): Promise<Record<string, unknown>> => JSON.parse((await caucus([command, "bot.yaml", "--state", "state/bot", "--json"], { cwd })).out) as Record<string, unknown>;

it("rotates the key of a running bot, which goes on, and clears the old one away when the exchange has forgotten it", async () => {
  const here = await place();
  const bot = await startBot(here);
  const rotated = await here.keys("rotate", "main", "--to", "next", "--monitor", "1s");
  expect(rotated).toMatchObject({ code: 0, err: "" });
  expect(rotated.out).toMatch(/Key next \(new1\) is in use by the bot in .*state\/bot; key main \(old1\) drains/);
  await until("the old key is disabled", async () => (await here.states())["old1"] === "disabled");
  await here.exchange.post("revoke", { apiKey: "sandbox" });
  expect(await ask(here, "status")).toMatchObject({ hold: "run", troubles: [] });
  // Orders are taken back and placed again with the new key alone.
  const orders = async (): Promise<number> => (await here.exchange.state()).accounts[0]!.openOrders.length;
  await ask(here, "cancel");
  await until("no orders", async () => (await orders()) === 0);
  await ask(here, "resume");
  await until("orders again", async () => (await orders()) >= 4);
  const again = await here.keys("rotate", "main");
  expect(again).toMatchObject({ code: 0, err: "" });
  bot.child.kill("SIGTERM");
  expect((await bot.ended).code).toBe(0);
  expect(`${bot.out()}${bot.err()}${rotated.out}`).not.toContain(NEW.secrets.secret);
});

it("rotates without a bot, rolls back, and goes on", async () => {
  const here = await place();
  const url = ["--url", here.exchange.url];
  const broken = await here.keys("rotate", "main", "--to", "nobody", ...url);
  expect(broken.code).toBe(2);
  expect(broken.err).toMatch(/no key "nobody"/);
  await here.store.change((keys) => keys.map((key) => ({ ...key, state: key.id === "old1" ? "draining" : "active" })));
  const back = await here.keys("rotate", "main", "--roll-back", ...url);
  expect(back).toMatchObject({ code: 0, err: "" });
  expect(await here.states()).toEqual({ old1: "active", new1: "added" });
  const rotated = await here.keys("rotate", "main", "--monitor", "0", "--json", ...url);
  expect(rotated.code).toBe(0);
  await expectOfSchema("keys rotate", rotated.out);
  expect(JSON.parse(rotated.out)).toEqual({ from: "old1", to: "new1", stage: "finished", stillKnown: ["old1"] });
  expect(await here.states()).toEqual({ old1: "disabled", new1: "active" });
  await here.exchange.post("revoke", { apiKey: "sandbox" });
  const cleared = await here.keys("rotate", "main", ...url);
  expect(cleared.out).toMatch(/refuses key old1: it is revoked, and taken out of the store/);
  expect(await here.states()).toEqual({ new1: "active" });
});

it("stores the new key's secrets and rotates to it with --add, and shows them nowhere", async () => {
  const here = await place([OLD]);
  const flags = ["--add", "main-2027", "--monitor", "0", "--url", here.exchange.url, "--secrets-fd", "3"];
  const { code, out, err } = await keysWith(["rotate", "main", ...flags], { cwd: here.cwd, descriptors: [JSON.stringify(NEW.secrets)] }, PASSPHRASE);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out).toMatch(/takes a test order with key/);
  for (const hidden of Object.values(NEW.secrets)) expect(out).not.toContain(hidden);
  expect((await here.store.keys()).map(({ label, account, scope, state }) => [label, account, scope, state])).toEqual([["main", "main", "trade", "disabled"], ["main-2027", "main", "trade", "active"]]);
});

it("says what is wrong with a key that may not trade, with exit code 2, and changes nothing", async () => {
  const here = await place();
  await here.exchange.post("key", { apiKey: NEW.secrets.apiKey, secret: NEW.secrets.secret, trade: false });
  const { code, err } = await here.keys("rotate", "main", "--to", "next", "--url", here.exchange.url);
  expect(code).toBe(2);
  expect(err).toMatch(/Key new1 does not take the place of key old1, which stays in use/);
  expect(err).toMatch(/This key cannot trade/);
  expect(await here.states()).toEqual({ old1: "active", new1: "added" });
});

it("puts the old key back at its start when a rotation was broken off and the exchange refuses the new one", async () => {
  const here = await place([{ ...OLD, state: "draining" }, { ...NEW, state: "active" }]);
  await here.exchange.post("revoke", { apiKey: NEW.secrets.apiKey });
  const bot = await startBot(here);
  expect(await here.states()).toEqual({ old1: "active", new1: "added" });
  expect(bot.out().replaceAll(/\s+/g, " ")).toMatch(/Key old1 is in use again, key new1 is not: binance refuses/);
});

it("goes on at its start with a rotation that was broken off", async () => {
  const here = await place([{ ...OLD, state: "draining" }, { ...NEW, state: "active" }]);
  await here.exchange.post("revoke", { apiKey: OLD.secrets.apiKey });
  const bot = await startBot(here);
  await until("the old key is taken out", async () => Object.keys(await here.states()).join() === "new1");
  expect(bot.out().replaceAll(/\s+/g, " ")).toMatch(/does not know key old1 any more, so it is disabled/);
});

it("disables all keys in an emergency: the bot takes its orders back and halts, and no key is used again", async () => {
  const here = await place();
  const bot = await startBot(here);
  const done = await here.keys("disable", "--all");
  expect(done).toMatchObject({ code: 0, err: "" });
  expect(done.out).toMatch(/The bot in .*state\/bot: \d+ orders canceled, none is left\./);
  expect(done.out).toMatch(/Key old1 is disabled\. Revoke it at binance\./);
  expect((await here.exchange.state()).accounts[0]!.openOrders).toEqual([]);
  expect(await here.states()).toEqual({ old1: "disabled", new1: "disabled" });
  expect((await bot.ended).code).toBe(1);
  expect(`${bot.out()}${bot.err()}`).toMatch(/Key old1 was disabled by .*The bot has halted; none of its orders is left/s);
  const again = await caucus(["run", "bot.yaml", "--live", "--state", "state/bot", "--log", "text"], { cwd: here.cwd, env: here.env });
  expect(again.code).toBe(2);
  expect(again.err).toMatch(/no key that can be used for binance/);
});

it("cancels the orders of a bot that does not run, and nobody else's, before it disables its key", async () => {
  const here = await place();
  const bot = await startBot(here);
  bot.child.kill("SIGKILL");
  await bot.ended;
  const foreign = { symbol: "BTC/USDT", side: "buy", timeInForce: "GTC", quantity: "0.001", price: "20000", clientOrderId: "somebody-elses" };
  await here.exchange.post("order", foreign);
  const done = await here.keys("disable", "main");
  expect(done).toMatchObject({ code: 0, err: "" });
  expect(done.out).toMatch(/[1-9]\d* orders canceled, none is left/);
  expect((await here.exchange.state()).accounts[0]!.openOrders.map(({ clientOrderId }) => clientOrderId)).toEqual(["somebody-elses"]);
  expect(await here.states()).toEqual({ old1: "disabled", new1: "added" });
});

it("disables the keys though the exchange is gone, says what it could not cancel, and ends with 1", async () => {
  const here = await place();
  const bot = await startBot(here);
  bot.child.kill("SIGKILL");
  await bot.ended;
  here.exchange.running.child.kill("SIGKILL");
  await here.exchange.running.ended;
  const done = await here.keys("disable", "--all");
  expect(done).toMatchObject({ code: 1 });
  expect(done.err).toMatch(/The keys are disabled, and not everything was canceled: binance BTC\/USDT: its orders could not be asked for/);
  expect(await here.states()).toEqual({ old1: "disabled", new1: "disabled" });
});

it("halts bots whose keys lie in their environment too, and says that those have to be revoked at the exchange", async () => {
  const cwd = await scratch();
  const exchange = await sandbox(cwd, "--speed", "1");
  await writeBot(cwd, exchange.url);
  const bot = await startBotOfEnvironment(cwd, exchange);
  const done = await caucus(["keys", "disable", "--all"], { cwd });
  expect(done).toMatchObject({ code: 0, err: "" });
  expect(done.out).toMatch(/The bot in .*state: [1-9]\d* orders canceled, none is left\./);
  expect(done.out).toMatch(/Revoke the keys of environments at their exchanges/);
  expect((await exchange.state()).accounts[0]!.openOrders).toEqual([]);
  expect((await bot.ended).code).toBe(1);
});
