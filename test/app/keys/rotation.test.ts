import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it, onTestFinished } from "vitest";
import { type KeyedVenue, openCcxtVenue } from "../../../src/adapters/ccxt/venue/venue.ts";
import { openKeyStore } from "../../../src/adapters/keys/store.ts";
import { judgeKey, problemsOf } from "../../../src/app/keys/permissions.ts";
import { cancelOurs, disableKeys } from "../../../src/app/keys/rotation-disable.ts";
import { Rotation, type RotationNews } from "../../../src/app/keys/rotation.ts";
import type { KeySecrets, StoredKey } from "../../../src/core/keys/key.ts";
import { UserError } from "../../../src/core/user-error.ts";
import type { Exchange } from "../../../src/exchange/server.ts";
import type { KeyStore } from "../../../src/ports/key-store.ts";
import { aKey, CHEAP, PASSPHRASE } from "../../adapters/keys/cheap.ts";
import { closeAll, control, KEY, openExchange, SECRET } from "../../exchange/fixture.ts";

afterEach(closeAll);

const OLD: KeySecrets = { apiKey: KEY, secret: SECRET };
const NEXT: KeySecrets = { apiKey: "next", secret: "secret-of-next" };
const FOREIGN: KeySecrets = { apiKey: "foreign", secret: "secret-of-foreign" };
const PAIR = { from: "old", to: "new" };
const ACCOUNTS = [{ ...OLD, balances: { USDT: "10000", BTC: "10" } }, { ...FOREIGN, balances: { USDT: "10000", BTC: "10" } }];

interface Desk {
  readonly exchange: Exchange;
  readonly venue: KeyedVenue;
  readonly store: KeyStore;
  readonly rotation: Rotation;
  readonly news: RotationNews[];
  readonly states: () => Promise<Readonly<Record<string, string>>>;
}

