import { hasKeyStore } from "../../adapters/keys/store.ts";
import { chooseKey, isUseDue, withUse } from "../../app/keys/roster.ts";
import type { KeyOnDuty } from "../../app/keys/on-duty.ts";
import type { KeyScope, StoredKey } from "../../core/keys/key.ts";
import type { KeyStore } from "../../ports/key-store.ts";
import { KEY_STORE, openStore, type StoreFlags } from "../keys/open.ts";
import type { Shell } from "../shell.ts";
import { hasEnvironmentKeys, type Keys, readKeys } from "./keys.ts";

/** Keys of an account, and where they come from. */
export interface FoundKeys {
  readonly keys: Keys;
  /** What the owner should know about the choice, sentences. */
  readonly notes: readonly string[];
  /** Where they are stored; null when the environment holds them. */
  readonly stored: { readonly store: KeyStore; readonly key: StoredKey } | null;
}

/** Which keys a command wants. */
export interface KeySearch {
  readonly exchange: string;
  readonly scope: KeyScope;
  /** Label or id, as the definition or a flag says. */
  readonly named: string | undefined;
  readonly flags: StoreFlags;
}

/** The keys of an account: those of the key store where one is named, else those of the environment, else the store's only ones for the exchange. */
export async function findKeys({ exchange, scope, named, flags }: KeySearch, shell: Pick<Shell, "egress">): Promise<FoundKeys> {
  const path = flags.store ?? KEY_STORE;
  const inEnvironment = hasEnvironmentKeys();
  const isMeant = named !== undefined || flags.store !== undefined;
  if (!isMeant && (inEnvironment || !(await hasKeyStore(path)))) {
    const keys = readKeys();
    return { keys, notes: (await hasKeyStore(path)) ? [`The key of CAUCUS_API_KEY is used, and not the key store ${path}.`] : [], stored: null };
  }
  const { store } = await openStore(flags, false, shell);
  const { key, note } = chooseKey(await store.keys(), { exchange, scope, now: Date.now(), ...(named === undefined ? {} : { named }) });
  return {
    keys: key.secrets,
    notes: [...(note === null ? [] : [note]), ...(inEnvironment ? [`The stored key ${key.label} is used, and not that of CAUCUS_API_KEY.`] : [])],
    stored: { store, key },
  };
}

/** What a session is told of a stored key; null while its store cannot be read. */
export async function onDuty(store: KeyStore, id: string): Promise<KeyOnDuty | null> {
  const keys = await store.keys().catch(() => []);
  const key = keys.find((one) => one.id === id);
  return key === undefined ? null : { label: key.label, expires: key.expires };
}

/** Between two looks whether it is time to note that a key is used, ms. */
const LOOK_EVERY = 600_000;

/** Notes in the store that a key is used, now and once an hour, until it is told to stop. `id` is the key that is in use. */
export function noteUses(store: KeyStore, id: () => string): () => void {
  let known: number | null = null;
  const note = async (): Promise<void> => {
    const now = Date.now();
    if (known !== null && !isUseDue({ lastUsed: known }, now)) return;
    known = now;
    await store.change((keys) => withUse(keys, id(), now));
  };
  // That a note could not be made is no reason to stop trading; the next one may work.
  const look = (): void => void note().catch(() => (known = null));
  look();
  const timer = setInterval(look, LOOK_EVERY);
  timer.unref();
  return () => clearInterval(timer);
}
