import { describe, expect, it } from "vitest";
import { chooseKey, keyNamed, publicOf, withKey, withoutKey, withUse } from "../../../src/app/keys/roster.ts";
import { withVerified } from "../../../src/app/keys/verify.ts";
import { UserError } from "../../../src/core/user-error.ts";
import { aKey } from "../../adapters/keys/cheap.ts";

const NOW = 1_800_000_000_000;
const HOUR = 3_600_000;
const choose = (keys: Parameters<typeof chooseKey>[0], named?: string, exchange = "binance", scope: "read" | "trade" = "trade") => chooseKey(keys, { exchange, scope, now: NOW, ...(named === undefined ? {} : { named }) });

describe("a key in a store", () => {
  it("is found by its id before another's label", () => {
    const keys = [aKey("one", { label: "two" }), aKey("two", { label: "three" })];
    expect(keyNamed(keys, "two").id).toBe("two");
    expect(keyNamed(keys, "three").id).toBe("two");
    expect(() => keyNamed(keys, "four")).toThrow(/no key "four".*two \(one\), three \(two\)/);
    expect(() => keyNamed([], "four")).toThrow(/empty/);
  });

  it("is not had twice, by label, id or API key", () => {
    const keys = [aKey("one")];
    expect(withKey(keys, aKey("two"))).toHaveLength(2);
    expect(() => withKey(keys, aKey("two", { label: "key one" }))).toThrow(/another label/);
    expect(() => withKey(keys, aKey("two", { label: "one" }))).toThrow(/another label/);
    expect(() => withKey(keys, aKey("two", { secrets: { apiKey: "api-one", secret: "x" } }))).toThrow(/stored already/);
    expect(withKey(keys, aKey("two", { exchange: "kraken", secrets: { apiKey: "api-one", secret: "x" } }))).toHaveLength(2);
  });

  it.each(["active", "draining"] as const)("is not removed while it is %s", (state) => {
    expect(() => withoutKey([aKey("one", { state })], "one")).toThrow(UserError);
  });

  it.each(["added", "verified", "disabled"] as const)("is removed when it is %s", (state) => {
    expect(withoutKey([aKey("one", { state }), aKey("two")], "one").map(({ id }) => id)).toEqual(["two"]);
  });

  it("is shown without its secrets", () => {
    const shown = JSON.stringify(publicOf(aKey("one", { secrets: { apiKey: "ABCDEFGHIJKLMNOP", secret: "S3CRET", password: "P4SS" } })));
    expect(shown).toContain("ABCD...");
    for (const hidden of ["ABCDE", "S3CRET", "P4SS"]) expect(shown).not.toContain(hidden);
  });
});

describe("the key that is used", () => {
  it("is the active one of the exchange, without being named", () => {
    expect(choose([aKey("old", { state: "draining" }), aKey("new"), aKey("other", { exchange: "kraken" })])).toMatchObject({ key: { id: "new" }, note: null });
  });

  it("is the only one there is while none is active", () => {
    expect(choose([aKey("one", { state: "added" }), aKey("two", { state: "disabled" })]).key.id).toBe("one");
    expect(() => choose([aKey("one", { state: "added" }), aKey("two", { state: "verified" })])).toThrow(/several keys.*trade\.key\.stored/);
    expect(() => choose([aKey("one"), aKey("two", { account: "second" })])).toThrow(/several keys/);
  });

  it("is the successor of the one that was named, once that drains or is disabled, and this is said", () => {
    for (const state of ["draining", "disabled"] as const) {
      const chosen = choose([aKey("old", { state }), aKey("new"), aKey("else", { account: "second" })], "old");
      expect(chosen.key.id).toBe("new");
      expect(chosen.note).toMatch(new RegExp(`key old is ${state}`));
    }
  });

  it("is not the named successor as long as the old one is active", () => {
    expect(choose([aKey("old"), aKey("new", { state: "verified" })], "new").key.id).toBe("old");
  });

  it("is never a disabled one", () => {
    expect(() => choose([aKey("one", { state: "disabled" })])).toThrow(/no key that can be used/);
    expect(() => choose([aKey("one", { state: "disabled" })], "one")).toThrow(/is disabled, and no other key/);
  });

  it("is never one of another exchange, one that only reads where it is to trade, or one that has expired", () => {
    expect(() => choose([aKey("one", { exchange: "kraken" })], "one")).toThrow(/kraken/);
    expect(() => choose([aKey("one", { scope: "read" })], "one")).toThrow(/only reads/);
    expect(() => choose([aKey("one", { scope: "read" })])).toThrow(/no key/);
    expect(choose([aKey("one", { scope: "read" })], undefined, "binance", "read").key.id).toBe("one");
    expect(() => choose([aKey("one", { expires: NOW })])).toThrow(/expired on 2027-01-15.*caucus keys rotate one/);
    expect(choose([aKey("one", { expires: NOW + 1 })]).key.id).toBe("one");
  });
});

describe("the note that a key is used", () => {
  it("is made at most once an hour", () => {
    const keys = [aKey("one", { lastUsed: NOW })];
    expect(withUse(keys, "one", NOW + HOUR - 1)).toBe(keys);
    expect(withUse(keys, "one", NOW + HOUR)).toEqual([aKey("one", { lastUsed: NOW + HOUR })]);
  });

  it("makes the first key of an account the active one, and no second", () => {
    expect(withUse([aKey("one", { state: "added" })], "one", NOW)[0]).toMatchObject({ state: "active", lastUsed: NOW });
    for (const state of ["active", "draining"] as const) {
      expect(withUse([aKey("old", { state }), aKey("new", { state: "verified" })], "new", NOW)[1]).toMatchObject({ state: "verified", lastUsed: NOW });
    }
  });

  it("is not made of a disabled key or one that is gone", () => {
    const keys = [aKey("one", { state: "disabled" })];
    expect(withUse(keys, "one", NOW)).toBe(keys);
    expect(withUse(keys, "two", NOW)).toBe(keys);
  });
});

describe("a key that the exchange answered for", () => {
  it("is verified from then on, and stays what it was beyond that", () => {
    const keys = withVerified([aKey("one", { state: "added" }), aKey("two")], "one", NOW);
    expect(keys.map(({ state }) => state)).toEqual(["verified", "active"]);
    expect(withVerified(keys, "two", NOW)[1]).toMatchObject({ state: "active", lastUsed: NOW });
  });
});
