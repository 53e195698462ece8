import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { checkConnection, openConnection, readPragma } from "../../../src/adapters/sqlite/connection.ts";
import { migrate } from "../../../src/adapters/sqlite/migrate.ts";
import { MIGRATIONS } from "../../../src/adapters/sqlite/migrations.ts";
import { UserError } from "../../../src/core/user-error.ts";
import { freshPath, lived, open, raw } from "./fixture.ts";

describe("a connection", () => {
  it("writes ahead, waits for the disk at each commit and keeps foreign keys, every time it is opened", () => {
    const path = freshPath();
    for (let round = 0; round < 2; round++) {
      const db = openConnection(path, { busyTimeout: 250 });
      expect(["journal_mode", "synchronous", "foreign_keys", "busy_timeout", "recursive_triggers"].map((name) => readPragma(db, name))).toEqual(["wal", 2, 1, 250, 1]);
      db.close();
    }
  });

  it.each([
    ["PRAGMA synchronous=NORMAL", /synchronous is 1 where FULL is needed/],
    ["PRAGMA foreign_keys=OFF", /foreign_keys is 0 where ON is needed/],
    ["PRAGMA busy_timeout=7", /busy_timeout is 7 where 1000 is needed/],
    ["PRAGMA journal_mode=DELETE", /journal_mode is delete where WAL is needed/],
  ])("with %s is refused", (pragma, message) => {
    const path = freshPath();
    const db = openConnection(path);
    try {
      checkConnection(db, path);
      db.exec(pragma);
      expect(() => checkConnection(db, path)).toThrow(UserError);
      expect(() => checkConnection(db, path)).toThrow(message);
    } finally {
      db.close();
    }
  });

  it("is refused where there is no write-ahead log", () => {
    expect(() => openConnection(":memory:")).toThrow(/journal_mode is memory where WAL is needed/);
  });
});

describe("migrations", () => {
  it("are numbered without gaps and bring a new file to the last one", () => {
    expect(MIGRATIONS.map(({ version }) => version)).toEqual(MIGRATIONS.map((_, index) => index + 1));
    const path = freshPath();
    open(path).close();
    raw(path, (db) => expect(readPragma(db, "user_version")).toBe(MIGRATIONS.length));
  });

  it("make every table strict", () => {
    const path = freshPath();
    open(path);
    raw(path, (db) => {
      const tables = db.prepare("SELECT name, strict FROM pragma_table_list WHERE schema = 'main' AND name NOT LIKE 'sqlite_%'").all();
      expect(tables.length).toBeGreaterThanOrEqual(10);
      expect(tables.filter(({ strict }) => strict !== 1)).toEqual([]);
    });
  });

  it("run each once, from where the file stands, and keep what is in it", () => {
    const path = freshPath();
    lived(path).close();
    const next = [...MIGRATIONS, { version: MIGRATIONS.length + 1, sql: "CREATE TABLE notes (text TEXT) STRICT; INSERT INTO notes VALUES ('once')" }];
    const db = openConnection(path);
    try {
      migrate(db, path, "test", next);
      migrate(db, path, "test", next);
      expect(db.prepare("SELECT text FROM notes").all()).toEqual([{ text: "once" }]);
      expect(db.prepare("SELECT count(*) AS n FROM events").get()).toEqual({ n: 5 });
    } finally {
      db.close();
    }
  });

  it("leave nothing of one that fails, and the ones before it in place", () => {
    const path = freshPath();
    const last = MIGRATIONS.length;
    const db = openConnection(path);
    try {
      const failing = [...MIGRATIONS, { version: last + 1, sql: "CREATE TABLE notes (text TEXT) STRICT; CREATE TABLE notes (text TEXT) STRICT" }];
      expect(() => migrate(db, path, "test", failing)).toThrow(/already exists/);
      expect(readPragma(db, "user_version")).toBe(last);
      expect(db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'notes'").get()).toBeUndefined();
    } finally {
      db.close();
    }
    expect(open(path).lastSequence).toBe(0);
  });

  it("refuse a file from the future, another bot's journal, and a database that is none", () => {
    const [future, named, foreign] = [freshPath(), freshPath(), freshPath()];
    lived(future).close();
    raw(future, (db) => db.exec("PRAGMA user_version=99"));
    expect(() => open(future)).toThrow(UserError);
    expect(() => open(future)).toThrow(/newer version \(schema 99, this one knows \d+\)/);
    open(named, { name: "mine" }).close();
    expect(() => open(named, { name: "yours" })).toThrow(/belongs to "mine", not to "yours"/);
    const db = new DatabaseSync(foreign);
    db.exec("CREATE TABLE bookmarks (url TEXT)");
    db.close();
    expect(() => open(foreign)).toThrow(/is a database, but not a journal/);
    raw(foreign, (other) => expect(other.prepare("SELECT name FROM sqlite_schema").all()).toEqual([{ name: "bookmarks" }]));
  });
});
