import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, describe, expect, it } from "vitest";
import { openHoldingsStore } from "../../../../src/adapters/sqlite/holdings/store.ts";
import { openJournal } from "../../../../src/adapters/sqlite/journal.ts";
import type { AccountTrade, HoldingsStore, Snapshot, StoredReading } from "../../../../src/ports/account.ts";

const folder = mkdtempSync(join(tmpdir(), "caucus-holdings-store-"));
let count = 0;
const path = (): string => join(folder, `${++count}.sqlite`);
const open: HoldingsStore[] = [];
const at = (file: string): HoldingsStore => {
  const store = openHoldingsStore(file);
  open.push(store);
  return store;
};
afterEach(() => open.splice(0).forEach((store) => store.close()));

const reading = (label: string, readAt: number, quantity: string): StoredReading => ({
  label, kind: "exchange", place: "binance", readAt,
  holdings: [{ asset: "BTC", quantity, free: quantity, used: "0" }, { asset: "WETH", quantity: "1", free: null, used: null, pricedAs: "ETH", cost: "2000" }],
  openOrders: [{ id: "7", symbol: "BTC/USDT", side: "buy", type: "limit", price: "100.5", quantity: "1", filled: "0", time: null }],
});
const snapshot = (time: number, readings: readonly StoredReading[], currency = "USDT"): Snapshot => ({ time, currency, total: "123456789012345678.000000000001", complete: true, readings, prices: new Map([["BTC", "0.000000000000000001"]]) });
const trade = (id: string, time: number): AccountTrade => ({ source: "main", id, time, base: "BTC", quote: "USDT", side: "buy", quantity: "1.00000001", price: "3", fee: id === "1" ? null : { asset: "BNB", quantity: "-0.1" } });

describe("the store of holdings", () => {
  it("gives back what was kept, to the last digit, after it was opened anew", () => {
    const file = path();
    const first = at(file);
    const whole = snapshot(1, [reading("main", 1, "0.12345678901234567890123")]);
    first.add(whole);
    first.addTrades([trade("1", 5), trade("10", 6), trade("9", 6)], "main", new Map([["BTC/USDT", 7]]));
    first.addFlows([{ source: "main", id: "d1", time: 3, asset: "EUR", quantity: "-5", value: "6", counterparty: "0xab", transaction: "0xcd" }], "main", 8);
    first.addWorths("USDT", [{ asset: "EUR", day: 0, worth: "1.1" }]);
    first.close();
    open.pop();
    const second = at(file);
    expect(second.snapshots("USDT", 0)).toEqual([whole]);
    expect(second.snapshots("EUR", 0)).toEqual([]);
    expect(second.trades()).toEqual([trade("1", 5), trade("9", 6), trade("10", 6)]);
    expect(second.flows()).toEqual([{ source: "main", id: "d1", time: 3, asset: "EUR", quantity: "-5", value: "6", counterparty: "0xab", transaction: "0xcd" }]);
    expect(second.tradeCursors("main")).toEqual(new Map([["BTC/USDT", { since: 7, lastId: "10" }]]));
    expect(second.flowsReadTo("main")).toBe(8);
    expect(second.flowsReadTo("other")).toBe(0);
    expect(second.worths("USDT")).toEqual([{ asset: "EUR", day: 0, worth: "1.1" }]);
    expect(second.worths("EUR")).toEqual([]);
  });

  it("keeps a reading once for all snapshots that show it, and knows the last one of a place", () => {
    const store = at(path());
    const [old, fresh] = [reading("main", 1, "1"), reading("main", 5, "2")];
    store.add(snapshot(1, [old]));
    store.add(snapshot(2, [old]));
    store.add(snapshot(5, [fresh, reading("other", 5, "9")]));
    expect(store.snapshots("USDT", 0).map(({ readings }) => readings.map(({ label, readAt }) => `${label} ${readAt}`))).toEqual([["main 1"], ["main 1"], ["main 5", "other 5"]]);
    expect(store.lastReading("main")).toEqual(fresh);
    expect(store.lastReading("nowhere")).toBeNull();
  });

  it("gives of old days the last snapshot of each, and all of the days since an instant", () => {
    const store = at(path());
    const DAY = 86_400_000;
    for (const time of [0, 5, 9, DAY, DAY + 5, 3 * DAY, 3 * DAY + 1, 3 * DAY + 2]) store.add(snapshot(time, [reading("main", time, "1")]));
    store.add(snapshot(6, [reading("main", 6, "1")], "EUR"));
    expect(store.snapshots("USDT", 3 * DAY + 1).map(({ time }) => time)).toEqual([0, 9, DAY + 5, 3 * DAY + 1, 3 * DAY + 2]);
    expect(store.latest("USDT")).toMatchObject({ time: 3 * DAY + 2, readings: [{ readAt: 3 * DAY + 2 }] });
    expect(store.latest("EUR")?.time).toBe(6);
    expect(store.latest("BTC")).toBeNull();
  });

  it("keeps a trade once, however often it is read, and its cursor never goes back", () => {
    const store = at(path());
    store.addTrades([trade("1", 5)], "main", new Map([["BTC/USDT", 10]]));
    store.addTrades([{ ...trade("1", 5), price: "999" }], "main", new Map([["BTC/USDT", 8]]));
    expect(store.trades()).toEqual([trade("1", 5)]);
    expect(store.tradeCursors("main").get("BTC/USDT")).toEqual({ since: 10, lastId: "1" });
  });

  it("keeps all of a snapshot or nothing", () => {
    const store = at(path());
    const broken = { ...snapshot(1, [reading("main", 1, "1")]), prices: new Map([["BTC", null as unknown as string]]) };
    expect(() => store.add(broken)).toThrow();
    expect(store.snapshots("USDT", 0)).toEqual([]);
    expect(store.lastReading("main")).toBeNull();
  });

  it("can be written to by two at the same time", () => {
    const file = path();
    const [one, other] = [at(file), at(file)];
    one.add(snapshot(1, [reading("main", 1, "1")]));
    other.add(snapshot(2, [reading("main", 2, "2")]));
    expect(one.snapshots("USDT", 0)).toHaveLength(2);
    expect(other.lastReading("main")?.readAt).toBe(2);
  });

  it("refuses a journal, another database, a newer version and what is no database, in a sentence", () => {
    const journal = path();
    openJournal(journal, { name: "bot", now: () => 0 }).close();
    expect(() => openHoldingsStore(journal)).toThrow("is a database, but not one of holdings");
    const newer = path();
    at(newer);
    const db = new DatabaseSync(newer);
    db.exec("PRAGMA user_version=99");
    db.close();
    expect(() => openHoldingsStore(newer)).toThrow("were written by a newer version (schema 99");
    const text = path();
    writeFileSync(text, "this is no database at all, but it is long enough to look like one to SQLite".repeat(20));
    expect(() => openHoldingsStore(text)).toThrow(/cannot be opened: .*not a database/);
  });
});
