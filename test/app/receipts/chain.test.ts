import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { openSigner } from "../../../src/adapters/receipts/signing-key.ts";
import { openJournal } from "../../../src/adapters/sqlite/journal.ts";
import { readJournal } from "../../../src/adapters/sqlite/reader.ts";
import { HeadWatch, headOf, signReceipt, unsignedReceipts } from "../../../src/app/receipts/chain.ts";
import { receiptText } from "../../../src/core/receipts/receipt.ts";
import { events, journalOf } from "./journal.ts";

function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), "caucus-receipts-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

describe("receipts of a journal", () => {
  it("say what was executed in exact decimals, for which order, on which decision and votes, and where it is in the journal", () => {
    const [first, second, third, fourth] = [...unsignedReceipts(journalOf(() => events(4)))];
    expect(first!.body).toMatchObject({
      number: 1,
      fill: { venue: "binance", symbol: "BTC/USDT", tradeId: "1", side: "buy", price: "40000.01", quantity: "0.002", worth: "80.00002", fee: "0.0000002", feeCurrency: "BTC", complete: true },
      order: { orderId: 1, strategy: "grid", key: "g1c1/1", type: "limit", price: "40000", quantity: "0.002", reason: "cell buy", cause: { sequence: 2, type: "candle", by: null } },
      decision: { sequence: 2, stance: "range", exposure: 0.5, votes: [{ agent: "regime", score: 0.1, confidence: 0.9, reason: "a range" }], vetoes: [{ agent: "risk-profile", maxExposure: 0.5, limit: "balanced" }] },
      journal: { bot: "bot", mode: "live", sequence: 4 },
    });
    expect(second!.body.previous).toBe(first!.hash);
    // The third order is filled in two halves; both rest on the same decision.
    expect([third!.body.fill.complete, fourth!.body.fill.complete]).toEqual([false, true]);
    expect([third!.body.fill.quantity, third!.body.order.quantity]).toEqual(["0.001", "0.002"]);
    expect(fourth!.body.decision).toEqual(third!.body.decision);
  });

  it("are the same byte for byte from the same journal with the same key, also after the journal was closed and opened", () => {
    const folder = scratch();
    const path = join(folder, "journal.sqlite");
    const journal = openJournal(path, { name: "bot", now: () => 0 });
    journal.commit({ events: [...events(20)] });
    const lines = (source: Parameters<typeof unsignedReceipts>[0]): string[] => [...unsignedReceipts(source)].map((made) => receiptText(signReceipt(made, openSigner(join(folder, "key")))));
    const before = lines(journal);
    journal.close();
    const again = readJournal(path);
    expect(lines(again)).toEqual(before);
    expect(before).toHaveLength(20);
    again.close();
  });

  it("come out one by one as they do all at once, wherever the reading stopped in between", async () => {
    const list = [...events(30)];
    const whole = headOf(journalOf(() => list));
    let shown = 0;
    const watch = new HeadWatch(journalOf(() => list.slice(0, shown)), () => turn());
    for (shown = 1; shown <= list.length; shown++) await watch.read();
    expect(watch.known).toEqual(whole);
    expect(whole.count).toBe(30);
  });

  it("let others have their turn while a long journal is read for the first time", async () => {
    let turns = 0;
    const watch = new HeadWatch(journalOf(() => events(400)), async () => {
      turns += 1;
      await turn();
    });
    expect((await watch.read()).count).toBe(400);
    expect(turns).toBeGreaterThan(10);
  });

  it("refuse a journal with a fill of an order that was never planned, and one with an entry missing", () => {
    const list = [...events(3)];
    expect(() => [...unsignedReceipts(journalOf(() => list.filter(({ type }) => type !== "candle")))]).toThrow(/fill of order 1, which it never planned/);
    const holed = { *entries() {
      for (const entry of journalOf(() => list).entries(1)) if (entry.sequence !== 3) yield entry;
    } };
    expect(() => [...unsignedReceipts(holed)]).toThrow(/no entry 3: after it comes 4/);
  });

  it("of orders that were cancelled are made all the same when a late fill comes", () => {
    const list = [...events(1)];
    const time = list[1]!.time;
    list.splice(3, 0, { time, type: "order", payload: { event: { type: "order", symbol: "BTC/USDT", orderId: 1, status: "canceled", time, reason: "canceled" }, requests: [], notices: [], decision: null } });
    const [receipt] = [...unsignedReceipts(journalOf(() => list))];
    expect(receipt!.body.order.reason).toBe("cell buy");
  });
});
