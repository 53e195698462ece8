import { mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** The file of everything that was asked: what was spent, what was answered, every call. */
export type ModelStore = DatabaseSync;

const FILE = "language-model.sqlite";

const TABLES = `
  CREATE TABLE IF NOT EXISTS spending (
    day TEXT PRIMARY KEY, calls INTEGER NOT NULL, tokens INTEGER NOT NULL, dollars REAL NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS answers (key TEXT PRIMARY KEY, value TEXT NOT NULL, call TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS calls (
    id INTEGER PRIMARY KEY, at INTEGER NOT NULL, purpose TEXT NOT NULL, prompt_version TEXT NOT NULL, prompt_hash TEXT NOT NULL,
    model TEXT NOT NULL, answer TEXT NOT NULL, tokens_in INTEGER NOT NULL, tokens_out INTEGER NOT NULL, cost REAL,
    took INTEGER NOT NULL, outcome TEXT NOT NULL, message TEXT
  ) STRICT;
  CREATE INDEX IF NOT EXISTS calls_by_time ON calls (at);
`;

/**
 * Opens `language-model.sqlite` in a folder, made when it is not there. One that cannot be read is set aside: what it
 * counted is lost then, which the caller tells.
 */
export function openStore(folder: string): { readonly store: ModelStore; readonly setAside: string | null } {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, FILE);
  try {
    return { store: open(path), setAside: null };
  } catch (error) {
    if (!(error instanceof Error) || !/not a database|malformed/.test(error.message)) throw error;
    const setAside = `${path}.damaged`;
    renameSync(path, setAside);
    for (const beside of ["-wal", "-shm"]) rmSync(`${path}${beside}`, { force: true });
    return { store: open(path), setAside };
  }
}

function open(path: string): ModelStore {
  // A short wait for another process's lock: the one that waits is the thread that trades.
  const db = new DatabaseSync(path, { timeout: 200, enableDoubleQuotedStringLiterals: false });
  try {
    // NORMAL: a process that is killed loses nothing; a power cut may cost the last rows, and no disk is waited for beside trading.
    for (const pragma of ["journal_mode=WAL", "synchronous=NORMAL", "trusted_schema=OFF"]) db.exec(`PRAGMA ${pragma}`);
    db.exec(TABLES);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Runs `work` in one write transaction: all of it is kept when this returns, nothing of it when it throws. */
export function inTransaction<T>(store: ModelStore, work: () => T): T {
  store.exec("BEGIN IMMEDIATE");
  try {
    const result = work();
    store.exec("COMMIT");
    return result;
  } catch (error) {
    if (store.isTransaction) store.exec("ROLLBACK");
    throw error;
  }
}
