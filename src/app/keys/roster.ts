import type { ExchangeKey, KeyScope, StoredKey } from "../../core/keys/key.ts";
import { UserError } from "../../core/user-error.ts";

/** A key as others may see it: the API key is cut to its beginning, the rest of the secrets is left out. */
export interface PublicKey extends ExchangeKey {
  readonly apiKey: string;
}

/** What may be shown of a stored key. */
export function publicOf({ secrets, ...key }: StoredKey): PublicKey {
  return { ...key, apiKey: shortened(secrets.apiKey) };
}

/** So much of an API key as tells it from others, and never most of it. */
export function shortened(apiKey: string): string {
  return `${apiKey.slice(0, Math.min(4, Math.ceil(apiKey.length / 2)))}...`;
}

/** The key that a person means: by its id, else by its label. */
export function keyNamed<K extends ExchangeKey>(keys: readonly K[], name: string): K {
  const found = keys.find(({ id }) => id === name) ?? keys.find(({ label }) => label === name);
  if (found) return found;
  throw new UserError(`There is no key "${name}" in the key store. ${keys.length === 0 ? "It is empty: caucus keys add puts one in." : `There are ${keys.map(({ id, label }) => `${label} (${id})`).join(", ")}.`}`);
}

/** The keys with one more. Labels and API keys are not had twice. */
export function withKey(keys: readonly StoredKey[], added: StoredKey): readonly StoredKey[] {
  const sameName = keys.find(({ id, label }) => label === added.label || id === added.label || id === added.id);
  if (sameName) throw new UserError(`There is a key ${sameName.label} (${sameName.id}) already. Give another label.`);
  const same = keys.find(({ exchange, secrets }) => exchange === added.exchange && secrets.apiKey === added.secrets.apiKey);
  if (same) throw new UserError(`This key of ${added.exchange} is stored already, as ${same.label} (${same.id}).`);
  return [...keys, added];
}

/** The keys without one that is not in use. */
export function withoutKey(keys: readonly StoredKey[], id: string): readonly StoredKey[] {
  const { label, state } = keyNamed(keys, id);
  if (state === "active" || state === "draining") {
    throw new UserError(`${label} (${id}) is ${state}: a bot may be using it. Rotate to another key (caucus keys rotate) or disable it (caucus keys disable ${id}) first.`);
  }
  return keys.filter((key) => key.id !== id);
}

/** Which key is asked for. */
export interface KeyWish {
  readonly exchange: string;
  readonly scope: KeyScope;
  /** Label or id; absent: the only one that there is. */
  readonly named?: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** The key to use, and a sentence when it is not the one that was named. Throws what the owner has to put right. */
export function chooseKey(keys: readonly StoredKey[], { exchange, scope, named, now }: KeyWish): { readonly key: StoredKey; readonly note: string | null } {
  const meant = named === undefined ? null : keyNamed(keys, named);
  if (meant && meant.exchange !== exchange) throw new UserError(`The key ${meant.label} (${meant.id}) is one of ${meant.exchange}, and the definition trades on ${exchange}.`);
  if (meant && scope === "trade" && meant.scope === "read") throw new UserError(`The key ${meant.label} (${meant.id}) is kept as one that only reads. Trading needs one with --scope trade.`);
  const fitting = keys.filter((key) => key.exchange === exchange && (scope === "read" || key.scope === "trade") && (meant === null || (key.account === meant.account && key.scope === meant.scope)));
  const key = meant && meant.state !== "draining" && meant.state !== "disabled" && !supplanted(meant, fitting) ? meant : bestOf(fitting, exchange, meant);
  if (key.expires !== null && key.expires <= now) {
    throw new UserError(`The key ${key.label} (${key.id}) expired on ${new Date(key.expires).toISOString().slice(0, 10)}. Make a new one at ${exchange}, then: caucus keys rotate ${key.id}`);
  }
  return { key, note: meant === null || key === meant ? null : `The key ${key.label} (${key.id}) is used: ${meant.label} is ${meant.state}, and this one is active for the same account.` };
}

/** Whether another key of the account is in use: two are never active at once. */
function supplanted(meant: StoredKey, fitting: readonly StoredKey[]): boolean {
  return meant.state !== "active" && fitting.some(({ state }) => state === "active");
}

/** The one in use; where none is yet, the only one that could be. */
function bestOf(fitting: readonly StoredKey[], exchange: string, meant: StoredKey | null): StoredKey {
  const active = fitting.filter(({ state }) => state === "active");
  const candidates = active.length > 0 ? active : fitting.filter(({ state }) => state === "verified" || state === "added");
  const [key, ...others] = candidates;
  if (key && others.length === 0) return key;
  if (key) throw new UserError(`There are several keys for ${exchange} in the key store: ${candidates.map(({ id, label }) => `${label} (${id})`).join(", ")}. Name one: trade.key.stored in the definition, or --key.`);
  if (meant) throw new UserError(`The key ${meant.label} (${meant.id}) is ${meant.state}, and no other key of the account ${meant.account} can take its place. Add one: caucus keys add.`);
  throw new UserError(`The key store has no key that can be used for ${exchange}. Add one: caucus keys add LABEL --exchange ${exchange} --scope trade`);
}

/** Between two notes of when a key was last used, ms. */
const USED_EVERY = 3_600_000;

/** Whether it is time to note that a key is used. */
export function isUseDue({ lastUsed }: Pick<ExchangeKey, "lastUsed">, now: number): boolean {
  return lastUsed === null || now - lastUsed >= USED_EVERY;
}

/** The keys after one was used; the first of an account that is used is the active one from then on. The same array when there is nothing to note. */
export function withUse(keys: readonly StoredKey[], id: string, now: number): readonly StoredKey[] {
  const used = keys.find((key) => key.id === id);
  if (used === undefined || used.state === "disabled") return keys;
  const isFirst = (used.state === "added" || used.state === "verified") && !keys.some(({ exchange, account, scope, state }) => exchange === used.exchange && account === used.account && scope === used.scope && (state === "active" || state === "draining"));
  if (!isFirst && !isUseDue(used, now)) return keys;
  return keys.map((key) => (key.id === id ? { ...key, state: isFirst ? "active" : key.state, lastUsed: now } : key));
}
