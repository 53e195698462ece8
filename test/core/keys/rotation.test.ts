import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ExchangeKey, KeyState } from "../../../src/core/keys/key.ts";
import { disabled, rotated, type RotationEvent, stageOf, unfinishedRotations } from "../../../src/core/keys/rotation.ts";

const PAIR = { from: "old", to: "new" };

function key(id: string, state: KeyState, over: Partial<ExchangeKey> = {}): ExchangeKey {
  return { id, label: id, exchange: "binance", account: "main", scope: "trade", state, created: 0, lastUsed: null, expires: null, ...over };
}

const states = (keys: readonly ExchangeKey[]): Readonly<Record<string, KeyState>> => Object.fromEntries(keys.map(({ id, state }) => [id, state]));
const after = (...events: readonly RotationEvent[]): readonly ExchangeKey[] => events.reduce<readonly ExchangeKey[]>((keys, event) => rotated(keys, PAIR, event), [key("old", "active"), key("new", "added")]);

describe("a rotation", () => {
  it("goes from a stored key to one that is in use, and ends without the old one", () => {
    expect(states(after("verified"))).toEqual({ old: "active", new: "verified" });
    expect(states(after("verified", "switched"))).toEqual({ old: "draining", new: "active" });
    expect(states(after("verified", "switched", "settled"))).toEqual({ old: "disabled", new: "active" });
    expect(states(after("verified", "switched", "settled", "revoked"))).toEqual({ new: "active" });
  });

  it("can be rolled back until the old key is disabled; the new one has to be verified again then", () => {
    for (const events of [["verified"], ["verified", "switched"]] as const) {
      expect(states(after(...events, "rolled-back"))).toEqual({ old: "active", new: "added" });
      expect(() => after(...events, "rolled-back", "switched")).toThrow(/has not begun: it cannot be switched now/);
    }
    expect(() => after("verified", "switched", "settled", "rolled-back")).toThrow(/has ended/);
  });

  it("skips no step", () => {
    expect(() => after("switched")).toThrow(/has not begun/);
    expect(() => after("settled")).toThrow(/has not begun/);
    expect(() => after("verified", "settled")).toThrow(/verified new key/);
    expect(() => after("revoked")).toThrow(/Key old is active: only a disabled key is taken out/);
    expect(() => after("verified", "switched", "revoked")).toThrow(/Key old is draining/);
  });

  it.each([
    ["of another account", key("new", "added", { account: "savings" }), /of the account main of binance, key new of savings/],
    ["of another exchange", key("new", "added", { exchange: "kraken" }), /of main of kraken/],
    ["of another use", key("new", "added", { scope: "read" }), /stored to trade, key new to read/],
    ["that is disabled", key("new", "disabled"), /a disabled key is never used again/],
    ["that is in use", key("new", "active"), /Key old is active and key new is active/],
  ])("is refused to a key %s", (_what, next, told) => {
    expect(() => stageOf([key("old", "active"), next], PAIR)).toThrow(told);
  });

  it("is refused while another one of the account is not over", () => {
    expect(() => stageOf([key("older", "draining"), key("old", "active"), key("new", "added")], PAIR)).toThrow(/Key older of the same account is draining/);
    expect(stageOf([key("older", "draining", { account: "savings" }), key("old", "active"), key("new", "added")], PAIR)).toBe("added");
  });

  it("is refused for a key to itself and for keys that are not there", () => {
    expect(() => stageOf([key("old", "active")], { from: "old", to: "old" })).toThrow(/cannot take its own place/);
    expect(() => stageOf([key("old", "active")], PAIR)).toThrow(/There is no key new\. There are old\./);
    expect(() => stageOf([], PAIR)).toThrow(/The store is empty/);
  });

  it("leaves exactly one key of an account in use after whatever happens, and does not touch other keys", () => {
    const event = fc.constantFrom<RotationEvent>("verified", "switched", "settled", "rolled-back", "revoked");
    const others = [key("savings", "active", { account: "savings" }), key("reader", "active", { scope: "read" })];
    fc.assert(
      fc.property(fc.array(event, { maxLength: 20 }), (events) => {
        let keys: readonly ExchangeKey[] = [key("old", "active"), key("new", "added"), ...others];
        for (const one of events) {
          try {
            keys = rotated(keys, PAIR, one);
          } catch {
            // Refused: nothing has changed.
          }
          const own = keys.filter(({ account, scope }) => account === "main" && scope === "trade");
          expect(own.filter(({ state }) => state === "active")).toHaveLength(1);
          expect(own.filter(({ state }) => state === "draining").length).toBeLessThanOrEqual(1);
          expect(keys.slice(-2)).toEqual(others);
        }
      }),
    );
  });
});

describe("what a crash leaves", () => {
  it("is found when the old key drains, and only then", () => {
    expect(unfinishedRotations(after())).toEqual([]);
    expect(unfinishedRotations(after("verified"))).toEqual([]);
    expect(unfinishedRotations(after("verified", "switched"))).toEqual([PAIR]);
    expect(unfinishedRotations(after("verified", "switched", "settled"))).toEqual([]);
  });

  it("is found per account", () => {
    const keys = [...after("verified", "switched"), key("a", "draining", { account: "savings" }), key("b", "active", { account: "savings" })];
    expect(unfinishedRotations(keys)).toEqual([PAIR, { from: "a", to: "b" }]);
  });
});

describe("disabling", () => {
  it("ends a key whatever it was, and one that would drain alone with it", () => {
    expect(states(disabled(after("verified", "switched"), ["new"]))).toEqual({ old: "disabled", new: "disabled" });
    expect(states(disabled(after("verified", "switched"), ["old"]))).toEqual({ old: "disabled", new: "active" });
    expect(states(disabled(after("verified"), ["old"]))).toEqual({ old: "disabled", new: "verified" });
  });

  it("disables nothing when one of the names is wrong", () => {
    expect(() => disabled(after(), ["old", "nobody"])).toThrow(/There is no key nobody/);
  });
});
