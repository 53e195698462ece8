import type { AccountKeys } from "../adapters/ccxt/accounts/client.ts";
import { keyPrefix } from "../adapters/ccxt/accounts/account.ts";
import type { Definition } from "../app/definition/schema.ts";
import { chooseKey, withUse } from "../app/keys/roster.ts";
import type { KeyStore } from "../ports/key-store.ts";
import { openStore, type StoreFlags } from "./keys/open.ts";
import type { Shell } from "./shell.ts";

/** Keys of the accounts of a portfolio that are in the key store, by the accounts' labels. */
export interface AccountKeyring {
  readonly keys: ReadonlyMap<string, AccountKeys>;
  /** What the owner should know about the choice, sentences. */
  readonly notes: readonly string[];
}

/** Reads the keys that a portfolio's accounts name; the store is not opened when none does, or when it is open already. */
export async function storedAccountKeys({ portfolio }: Definition, flags: StoreFlags, shell: Pick<Shell, "egress">, open?: KeyStore): Promise<AccountKeyring> {
  const named = (portfolio?.accounts ?? []).flatMap(({ label, exchange, key }) => (key === undefined ? [] : [{ label, exchange, key }]));
  if (named.length === 0) return { keys: new Map(), notes: [] };
  const store = open ?? (await openStore(flags, false, shell)).store;
  const all = await store.keys();
  const now = Date.now();
  const chosen = named.map(({ label, exchange, key }) => ({ label, ...chooseKey(all, { exchange, scope: "read", named: key, now }) }));
  // A store that cannot be written can be read all the same.
  await store.change((keys) => chosen.reduce((left, { key }) => withUse(left, key.id, now), keys)).catch(() => undefined);
  const notes = chosen.flatMap(({ label, key, note }) => {
    const variable = `${keyPrefix(label)}_KEY`;
    const isSet = process.env[variable] !== undefined || process.env[`${variable}_FILE`] !== undefined;
    return [...(note === null ? [] : [note]), ...(isSet ? [`The stored key ${key.label} is used for the account ${label}, and not that of ${variable}.`] : [])];
  });
  return { keys: new Map(chosen.map(({ label, key }) => [label, key.secrets])), notes };
}
