import { describe, expect, it } from "vitest";
import { unfinishedRotations } from "../../src/core/keys/rotation.ts";
import type { KeySecrets } from "../../src/core/keys/key.ts";
import type { KeyStore } from "../../src/ports/key-store.ts";
import type { KeySwitch } from "../../src/ports/key-switch.ts";
import { assertInvariants, MINUTE, openWorld, gridRests, play } from "./fixture.ts";
import { botWith, BUSY, complaints, LONG, NEW, OLD, PAIR, QUICK, rotationOf, statesOf, storeOf } from "./rotation-bench.ts";

const never = new AbortController().signal;
/** What a rotation does in turn, each before and after it is done. */
const POINTS = ["verified", "open", "switched", "take", "leave", "settled"].flatMap((step) => [`before ${step}`, `after ${step}`]);
const CHANGES = ["verified", "switched", "settled"];

/** A store and a switch of a process that dies at a point: nothing returns to it any more. */
function mortal(store: KeyStore, keys: KeySwitch, point: string, die: () => void): { readonly store: KeyStore; readonly keys: KeySwitch } {
  let changes = 0;
  const isHere = (name: string): boolean => {
    if (name !== point) return false;
    die();
    return true;
  };
  const never = new Promise<never>(() => undefined);
  const at = async <Value>(step: string, work: () => Promise<Value>): Promise<Value> => {
    if (isHere(`before ${step}`)) return never;
    const value = await work();
    return isHere(`after ${step}`) ? never : value;
  };
  return {
    store: { keys: () => store.keys(), change: (edit) => at(CHANGES[changes++] ?? "", () => store.change(edit)) },
    keys: {
      probe: (secrets, symbols) => keys.probe(secrets, symbols),
      accountOf: (secrets, symbols) => keys.accountOf(secrets, symbols),
      permissionsOf: (secrets) => keys.permissionsOf(secrets),
      accountUid: () => keys.accountUid(),
      lastUsed: () => keys.lastUsed(),
      open: (secrets) => at("open", () => keys.open(secrets)),
      take: () => {
        if (isHere("before take")) throw new Error("dead");
        keys.take();
        if (isHere("after take")) throw new Error("dead");
      },
      leave: () => at("leave", () => keys.leave()),
      seal: (reason) => keys.seal(reason),
      whenDenied: () => undefined,
    },
  };
}

describe("a rotation whose process is killed", () => {
  it.each(POINTS)("%s: one key is in use, the next start goes on with it, and no order or fill is lost", async (point) => {
    const exchange = await openWorld({ path: BUSY.slice(0, 16) });
    exchange.engine.setKey(0, { apiKey: NEW.apiKey, secret: NEW.secret, mayTrade: true });
    const { bot, keyed } = await botWith(exchange, OLD);
    await gridRests(bot, exchange);
    await play(bot, exchange, 4);
    const store = await storeOf();
    const died = Promise.withResolvers<undefined>();
    const dying = mortal(store, keyed.keys, point, () => {
      bot.crash();
      died.resolve(undefined);
    });
    const rotation = rotationOf(dying.keys, dying.store, "old");
    void rotation.begin(PAIR).then(() => rotation.watch(PAIR, QUICK, never)).catch(() => undefined);
    await died.promise;
    exchange.engine.advance(exchange.engine.now + 2 * MINUTE);

    const keys = await store.keys();
    const inUse = keys.filter(({ state }) => state === "active");
    expect(inUse).toHaveLength(1);
    const secrets: KeySecrets = inUse[0]!.secrets;
    const again = await botWith(exchange, secrets, bot.folder);
    const next = rotationOf(again.keyed.keys, store, inUse[0]!.id);
    const unfinished = unfinishedRotations(keys);
    expect(unfinished.length).toBe((await statesOf(store))["old"] === "draining" ? 1 : 0);
    await play(again.bot, exchange, 4);
    for (const pair of unfinished.length > 0 ? unfinished : [PAIR]) {
      await next.begin(pair);
      expect(await next.watch(pair, QUICK, never)).toBe("finished");
    }
    expect(await statesOf(store)).toEqual({ old: "disabled", new: "active" });
    await play(again.bot, exchange);
    expect(complaints(again.bot)).toEqual([]);
    assertInvariants(again.bot, exchange);
  });

  it("can be rolled back by whoever comes next, as long as the old key is not disabled", async () => {
    const exchange = await openWorld({ path: BUSY.slice(0, 12) });
    exchange.engine.setKey(0, { apiKey: NEW.apiKey, secret: NEW.secret, mayTrade: true });
    const { bot, keyed } = await botWith(exchange, OLD);
    await gridRests(bot, exchange);
    const store = await storeOf();
    await rotationOf(keyed.keys, store, "old").begin(PAIR);
    bot.crash();
    const again = await botWith(exchange, NEW, bot.folder);
    const next = rotationOf(again.keyed.keys, store, "new");
    await next.rollBack(PAIR, "the owner said so");
    expect(await statesOf(store)).toEqual({ old: "active", new: "added" });
    expect(await next.watch(PAIR, LONG, never)).toBe("rolled-back");
    exchange.engine.setRevoked(NEW.apiKey, true);
    await play(again.bot, exchange);
    expect(complaints(again.bot)).toEqual([]);
    assertInvariants(again.bot, exchange);
  });
});

describe("a store that cannot be written", () => {
  it("leaves the old key in use, in the bot as in the store", async () => {
    const exchange = await openWorld({ path: BUSY.slice(0, 8) });
    exchange.engine.setKey(0, { apiKey: NEW.apiKey, secret: NEW.secret, mayTrade: true });
    const { bot, keyed } = await botWith(exchange, OLD);
    await gridRests(bot, exchange);
    const store = await storeOf();
    let changes = 0;
    const full: KeyStore = { keys: () => store.keys(), change: (edit) => (changes++ === 1 ? Promise.reject(new Error("the disk is full")) : store.change(edit)) };
    const rotation = rotationOf(keyed.keys, full, "old");
    await expect(rotation.begin(PAIR)).rejects.toThrow("the disk is full");
    expect(rotation.inUse).toBe("old");
    expect(await statesOf(store)).toEqual({ old: "active", new: "verified" });
    exchange.engine.setRevoked(NEW.apiKey, true);
    await play(bot, exchange);
    expect(complaints(bot)).toEqual([]);
    assertInvariants(bot, exchange);
  });
});