/** An exchange with two accounts, the first with two keys, and a venue on its first key without a bot. */
async function desk(next: KeySecrets, keys: readonly StoredKey[] = [aKey("old", { secrets: OLD }), aKey("new", { state: "added", secrets: next })]): Promise<Desk> {
  const exchange = await openExchange({ accounts: ACCOUNTS });
  await control(exchange, "key", { ...NEXT });
  const venue = await openCcxtVenue({ exchange: "binance", ...OLD, urls: { http: exchange.url, ws: exchange.wsUrl }, staleAfterMs: 60_000, deadlineMs: 4_000, recvWindow: 10_000, rateLimit: false });
  await venue.syncClock();
  const folder = mkdtempSync(join(tmpdir(), "caucus-rotation-"));
  onTestFinished(async () => {
    await venue.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const store = openKeyStore(join(folder, "keys"), PASSPHRASE, CHEAP);
  await store.change(() => keys);
  const news: RotationNews[] = [];
  const rotation = new Rotation({
    store, venue: venue.keys, inUse: "old", symbols: ["BTC/USDT"], tell: (one) => news.push(one), clock: () => Date.now(),
    check: (key, permissions) => problemsOf(judgeKey(permissions, { scope: key.scope, acknowledged: [], now: Date.now() })),
  });
  return { exchange, venue, store, rotation, news, states: async () => Object.fromEntries((await store.keys()).map(({ id, state }) => [id, state])) };
}

async function problemsIn(begun: Promise<unknown>): Promise<string> {
  const error = await begun.catch((caught: unknown) => caught);
  if (!(error instanceof UserError)) throw new Error("it was taken");
  return error.problems.join("\n");
}

const calls = (exchange: Exchange): number => exchange.faults.requests().length;
const order = { clientOrderId: "a".repeat(32), symbol: "BTC/USDT", side: "buy", type: "limit", price: "90", quantity: "0.1", postOnly: true } as const;

describe("a key that is to take the place of another", () => {
  it("is refused when it is of another account, though both hold the same", async () => {
    const { rotation, states, venue } = await desk(FOREIGN);
    expect(await problemsIn(rotation.begin(PAIR))).toMatch(/Key new is not shown to be of the same account as key old: the old key is of account 0, the new one of account 1/);
    expect(await states()).toEqual({ old: "active", new: "added" });
    await venue.balances();
    expect(await problemsIn(rotation.begin(PAIR, true))).toMatch(/of account 1/);
  });

  it("is taken on the owner's word alone when the old key does not answer any more and nothing is known of its account", async () => {
    const { exchange, rotation, states } = await desk(NEXT);
    await control(exchange, "revoke", { apiKey: KEY });
    expect(await problemsIn(rotation.begin(PAIR))).toMatch(/key old does not show its account any more.*If you know that it is, add --same-account/s);
    expect(await states()).toEqual({ old: "active", new: "added" });
    expect(await rotation.begin(PAIR, true)).toBe("monitored");
    expect(await states()).toEqual({ old: "draining", new: "active" });
  });

  it("is refused when it has expired, before the exchange is asked", async () => {
    const { exchange, rotation, states } = await desk(NEXT, [aKey("old", { secrets: OLD }), aKey("new", { state: "added", secrets: NEXT, expires: Date.UTC(2024, 0, 31) })]);
    const before = calls(exchange);
    await expect(rotation.begin(PAIR)).rejects.toThrow(/Key new expired on 2024-01-31.*key old, which stays in use/);
    expect(calls(exchange)).toBe(before);
    expect(await states()).toEqual({ old: "active", new: "added" });
  });

  it("places no order when it is verified", async () => {
    const { exchange, rotation } = await desk(NEXT);
    await rotation.begin(PAIR);
    expect(exchange.faults.requests({ method: "POST", path: "/api/v3/order" })).toEqual([]);
    expect(exchange.faults.requests({ method: "POST", path: "/api/v3/order/test" })).toHaveLength(1);
    expect(exchange.engine.orders(0, "BTCUSDT")).toEqual([]);
  });

  it("goes back to where it was when it failed after it had been verified", async () => {
    const { exchange, store, rotation, states } = await desk(NEXT);
    await store.change((keys) => keys.map((key) => (key.id === "new" ? { ...key, state: "verified" } : key)));
    await control(exchange, "revoke", { apiKey: NEXT.apiKey });
    expect(await problemsIn(rotation.begin(PAIR))).toMatch(/does not answer key new when asked what it may do/);
    expect(await states()).toEqual({ old: "active", new: "added" });
  });
});

describe("a bot whose store another process changes", () => {
  it("takes the key that is in use there", async () => {
    const { exchange, store, venue, rotation } = await desk(NEXT);
    await store.change((keys) => keys.map((key) => ({ ...key, state: key.id === "old" ? "disabled" : "active" })));
    await rotation.follow();
    expect(rotation.inUse).toBe("new");
    await control(exchange, "revoke", { apiKey: KEY });
    expect(await venue.balances()).toMatchObject({ ok: true });
  });

  it("takes it also at the moment at which its own is refused", async () => {
    const { exchange, store, venue, rotation } = await desk(NEXT);
    await store.change((keys) => keys.map((key) => ({ ...key, state: key.id === "old" ? "disabled" : "active" })));
    await control(exchange, "revoke", { apiKey: KEY });
    expect(await venue.submit(order)).toMatchObject({ ok: true, value: { status: "open" } });
    expect(rotation.inUse).toBe("new");
  });

  it("sends nothing any more when its key was disabled and there is no other", async () => {
    const { exchange, store, venue, rotation, news } = await desk(NEXT);
    await store.change((keys) => keys.map((key) => ({ ...key, state: "disabled" })));
    await rotation.follow();
    const before = calls(exchange);
    for (const answer of [await venue.submit(order), await venue.balances(), await venue.cancel("BTC/USDT", order.clientOrderId)]) {
      expect(answer).toMatchObject({ ok: false, failure: { kind: "denied", message: expect.stringMatching(/Key old was disabled/) as string } });
    }
    expect(calls(exchange)).toBe(before);
    expect(news).toEqual([{ level: "alert", text: expect.stringMatching(/Key old was disabled, and there is no other/) as string }]);
  });

  it("does nothing when nothing has changed", async () => {
    const { exchange, rotation, news } = await desk(NEXT);
    const before = calls(exchange);
    await rotation.follow();
    expect(calls(exchange)).toBe(before);
    expect(news).toEqual([]);
  });
});

describe("disabling keys", () => {
  it("cancels orders of ours alone", async () => {
    const { exchange, venue } = await desk(NEXT);
    for (const clientOrderId of ["c0ffee01".padEnd(32, "0"), "c0ffee01".padEnd(32, "1"), "deadbeef".padEnd(32, "0")]) await venue.submit({ ...order, clientOrderId });
    await control(exchange, "order", { symbol: "BTC/USDT", side: "buy", type: "LIMIT_MAKER", quantity: "0.1", price: "91", clientOrderId: "by-hand" });
    expect(await cancelOurs(venue, { symbols: ["BTC/USDT", "ETH/USDT"], prefixes: ["c0ffee01"] }, 1)).toEqual({ canceled: 2, left: [] });
    const left = exchange.engine.openOrders(0);
    expect((left as readonly { readonly clientOrderId: string }[]).map(({ clientOrderId }) => clientOrderId)).toEqual(["deadbeef".padEnd(32, "0"), "by-hand"]);
  });

  it("says what it could not cancel, goes on with the next market and the next key, and disables them all the same", async () => {
    const { exchange, store, venue, states } = await desk(NEXT);
    await venue.submit({ ...order, clientOrderId: "c0ffee01".padEnd(32, "0") });
    await venue.submit({ ...order, symbol: "ETH/USDT", clientOrderId: "c0ffee01".padEnd(32, "1") });
    exchange.faults.add({ name: "http-500", method: "DELETE", path: "/api/v3/order", count: 100, executed: false });
    const lines: string[] = [];
    const left = await disableKeys({
      store, ids: ["old", "new"], tell: (line) => lines.push(line),
      cancel: (key) => (key.id === "old" ? cancelOurs(venue, { symbols: ["BTC/USDT", "ETH/USDT"], prefixes: ["c0ffee01"] }, 1) : Promise.reject(new Error("no way there"))),
    });
    expect(left).toEqual([expect.stringMatching(/^binance BTC\/USDT: 1 orders stand/), expect.stringMatching(/^binance ETH\/USDT: 1 orders stand/), "binance: no way there"]);
    expect(lines.filter((line) => line.startsWith("NOT CANCELED"))).toHaveLength(3);
    expect(await states()).toEqual({ old: "disabled", new: "disabled" });
  });

  it("does not wait for each market of an exchange that answers nothing", async () => {
    const { exchange, venue } = await desk(NEXT);
    const symbols = ["BTC/USDT", "ETH/USDT"];
    exchange.faults.add({ name: "http-500", method: "GET", path: "/api/v3/openOrders", count: 100, executed: false });
    const asked = async (longestMs: number): Promise<readonly [number, readonly string[]]> => {
      const before = exchange.faults.requests({ path: "/api/v3/openOrders" }).length;
      const { left } = await cancelOurs(venue, { symbols, prefixes: ["c0ffee01"] }, 1, longestMs);
      return [exchange.faults.requests({ path: "/api/v3/openOrders" }).length - before, left];
    };
    const [patient, impatient] = [await asked(60_000), await asked(0)];
    expect(patient[1]).toEqual([expect.stringContaining("BTC/USDT: its orders could not be asked for"), expect.stringContaining("ETH/USDT: its orders could not be asked for")]);
    expect(impatient[1]).toEqual([expect.stringContaining("BTC/USDT: its orders could not be asked for"), "binance ETH/USDT: its orders were not asked for, because nothing was answered for too long"]);
    // Three rounds for the first market, one for the next, or none.
    expect(patient[0] * 3).toBe(impatient[0] * 4);
  });

  it("disables the others when one was taken out of the store meanwhile", async () => {
    const { store, states } = await desk(NEXT);
    const cancel = async (): Promise<{ canceled: number; left: string[] }> => {
      await store.change((keys) => keys.filter(({ id }) => id !== "new"));
      return { canceled: 0, left: [] };
    };
    expect(await disableKeys({ store, ids: ["old", "new"], tell: () => undefined, cancel })).toEqual([]);
    expect(await states()).toEqual({ old: "disabled" });
  });
});
