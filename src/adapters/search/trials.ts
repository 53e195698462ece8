import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { z } from "zod";
import { trialFiguresSchema } from "../../app/optimize/result.ts";
import { type Candidate, type TrialRecords, windowKey } from "../../app/optimize/runner.ts";
import { keyOf } from "../../app/optimize/space.ts";
import type { TrialOutcome } from "../../app/optimize/trial.ts";
import { RunError, UserError } from "../../core/user-error.ts";

/** Marks the file as ours ("CAUT"), so that no other database is taken for one. */
const APPLICATION_ID = 0x43415554;
const BUSY_MS = 5_000;
/** SQLite's result codes; the higher bits of one tell it more exactly. */
const SQLITE_BUSY = 5;
const SQLITE_FULL = 13;
const PRIMARY_CODE = 0xff;
/** A number holds every set that was tried under it: other code may choose another one there, and what was tried stays in N. */
const TRIALS = `
  CREATE TABLE trials (
    search TEXT NOT NULL,
    number INTEGER NOT NULL,
    parameters TEXT NOT NULL,
    PRIMARY KEY (search, number, parameters)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX trials_by_parameters ON trials (parameters);
`;
/** Runs of a walk-forward's windows lie beside those of the whole span, whose window is empty. */
const SCHEMA = `
  CREATE TABLE subject (id INTEGER PRIMARY KEY CHECK (id = 1), hash TEXT NOT NULL) STRICT;
  CREATE TABLE runs (
    window TEXT NOT NULL,
    parameters TEXT NOT NULL,
    engine TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('done', 'failed')),
    figures TEXT,
    daily BLOB,
    reason TEXT,
    seconds REAL NOT NULL,
    PRIMARY KEY (window, parameters),
    CHECK ((state = 'done') = (figures IS NOT NULL AND daily IS NOT NULL AND reason IS NULL))
  ) STRICT, WITHOUT ROWID;
  ${TRIALS}
`;
/** Files of version 0.2.0 and before held one set for a number. */
const WIDEN = `
  DROP INDEX trials_by_parameters;
  ALTER TABLE trials RENAME TO narrow_trials;
  ${TRIALS}
  INSERT INTO trials SELECT search, number, parameters FROM narrow_trials;
  DROP TABLE narrow_trials;
`;
const NARROW = "SELECT 1 FROM pragma_table_info('trials') WHERE name = 'parameters' AND pk = 0";

const runSchema = z.object({
  state: z.enum(["done", "failed"]),
  figures: z.string().nullable(),
  daily: z.instanceof(Uint8Array).nullable(),
  reason: z.string().nullable(),
  seconds: z.number(),
});
const candidateSchema = z.object({ parameters: z.string(), daily: z.instanceof(Uint8Array).nullable() });

/** Records of trials in a file. Close them when the search is over. */
export interface TrialFile extends TrialRecords {
  close(): void;
}

/**
 * Opens the records of a definition and its data (`subject`); makes the file when there is none. Outcomes of another `engine`
 * are counted and run again. What cannot be read or written is told as the person's or the run's error, with the file.
 */
export function openTrials(path: string, subject: string, engine: string): TrialFile {
  const db = open(path);
  const told = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw error instanceof UserError ? error : unusable(path, error);
    }
  };
  const ready = <T>(work: () => T): T => {
    try {
      return told(work);
    } catch (error) {
      db.close();
      throw error;
    }
  };
  ready(() => prepareFile(db, path, subject));
  const { find, keep, enlist, candidates } = ready(() => statementsOf(db));
  return {
    find({ parameters, window }) {
      const row = told(() => find.get(windowKey(window), keyOf(parameters), engine));
      return row === undefined ? null : outcomeOf(row);
    },
    keep({ parameters, window }, outcome) {
      const shared = [windowKey(window), keyOf(parameters), engine, outcome.state] as const;
      told(() => {
        if (outcome.state === "failed") keep.run(...shared, null, null, outcome.reason, outcome.seconds);
        else keep.run(...shared, JSON.stringify(outcome.figures), bytesOf(outcome.daily), null, outcome.seconds);
      });
    },
    enlist: (search, trial, parameters) => void told(() => enlist.run(search, trial, keyOf(parameters))),
    candidates: () => told(() => candidates.all().map(candidateOf)),
    close: () => db.close(),
  };
}

