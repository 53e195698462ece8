import type { DatabaseSync } from "node:sqlite";
import { z } from "zod";
import { NotDurableError } from "../../ports/journal.ts";

/** SQLite's primary result codes that mean "it is not on the disk", https://www.sqlite.org/rescode.html. */
const NOT_DURABLE: Readonly<Record<number, string>> = {
  5: "another connection keeps it locked",
  6: "another statement keeps it locked",
  7: "there is not enough memory",
  8: "it cannot be written to",
  10: "the disk reported an error",
  11: "it is damaged",
  13: "the disk, or the room it was given, is full",
  14: "it cannot be opened",
  15: "its lock is broken",
  26: "it is not a database",
};
const CONSTRAINT = 19;

const sqliteErrorSchema = z.object({ code: z.literal("ERR_SQLITE_ERROR"), errcode: z.int(), message: z.string() });

/** A fault that SQLite itself reported: its primary result code and its words; null for any other error. */
export function sqliteFault(error: unknown): { readonly code: number; readonly message: string } | null {
  const parsed = sqliteErrorSchema.safeParse(error);
  return parsed.success ? { code: parsed.data.errcode & 0xff, message: parsed.data.message } : null;
}

/** Whether the fault means that the file itself can no longer be trusted: disk error, damage, not a database. */
export function isDamage(code: number): boolean {
  return code === 10 || code === 11 || code === 26;
}

/** The error to throw for one that happened while writing: NotDurableError when the disk is to blame, a plain one for a wrong batch. */
export function writeFault(error: unknown): unknown {
  const fault = sqliteFault(error);
  if (!fault) return error;
  const why = NOT_DURABLE[fault.code];
  if (why) return new NotDurableError(`The journal was not written: ${why} (${fault.message}).`, { cause: error });
  if (fault.code === CONSTRAINT) return new Error(`The journal refused a batch that breaks its rules: ${fault.message}`, { cause: error });
  return error;
}

/**
 * Runs `work` in one write transaction: all of it is on the disk when this returns, nothing of it when it throws.
 * `BEGIN IMMEDIATE`, so that everything it reads is still true when it commits.
 */
export function inTransaction<T>(db: DatabaseSync, work: () => T): T {
  if (db.isTransaction) throw new Error("the journal is already inside a transaction");
  try {
    db.exec("BEGIN IMMEDIATE");
    const result = work();
    db.exec("COMMIT");
    return result;
  } catch (error) {
    // SQLite rolls back by itself on some errors (a full disk), not on others.
    rollBack(db);
    throw writeFault(error);
  }
}

/** Ends a transaction without a trace, if there is one. */
export function rollBack(db: DatabaseSync): void {
  if (!db.isTransaction) return;
  try {
    db.exec("ROLLBACK");
  } catch (error) {
    // What matters is the error that made it necessary; a transaction that never committed is not in the file anyway.
    if (!sqliteFault(error)) throw error;
  }
}
