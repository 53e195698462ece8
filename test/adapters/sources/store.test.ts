import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { hasSourceStore, openSourceStore, type SourceStore } from "../../../src/adapters/sources/store.ts";
import type { OutsideItem } from "../../../src/core/outside.ts";
import { OutsideLog } from "../../../src/core/outside-log.ts";
import { UserError } from "../../../src/core/user-error.ts";

let folder = "";
let store: SourceStore;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "caucus-sources-"));
  store = openSourceStore(join(folder, "data"));
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

const item = (one: Partial<OutsideItem>): OutsideItem => ({ source: "index", id: "a", symbol: null, published: 100, fetched: 1_000, known: 110, expires: 500, value: 40, text: null, score: null, ...one });
const ALL = { sources: [{ name: "index" }], from: 0, to: 10_000 };

describe("the store of sources", () => {
  it("gives back what was put in, also after it was closed", () => {
    const items = [item({}), item({ id: "b", symbol: "BTC/USDT", text: "it's \"news\"", value: null, score: -0.5, known: 120 })];
    expect(store.add(items)).toBe(2);
    store.close();
    store = openSourceStore(join(folder, "data"));
    expect(store.read(ALL)).toEqual(items);
  });

  it("takes the same item once, and one of another symbol or source beside it", () => {
    expect([store.add([item({})]), store.add([item({ fetched: 2_000 })]), store.add([item({ symbol: "BTC" }), item({ source: "other" })])]).toEqual([1, 0, 2]);
  });

  it("keeps a correction as a row of its own, known from when it was fetched: earlier times see what was said before", () => {
    store.add([item({})]);
    store.add([item({ value: 60, fetched: 300 })]);
    const items = store.read(ALL);
    expect(items.map(({ value, known }) => [value, known])).toEqual([
      [40, 110],
      [60, 300],
    ]);
    const log = new OutsideLog(["index"]);
    for (const one of items) log.take(one);
    expect([109, 110, 299, 300, 499, 500].map((time) => log.view("BTC/USDT", time).latest("index")?.value ?? null)).toEqual([null, 40, 40, 60, 60, null]);
  });

  it("can change and remove nothing, whoever asks", () => {
    store.add([item({})]);
    const db = new DatabaseSync(join(folder, "data", "sources.sqlite"));
    expect(() => db.exec("UPDATE item SET value = 1")).toThrow(/never changed/);
    expect(() => db.exec("DELETE FROM item")).toThrow(/never removed/);
    db.close();
  });

  it("adds all of a batch or nothing", () => {
    expect(() => store.add([item({}), item({ id: "b", text: 7 as unknown as string, value: "x" as unknown as number })])).toThrow();
    expect(store.read(ALL)).toEqual([]);
    expect(store.add([item({})])).toBe(1);
  });

  it("reads what may count in a span, of the asked symbols and of everything, by the place that its ids begin with", () => {
    store.add([
      item({ id: "x:1", known: 10, expires: 20 }),
      item({ id: "x:2", known: 30, expires: 60, symbol: "BTC/USDT" }),
      item({ id: "x:3", known: 40, expires: 60, symbol: "ETH/USDT" }),
      item({ id: "y:4", known: 45, expires: 60 }),
      item({ id: "x:5", known: 50, expires: 60 }),
    ]);
    const ids = (wanted: Parameters<SourceStore["read"]>[0]): string[] => store.read(wanted).map(({ id }) => id);
    expect(ids({ sources: [{ name: "index" }], symbols: ["BTC/USDT"], from: 20, to: 50 })).toEqual(["x:2", "y:4"]);
    expect(ids({ sources: [{ name: "index", prefix: "x:" }], from: 0, to: Number.POSITIVE_INFINITY })).toEqual(["x:1", "x:2", "x:3", "x:5"]);
    expect([store.newest("index", null, "x:"), store.newest("index", "SOL/USDT")]).toEqual([100, null]);
  });

  it("lists what it has, and is not there until something is kept", () => {
    expect(hasSourceStore(folder)).toBe(false);
    expect(hasSourceStore(join(folder, "data"))).toBe(true);
    store.add([item({}), item({ id: "b", published: 200 }), item({ source: "news", symbol: "BTC" })]);
    expect(store.list()).toEqual([
      { source: "index", symbol: null, items: 2, from: 100, to: 200, fetched: 1_000 },
      { source: "news", symbol: "BTC", items: 1, from: 100, to: 100, fetched: 1_000 },
    ]);
  });

  it("lets two write at the same time", () => {
    const other = openSourceStore(join(folder, "data"));
    expect([store.add([item({})]), other.add([item({}), item({ id: "b" })]), store.add([item({ id: "b" })])]).toEqual([1, 1, 0]);
    other.close();
  });

  it("says which file is no store, and what to do", () => {
    writeFileSync(join(folder, "sources.sqlite"), "no database, but long enough to be taken for the head of one".repeat(20));
    expect(() => openSourceStore(folder)).toThrow(UserError);
    expect(() => openSourceStore(folder)).toThrow(/sources\.sqlite: cannot be opened .* Move it away/);
  });
});