function statementsOf(db: DatabaseSync) {
  return {
    find: db.prepare("SELECT state, figures, daily, reason, seconds FROM runs WHERE window = ? AND parameters = ? AND engine = ?"),
    keep: db.prepare("INSERT OR REPLACE INTO runs (window, parameters, engine, state, figures, daily, reason, seconds) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"),
    enlist: db.prepare("INSERT OR IGNORE INTO trials (search, number, parameters) VALUES (?, ?, ?)"),
    // The order of keys, not of arrival, so that sums over candidates are the same to the last bit whatever the number of workers.
    candidates: db.prepare("SELECT parameters, daily FROM runs WHERE window = '' AND parameters IN (SELECT parameters FROM trials) ORDER BY parameters"),
  };
}

function open(path: string): DatabaseSync {
  try {
    mkdirSync(dirname(path), { recursive: true });
    const db = new DatabaseSync(path, { timeout: BUSY_MS });
    // A trial that a power cut loses is run again: NORMAL is enough.
    db.exec("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA trusted_schema=OFF");
    return db;
  } catch (error) {
    throw unusable(path, error);
  }
}

function unusable(path: string, error: unknown): UserError | RunError {
  const { code, why } = sqliteErrorOf(error);
  if (code === SQLITE_BUSY) return new RunError(`${path}: another program holds this file. What is done is kept; the same command goes on from there once the file is free.`);
  if (code === SQLITE_FULL) return new RunError(`${path}: there is no room left for trials. What is done is kept; the same command goes on from there.`);
  return new UserError(`${path}: trials cannot be kept there: ${why}. Move the file away or give another folder with --searches.`);
}

function sqliteErrorOf(error: unknown): { readonly code: number | null; readonly why: string } {
  const code = error instanceof Error && "errcode" in error && typeof error.errcode === "number" ? error.errcode & PRIMARY_CODE : null;
  return { code, why: error instanceof Error ? error.message : String(error) };
}

function prepareFile(db: DatabaseSync, path: string, subject: string): void {
  db.exec("BEGIN IMMEDIATE");
  const empty = db.prepare("SELECT 1 FROM sqlite_schema LIMIT 1").get() === undefined;
  if (empty) {
    db.exec(SCHEMA);
    db.exec(`PRAGMA application_id=${APPLICATION_ID}`);
    db.prepare("INSERT INTO subject (id, hash) VALUES (1, ?)").run(subject);
  }
  db.exec("COMMIT");
  const mark = z.object({ application_id: z.number() }).parse(db.prepare("PRAGMA application_id").get());
  if (mark.application_id !== APPLICATION_ID) throw new UserError(`${path}: this is a database, but holds no trials. Move it away or give another folder.`);
  const kept = z.object({ hash: z.string() }).parse(db.prepare("SELECT hash FROM subject").get());
  if (kept.hash !== subject) throw new UserError(`${path}: these trials are of another definition or other data. Move the file away.`);
  if (db.prepare(NARROW).get() !== undefined) widen(db);
}

function widen(db: DatabaseSync): void {
  db.exec("BEGIN IMMEDIATE");
  // Another search may have done it while this one waited.
  if (db.prepare(NARROW).get() !== undefined) db.exec(WIDEN);
  db.exec("COMMIT");
}

/** Null for a row that is damaged or was written by a version that kept other figures: it is run again. */
function outcomeOf(row: unknown): TrialOutcome | null {
  const { state, figures, daily, reason, seconds } = runSchema.parse(row);
  if (state === "failed") return { state, reason: reason ?? "", seconds };
  const kept = trialFiguresSchema.safeParse(jsonOf(figures));
  const days = numbersOf(daily);
  return kept.success && days !== null ? { state, figures: kept.data, daily: days, seconds } : null;
}

function jsonOf(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return null;
  }
}

function candidateOf(row: unknown): Candidate {
  const { parameters, daily } = candidateSchema.parse(row);
  return { key: parameters, daily: numbersOf(daily) };
}

function numbersOf(bytes: Uint8Array | null): Float64Array | null {
  return bytes === null || bytes.length % Float64Array.BYTES_PER_ELEMENT !== 0 ? null : new Float64Array(Uint8Array.from(bytes).buffer);
}

function bytesOf(daily: Float64Array): Uint8Array {
  return new Uint8Array(daily.buffer, daily.byteOffset, daily.byteLength);
}
