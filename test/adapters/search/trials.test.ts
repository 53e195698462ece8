import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTrials } from "../../../src/adapters/search/trials.ts";
import type { TrialOutcome } from "../../../src/app/optimize/trial.ts";
import { UserError } from "../../../src/core/user-error.ts";

let folder = "";
let files = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "caucus-trials-"));
});
afterAll(async () => rm(folder, { recursive: true, force: true }));
const newFile = (): string => join(folder, "deep", `${files++}.sqlite`);

const figures = { totalReturn: 0.1, cagr: null, sharpe: 1.5, sortino: null, calmar: null, maxDrawdown: -0.2, exposure: 0.5, turnover: 3, feesPaid: 12.5, fills: 7, roundTrips: 3 };
const done = (...daily: number[]): TrialOutcome => ({ state: "done", figures, daily: Float64Array.from(daily), seconds: 0.25 });
const failed: TrialOutcome = { state: "failed", reason: "no such grid", seconds: 0 };
const whole = (levels: number) => ({ parameters: { levels }, window: null });

describe("the file of trials", () => {
  it("gives back what was kept, to the last bit, after it was closed and opened again", () => {
    const path = newFile();
    const first = openTrials(path, "subject", "engine");
    first.keep(whole(1), done(0.1, -1 / 3, Number.MIN_VALUE));
    first.keep(whole(2), failed);
    first.close();
    const second = openTrials(path, "subject", "engine");
    expect(second.find(whole(1))).toEqual(done(0.1, -1 / 3, Number.MIN_VALUE));
    expect(second.find(whole(2))).toEqual(failed);
    expect(second.find(whole(3))).toBeNull();
    second.close();
  });

  it("keeps the runs of a window apart from those of the whole span", () => {
    const records = openTrials(newFile(), "subject", "engine");
    const part = { parameters: { levels: 1 }, window: { from: 1, to: 2 } };
    records.keep(part, failed);
    expect(records.find(whole(1))).toBeNull();
    expect(records.find(part)).toEqual(failed);
    records.enlist("search", 0, { levels: 1 });
    expect(records.candidates()).toEqual([]);
    records.close();
  });

  it("counts a set once that several searches tried, and none that no search chose among", () => {
    const records = openTrials(newFile(), "subject", "engine");
    for (const levels of [3, 1, 2]) records.keep(whole(levels), levels === 2 ? failed : done(levels));
    records.enlist("one", 0, { levels: 3 });
    records.enlist("one", 1, { levels: 2 });
    records.enlist("two", 0, { levels: 3 });
    expect(records.candidates()).toEqual([
      { key: '{"levels":2}', daily: null },
      { key: '{"levels":3}', daily: Float64Array.of(3) },
    ]);
    records.close();
  });

  it("does not take an outcome of other code for its own, and still counts the set", () => {
    const path = newFile();
    const old = openTrials(path, "subject", "before the edit");
    old.keep(whole(1), done(1));
    old.enlist("search", 0, { levels: 1 });
    old.close();
    const records = openTrials(path, "subject", "after the edit");
    expect(records.find(whole(1))).toBeNull();
    expect(records.candidates()).toHaveLength(1);
    records.keep(whole(1), done(2));
    expect(records.find(whole(1))).toEqual(done(2));
    expect(records.candidates()).toEqual([{ key: '{"levels":1}', daily: Float64Array.of(2) }]);
    records.close();
  });

  it("still counts what a search tried under other code, when under its own it tries something else in its place", () => {
    const path = newFile();
    const old = openTrials(path, "subject", "before the edit");
    for (const levels of [1, 2]) old.keep(whole(levels), done(levels));
    old.enlist("search", 0, { levels: 1 });
    old.enlist("search", 1, { levels: 2 });
    old.close();
    const records = openTrials(path, "subject", "after the edit");
    for (const levels of [1, 3]) records.keep(whole(levels), done(levels));
    records.enlist("search", 0, { levels: 1 });
    records.enlist("search", 1, { levels: 3 });
    expect(records.candidates().map(({ key }) => key)).toEqual(['{"levels":1}', '{"levels":2}', '{"levels":3}']);
    records.close();
  });

  it("takes a file of before, whose numbers held one set each, and keeps what it holds", () => {
    const path = newFile();
    const old = openTrials(path, "subject", "engine");
    for (const levels of [1, 2]) old.keep(whole(levels), done(levels));
    old.close();
    const db = new DatabaseSync(path);
    db.exec(`DROP TABLE trials; CREATE TABLE trials (search TEXT NOT NULL, number INTEGER NOT NULL, parameters TEXT NOT NULL, PRIMARY KEY (search, number)) STRICT, WITHOUT ROWID;
      CREATE INDEX trials_by_parameters ON trials (parameters); INSERT INTO trials VALUES ('search', 0, '{"levels":1}')`);
    db.close();
    for (const levels of [2, 1]) {
      const records = openTrials(path, "subject", "engine");
      records.enlist("search", 0, { levels });
      expect(records.candidates()).toHaveLength(2);
      records.close();
    }
  });

  it("runs again what it cannot read, and counts it all the same", () => {
    const path = newFile();
    const first = openTrials(path, "subject", "engine");
    for (const levels of [1, 2, 3]) {
      first.keep(whole(levels), done(levels));
      first.enlist("search", levels, { levels });
    }
    first.close();
    const db = new DatabaseSync(path);
    db.exec(`UPDATE runs SET figures = '{"totalReturn":0.1}' WHERE parameters = '{"levels":1}'; UPDATE runs SET daily = x'0102' WHERE parameters = '{"levels":2}'; UPDATE runs SET figures = '{' WHERE parameters = '{"levels":3}'`);
    db.close();
    const records = openTrials(path, "subject", "engine");
    expect([1, 2, 3].map((levels) => records.find(whole(levels)))).toEqual([null, null, null]);
    expect(records.candidates().map(({ daily }) => daily)).toEqual([Float64Array.of(1), null, Float64Array.of(3)]);
    records.close();
  });

  it("tells of a file that is damaged, and of one that another program holds, in a sentence with the file", () => {
    const path = newFile();
    openTrials(path, "subject", "engine").close();
    const holder = new DatabaseSync(path);
    holder.exec("BEGIN IMMEDIATE");
    expect(() => openTrials(path, "subject", "engine")).toThrow(/\.sqlite: another program holds this file\. .*goes on from there once the file is free/);
    holder.exec("COMMIT; DROP TABLE runs");
    expect(() => openTrials(path, "subject", "engine")).toThrow(UserError);
    holder.close();
    expect(() => openTrials(path, "subject", "engine")).toThrow(/\.sqlite: trials cannot be kept there: no such table: runs\. Move the file away/);
  }, 20_000);

  it("refuses a file that is no database, another database, and trials of something else, in a sentence", async () => {
    const text = join(folder, "text.sqlite");
    await writeFile(text, "not a database, only long enough to be taken for one".repeat(20));
    expect(() => openTrials(text, "subject", "engine")).toThrow(/text\.sqlite: trials cannot be kept there: .*Move the file away/);
    const other = join(folder, "other.sqlite");
    const db = new DatabaseSync(other);
    db.exec("CREATE TABLE cats (name TEXT) STRICT");
    db.close();
    expect(() => openTrials(other, "subject", "engine")).toThrow(/other\.sqlite: this is a database, but holds no trials/);
    const path = newFile();
    openTrials(path, "subject", "engine").close();
    expect(() => openTrials(path, "another", "engine")).toThrow(/these trials are of another definition or other data/);
  });
});
