import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach } from "vitest";
import { type JournalOptions, openJournal } from "../../../src/adapters/sqlite/journal.ts";
import type { Batch, FillRow, Journal, OrderRow, Posting } from "../../../src/ports/journal.ts";

const folders: string[] = [];
const journals: Journal[] = [];

afterEach(() => {
  for (const journal of journals.splice(0)) journal.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A path for a journal in a folder of its own, deleted after the test. */
export function freshPath(): string {
  const folder = mkdtempSync(join(tmpdir(), "caucus-journal-"));
  folders.push(folder);
  return join(folder, "journal.db");
}

/** A journal that is closed after the test. */
export function open(path = freshPath(), options: Partial<JournalOptions> = {}): Journal {
  const journal = openJournal(path, { name: "test", holder: "the first bot", now: () => 1_000, ...options });
  journals.push(journal);
  return journal;
}

/** A second connection that bypasses the journal, for looking and for breaking. */
export function raw(path: string, work: (db: DatabaseSync) => void): void {
  const db = new DatabaseSync(path, { timeout: 0, defensive: false });
  try {
    work(db);
  } finally {
    db.close();
  }
}

/** An intent to buy 10 steps of BTC/USDT, with 1,000 units of quote set aside unless told otherwise. */
export function order(id: string, changes: Partial<OrderRow> = {}): OrderRow {
  return {
    clientOrderId: id,
    orderId: 1,
    venue: "local",
    symbol: "BTC/USDT",
    strategy: "grid",
    key: `cell-${id}/1`,
    attempt: 1,
    side: "buy",
    type: "limit",
    ticks: 100,
    steps: 10,
    state: "INTENT",
    filledSteps: 0,
    reserved: 0,
    venueOrderId: null,
    sentAt: 0,
    changedAt: 1_000,
    ...changes,
  };
}

/** A fill of an order of `order()`. */
export function fill(clientOrderId: string, tradeId: string, steps: number, changes: Partial<FillRow> = {}): FillRow {
  return { venue: "local", symbol: "BTC/USDT", tradeId, clientOrderId, ticks: 100, steps, feeUnits: 0, feeCurrency: "USDT", time: 1_000, ...changes };
}

/** A posting of quote money. */
export function usdt(account: string, units: number): Posting {
  return { account, currency: "USDT", units };
}

/** Start capital of 100,000 units. */
export const DEPOSIT: readonly Posting[] = [usdt("capital", -100_000), usdt("cash:local", 100_000)];

/** A small life: capital, an order with money set aside, sent, half filled, with its fee. */
export const LIFE: readonly Batch[] = [
  { events: [{ time: 1, type: "start", payload: { bot: "test", cash: 100_000 } }], postings: [DEPOSIT] },
  {
    events: [{ time: 2, type: "decision", payload: { stance: "long", votes: [1, 0.5, null] } }],
    orders: [order("a", { reserved: 1_000 })],
    postings: [[usdt("cash:local", -1_000), usdt("reserved:local", 1_000)]],
    outbox: [{ action: "submit", clientOrderId: "a" }],
  },
  { events: [{ time: 3, type: "order", payload: { id: "a", state: "OPEN" } }], orders: [order("a", { reserved: 1_000, state: "OPEN", venueOrderId: "77" })] },
  {
    events: [{ time: 4, type: "fill", payload: { id: "a", trade: "t1", steps: 4 } }],
    orders: [order("a", { reserved: 600, state: "PARTIAL", venueOrderId: "77", filledSteps: 4 })],
    fills: [fill("a", "t1", 4, { feeUnits: 2 })],
    postings: [
      [usdt("reserved:local", -400), usdt("trading", 400), { account: "position:grid:BTC/USDT", currency: "BTC", units: 4 }, { account: "trading", currency: "BTC", units: -4 }],
      [usdt("cash:local", -2), usdt("fees:local", 2)],
    ],
    cursors: [{ name: "trades:local:BTC/USDT", value: "t1" }],
  },
  { events: [{ time: 5, type: "candle", payload: { symbol: "BTC/USDT", close: 100.5 } }], settings: [{ name: "kill-switch", value: "PAUSE" }] },
];

/** A journal with that life in it. */
export function lived(path = freshPath(), options: Partial<JournalOptions> = {}): Journal {
  const journal = open(path, options);
  for (const batch of LIFE) journal.commit(batch);
  return journal;
}
