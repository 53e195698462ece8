import type { Statements } from "./statements.ts";
import { existsSync, statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { z } from "zod";
import { UserError } from "../../core/user-error.ts";
import { LeaseLostError } from "../../ports/journal.ts";
import { readPragma } from "./connection.ts";
import { inTransaction, sqliteFault } from "./transaction.ts";

const leaseSchema = z.object({ holder: z.string(), token: z.int(), takenAt: z.int() });
const BUSY = 5;

/** The right to write, as long as no other instance has taken it. */
export interface Lease {
  readonly holder: string;
  /** Rises with every holder; whoever has a lower one than the database is stale. */
  readonly token: number;
}

/** The file lock of a journal: the operating system frees it when its process ends, however it ends. */
export interface FileLock {
  /** Notes that the journal has been written, so that its disappearance is noticed. */
  markWritten(): void;
  /** Whether the journal had been written when the lock was taken. */
  readonly written: boolean;
  release(): void;
}

/** The lock file beside a journal. */
export function lockPath(path: string): string {
  return `${path}-lock`;
}

/**
 * Locks a journal for this process; a UserError that names the holder when another one has it. It is SQLite's own lock
 * on a file beside the journal: one on the journal itself would keep its readers out, and a number of a process or a
 * heartbeat would make a restart after a crash wait or guess.
 */
export function lockFile(path: string): FileLock {
  let lock: DatabaseSync | null = null;
  try {
    lock = new DatabaseSync(lockPath(path), { timeout: 0 });
    lock.exec("PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=MEMORY; BEGIN EXCLUSIVE; COMMIT");
    return held(lock, readPragma(lock, "user_version") === 1);
  } catch (error) {
    lock?.close();
    const fault = sqliteFault(error);
    if (!fault) throw error;
    if (fault.code === BUSY) throw new UserError(`${holderOf(path)} Two bots on one journal would trade twice: stop the other one first.`);
    throw new UserError(`The journal ${path} cannot be locked: ${fault.message}. Is its folder there, and may this user write to it?`);
  }
}

function held(lock: DatabaseSync, written: boolean): FileLock {
  return { written, markWritten: () => lock.exec("PRAGMA user_version=1"), release: () => lock.close() };
}

/** SQLite takes a file below this size, bytes, for an empty database. */
const SMALLEST_DATABASE = 512;

/** Throws a UserError when a journal that had been written is gone or cut off: SQLite would begin a new one without a word. */
export function refuseLostFile(path: string, lock: FileLock): void {
  const size = existsSync(path) ? statSync(path).size : 0;
  if (size >= SMALLEST_DATABASE || (size === 0 && !lock.written)) return;
  if (size > 0) throw new UserError(`The file ${path} is cut off after ${size} bytes. Restore it from a copy, or delete it and ${lockPath(path)} to begin a new journal.`);
  throw lostFile(path);
}

/** The same for a file that is there and in which nothing was ever kept: its log, where the first commits stand, is gone. */
export function refuseForgottenFile(db: DatabaseSync, path: string, lock: FileLock): void {
  if (lock.written && readPragma(db, "user_version") === 0) throw lostFile(path);
}

function lostFile(path: string): UserError {
  return new UserError(`The journal ${path} is gone or empty, though it has been written before. Restore it from a copy, or delete ${lockPath(path)} to begin a new one.`);
}

/** Takes the lease of a locked journal; from here on whoever had it before can write no more. */
export function takeLease(db: DatabaseSync, holder: string, time: number): Lease {
  return inTransaction(db, () => {
    const token = (readLease(db)?.token ?? 0) + 1;
    db.prepare(
      `INSERT INTO leases (id, holder, token, taken_at) VALUES (1, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET holder = excluded.holder, token = excluded.token, taken_at = excluded.taken_at`,
    ).run(holder, token, time);
    return { holder, token };
  });
}

/** Throws NotDurableError when another instance has taken the lease; called inside the transaction that writes. */
export function checkLease(db: DatabaseSync, statements: Statements, lease: Lease): void {
  if (statements.of("SELECT token FROM leases WHERE id = 1").get()?.["token"] === lease.token) return;
  const now = readLease(db);
  throw new LeaseLostError(`The journal was not written: ${now ? `${now.holder} has taken it` : "its lease is gone"}, and ${lease.holder} may write to it no more.`);
}

function readLease(db: DatabaseSync): z.infer<typeof leaseSchema> | null {
  const row = db.prepare("SELECT holder, token, taken_at AS takenAt FROM leases WHERE id = 1").get();
  return row === undefined ? null : leaseSchema.parse(row);
}

/** Who has a journal that is locked, in a sentence. */
function holderOf(path: string): string {
  try {
    const db = new DatabaseSync(path, { readOnly: true });
    try {
      const lease = readLease(db);
      if (lease) return `The journal ${path} is held by ${lease.holder} since ${new Date(lease.takenAt).toISOString()}.`;
    } finally {
      db.close();
    }
  } catch (error) {
    // The holder may be about to create the tables; that it is held is known without them.
    if (!sqliteFault(error)) throw error;
  }
  return `The journal ${path} is held by another process.`;
}
