import { existsSync, statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { z } from "zod";
import { unbalancedFrom } from "./batch.ts";
import { Statements } from "./statements.ts";
import { eventHash, firstHash, rowHash } from "./chain.ts";
import { readPragma } from "./connection.ts";
import { invariantBroken } from "./invariants.ts";
import { CHAINS, journalName, migrate, strangeFile } from "./migrate.ts";
import { chainSchema } from "./rows.ts";
import { rollBack, sqliteFault } from "./transaction.ts";

const eventRowSchema = z.object({ seq: z.int(), time: z.int(), type: z.string(), payload: z.string(), prev_hash: z.string(), hash: z.string() });
const linkSchema = z.object({ id: z.int(), prev_hash: z.string(), hash: z.string() });
const fieldsSchema = z.record(z.string(), z.union([z.string(), z.int()]));
const foreignKeySchema = z.object({ table: z.string(), rowid: z.int().nullable(), parent: z.string() });
const schemaRowSchema = z.object({ type: z.string(), name: z.string(), sql: z.string().nullable() });

/** Verifies a journal's file without a lease, also while a bot runs on it: the first thing that is wrong, null when all is well. */
export function verifyFile(path: string): string | null {
  if (!existsSync(path)) return `There is no journal ${path}.`;
  let db: DatabaseSync | null = null;
  try {
    // Not opened read-only: SQLite then forgets the CHECK constraints, and the integrity check passes over broken ones.
    db = new DatabaseSync(path);
    db.exec("PRAGMA query_only=ON; PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON");
    return strangeFile(db, path) ?? verify(db);
  } catch (error) {
    return damage(error);
  } finally {
    db?.close();
  }
}

/** The first thing that is wrong with a journal, in one sentence with the row; null when all is well. Reads one snapshot. */
export function verify(db: DatabaseSync): string | null {
  const nested = db.isTransaction;
  try {
    if (!nested) db.exec("BEGIN");
    return firstProblem(db);
  } catch (error) {
    return damage(error);
  } finally {
    if (!nested) rollBack(db);
  }
}

/** A damaged file as a sentence; any other error goes on. */
function damage(error: unknown): string {
  const fault = sqliteFault(error);
  if (fault) return `The file is damaged: ${fault.message}.`;
  if (error instanceof z.ZodError) return `A row holds what the journal never writes: ${z.prettifyError(error).replaceAll("\n", " ")}.`;
  throw error;
}

function firstProblem(db: DatabaseSync): string | null {
  return integrity(db) ?? schema(db) ?? events(db) ?? links(db, "fills") ?? links(db, "postings") ?? sums(db) ?? invariantBroken(db);
}

function integrity(db: DatabaseSync): string | null {
  const found = readPragma(db, "integrity_check(1)");
  if (found !== "ok") return `The file is damaged: ${String(found)}.`;
  if (isCutOff(db)) return "The file is damaged: it ends in the middle of a page.";
  if (db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'identity'").get() === undefined) return "The file holds no journal.";
  const orphan = db.prepare("PRAGMA foreign_key_check").get();
  if (orphan === undefined) return null;
  const { table, rowid, parent } = foreignKeySchema.parse(orphan);
  return `Row ${rowid ?? "?"} of ${table} points to a row of ${parent} that is not there.`;
}

/** SQLite reads what is missing of the last page as zeros; while there is a log, the page may rightly be whole only there. */
function isCutOff(db: DatabaseSync): boolean {
  const path = db.location();
  if (path === null || !existsSync(path)) return false;
  const log = `${path}-wal`;
  if (existsSync(log) && statSync(log).size > 0) return false;
  return statSync(path).size % z.int().parse(readPragma(db, "page_size")) !== 0;
}

/** Every table, index and trigger as a new journal has it: a dropped trigger would let rows be changed unseen. */
function schema(db: DatabaseSync): string | null {
  const fresh = new DatabaseSync(":memory:");
  try {
    migrate(fresh, "in memory", "any");
    const found = new Map(schemaOf(db).map((row) => [row.name, row.sql]));
    const missing = schemaOf(fresh).find((row) => found.get(row.name) !== row.sql);
    return missing ? `The ${missing.type} ${missing.name} is missing or not as it was made.` : null;
  } finally {
    fresh.close();
  }
}

function schemaOf(db: DatabaseSync): z.infer<typeof schemaRowSchema>[] {
  return db.prepare("SELECT type, name, sql FROM sqlite_schema").all().map((row) => schemaRowSchema.parse(row));
}

function events(db: DatabaseSync): string | null {
  let previous = firstHash("events", journalName(db));
  let count = 0;
  for (const raw of db.prepare("SELECT * FROM events ORDER BY seq").iterate()) {
    const row = eventRowSchema.parse(raw);
    count += 1;
    if (row.seq !== count) return `Event ${count} is missing: after event ${count - 1} comes ${row.seq}.`;
    if (row.prev_hash !== previous) return `Event ${row.seq} does not follow event ${row.seq - 1}: its previous hash is another.`;
    if (row.hash !== eventHash({ sequence: row.seq, time: row.time, type: row.type, payload: row.payload }, previous)) {
      return `Event ${row.seq} (${row.type}) is not what was written: its hash does not fit its content.`;
    }
    previous = row.hash;
  }
  return end(db, "events", count, previous);
}

function links(db: DatabaseSync, table: "fills" | "postings"): string | null {
  let previous = firstHash(table, journalName(db));
  let count = 0;
  for (const raw of db.prepare(`SELECT * FROM ${table} ORDER BY id`).iterate()) {
    const { id, prev_hash, hash } = linkSchema.parse(raw);
    count += 1;
    if (id !== count) return `Row ${count} of ${table} is missing: after row ${count - 1} comes ${id}.`;
    if (prev_hash !== previous) return `Row ${id} of ${table} does not follow row ${id - 1}: its previous hash is another.`;
    const fields = Object.entries(fieldsSchema.parse(raw)).filter(([name]) => name !== "prev_hash" && name !== "hash");
    if (hash !== rowHash(fields.map(([, value]) => value), previous)) return `Row ${id} of ${table} is not what was written: its hash does not fit its content.`;
    previous = hash;
  }
  return end(db, table, count, previous);
}

/** The chain itself cannot show that its last rows are gone; its end, kept apart, does. */
function end(db: DatabaseSync, table: (typeof CHAINS)[number], count: number, last: string): string | null {
  const kept = chainSchema.parse(db.prepare("SELECT rows, hash FROM chains WHERE name = ?").get(table));
  if (kept.rows === count && kept.hash === last) return null;
  return kept.rows > count
    ? `The last rows of ${table} are missing: ${count} are there, ${kept.rows} were written.`
    : `The end of ${table} is not what was written: row ${count} is there, and row ${kept.rows} was noted as the last one with another hash.`;
}

function sums(db: DatabaseSync): string | null {
  const unbalanced = unbalancedFrom(new Statements(db), 0);
  return unbalanced ? `The postings do not balance (I1): ${unbalanced}.` : null;
}
