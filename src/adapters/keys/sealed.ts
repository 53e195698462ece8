import { createCipheriv, createDecipheriv, randomBytes, scrypt } from "node:crypto";

/** What scrypt is asked for: memory is 128 * 2^logN * r bytes, time grows with p. */
export interface KeyCost {
  readonly logN: number;
  readonly r: number;
  readonly p: number;
}

/** Today's cost: 128 MiB and some tenths of a second; older files are raised to it when they are next written. */
export const COST: KeyCost = { logN: 17, r: 8, p: 1 };

/** What a header may ask for: below, guessing is cheap; above, a made-up file would exhaust the machine that reads it. */
export interface CostBounds {
  readonly least: KeyCost;
  readonly most: KeyCost;
}
export const BOUNDS: CostBounds = { least: { logN: 15, r: 8, p: 1 }, most: { logN: 19, r: 8, p: 4 } };

const MAGIC = Buffer.from("CAUCUSK\n", "latin1");
const VERSION = 1;
const SCRYPT = 1;
const SALT = 32;
const NONCE = 12;
const TAG = 16;
/** Magic, version, kind of key derivation, its three parameters, salt, nonce. */
const HEADER = MAGIC.length + 5 + SALT + NONCE;

/** A key and the salt and cost that it was made with. */
export interface DerivedKey {
  readonly key: Buffer;
  readonly salt: Buffer;
  readonly cost: KeyCost;
}

/** What a sealed file says about itself; null when it is none, is cut short, or asks for a cost beyond the bounds. */
export interface SealedHeader {
  readonly cost: KeyCost;
  readonly salt: Buffer;
  readonly nonce: Buffer;
}

export function readHeader(file: Buffer, { least, most }: CostBounds): SealedHeader | null {
  if (file.length < HEADER + TAG || !file.subarray(0, MAGIC.length).equals(MAGIC)) return null;
  const [version, kind, logN = 0, r = 0, p = 0] = file.subarray(MAGIC.length, MAGIC.length + 5);
  if (version !== VERSION || kind !== SCRYPT) return null;
  const cost = { logN, r, p };
  for (const name of ["logN", "r", "p"] as const) if (cost[name] < least[name] || cost[name] > most[name]) return null;
  const salt = MAGIC.length + 5;
  return { cost, salt: file.subarray(salt, salt + SALT), nonce: file.subarray(salt + SALT, HEADER) };
}

/** A key from a passphrase by scrypt (RFC 7914); off the main thread. */
export function deriveKey(passphrase: string, salt: Buffer, cost: KeyCost): Promise<DerivedKey> {
  const N = 2 ** cost.logN;
  // Exactly what the parameters need, and some slack: node's own limit of 32 MiB is below today's cost.
  const maxmem = 128 * N * cost.r + 128 * cost.r * cost.p + 1_048_576;
  return new Promise((resolve, reject) => {
    scrypt(passphrase.normalize("NFKC"), salt, 32, { N, r: cost.r, p: cost.p, maxmem }, (error, key) => (error ? reject(error) : resolve({ key, salt, cost })));
  });
}

/** A new key for one write: a salt of its own. */
export function freshKey(passphrase: string, cost: KeyCost): Promise<DerivedKey> {
  return deriveKey(passphrase, randomBytes(SALT), cost);
}

/** Text as a sealed file: AES-256-GCM with a new nonce, everything before the text bound to it as associated data. */
export function seal(text: string, { key, salt, cost }: DerivedKey): Buffer {
  const nonce = randomBytes(NONCE);
  const header = Buffer.concat([MAGIC, Buffer.from([VERSION, SCRYPT, cost.logN, cost.r, cost.p]), salt, nonce]);
  const cipher = createCipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG });
  cipher.setAAD(header);
  return Buffer.concat([header, cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
}

/** The text of a sealed file; null for another key or a file in which anything was changed. */
export function unseal(file: Buffer, { nonce }: SealedHeader, { key }: DerivedKey): string | null {
  const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG });
  decipher.setAAD(file.subarray(0, HEADER));
  decipher.setAuthTag(file.subarray(file.length - TAG));
  try {
    return Buffer.concat([decipher.update(file.subarray(HEADER, file.length - TAG)), decipher.final()]).toString("utf8");
  } catch {
    return null;
  }
}
