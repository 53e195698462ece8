import type { DatabaseSync } from "node:sqlite";
import { z } from "zod";
import { UserError } from "../../core/user-error.ts";
import { firstHash } from "./chain.ts";
import { readPragma } from "./connection.ts";
import { type Migration, MIGRATIONS } from "./migrations.ts";
import { inTransaction } from "./transaction.ts";

/** The mark of a journal in SQLite's header ("CAUC"), so that no other database is taken for one. */
export const APPLICATION_ID = 0x43415543;

/** The chains of hashes, one for each append-only table. */
export const CHAINS = ["events", "fills", "postings"] as const;

const nameSchema = z.object({ name: z.string() });

/** What is wrong with a file as a journal of this version, in a sentence; null when it can be used or brought up to date. */
export function strangeFile(db: DatabaseSync, path: string, latest = latestOf(MIGRATIONS)): string | null {
  const version = z.int().parse(readPragma(db, "user_version"));
  if (version > latest) return `The journal ${path} was written by a newer version (schema ${version}, this one knows ${latest}). Use that version.`;
  const empty = db.prepare("SELECT 1 FROM sqlite_schema LIMIT 1").get() === undefined;
  if (readPragma(db, "application_id") !== APPLICATION_ID && !(empty && version === 0)) return `The file ${path} is a database, but not a journal. Name another file.`;
  return null;
}

/** Brings a database to the newest schema, each step in its own transaction, and gives a new one its name. */
export function migrate(db: DatabaseSync, path: string, name: string, migrations: readonly Migration[] = MIGRATIONS): void {
  const strange = strangeFile(db, path, latestOf(migrations));
  if (strange) throw new UserError(strange);
  for (const { version, sql } of migrations) {
    inTransaction(db, () => {
      if (z.int().parse(readPragma(db, "user_version")) >= version) return;
      db.exec(sql);
      if (version === 1) begin(db, name);
      db.exec(`PRAGMA application_id=${APPLICATION_ID}`);
      db.exec(`PRAGMA user_version=${version}`);
    });
  }
  const kept = journalName(db);
  if (kept !== name) throw new UserError(`The journal ${path} belongs to "${kept}", not to "${name}". Name another file, or run that bot.`);
}

/** The name that the journal was started with. */
export function journalName(db: DatabaseSync): string {
  return nameSchema.parse(db.prepare("SELECT name FROM identity WHERE id = 1").get()).name;
}

function begin(db: DatabaseSync, name: string): void {
  db.prepare("INSERT INTO identity (id, name) VALUES (1, ?)").run(name);
  const chain = db.prepare("INSERT INTO chains (name, rows, hash) VALUES (?, 0, ?)");
  for (const table of CHAINS) chain.run(table, firstHash(table, name));
}

function latestOf(migrations: readonly Migration[]): number {
  return migrations.at(-1)?.version ?? 0;
}
