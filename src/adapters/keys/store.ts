import { randomBytes } from "node:crypto";
import { lstat, mkdir, open, readFile, readdir, realpath, rename, stat, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { codeOf } from "../../core/error-code.ts";
import { remember } from "../../core/redact.ts";
import { RunError, UserError } from "../../core/user-error.ts";
import type { StoredKey } from "../../core/keys/key.ts";
import type { KeyStore } from "../../ports/key-store.ts";
import { parseContents, textOf } from "./contents.ts";
import { type LockPatience, withLock } from "./lock.ts";
import { BOUNDS, COST, type CostBounds, type DerivedKey, type KeyCost, deriveKey, freshKey, readHeader, seal, unseal } from "./sealed.ts";

/** How a store is opened. Tests make it cheap; nothing else does. */
export interface KeyStoreOptions {
  readonly cost?: KeyCost;
  readonly bounds?: CostBounds;
  readonly patience?: LockPatience;
}

/** The keys of the file at `path`, encrypted with a passphrase. A file that is not there is a store without keys; the first change makes it. */
export function openKeyStore(path: string, passphrase: string, options: KeyStoreOptions = {}): KeyStore {
  const { cost = COST, bounds = BOUNDS, patience } = options;
  // Deriving is slow by design: while the file keeps its salt, its key is kept too, beside the passphrase that makes it.
  let known: DerivedKey | null = null;
  remember([passphrase]);

  const load = async (): Promise<readonly StoredKey[]> => {
    const file = await readSealed(path);
    if (file === null) return [];
    const header = readHeader(file, bounds);
    if (header === null) throw unreadable(path);
    const reuse = known !== null && known.salt.equals(header.salt) && sameCost(known.cost, header.cost);
    const derived = reuse && known !== null ? known : await deriveKey(passphrase, Buffer.from(header.salt), header.cost);
    const text = unseal(file, header, derived);
    const keys = text === null ? null : parseContents(text);
    if (keys === null) throw unreadable(path);
    known = derived;
    rememberAll(keys);
    return keys;
  };

  return {
    keys: load,
    change: (edit) => written(path, async () => {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      // By its real name: a link would be replaced by a second store, and two names would have two locks.
      const file = await realpath(path).catch(() => path);
      return withLock(`${file}.lock`, async () => {
        await removeDrafts(file);
        const before = await load();
        const after = edit(before);
        if (after === before) return before;
        rememberAll(after);
        const text = textOf(after);
        const derived = await freshKey(passphrase, cost);
        await replaceFile(file, seal(text, derived));
        known = derived;
        return after;
      }, patience);
    }),
  };
}

/** What a process that died left beside the file. Only the holder of the lock makes drafts, so none is anybody's. */
async function removeDrafts(path: string): Promise<void> {
  const [folder, name] = [dirname(path), basename(path)];
  const drafts = (await readdir(folder)).filter((one) => one.startsWith(`${name}.`) && /^\.\d+\.[0-9a-f]{8}\.draft$/.test(one.slice(name.length)));
  for (const draft of drafts) await unlink(join(folder, draft));
}

/** Nothing that is said from now on may hold what was loaded. */
function rememberAll(keys: readonly StoredKey[]): void {
  remember(keys.flatMap(({ secrets: { apiKey, secret, password } }) => [apiKey, secret, ...(password === undefined ? [] : [password])]));
}

/** Whether there is a store at `path`. */
export async function hasKeyStore(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw notRead(path, error);
    await refuseLooseLink(path);
    return false;
  }
}

/** A link to what is not there is no free place: its disk may not be mounted, and a new store must not take the place of the link. */
async function refuseLooseLink(path: string): Promise<void> {
  const found = await lstat(path).catch(() => null);
  if (found?.isSymbolicLink()) throw new UserError(`${path} is a link to a file that is not there. Mount the disk or put the file back; or remove the link, and a new key store can be made.`);
}

async function readSealed(path: string): Promise<Buffer | null> {
  let mode: number;
  try {
    const found = await stat(path);
    if (!found.isFile()) throw new UserError(`${path} is not a file. Name the key store with --store FILE.`);
    mode = found.mode & 0o777;
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error instanceof UserError ? error : notRead(path, error);
    await refuseLooseLink(path);
    return null;
  }
  if (process.platform !== "win32" && (mode & 0o077) !== 0) {
    throw new UserError(`${path} may be read by others (its mode is ${mode.toString(8).padStart(4, "0")}), so it is not opened. Run: chmod 600 ${path}. If others use this machine, rotate the keys in it.`);
  }
  try {
    return await readFile(path);
  } catch (error) {
    throw notRead(path, error);
  }
}

function notRead(path: string, error: unknown): UserError {
  return new UserError(`${path} cannot be read (${codeOf(error) || "no reason given"}). Run caucus as the user that owns it.`);
}

/** Runs a change; a disk that cannot be written is told as what it is. What `edit` itself threw stays as it is. */
async function written<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!UNWRITABLE.has(codeOf(error))) throw error;
    throw new RunError(`${path} cannot be written (${codeOf(error)}), so nothing was changed. Caucus writes the key store and its lock in this folder: it must be yours, writable, and on a disk with room.`);
  }
}

const UNWRITABLE: ReadonlySet<string> = new Set(["EACCES", "EPERM", "EROFS", "ENOSPC", "EDQUOT", "ENOTDIR", "EEXIST", "EIO"]);

/** Whole or not at all, on the disk before it is said to be. */
async function replaceFile(path: string, bytes: Buffer): Promise<void> {
  const draft = `${path}.${process.pid}.${randomBytes(4).toString("hex")}.draft`;
  try {
    const file = await open(draft, "wx", 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await unlink(draft).catch(() => undefined);
    throw error;
  }
  const folder = await open(dirname(path), "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** One sentence for every way in which it cannot be opened: the file itself does not tell which it is. */
function unreadable(path: string): UserError {
  return new UserError(`${path} cannot be opened: the passphrase is not the one that it was written with, or the file was changed or cut short. Nothing was changed. Try the passphrase again, or put back a copy of the file.`);
}

function sameCost(a: KeyCost, b: KeyCost): boolean {
  return a.logN === b.logN && a.r === b.r && a.p === b.p;
}
