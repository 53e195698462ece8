import { closeSync, openSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { SqliteJournal } from "../../../src/adapters/sqlite/journal.ts";
import { verifyFile } from "../../../src/adapters/sqlite/verify.ts";
import { UserError } from "../../../src/core/user-error.ts";
import { type Journal, NotDurableError } from "../../../src/ports/journal.ts";
import { freshPath, lived, open, order } from "./fixture.ts";
import { claimNext } from "./claim.ts";

const note = (payload: unknown = 1) => ({ events: [{ time: 1, type: "note", payload }] });

function thrownBy(work: () => unknown): Error {
  try {
    work();
  } catch (error) {
    return error as Error;
  }
  throw new Error("nothing was thrown");
}

/** Commits until the room is used up; returns how many were acknowledged. */
function fill(journal: Journal): { readonly acknowledged: number; readonly error: Error } {
  for (let acknowledged = 0; ; acknowledged++) {
    try {
      journal.commit({ ...note("x".repeat(2_000)), orders: [order(`f${acknowledged}`)], outbox: [{ action: "submit", clientOrderId: `f${acknowledged}` }] });
    } catch (error) {
      return { acknowledged, error: error as Error };
    }
  }
}

describe("a full disk", () => {
  it("is told as not durable, with every commit before it whole and nothing of the failed one", () => {
    const path = freshPath();
    const journal = open(path, { maxPages: 80 });
    const { acknowledged, error } = fill(journal);
    expect(acknowledged).toBeGreaterThan(5);
    expect(error).toBeInstanceOf(NotDurableError);
    expect(error.message).toMatch(/was not written: the disk, or the room it was given, is full/);
    expect(journal.lastSequence).toBe(acknowledged);
    expect(journal.orders()).toHaveLength(acknowledged);
    expect(journal.outbox("waiting")).toHaveLength(acknowledged);
    expect(journal.verify()).toBeNull();
    journal.close();
    const roomier = open(path);
    expect(roomier.lastSequence).toBe(acknowledged);
    expect(roomier.commit(note())).toBe(acknowledged + 1);
    expect(roomier.verify()).toBeNull();
  });
});

describe("a busy journal", () => {
  it("is told as not durable, and the commit works once the other one is done", () => {
    const path = freshPath();
    const journal = lived(path, { busyTimeout: 1 });
    const other = new DatabaseSync(path);
    try {
      other.exec("BEGIN IMMEDIATE");
      for (const write of [() => journal.commit(note()), () => claimNext(journal)]) {
        const error = thrownBy(write);
        expect(error).toBeInstanceOf(NotDurableError);
        expect(error.message).toMatch(/another connection keeps it locked/);
      }
      other.exec("ROLLBACK");
    } finally {
      other.close();
    }
    expect(journal.lastSequence).toBe(5);
    expect(journal.commit(note())).toBe(6);
    expect(journal.verify()).toBeNull();
  });
});

describe("a journal that cannot be written to", () => {
  it("is told as not durable", () => {
    const path = freshPath();
    const writable = lived(path);
    writable.commit({ outbox: [{ action: "cancel", clientOrderId: "a" }] });
    writable.close();
    const db = new DatabaseSync(path, { readOnly: true });
    const journal = new SqliteJournal(db, { holder: "the first bot", token: 1 }, () => 1, { release: () => undefined });
    try {
      for (const write of [() => journal.commit(note()), () => claimNext(journal)]) {
        const error = thrownBy(write);
        expect(error).toBeInstanceOf(NotDurableError);
        expect(error.message).toMatch(/it cannot be written to/);
      }
      expect(journal.lastSequence).toBe(5);
      expect(journal.verify()).toBeNull();
    } finally {
      journal.close();
    }
  });

  it("is told as a mistake of the user when its folder is not there", () => {
    const error = thrownBy(() => open(join(freshPath(), "no", "journal.db")));
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).toMatch(/cannot be locked/);
  });
});

describe("a journal that is damaged while it is open", () => {
  it("is told as not durable, and takes nothing more until it is opened anew", () => {
    const path = freshPath();
    const first = open(path);
    first.commit({ events: Array.from({ length: 400 }, (_, index) => ({ time: index, type: "note", payload: "x".repeat(100) })) });
    first.close();
    const journal = open(path);
    const { size } = statSync(path);
    const file = openSync(path, "r+");
    // All but the first page, as a disk does that returns zeros.
    writeSync(file, Buffer.alloc(size - 4_096), 0, size - 4_096, 4_096);
    closeSync(file);
    const error = thrownBy(() => journal.commit(note()));
    expect(error).toBeInstanceOf(NotDurableError);
    expect(error.message).toMatch(/it is damaged/);
    expect(thrownBy(() => journal.commit(note()))).toBe(error);
    expect(thrownBy(() => journal.claim([1]))).toBe(error);
    journal.close();
    expect(verifyFile(path)).toMatch(/^The file is damaged/);
  });
});
