import { DatabaseSync } from "node:sqlite";
import { UserError } from "../../core/user-error.ts";

/** Room and patience of a connection. */
export interface ConnectionLimits {
  /** How long a write waits for a lock, in milliseconds. */
  readonly busyTimeout?: number;
  /** How large the file may grow, in pages of 4096 bytes; without it, as large as the disk allows. */
  readonly maxPages?: number;
}

const BUSY_TIMEOUT = 1_000;

/** What every connection runs with, and what SQLite answers when it is so. */
function settingsOf(busyTimeout: number): readonly (readonly [name: string, value: string, readBack: string | number])[] {
  return [
    ["busy_timeout", String(busyTimeout), busyTimeout],
    ["journal_mode", "WAL", "wal"],
    // FULL: every commit waits for the disk. In WAL mode NORMAL would lose the last commits in a power cut.
    ["synchronous", "FULL", 2],
    // On macOS fsync does not reach the disk; these ask for F_FULLFSYNC and do nothing elsewhere.
    ["fullfsync", "ON", 1],
    ["checkpoint_fullfsync", "ON", 1],
    // A checkpoint takes as long as many commits. `tidy` makes it between them; this is for who never comes to rest.
    ["wal_autocheckpoint", "8000", 8_000],
    ["foreign_keys", "ON", 1],
    // Without it a REPLACE deletes rows past the triggers that refuse a DELETE.
    ["recursive_triggers", "ON", 1],
    ["trusted_schema", "OFF", 0],
    ["cell_size_check", "ON", 1],
  ];
}

/** Opens a database for writing, every setting read back and checked; throws when one does not hold. */
export function openConnection(path: string, limits: ConnectionLimits = {}): DatabaseSync {
  const busyTimeout = limits.busyTimeout ?? BUSY_TIMEOUT;
  const db = new DatabaseSync(path, { timeout: busyTimeout, enableForeignKeyConstraints: true, enableDoubleQuotedStringLiterals: false, defensive: true });
  try {
    for (const [name, value] of settingsOf(busyTimeout)) db.exec(`PRAGMA ${name}=${value}`);
    checkConnection(db, path, busyTimeout);
    if (limits.maxPages !== undefined) db.exec(`PRAGMA max_page_count=${limits.maxPages}`);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Throws when a connection does not have the settings that make its commits durable. */
export function checkConnection(db: DatabaseSync, path: string, busyTimeout = BUSY_TIMEOUT): void {
  for (const [name, value, expected] of settingsOf(busyTimeout)) {
    const found = readPragma(db, name);
    if (found !== expected) {
      throw new UserError(`The journal ${path} cannot be kept safe: ${name} is ${String(found)} where ${value} is needed. A network folder or a read-only file does this; keep the journal on a local disk.`);
    }
  }
}

/** The single value of a pragma. */
export function readPragma(db: DatabaseSync, name: string): unknown {
  const row = db.prepare(`PRAGMA ${name}`).get();
  return row === undefined ? null : Object.values(row)[0];
}
