import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { KeyedVenue } from "../../src/adapters/ccxt/venue/venue.ts";
import { openKeyStore } from "../../src/adapters/keys/store.ts";
import { judgeKey, problemsOf } from "../../src/app/keys/permissions.ts";
import { Rotation, type RotationNews } from "../../src/app/keys/rotation.ts";
import type { KeySecrets, KeyState, StoredKey } from "../../src/core/keys/key.ts";
import type { Exchange } from "../../src/exchange/server.ts";
import type { KeyStore } from "../../src/ports/key-store.ts";
import type { KeySwitch } from "../../src/ports/key-switch.ts";
import { CHEAP, PASSPHRASE } from "../adapters/keys/cheap.ts";
import { gridRests, openBot, openWorld, type RunningBot } from "./fixture.ts";

/** What is rotated in these tests, and how long it is watched. */
export const PAIR = { from: "old", to: "new" };
export const QUICK = { forMs: 50, everyMs: 10 };
export const LONG = { forMs: 600_000, everyMs: 10 };

/** What the keys open: the account of the bot, all three; only the first two are known to the exchange when a bench is opened. */
export const OLD: KeySecrets = { apiKey: "key", secret: "secret" };
export const NEW: KeySecrets = { apiKey: "key-new", secret: "secret-new" };

/** Prices that cross levels of the grid in every minute. */
export const BUSY = Array.from({ length: 40 }, (_, i) => [98.5, 100.5, 97.5, 101.5][i % 4]!);

const keyOf = (id: string, state: KeyState, secrets: KeySecrets): StoredKey => ({
  id, label: id, exchange: "binance", account: "main", scope: "trade", state, created: 0, lastUsed: null, expires: null, secrets,
});

/** A store on disk with the key of the bot, in use, and its successor. */
export async function storeOf(): Promise<KeyStore> {
  const folder = mkdtempSync(join(tmpdir(), "caucus-rotation-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const store = openKeyStore(join(folder, "keys"), PASSPHRASE, CHEAP);
  await store.change(() => [keyOf("old", "active", OLD), keyOf("new", "added", NEW)]);
  return store;
}

/** The states of all keys of a store. */
export async function statesOf(store: KeyStore): Promise<Readonly<Record<string, KeyState>>> {
  return Object.fromEntries((await store.keys()).map(({ id, state }) => [id, state]));
}

/** A bot with a key, and the real venue below it. */
export async function botWith(exchange: Exchange, keys: KeySecrets, folder?: string): Promise<{ readonly bot: RunningBot; readonly keyed: KeyedVenue }> {
  let keyed: KeyedVenue | null = null;
  const bot = await openBot(exchange, { keys, venue: (venue) => (keyed = venue as KeyedVenue), ...(folder === undefined ? {} : { folder }) });
  return { bot, keyed: keyed! };
}

/** A rotation as a running bot makes it. */
export function rotationOf(venue: KeySwitch, store: KeyStore, inUse: string, news: RotationNews[] = []): Rotation {
  return new Rotation({
    store, inUse, venue, symbols: ["BTC/USDT"], clock: () => Date.now(), tell: (one) => news.push(one),
    check: (key, permissions) => problemsOf(judgeKey(permissions, { scope: key.scope, acknowledged: [], now: Date.now() })),
  });
}

/** A bot that trades with the old key while the exchange knows a new one of the same account. */
export async function bench() {
  const exchange = await openWorld({ path: BUSY });
  exchange.engine.setKey(0, { apiKey: NEW.apiKey, secret: NEW.secret, mayTrade: true });
  const { bot, keyed } = await botWith(exchange, OLD);
  await gridRests(bot, exchange);
  const store = await storeOf();
  const news: RotationNews[] = [];
  return { exchange, bot, store, news, keyed, rotation: rotationOf(keyed.keys, store, "old", news), states: () => statesOf(store) };
}

/** What must never be in the log of a bot whose key is changed. */
export function complaints(bot: RunningBot): readonly string[] {
  return bot.log.filter((line) => line.startsWith("  rejected") || line.startsWith("ALERT"));
}
