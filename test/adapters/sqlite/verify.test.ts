import { copyFileSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { firstHash, rowHash } from "../../../src/adapters/sqlite/chain.ts";
import { verifyFile } from "../../../src/adapters/sqlite/verify.ts";
import { UserError } from "../../../src/core/user-error.ts";
import { createRandom } from "../../../src/core/random.ts";
import { freshPath, LIFE, lived, open, raw } from "./fixture.ts";

/** A closed journal with the fixture's life. */
function closed(): string {
  const path = freshPath();
  lived(path).close();
  return path;
}

/** Runs SQL past the triggers and the checks, and puts the triggers back as they were. */
function tamper(path: string, ...statements: readonly string[]): void {
  raw(path, (db) => {
    const triggers = db.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").all() as { name: string; sql: string }[];
    db.exec("PRAGMA foreign_keys=OFF; PRAGMA ignore_check_constraints=ON");
    for (const { name } of triggers) db.exec(`DROP TRIGGER ${name}`);
    for (const statement of statements) db.exec(statement);
    for (const { sql } of triggers) db.exec(sql);
  });
}

describe("verify", () => {
  it.each<[string, RegExp, ...string[]]>([
    ["a changed payload", /^Event 3 \(order\) is not what was written/, "UPDATE events SET payload = replace(payload, 'OPEN', 'OPEM') WHERE seq = 3"],
    ["a changed time", /^Event 1 \(start\) is not what was written/, "UPDATE events SET time = 7 WHERE seq = 1"],
    ["a changed type", /^Event 5 \(handle\) is not what was written/, "UPDATE events SET type = 'handle' WHERE seq = 5"],
    ["a changed hash", /^Event 2 \(decision\) is not what was written/, "UPDATE events SET hash = replace(hash, substr(hash, 1, 1), 'z') WHERE seq = 2"],
    ["a deleted first event", /^Event 1 is missing: after event 0 comes 2\.$/, "DELETE FROM events WHERE seq = 1"],
    ["a deleted event", /^Event 3 is missing: after event 2 comes 4\.$/, "DELETE FROM events WHERE seq = 3"],
    ["a deleted last event", /^The last rows of events are missing: 4 are there, 5 were written\.$/, "DELETE FROM events WHERE seq = 5"],
    ["deleted events, all of them", /^The last rows of events are missing: 0 are there/, "DELETE FROM events"],
    [
      "a pair of events that changed places",
      /^Event 2 does not follow event 1/,
      "UPDATE events SET seq = 99 WHERE seq = 2",
      "UPDATE events SET seq = 2 WHERE seq = 3",
      "UPDATE events SET seq = 3 WHERE seq = 99",
    ],
    [
      "two events that changed their contents",
      /^Event 3 \(fill\) is not what was written/,
      "CREATE TABLE swap AS SELECT seq, time, type, payload FROM events WHERE seq IN (3, 4)",
      "UPDATE events SET (time, type, payload) = (SELECT time, type, payload FROM swap WHERE swap.seq = 7 - events.seq) WHERE seq IN (3, 4)",
      "DROP TABLE swap",
    ],
    [
      "a deleted event behind which the numbers were closed up",
      /^Event 3 does not follow event 2/,
      "DELETE FROM events WHERE seq = 3",
      "UPDATE events SET seq = seq - 1 WHERE seq > 3",
    ],
    ["a fill of another trade", /^Row 1 of fills is not what was written/, "UPDATE fills SET trade_id = 't9'"],
    ["a deleted fill", /^The last rows of fills are missing/, "DELETE FROM fills"],
    ["a posting to another account", /^Row 6 of postings is not what was written/, "UPDATE postings SET account = 'position:dca:BTC/USDT' WHERE id = 6"],
    ["a deleted posting", /^Row 4 of postings is missing/, "DELETE FROM postings WHERE id = 4"],
    ["a fill that the order forgot", /^Order a says that 3 of 10 steps are filled and its fills sum to 4 \(I6\)\.$/, "UPDATE orders SET filled_steps = 3"],
    ["money that an order forgot to reserve", /^At local 600 units of USDT are set aside where the open orders need 599 \(I3\)\.$/, "UPDATE orders SET reserved = 599"],
    ["an impossible state", /CHECK constraint failed in orders/, "UPDATE orders SET state = 'GONE'"],
    ["an order that is gone", /^Row 1 of (fills|outbox) points to a row of orders that is not there/, "DELETE FROM orders"],
    ["a file that forgot its chain", /^A row holds what the journal never writes/, "DELETE FROM chains WHERE name = 'events'"],
  ])("finds %s", (_, sentence, ...statements) => {
    const path = closed();
    expect(verifyFile(path)).toBeNull();
    tamper(path, ...statements);
    const found = verifyFile(path);
    expect(found).toMatch(sentence);
    expect(found).not.toContain("\n");
    expect(open(path).verify()).toBe(found);
  });

  it.each<[string, RegExp, string]>([
    ["postings that do not sum to zero", /^The postings do not balance \(I1\): transaction 1 sums to 1 units of USDT, not to 0\.$/, "UPDATE postings SET units = units + 1 WHERE id = 1"],
    ["an account below zero", /^The account cash:local holds -2 units of USDT, less than nothing \(I2\)\.$/, "UPDATE postings SET units = CASE id WHEN 1 THEN -1000 ELSE 1000 END WHERE id IN (1, 2)"],
    ["reserves that no order has", /^At local 601 units of USDT are set aside where the open orders need 600 \(I3\)\.$/, "UPDATE postings SET units = CASE id WHEN 3 THEN -1001 ELSE 1001 END WHERE id IN (3, 4)"],
    ["fees that no fill has", /^At local the fills cost 2 units of USDT in fees and the ledger has 3 \(I5\)\.$/, "UPDATE postings SET units = CASE account WHEN 'fees:local' THEN 3 ELSE -3 END WHERE transaction_id = 4"],
  ])("finds %s even when their chain was made to fit", (_, sentence, statement) => {
    const path = closed();
    tamper(path, statement, ...rechained(path, statement));
    expect(verifyFile(path)).toMatch(sentence);
  });

  it("finds a dropped trigger and a table that was altered", () => {
    const [dropped, altered] = [closed(), closed()];
    raw(dropped, (db) => db.exec("DROP TRIGGER events_no_delete"));
    expect(verifyFile(dropped)).toBe("The trigger events_no_delete is missing or not as it was made.");
    raw(altered, (db) => db.exec("ALTER TABLE orders ADD COLUMN note TEXT"));
    expect(verifyFile(altered)).toBe("The table orders is missing or not as it was made.");
  });

  it("finds a torn file at whatever length it was cut, and such a file is not opened as a new journal", () => {
    const whole = closed();
    const { size } = statSync(whole);
    const random = createRandom(11);
    const lengths = [1, 99, 512, 4_095, 4_096, size - 4_096, size - 1, ...Array.from({ length: 20 }, () => 1 + random.integer(size - 1))];
    for (const length of lengths) {
      const torn = freshPath();
      copyFileSync(whole, torn);
      truncateSync(torn, length);
      expect(verifyFile(torn), `cut to ${length} bytes`).toMatch(/^The file is damaged|^The file holds no journal/);
      if (isRefused(torn)) continue;
      // Only zeros were cut off, which is what SQLite reads there.
      expect(contentOf(torn), `cut to ${length} bytes`).toEqual(contentOf(whole));
    }
  });

  it("finds nothing wrong with a log that was cut in the middle of a write: whole commits are there, and no part of another", () => {
    const path = freshPath();
    const journal = lived(path);
    const log = statSync(`${path}-wal`).size;
    const random = createRandom(3);
    const sequences = new Set<number>();
    for (let round = 0; round < 40; round++) {
      const torn = freshPath();
      copyFileSync(path, torn);
      copyFileSync(`${path}-wal`, `${torn}-wal`);
      truncateSync(`${torn}-wal`, random.integer(log));
      const found = open(torn);
      expect(found.verify()).toBeNull();
      expect(LIFE.map((batch) => batch.fills?.length ?? 0).slice(0, found.lastSequence).reduce((sum, n) => sum + n, 0)).toBe((contentOf(torn) as unknown[][])[1]!.length);
      expect([...found.entries(1)].map(({ hash }) => hash)).toEqual([...journal.entries(1)].slice(0, found.lastSequence).map(({ hash }) => hash));
      sequences.add(found.lastSequence);
      found.close();
    }
    expect(sequences.size).toBeGreaterThan(2);
  });

  it("finds a flipped byte in any event, fill or posting, wherever in the file it is", () => {
    const whole = closed();
    const bytes = readFileSync(whole);
    const before = contentOf(whole);
    const target = freshPath();
    const random = createRandom(5);
    let found = 0;
    for (let round = 0; round < 250; round++) {
      const at = random.integer(bytes.length);
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] as number) ^ (1 << random.integer(8));
      writeFileSync(target, changed);
      const problem = verifyFile(target);
      if (problem === null) expect(contentOf(target), `byte ${at}`).toEqual(before);
      else found += 1;
    }
    expect(found).toBeGreaterThan(20);
  });

  it("finds each single byte of each event flipped in the file itself", () => {
    const whole = closed();
    const bytes = readFileSync(whole);
    const target = freshPath();
    for (const text of ['{"bot":"test","cash":100000}', '{"id":"a","state":"OPEN"}', '{"id":"a","steps":4,"trade":"t1"}', '{"close":100.5,"symbol":"BTC/USDT"}']) {
      const start = bytes.indexOf(text);
      expect(start).toBeGreaterThan(0);
      for (let at = start; at < start + text.length; at++) {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] as number) ^ 1;
        writeFileSync(target, changed);
        expect(verifyFile(target), `byte ${at}`).toMatch(/^Event \d \(\w+\) is not what was written|CHECK constraint failed in events/);
      }
    }
  });

  it("says so when there is no journal, or the file is something else", () => {
    const path = freshPath();
    expect(verifyFile(path)).toBe(`There is no journal ${path}.`);
    writeFileSync(path, "This is a text and not a database, and it is long enough to have a header.".repeat(20));
    expect(verifyFile(path)).toMatch(/^The file is damaged: file is not a database/);
    const other = freshPath();
    raw(other, (db) => db.exec("CREATE TABLE t (a)"));
    expect(verifyFile(other)).toMatch(/is a database, but not a journal/);
    const empty = freshPath();
    writeFileSync(empty, "");
    expect(verifyFile(empty)).toBe("The file holds no journal.");
  });

  it("reads a journal that a bot has open, without its lease", () => {
    const path = freshPath();
    const journal = lived(path);
    expect(verifyFile(path)).toBeNull();
    expect(journal.commit({ events: [{ time: 6, type: "note", payload: 1 }] })).toBe(6);
    expect(verifyFile(path)).toBeNull();
  });
});

/** Whether opening the journal is refused with words for the user. */
function isRefused(path: string): boolean {
  try {
    open(path);
    return false;
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    return true;
  }
}

/** SQL that gives the postings, as a statement leaves them, the chain that a journal named "test" would have written. */
function rechained(path: string, statement: string): string[] {
  const copy = freshPath();
  copyFileSync(path, copy);
  tamper(copy, statement);
  const db = new DatabaseSync(copy);
  try {
    let previous = firstHash("postings", "test");
    const statements: string[] = [];
    for (const row of db.prepare("SELECT id, transaction_id, account, currency, units FROM postings ORDER BY id").all()) {
      const hash = rowHash(Object.values(row) as (string | number)[], previous);
      statements.push(`UPDATE postings SET prev_hash = '${previous}', hash = '${hash}' WHERE id = ${String(row["id"])}`);
      previous = hash;
    }
    return [...statements, `UPDATE chains SET hash = '${previous}' WHERE name = 'postings'`];
  } finally {
    db.close();
  }
}

/** The rows of the append-only tables. */
function contentOf(path: string): unknown {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    return ["events", "fills", "postings"].map((table) => db.prepare(`SELECT * FROM ${table}`).all());
  } finally {
    db.close();
  }
}
