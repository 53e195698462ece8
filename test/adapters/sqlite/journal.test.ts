import { copyFileSync, rmSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { DEPOSIT, fill, freshPath, LIFE, lived, open, order, raw, usdt } from "./fixture.ts";
import { NotDurableError } from "../../../src/ports/journal.ts";

describe("a journal", () => {
  it("gives back after a restart what was committed", () => {
    const path = freshPath();
    lived(path).close();
    const journal = open(path);
    expect(journal.lastSequence).toBe(5);
    expect([...journal.entries(4)].map(({ sequence, time, type, payload }) => [sequence, time, type, payload])).toEqual([
      [4, 4, "fill", '{"id":"a","steps":4,"trade":"t1"}'],
      [5, 5, "candle", '{"close":100.5,"symbol":"BTC/USDT"}'],
    ]);
    expect(journal.order("a")).toEqual(order("a", { reserved: 600, state: "PARTIAL", venueOrderId: "77", filledSteps: 4 }));
    expect(journal.orders(["OPEN"])).toEqual([]);
    expect(journal.orders(["OPEN", "PARTIAL"])).toEqual(journal.orders());
    expect(journal.fillsOf("a")).toEqual([fill("a", "t1", 4, { feeUnits: 2 })]);
    expect([journal.hasFill("local", "BTC/USDT", "t1"), journal.hasFill("local", "ETH/USDT", "t1")]).toEqual([true, false]);
    expect(journal.cursor("trades:local:BTC/USDT")).toBe("t1");
    expect(journal.setting("kill-switch")).toBe("PAUSE");
    expect([journal.cursor("none"), journal.setting("none"), journal.order("none")]).toEqual([null, null, null]);
    expect(journal.verify()).toBeNull();
  });

  it("brings what was written into the file itself when it is tidied, and not before there is much of it", () => {
    const path = freshPath();
    const journal = open(path);
    const inFile = (): number => {
      const copy = `${path}.copy`;
      copyFileSync(path, copy);
      const db = new DatabaseSync(copy);
      const [row] = db.prepare("SELECT count(*) AS rows FROM events").all();
      db.close();
      rmSync(copy);
      return Number(row?.["rows"]);
    };
    journal.commit({ events: [{ time: 0, type: "tick", payload: 0 }] });
    journal.tidy();
    const before = (() => {
      try {
        return inFile();
      } catch {
        // The tables themselves are in the log still.
        return 0;
      }
    })();
    expect(before).toBe(0);
    for (let time = 1; time <= 60; time++) journal.commit({ events: [{ time, type: "tick", payload: time }] });
    journal.tidy();
    expect(inFile()).toBe(61);
    expect(journal.verify()).toBeNull();
    journal.close();
  });

  it("sums the postings by account and currency", () => {
    expect(lived().balances()).toEqual([
      { account: "capital", currency: "USDT", units: -100_000 },
      { account: "cash:local", currency: "USDT", units: 98_998 },
      { account: "fees:local", currency: "USDT", units: 2 },
      { account: "position:grid:BTC/USDT", currency: "BTC", units: 4 },
      { account: "reserved:local", currency: "USDT", units: 600 },
      { account: "trading", currency: "BTC", units: -4 },
      { account: "trading", currency: "USDT", units: 400 },
    ]);
  });

  it("reads many entries in order, also while more are committed", () => {
    const journal = open();
    journal.commit({ events: Array.from({ length: 1_200 }, (_, index) => ({ time: index, type: "tick", payload: index })) });
    const seen: number[] = [];
    for (const { sequence } of journal.entries(2)) {
      if (sequence === 600) journal.commit({ events: [{ time: 0, type: "tick", payload: "late" }] });
      seen.push(sequence);
    }
    expect(seen).toEqual(Array.from({ length: 1_200 }, (_, index) => index + 2));
  });

  it("writes the same text for the same payload in any order of keys, and refuses what JSON would lose", () => {
    const journal = open();
    journal.commit({ events: [{ time: 1, type: "a", payload: { b: 1, a: { d: [true, null, -0], c: "é|\u0000" } } }, { time: 1, type: "a", payload: { a: { c: "é|\u0000", d: [true, null, 0] }, b: 1, x: undefined } }] });
    const [first, second] = [...journal.entries(1)];
    expect(first!.payload).toBe('{"a":{"c":"é|\\u0000","d":[true,null,0]},"b":1}');
    expect(second!.payload).toBe(first!.payload);
    for (const payload of [Number.NaN, { a: Number.POSITIVE_INFINITY }, [undefined], new Map(), new Date(0), 1n, () => 1, undefined]) {
      expect(() => journal.commit({ events: [{ time: 1, type: "a", payload }] })).toThrow(TypeError);
    }
    expect(journal.lastSequence).toBe(2);
  });

  it.each<[string, Parameters<ReturnType<typeof open>["commit"]>[0], RegExp]>([
    ["postings that do not sum to zero", { postings: [DEPOSIT, [usdt("cash:local", 1), usdt("capital", -2)]] }, /do not balance: transaction \d+ sums to -1 units of USDT/],
    ["postings that balance only across currencies", { postings: [[usdt("cash:local", 1), { account: "capital", currency: "BTC", units: -1 }]] }, /do not balance/],
    ["a transaction without postings", { postings: [[]] }, /books nothing/],
    ["half a unit", { postings: [[usdt("cash:local", 0.5), usdt("capital", -0.5)]] }, /REAL value in INTEGER column/],
    ["more units than can be counted", { postings: [[usdt("cash:local", 2 ** 53), usdt("capital", -(2 ** 53))]] }, /CHECK constraint/],
    ["a trade that is booked already", { orders: [order("a", { reserved: 600, state: "PARTIAL", venueOrderId: "77", filledSteps: 8 })], fills: [fill("a", "t1", 4)] }, /UNIQUE constraint.*trade_id/],
    ["a fill that its order does not count", { fills: [fill("a", "t2", 1)] }, /do not add up/],
    ["an order that counts more than its fills", { orders: [order("a", { reserved: 600, state: "PARTIAL", venueOrderId: "77", filledSteps: 5 })] }, /do not add up/],
    ["a fill of an order that nobody knows", { fills: [fill("nobody", "t2", 1)] }, /FOREIGN KEY/],
    ["a fill of another symbol than its order's", { orders: [order("a", { reserved: 600, state: "PARTIAL", venueOrderId: "77", filledSteps: 5 })], fills: [fill("a", "t2", 1, { symbol: "ETH/USDT" })] }, /FOREIGN KEY/],
    ["a cumulative fill that decreases", { orders: [order("a", { reserved: 600, state: "PARTIAL", venueOrderId: "77", filledSteps: 3 })] }, /never decreases/],
    ["another price of a known order", { orders: [order("a", { reserved: 600, state: "PARTIAL", venueOrderId: "77", filledSteps: 4, ticks: 101 })] }, /what an order is does not change/],
    ["another venue id of a known order", { orders: [order("a", { reserved: 600, state: "PARTIAL", venueOrderId: "78", filledSteps: 4 })] }, /venue's id/],
    ["a state that cannot be reached", { orders: [order("a", { reserved: 600, state: "INTENT", venueOrderId: "77", filledSteps: 4 })] }, /cannot go from PARTIAL to INTENT/],
    ["an ended order that keeps money", { orders: [order("a", { reserved: 600, state: "CANCELED", venueOrderId: "77", filledSteps: 4 })] }, /ended_reserves_nothing/],
    ["a full order that is not filled", { orders: [order("b", { state: "FILLED" })] }, /filled_means_all/],
    ["a fill of an order that was never sent", { orders: [order("b", { state: "SENDING", filledSteps: 1 })], fills: [fill("b", "t2", 1)] }, /unsent_is_unfilled/],
    ["a partial order without a fill", { orders: [order("b", { state: "PARTIAL" })] }, /partial_means_some/],
    ["a second submit under one client order id", { outbox: [{ action: "submit", clientOrderId: "a" }] }, /UNIQUE constraint.*outbox/],
    ["a request for an order that nobody knows", { outbox: [{ action: "cancel", clientOrderId: "nobody" }] }, /FOREIGN KEY/],
    ["the settling of a request that is not there", { settled: [{ id: 99, state: "done" }] }, /no request 99/],
    ["an unknown position of the kill switch", { settings: [{ name: "kill-switch", value: "pause" }] }, /kill_switch_is_known/],
    ["an event type that would blur the hash", { events: [{ time: 1, type: "a|b", payload: 1 }] }, /CHECK constraint/],
  ])("refuses %s as a fault of the program, and writes nothing of the batch", (_, batch, message) => {
    const journal = lived();
    const before = { sequence: journal.lastSequence, balances: journal.balances(), orders: journal.orders(), waiting: journal.outbox("waiting") };
    const whole = { events: [{ time: 9, type: "note", payload: "before" }], ...batch, cursors: [{ name: "c", value: "1" }] };
    let thrown: unknown = null;
    try {
      journal.commit(whole);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(Error);
    expect(thrown).not.toBeInstanceOf(NotDurableError);
    expect(String(thrown)).toMatch(message);
    expect({ sequence: journal.lastSequence, balances: journal.balances(), orders: journal.orders(), waiting: journal.outbox("waiting") }).toEqual(before);
    expect(journal.cursor("c")).toBeNull();
    expect(journal.verify()).toBeNull();
    expect(journal.commit({ events: [{ time: 9, type: "note", payload: "after" }] })).toBe(before.sequence + 1);
  });

  it("books a late fill on a canceled order", () => {
    const journal = lived();
    journal.commit({
      orders: [order("a", { state: "CANCELED", venueOrderId: "77", filledSteps: 4 })],
      postings: [[usdt("reserved:local", -600), usdt("cash:local", 600)]],
    });
    journal.commit({ orders: [order("a", { state: "CANCELED", venueOrderId: "77", filledSteps: 6 })], fills: [fill("a", "t2", 2)] });
    expect(journal.fillsOf("a").map(({ tradeId }) => tradeId)).toEqual(["t1", "t2"]);
    expect(journal.verify()).toBeNull();
  });

  it.each(["events", "fills", "postings"])("lets nobody change, delete, replace or slip in a row of %s, on any connection", (table) => {
    const path = freshPath();
    const journal = lived(path);
    raw(path, (db) => {
      const columns = Object.keys(db.prepare(`SELECT * FROM ${table}`).get()!);
      expect(() => db.exec(`UPDATE ${table} SET ${columns[1]!} = ${columns[1]!}`)).toThrow(/append-only/);
      expect(() => db.exec(`DELETE FROM ${table}`)).toThrow(/append-only/);
      expect(() => db.exec(`REPLACE INTO ${table} SELECT * FROM ${table} LIMIT 1`)).toThrow(/append-only/);
      expect(() => db.exec(`INSERT INTO ${table} SELECT ${columns[0]!} + 100, ${columns.slice(1).join(", ")} FROM ${table} LIMIT 1`)).toThrow(/append-only/);
    });
    expect(journal.verify()).toBeNull();
  });

  it("keeps the hash of the event before in each hash", () => {
    const [one, other] = [open(), open()];
    for (const journal of [one, other]) journal.commit({ events: [{ time: 1, type: "a", payload: journal === one ? 1 : 2 }] });
    for (const journal of [one, other]) journal.commit({ events: [{ time: 2, type: "b", payload: 3 }] });
    const [mine] = [...one.entries(2)];
    const [theirs] = [...other.entries(2)];
    expect(mine!.payload).toBe(theirs!.payload);
    expect(mine!.hash).not.toBe(theirs!.hash);
  });
});

describe("a ledger that keeps what is set aside within the cash", () => {
  it("is sound as long as the cash covers what the open orders need", () => {
    const journal = open();
    journal.commit({ postings: [DEPOSIT], orders: [order("a", { reserved: 99_999 })] });
    expect(journal.verify()).toBeNull();
    journal.commit({ orders: [order("b", { reserved: 2 })] });
    expect(journal.verify()).toBe("At local the open orders need 100001 units of USDT and there are 100000 (I3).");
    journal.commit({ orders: [order("b", { state: "NOT_PLACED" }), order("c", { side: "sell", reserved: 1 })] });
    expect(journal.verify()).toBe("At local the open orders need 1 units of BTC and there are 0 (I3).");
  });
});

describe("the fixture's life", () => {
  it("fits the invariants at every step", () => {
    const journal = open();
    for (const batch of LIFE) {
      journal.commit(batch);
      expect(journal.verify()).toBeNull();
    }
  });
});
