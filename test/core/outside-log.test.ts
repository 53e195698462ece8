import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { OutsideItem } from "../../src/core/outside.ts";
import { OutsideLog } from "../../src/core/outside-log.ts";

const item = (one: Partial<OutsideItem>): OutsideItem => {
  const known = one.known ?? one.published ?? 0;
  return { source: "news", id: String(known), symbol: null, published: known, fetched: known, known, expires: known + 100, value: null, text: null, score: null, ...one };
};
const logOf = (items: readonly OutsideItem[], kept?: number): OutsideLog => {
  const log = new OutsideLog(["news", "index"], kept);
  for (const one of items) log.take(one);
  return log;
};

describe("the log of what was published outside", () => {
  it("shows an item from when it was known until it expires, however early it was published", () => {
    const log = logOf([item({ published: 10, known: 50, expires: 80, value: 7 })]);
    const shown = [49, 50, 79, 80].map((time) => log.view("BTC/USDT", time).latest("news")?.value ?? null);
    expect(shown).toEqual([null, 7, 7, null]);
  });

  it("shows a market what is said about it, about its coin and about everything, newest publication first", () => {
    const log = logOf([
      item({ id: "all", known: 1 }),
      item({ id: "coin", known: 2, symbol: "BTC" }),
      item({ id: "market", known: 3, symbol: "BTC/USDT" }),
      item({ id: "other coin", known: 4, symbol: "ETH" }),
      item({ id: "other market", known: 5, symbol: "BTC/EUR" }),
      item({ id: "old news", known: 6, published: 0 }),
    ]);
    const ids = (symbol: string) => log.view(symbol, 10).recent("news").map(({ id }) => id);
    expect(ids("BTC/USDT")).toEqual(["market", "coin", "all", "old news"]);
    expect(ids("ETH/USDT")).toEqual(["other coin", "all", "old news"]);
  });

  it("answers for earlier times with what was said before a correction", () => {
    const log = logOf([item({ id: "a", published: 1, known: 1, value: 20 }), item({ id: "a", published: 1, known: 5, value: 30, fetched: 5 })]);
    expect([4, 5].map((time) => log.view("BTC/USDT", time).recent("news").map(({ value }) => value))).toEqual([[20], [30]]);
  });

  it("keeps a bounded number of each source and forgets what was known first", () => {
    const log = logOf(Array.from({ length: 50 }, (_, i) => item({ known: i, symbol: i % 2 === 0 ? "BTC" : null })), 8);
    expect(log.size).toBe(8);
    expect(log.view("BTC/USDT", 60).recent("news").map(({ known }) => known)).toEqual([49, 48, 47, 46, 45, 44, 43, 42]);
  });

  it("calls a feed good while it speaks of any coin, and a market's figure only for that market", () => {
    const log = logOf([item({ symbol: "ETH", known: 1 }), item({ source: "index", symbol: "ETH/USDT", known: 1 })]);
    expect(log.view("BTC/USDT", 2).health()).toEqual([
      { source: "news", good: true },
      { source: "index", good: false },
    ]);
    expect(log.view("ETH/USDT", 2).health().every(({ good }) => good)).toBe(true);
    expect(log.view("ETH/USDT", 101).health().some(({ good }) => good)).toBe(false);
  });

  it("does not take what is of another source or never counts", () => {
    const log = logOf([item({ source: "elsewhere" }), item({ known: 10, expires: 10 }), item({ expires: Number.NaN })]);
    expect(log.size).toBe(0);
  });

  it("never shows what is not known yet or has expired, in whatever order it came", () => {
    const times = fc.nat({ max: 50 });
    const made = fc.record({ id: fc.constantFrom("a", "b", "c", "d"), symbol: fc.constantFrom(null, "BTC", "BTC/USDT", "ETH"), known: times, life: fc.nat({ max: 30 }), published: times });
    fc.assert(
      fc.property(fc.array(made, { maxLength: 40 }), times, (rows, time) => {
        const items = rows.map(({ life, ...row }) => item({ ...row, expires: row.known + life }));
        const found = logOf(items).view("BTC/USDT", time).recent("news");
        for (const one of found) expect(one.known <= time && one.expires > time && one.symbol !== "ETH").toBe(true);
        // Each id once, and none missing whose last known wording counts.
        const last = new Map<string, OutsideItem>();
        for (const one of items.filter(({ known, symbol, expires }) => known <= time && symbol !== "ETH" && expires > known)) {
          const before = last.get(one.id);
          if (!before || one.known >= before.known) last.set(one.id, one);
        }
        expect(new Set(found.map(({ id }) => id)).size).toBe(found.length);
        for (const one of last.values()) {
          const ties = items.filter(({ id, known, symbol }) => id === one.id && known === one.known && symbol !== "ETH").length;
          if (ties === 1 && one.expires > time) expect(found.some(({ id }) => id === one.id)).toBe(true);
        }
      }),
    );
  });
});
