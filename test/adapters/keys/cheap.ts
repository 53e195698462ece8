import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { StoredKey } from "../../../src/core/keys/key.ts";
import type { KeyStoreOptions } from "../../../src/adapters/keys/store.ts";

/** A store that opens in no time, as none outside of tests does. */
export const CHEAP: KeyStoreOptions = {
  cost: { logN: 2, r: 1, p: 1 },
  bounds: { least: { logN: 1, r: 1, p: 1 }, most: { logN: 6, r: 8, p: 4 } },
};

export const PASSPHRASE = "seven blue herons stood";

/** A folder of the test that runs, gone after it. */
export function freshFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "caucus-keys-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A key as a store holds it. */
export function aKey(id: string, over: Partial<StoredKey> = {}): StoredKey {
  return {
    id, label: `key ${id}`, exchange: "binance", account: "main", scope: "trade", state: "active",
    created: 1_700_000_000_000, lastUsed: null, expires: null,
    secrets: { apiKey: `api-${id}`, secret: `secret-${id}` },
    ...over,
  };
}
