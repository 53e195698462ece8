import { rmSync, symlinkSync, truncateSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { openConnection } from "../../../src/adapters/sqlite/connection.ts";
import { lockPath } from "../../../src/adapters/sqlite/lease.ts";
import { UserError } from "../../../src/core/user-error.ts";
import { NotDurableError } from "../../../src/ports/journal.ts";
import { freshPath, lived, open, order, raw } from "./fixture.ts";
import { claimNext } from "./claim.ts";

const note = { events: [{ time: 1, type: "note", payload: 1 }] };

describe("a journal's lease", () => {
  it("refuses a second instance and says who holds it", () => {
    const path = freshPath();
    const first = open(path, { holder: "process 41 on home", now: () => 86_400_000 });
    expect(() => open(path, { holder: "another" })).toThrow(UserError);
    expect(() => open(path, { holder: "another" })).toThrow(/held by process 41 on home since 1970-01-02T00:00:00.000Z/);
    expect(first.commit(note)).toBe(1);
  });

  it("is free again after closing", () => {
    const path = freshPath();
    open(path).close();
    expect(open(path).commit(note)).toBe(1);
  });

  it("is free again when opening it failed", () => {
    const path = freshPath();
    open(path).close();
    expect(() => open(path, { name: "other bot" })).toThrow(/belongs to "test", not to "other bot"/);
    expect(open(path).commit(note)).toBe(1);
  });

  it("that another instance has taken leaves the stale holder nothing to write or to claim", () => {
    const path = freshPath();
    const stale = open(path, { holder: "the stale bot" });
    stale.commit({ orders: [order("a")], outbox: [{ action: "submit", clientOrderId: "a" }] });
    // What a network folder or an overeager operator does: the lock is gone while its holder lives.
    rmSync(lockPath(path));
    const fresh = open(path, { holder: "the new bot" });
    for (const write of [() => stale.commit(note), () => claimNext(stale)]) {
      expect(write).toThrow(NotDurableError);
      expect(write).toThrow(/the new bot has taken it, and the stale bot may write to it no more/);
    }
    expect(fresh.lastSequence).toBe(0);
    expect(fresh.order("a")?.state).toBe("INTENT");
    expect(claimNext(fresh)?.clientOrderId).toBe("a");
    expect(fresh.commit(note)).toBe(1);
    expect(fresh.verify()).toBeNull();
  });

  it("is the same one through a link to the file", () => {
    const path = freshPath();
    open(path, { holder: "the first bot" });
    const link = `${freshPath()}-link`;
    symlinkSync(path, link);
    expect(() => open(link)).toThrow(/held by the first bot/);
  });

  it("cannot be given back a lower token", () => {
    const path = freshPath();
    open(path);
    raw(path, (db) => expect(() => db.exec("UPDATE leases SET token = token")).toThrow(/higher token/));
  });

  it("can be read past: what is committed is seen by others while it is held", () => {
    const path = freshPath();
    lived(path);
    raw(path, (db) => expect(db.prepare("SELECT count(*) AS n FROM events").get()).toEqual({ n: 5 }));
  });
});

describe("a journal that was written and is gone", () => {
  it.each(["deleted", "emptied", "left with its header"])("is not silently begun anew when it was %s", (how) => {
    const path = freshPath();
    lived(path).close();
    if (how === "deleted") rmSync(path);
    else if (how === "emptied") truncateSync(path, 0);
    else {
      // What is left when the log is lost before its first commits went into the file.
      rmSync(path);
      const bare = openConnection(path);
      bare.close();
    }
    expect(() => open(path)).toThrow(/is gone or empty, though it has been written before/);
    rmSync(lockPath(path));
    expect(open(path).lastSequence).toBe(0);
  });
});
