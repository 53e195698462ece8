import { expect, it } from "vitest";
import { type AccountEvidence, compareAccounts } from "../../../src/core/keys/rotation-evidence.ts";

const seen = (uid: string | null, balances: Readonly<Record<string, string>> = {}, openOrders: readonly string[] = []): AccountEvidence => ({ uid, balances: new Map(Object.entries(balances)), openOrders: new Set(openOrders) });

it.each([
  ["the same number", seen("7", { BTC: "1" }), seen("7", { BTC: "2" }), "same"],
  ["another number, whatever else agrees", seen("7", { BTC: "1" }, ["a"]), seen("8", { BTC: "1" }, ["a"]), "other"],
  ["an open order in common", seen(null, { BTC: "1" }, ["a", "b"]), seen(null, { BTC: "2" }, ["b"]), "same"],
  ["open orders, and none in common", seen(null, { BTC: "1" }, ["a"]), seen(null, { BTC: "1" }, ["b"]), "other"],
  ["the same balances", seen(null, { BTC: "1", EUR: "3.5" }), seen(null, { BTC: "1", EUR: "3.5" }), "same"],
  ["another balance", seen(null, { BTC: "1" }), seen(null, { BTC: "1.0001" }), "other"],
  ["an asset that only one has", seen(null, { BTC: "1" }), seen(null, {}), "other"],
  ["a number of one of them alone, and the same balances", seen("7", { BTC: "1" }), seen(null, { BTC: "1" }), "same"],
  ["nothing to compare", seen(null), seen(null), "unsure"],
])("tells by %s", (_what, old, next, verdict) => {
  expect(compareAccounts(old, next).verdict).toBe(verdict);
  expect(compareAccounts(next, old).verdict).toBe(verdict);
  expect(compareAccounts(old, next).why).not.toBe("");
});
