import { describe, expect, it } from "vitest";
import { freshPath, open, order, raw } from "./fixture.ts";
import { claimNext } from "./claim.ts";
import type { Journal } from "../../../src/ports/journal.ts";

/** A journal with an intent and its waiting submit for each id. */
function intending(ids: readonly string[], sides: Readonly<Record<string, "buy" | "sell">> = {}): Journal {
  const journal = open(freshPath(), { now: () => 5_000 });
  journal.commit({
    orders: ids.map((id) => order(id, { key: `key-${id}`, side: sides[id] ?? "buy" })),
    outbox: ids.map((clientOrderId) => ({ action: "submit", clientOrderId })),
  });
  return journal;
}

const throwSwitch = (journal: Journal, value: string): number => journal.commit({ settings: [{ name: "kill-switch", value }] });

describe("the outbox", () => {
  it("gives out the oldest waiting request once, with its order on the way to the wire", () => {
    const journal = intending(["a", "b"]);
    expect(claimNext(journal)).toEqual({ id: 1, action: "submit", clientOrderId: "a", state: "claimed" });
    expect(journal.order("a")).toEqual(order("a", { key: "key-a", state: "SENDING", sentAt: 5_000, changedAt: 5_000 }));
    expect(claimNext(journal)?.clientOrderId).toBe("b");
    expect(claimNext(journal)).toBeNull();
    expect(journal.outbox("claimed").map(({ id }) => id)).toEqual([1, 2]);
  });

  it("passes over what the caller does not allow", () => {
    const journal = intending(["a", "b"]);
    expect(claimNext(journal, ({ clientOrderId }) => clientOrderId === "b")?.clientOrderId).toBe("b");
    expect(journal.outbox("waiting").map(({ clientOrderId }) => clientOrderId)).toEqual(["a"]);
    expect(claimNext(journal, () => false)).toBeNull();
  });

  it("claims several at once, in the order asked for, and none that is unknown or no longer waits", () => {
    const journal = intending(["a", "b", "c"]);
    claimNext(journal);
    expect(journal.claim([3, 1, 9, 2]).map(({ clientOrderId }) => clientOrderId)).toEqual(["c", "b"]);
    expect(journal.orders().map(({ state }) => state)).toEqual(["SENDING", "SENDING", "SENDING"]);
    expect(journal.claim([1, 2, 3])).toEqual([]);
  });

  it("writes what belongs together in one transaction: all of it, or none when it fails half way", () => {
    const journal = intending(["a", "b"]);
    const claimed = journal.together(() => [claimNext(journal), claimNext(journal), claimNext(journal)]);
    expect(claimed.map((entry) => entry?.clientOrderId)).toEqual(["a", "b", undefined]);
    const before = journal.lastSequence;
    const failing = (): void => {
      journal.commit({ events: [{ time: 1, type: "note", payload: {} }], settled: [{ id: claimed[0]!.id, state: "done" }] });
      throw new RangeError("half way");
    };
    expect(() => journal.together(failing)).toThrow("half way");
    expect(journal.lastSequence).toBe(before);
    expect(journal.outbox("claimed").map(({ clientOrderId }) => clientOrderId)).toEqual(["a", "b"]);
    journal.commit({ settled: [{ id: claimed[0]!.id, state: "done" }] });
    expect(journal.outbox("claimed").map(({ clientOrderId }) => clientOrderId)).toEqual(["b"]);
  });

  it("keeps a claim through a restart, so that what may be on the wire is looked up", () => {
    const path = freshPath();
    const first = open(path);
    first.commit({ orders: [order("a")], outbox: [{ action: "submit", clientOrderId: "a" }] });
    claimNext(first);
    first.close();
    const second = open(path);
    expect(second.outbox("waiting")).toEqual([]);
    expect(second.outbox("claimed").map(({ clientOrderId }) => clientOrderId)).toEqual(["a"]);
    expect(second.order("a")?.state).toBe("SENDING");
    expect(claimNext(second)).toBeNull();
  });

  it("settles a claim as unknown and then as done, and never takes it up again", () => {
    const journal = intending(["a"]);
    claimNext(journal);
    journal.commit({ settled: [{ id: 1, state: "unknown" }] });
    expect(journal.outbox("unknown").map(({ id }) => id)).toEqual([1]);
    journal.commit({ settled: [{ id: 1, state: "done" }] });
    expect(() => journal.commit({ settled: [{ id: 1, state: "unknown" }] })).toThrow(/never back/);
    expect(journal.outbox("done").map(({ id }) => id)).toEqual([1]);
    expect(claimNext(journal)).toBeNull();
  });

  it("does not let a request that never went out become unknown", () => {
    const journal = intending(["a"]);
    expect(() => journal.commit({ settled: [{ id: 1, state: "unknown" }] })).toThrow(/never back/);
  });

  it("withdraws what waits for an order with the order's end, and nothing else", () => {
    const journal = intending(["a", "b"]);
    journal.commit({ orders: [order("a", { key: "key-a", state: "NOT_PLACED" })] });
    expect(journal.outbox("done").map(({ clientOrderId }) => clientOrderId)).toEqual(["a"]);
    expect(journal.outbox("waiting").map(({ clientOrderId }) => clientOrderId)).toEqual(["b"]);
    expect([claimNext(journal)?.clientOrderId, claimNext(journal)]).toEqual(["b", null]);
  });

  it("keeps a claim open when its order ends before the answer is noted", () => {
    const journal = intending(["a"]);
    claimNext(journal);
    journal.commit({ orders: [order("a", { key: "key-a", state: "REJECTED", sentAt: 5_000 })] });
    expect(journal.outbox("claimed").map(({ clientOrderId }) => clientOrderId)).toEqual(["a"]);
  });

  it("never sends an order that is no longer an intent, even when its request still waits", () => {
    const journal = intending(["a"]);
    journal.commit({ orders: [order("a", { key: "key-a", state: "UNKNOWN" })] });
    expect(journal.outbox("waiting")).toHaveLength(1);
    expect(claimNext(journal)).toBeNull();
  });

  it("marks an open order as canceling with the claim of its cancel, and an unknown one stays unknown", () => {
    const journal = open(freshPath(), { now: () => 5_000 });
    journal.commit({
      orders: [order("a", { state: "OPEN" }), order("b", { state: "UNKNOWN" })],
      outbox: [{ action: "cancel", clientOrderId: "a" }, { action: "cancel", clientOrderId: "b" }],
    });
    expect([claimNext(journal)?.action, claimNext(journal)?.action]).toEqual(["cancel", "cancel"]);
    expect(journal.orders().map(({ state, sentAt, changedAt }) => [state, sentAt, changedAt])).toEqual([["CANCELING", 5_000, 5_000], ["UNKNOWN", 5_000, 1_000]]);
  });

  it("refuses to bring a request back or to delete it, on any connection", () => {
    const path = freshPath();
    const journal = open(path);
    journal.commit({ orders: [order("a")], outbox: [{ action: "submit", clientOrderId: "a" }] });
    claimNext(journal);
    raw(path, (db) => {
      expect(() => db.exec("UPDATE outbox SET state = 'waiting'")).toThrow(/never back/);
      expect(() => db.exec("DELETE FROM outbox")).toThrow(/never deleted/);
    });
  });
});

