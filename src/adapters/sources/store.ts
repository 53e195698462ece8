import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { z } from "zod";
import type { OutsideItem } from "../../core/outside.ts";
import { UserError } from "../../core/user-error.ts";

/** What is kept of one source, for a list. Times in epoch milliseconds. */
export interface Holding {
  readonly source: string;
  readonly symbol: string | null;
  readonly items: number;
  /** First and last publication. */
  readonly from: number;
  readonly to: number;
  /** When the last row was fetched. */
  readonly fetched: number;
}

/** Which items are asked for. */
export interface Wanted {
  /** With the beginning of their ids, where several places share a name. */
  readonly sources: readonly { readonly name: string; readonly prefix?: string }[];
  /** Markets and coins; what concerns everything is always there. Absent: all. */
  readonly symbols?: readonly string[];
  /** Items that may count from `from` until `to` (exclusive, epoch milliseconds). */
  readonly from: number;
  readonly to: number;
}

/** The items of sources on the disk: nothing in it is ever changed or removed. */
export interface SourceStore {
  /** Adds what is new, all of it or nothing, and answers how many rows that were. */
  add(items: readonly OutsideItem[]): number;
  /** In the order in which they became known. */
  read(wanted: Wanted): OutsideItem[];
  /** Publication of the newest item of a source and symbol with this beginning of the id; `null` when there is none. */
  newest(source: string, symbol: string | null, prefix?: string): number | null;
  list(): Holding[];
  close(): void;
}

const FILE = "sources.sqlite";
/** `symbol` is empty for what concerns everything: NULLs would never be equal, and so never unique. */
const TABLES = `
  CREATE TABLE IF NOT EXISTS item (
    row INTEGER PRIMARY KEY, source TEXT NOT NULL, id TEXT NOT NULL, symbol TEXT NOT NULL, revision INTEGER NOT NULL,
    published INTEGER NOT NULL, fetched INTEGER NOT NULL, known INTEGER NOT NULL, expires INTEGER NOT NULL,
    value REAL, text TEXT, score REAL,
    UNIQUE (source, id, symbol, revision)
  ) STRICT;
  CREATE INDEX IF NOT EXISTS item_known ON item (source, known);
  CREATE TRIGGER IF NOT EXISTS item_is_for_ever BEFORE UPDATE ON item BEGIN SELECT RAISE(ABORT, 'items are never changed'); END;
  CREATE TRIGGER IF NOT EXISTS item_stays BEFORE DELETE ON item BEGIN SELECT RAISE(ABORT, 'items are never removed'); END;
`;

const time = z.number().int();
const rowSchema = z
  .object({
    source: z.string(),
    id: z.string(),
    symbol: z.string().transform((symbol) => (symbol === "" ? null : symbol)),
    published: time,
    fetched: time,
    known: time,
    expires: time,
    value: z.number().nullable(),
    text: z.string().nullable(),
    score: z.number().min(-1).max(1).nullable(),
  })
  .readonly();
const lastSchema = z.object({ revision: z.number().int(), published: time, value: z.number().nullable(), text: z.string().nullable(), score: z.number().nullable() }).optional();
const holdingSchema = z.object({ source: z.string(), symbol: z.string(), items: z.number().int(), from: time, to: time, fetched: time });

/** Whether anything of sources was ever kept in a folder. */
export function hasSourceStore(folder: string): boolean {
  return existsSync(join(folder, FILE));
}

/** Opens `sources.sqlite` in a folder; both are made when they are not there. */
export function openSourceStore(folder: string): SourceStore {
  const path = join(folder, FILE);
  mkdirSync(folder, { recursive: true });
  const db = open(path);
  const last = db.prepare("SELECT revision, published, value, text, score FROM item WHERE source = ? AND id = ? AND symbol = ? ORDER BY revision DESC LIMIT 1");
  const insert = db.prepare("INSERT INTO item (source, id, symbol, revision, published, fetched, known, expires, value, text, score) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");

  const addOne = (item: OutsideItem): boolean => {
    const symbol = item.symbol ?? "";
    const before = lastSchema.parse(last.get(item.source, item.id, symbol));
    if (before && before.value === item.value && before.text === item.text && before.score === item.score && before.published === item.published) return false;
    // What was said before stood until the correction was in hand, however far back it reaches.
    const known = before ? Math.max(item.known, item.fetched) : item.known;
    insert.run(item.source, item.id, symbol, (before?.revision ?? 0) + 1, whole(item.published), whole(item.fetched), whole(known), whole(item.expires), item.value, item.text, item.score);
    return true;
  };

  return {
    add(items) {
      let added = 0;
      db.exec("BEGIN IMMEDIATE");
      try {
        for (const item of items) if (addOne(item)) added += 1;
        db.exec("COMMIT");
      } catch (error) {
        if (db.isTransaction) db.exec("ROLLBACK");
        throw error;
      }
      return added;
    },
    read({ sources, symbols, from, to }) {
      const found: OutsideItem[] = [];
      for (const { name, prefix = "" } of sources) {
        const only = symbols === undefined ? "" : ` AND symbol IN ('', ${symbols.map(() => "?").join(", ")})`;
        const rows = db
          .prepare(`SELECT source, id, symbol, published, fetched, known, expires, value, text, score FROM item WHERE source = ? AND substr(id, 1, ?) = ? AND known < ? AND expires > ?${only} ORDER BY known, row`)
          .all(name, prefix.length, prefix, whole(to), whole(from), ...(symbols ?? []));
        // One by one: a spread of hundreds of thousands would not fit the stack.
        for (const row of rows) found.push(rowSchema.parse(row));
      }
      return found.sort((a, b) => a.known - b.known);
    },
    newest(source, symbol, prefix = "") {
      const row = db.prepare("SELECT max(published) AS newest FROM item WHERE source = ? AND symbol = ? AND substr(id, 1, ?) = ?").get(source, symbol ?? "", prefix.length, prefix);
      return z.object({ newest: time.nullable() }).parse(row).newest;
    },
    list() {
      const rows = db
        .prepare('SELECT source, symbol, count(*) AS items, min(published) AS "from", max(published) AS "to", max(fetched) AS fetched FROM item GROUP BY source, symbol ORDER BY source, symbol')
        .all();
      return z
        .array(holdingSchema)
        .parse(rows)
        .map((row) => ({ ...row, symbol: row.symbol === "" ? null : row.symbol }));
    },
    close: () => db.close(),
  };
}

function open(path: string): DatabaseSync {
  let db: DatabaseSync | null = null;
  try {
    // Two bots may share a folder: a write waits for the other's.
    db = new DatabaseSync(path, { timeout: 5_000, enableDoubleQuotedStringLiterals: false });
    for (const pragma of ["journal_mode=WAL", "synchronous=NORMAL", "trusted_schema=OFF"]) db.exec(`PRAGMA ${pragma}`);
    db.exec(TABLES);
    return db;
  } catch (error) {
    db?.close();
    throw new UserError(`${path}: cannot be opened as the store of sources (${error instanceof Error ? error.message : "unknown error"}). Move it away to begin a new one.`);
  }
}

/** Times beyond what SQLite counts exactly are cut. */
function whole(instant: number): number {
  return Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, Math.round(instant)));
}
