import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { z } from "zod";
import { trialFiguresSchema } from "../../app/optimize/result.ts";
import { type Candidate, type TrialRecords, windowKey } from "../../app/optimize/runner.ts";
import { keyOf } from "../../app/optimize/space.ts";
import type { TrialOutcome } from "../../app/optimize/trial.ts";
import { UserError } from "../../core/user-error.ts";

/** Marks the file as ours ("CAUT"), so that no other database is taken for one. */
const APPLICATION_ID = 0x43415554;
const BUSY_MS = 5_000;
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
  CREATE TABLE trials (
    search TEXT NOT NULL,
    number INTEGER NOT NULL,
    parameters TEXT NOT NULL,
    PRIMARY KEY (search, number)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX trials_by_parameters ON trials (parameters);
`;

const runSchema = z.object({
  parameters: z.string(),
  state: z.enum(["done", "failed"]),
  figures: z.string().nullable(),
  daily: z.instanceof(Uint8Array).nullable(),
  reason: z.string().nullable(),
  seconds: z.number(),
});

/** Records of trials in a file. Close them when the search is over. */
export interface TrialFile extends TrialRecords {
  close(): void;
}

/** Opens the records of a definition and its data (`subject`); makes the file when there is none. Outcomes of another `engine` are counted and run again. */
export function openTrials(path: string, subject: string, engine: string): TrialFile {
  const db = open(path);
  try {
    prepareFile(db, path, subject);
  } catch (error) {
    db.close();
    throw error instanceof UserError ? error : unusable(path, error);
  }
  const find = db.prepare("SELECT parameters, state, figures, daily, reason, seconds FROM runs WHERE window = ? AND parameters = ? AND engine = ?");
  const keep = db.prepare("INSERT OR REPLACE INTO runs (window, parameters, engine, state, figures, daily, reason, seconds) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
  const enlist = db.prepare("INSERT OR REPLACE INTO trials (search, number, parameters) VALUES (?, ?, ?)");
  // The order of keys, not of arrival, so that sums over candidates are the same to the last bit whatever the number of workers.
  const candidates = db.prepare(
    "SELECT parameters, state, figures, daily, reason, seconds FROM runs WHERE window = '' AND parameters IN (SELECT parameters FROM trials) ORDER BY parameters",
  );
  return {
    find({ parameters, window }) {
      const row = find.get(windowKey(window), keyOf(parameters), engine);
      return row === undefined ? null : candidateOf(row).outcome;
    },
    keep({ parameters, window }, outcome) {
      const shared = [windowKey(window), keyOf(parameters), engine, outcome.state] as const;
      if (outcome.state === "failed") keep.run(...shared, null, null, outcome.reason, outcome.seconds);
      else keep.run(...shared, JSON.stringify(outcome.figures), bytesOf(outcome.daily), null, outcome.seconds);
    },
    enlist: (search, trial, parameters) => void enlist.run(search, trial, keyOf(parameters)),
    candidates: () => candidates.all().map(candidateOf),
    close: () => db.close(),
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

function unusable(path: string, error: unknown): UserError {
  return new UserError(`${path}: trials cannot be kept there: ${error instanceof Error ? error.message : String(error)}. Move the file away or give another folder with --searches.`);
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
}

function candidateOf(row: unknown): Candidate {
  const { parameters, state, figures, daily, reason, seconds } = runSchema.parse(row);
  const outcome: TrialOutcome =
    state === "done" && figures !== null && daily !== null
      ? { state: "done", figures: trialFiguresSchema.parse(JSON.parse(figures)), daily: new Float64Array(Uint8Array.from(daily).buffer), seconds }
      : { state: "failed", reason: reason ?? "", seconds };
  return { key: parameters, outcome };
}

function bytesOf(daily: Float64Array): Uint8Array {
  return new Uint8Array(daily.buffer, daily.byteOffset, daily.byteLength);
}
