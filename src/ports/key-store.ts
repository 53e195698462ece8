import type { StoredKey } from "../core/keys/key.ts";

/** Where keys of exchanges are kept, encrypted at rest. */
export interface KeyStore {
  /** The keys as they stand now, in the order in which they were added; read anew at each call, because another process may have changed them. Throws a `UserError` for a wrong passphrase or a damaged file. */
  keys(): Promise<readonly StoredKey[]>;
  /** Puts what `edit` makes of the keys in their place: whole, durable, and one at a time across processes. If `edit` throws, nothing changes. Returns what stands then. */
  change(edit: (keys: readonly StoredKey[]) => readonly StoredKey[]): Promise<readonly StoredKey[]>;
}
