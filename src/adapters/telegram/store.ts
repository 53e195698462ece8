import { renameSync, rmSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";

/** The door's own file: what is to be sent, what was sent, which updates were taken. It holds nothing that trading needs. */
export type TelegramStore = DatabaseSync;

const TABLES = `
  CREATE TABLE IF NOT EXISTS outbox (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, chat INTEGER NOT NULL, priority INTEGER NOT NULL, line INTEGER NOT NULL,
    html TEXT NOT NULL, markup TEXT, file_name TEXT, file BLOB, photo INTEGER NOT NULL,
    not_before INTEGER NOT NULL, expires INTEGER NOT NULL, sent_at INTEGER
  ) STRICT;
  CREATE INDEX IF NOT EXISTS outbox_waiting ON outbox (chat, priority, id) WHERE sent_at IS NULL;
  CREATE TABLE IF NOT EXISTS updates (update_id INTEGER PRIMARY KEY, taken_at INTEGER NOT NULL) STRICT;
`;

/** Telegram keeps an update for 24 hours, so that a number is known for longer than it can come again. */
const REMEMBERED = 48 * 3_600_000;

/** Opens the file, made when it is not there. One that cannot be read is set aside: a door without memory is better than none. */
export function openStore(path: string): TelegramStore {
  try {
    return open(path);
  } catch (error) {
    if (!(error instanceof Error) || !/not a database|malformed/.test(error.message)) throw error;
    renameSync(path, `${path}.damaged`);
    for (const beside of ["-wal", "-shm"]) rmSync(`${path}${beside}`, { force: true });
    return open(path);
  }
}

function open(path: string): TelegramStore {
  const db = new DatabaseSync(path, { timeout: 1_000, enableDoubleQuotedStringLiterals: false });
  // NORMAL: a process that is killed loses nothing; a power cut may cost the last messages, and no disk is waited for beside trading.
  try {
    for (const pragma of ["journal_mode=WAL", "synchronous=NORMAL", "trusted_schema=OFF"]) db.exec(`PRAGMA ${pragma}`);
    db.exec(TABLES);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Which updates were taken, also by the process before this one. */
export interface SeenUpdates {
  /** Takes an update; false when it was taken before. Kept on the disk before anything is done about it. */
  readonly take: (updateId: number, now: number) => boolean;
}

/** The updates of a store. */
export function seenUpdates(store: TelegramStore): SeenUpdates {
  const insert = store.prepare("INSERT OR IGNORE INTO updates VALUES (?, ?)");
  const forget = store.prepare("DELETE FROM updates WHERE taken_at < ?");
  return {
    take: (updateId, now) => {
      forget.run(now - REMEMBERED);
      return Number(insert.run(updateId, now).changes) === 1;
    },
  };
}
