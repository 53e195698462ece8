import { z } from "zod";
import type { StoredKey } from "../../core/keys/key.ts";

const time = z.number().int().nonnegative();
const secret = z.string().min(1).max(10_000);
const storedKey = z.strictObject({
  id: z.string().regex(/^[0-9a-z][0-9a-z-]{0,31}$/),
  label: z.string().min(1).max(64),
  exchange: z.string().min(1).max(32),
  account: z.string().min(1).max(64),
  scope: z.enum(["read", "trade"]),
  state: z.enum(["added", "verified", "active", "draining", "disabled"]),
  created: time,
  lastUsed: time.nullable(),
  expires: time.nullable(),
  secrets: z.strictObject({ apiKey: secret, secret, password: secret.exactOptional() }),
});
const contents = z.strictObject({
  keys: z.array(storedKey).refine((keys) => new Set(keys.map(({ id }) => id)).size === keys.length, "two keys have one id"),
});

/** The keys that a store's text holds; null when it is no such text. */
export function parseContents(text: string): readonly StoredKey[] | null {
  try {
    const parsed = contents.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data.keys : null;
  } catch {
    return null;
  }
}

/** The text of a store; throws when a key could not be read back. */
export function textOf(keys: readonly StoredKey[]): string {
  return JSON.stringify(contents.parse({ keys }));
}
