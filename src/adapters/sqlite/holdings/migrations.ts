import type { DatabaseSync } from "node:sqlite";
import { z } from "zod";
import { UserError } from "../../../core/user-error.ts";
import { readPragma } from "../connection.ts";
import type { Migration } from "../migrations.ts";
import { inTransaction } from "../transaction.ts";

/** The mark of a store of holdings in SQLite's header ("CAUH"), so that no journal is taken for one. */
const APPLICATION_ID = 0x43415548;

/** Decimals are texts: SQLite would make doubles of them. */
const MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    sql: `
    CREATE TABLE snapshots (
      id INTEGER PRIMARY KEY, time INTEGER NOT NULL, currency TEXT NOT NULL, total TEXT NOT NULL, complete INTEGER NOT NULL CHECK (complete IN (0, 1))
    ) STRICT;
    CREATE INDEX snapshots_by_time ON snapshots (currency, time, id);
    CREATE TABLE readings (
      id INTEGER PRIMARY KEY, label TEXT NOT NULL, kind TEXT NOT NULL, place TEXT NOT NULL, read_at INTEGER NOT NULL,
      holdings TEXT NOT NULL CHECK (json_valid(holdings)), open_orders TEXT NOT NULL CHECK (json_valid(open_orders)),
      CONSTRAINT read_once UNIQUE (label, read_at)
    ) STRICT;
    CREATE TABLE snapshot_readings (
      snapshot_id INTEGER NOT NULL REFERENCES snapshots (id), reading_id INTEGER NOT NULL REFERENCES readings (id), PRIMARY KEY (snapshot_id, reading_id)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE prices (
      snapshot_id INTEGER NOT NULL REFERENCES snapshots (id), asset TEXT NOT NULL, price TEXT NOT NULL, PRIMARY KEY (snapshot_id, asset)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE trades (
      source TEXT NOT NULL, base TEXT NOT NULL, quote TEXT NOT NULL, trade_id TEXT NOT NULL, time INTEGER NOT NULL,
      side TEXT NOT NULL CHECK (side IN ('buy', 'sell')), quantity TEXT NOT NULL, price TEXT NOT NULL, fee_asset TEXT, fee_quantity TEXT,
      PRIMARY KEY (source, base, quote, trade_id), CONSTRAINT whole_fee CHECK ((fee_asset IS NULL) = (fee_quantity IS NULL))
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE flows (
      source TEXT NOT NULL, flow_id TEXT NOT NULL, time INTEGER NOT NULL, asset TEXT NOT NULL, quantity TEXT NOT NULL,
      value TEXT, counterparty TEXT, transaction_id TEXT, PRIMARY KEY (source, flow_id)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE cursors (source TEXT NOT NULL, market TEXT NOT NULL, read_to INTEGER NOT NULL, last_id TEXT, PRIMARY KEY (source, market)) STRICT, WITHOUT ROWID;
    CREATE TABLE worths (currency TEXT NOT NULL, asset TEXT NOT NULL, day INTEGER NOT NULL, worth TEXT NOT NULL, PRIMARY KEY (currency, asset, day)) STRICT, WITHOUT ROWID;`,
  },
];

/** Brings a store of holdings to the newest schema; throws a `UserError` for a file that is none, or of a newer version. */
export function migrateHoldings(db: DatabaseSync, path: string): void {
  const latest = MIGRATIONS.at(-1)?.version ?? 0;
  const version = z.int().parse(readPragma(db, "user_version"));
  if (version > latest) throw new UserError(`The holdings ${path} were written by a newer version (schema ${version}, this one knows ${latest}). Use that version.`);
  const empty = db.prepare("SELECT 1 FROM sqlite_schema LIMIT 1").get() === undefined;
  if (readPragma(db, "application_id") !== APPLICATION_ID && !(empty && version === 0)) throw new UserError(`The file ${path} is a database, but not one of holdings. Name another folder with --state.`);
  for (const { version: next, sql } of MIGRATIONS) {
    inTransaction(db, () => {
      if (z.int().parse(readPragma(db, "user_version")) >= next) return;
      db.exec(sql);
      db.exec(`PRAGMA application_id=${APPLICATION_ID}`);
      db.exec(`PRAGMA user_version=${next}`);
    });
  }
}