describe("the kill switch", () => {
  it.each(["PAUSE", "CANCEL", "FLATTEN"])("set to %s lets cancels out and no submits", (value) => {
    const journal = intending(["a"]);
    journal.commit({ orders: [order("b", { state: "OPEN" })], outbox: [{ action: "cancel", clientOrderId: "b" }] });
    throwSwitch(journal, value);
    expect(claimNext(journal)?.action).toBe("cancel");
    expect(claimNext(journal)).toBeNull();
    expect(journal.order("a")?.state).toBe("INTENT");
  });

  it("set to FLATTEN lets the orders out that close positions, and only then", () => {
    const sides = { a: "sell", b: "buy" } as const;
    const flattening = intending(["b", "a"], sides);
    throwSwitch(flattening, "FLATTEN");
    expect(claimNext(flattening)?.clientOrderId).toBe("a");
    expect(claimNext(flattening)).toBeNull();
    const paused = intending(["a"], sides);
    throwSwitch(paused, "PAUSE");
    expect(claimNext(paused)).toBeNull();
  });

  it.each(["OFF", "RUN", ""])('set back to "%s" lets submits out again', (value) => {
    const journal = intending(["a"]);
    throwSwitch(journal, "PAUSE");
    throwSwitch(journal, value);
    expect(claimNext(journal)?.clientOrderId).toBe("a");
  });

  it("survives a restart, and counts when another connection has set it", () => {
    const path = freshPath();
    const first = open(path);
    first.commit({ orders: [order("a")], outbox: [{ action: "submit", clientOrderId: "a" }] });
    raw(path, (db) => db.exec("INSERT INTO settings VALUES ('kill-switch', 'PAUSE')"));
    expect(claimNext(first)).toBeNull();
    first.close();
    expect(claimNext(open(path))).toBeNull();
  });
});
