import { claimNext } from "./claim.ts";
/** A process that writes to a journal until it is killed, and says on stdout what was acknowledged: `node appender.ts <path>`. */
import { writeSync } from "node:fs";
import { openJournal } from "../../../src/adapters/sqlite/journal.ts";
import type { Batch, OrderRow, Posting } from "../../../src/ports/journal.ts";

const say = (line: string): number => writeSync(1, `${line}\n`);

const path = process.argv[2] ?? "";
say("opening");
const journal = openJournal(path, { name: "crash", holder: `process ${process.pid}`, now: () => 1 });
say("opened");

const move = (from: string, to: string, units: number): Posting[] => [
  { account: from, currency: "USDT", units: -units },
  { account: to, currency: "USDT", units },
];

function commit(batch: Batch): void {
  const sequence = journal.commit(batch);
  const [entry] = journal.entries(sequence);
  say(`event ${sequence} ${entry?.hash ?? ""}`);
}

if (journal.lastSequence === 0) commit({ events: [{ time: 1, type: "start", payload: 1 }], postings: [move("capital", "cash:local", 1_000_000_000)] });

for (;;) {
  const id = `o${journal.lastSequence}`;
  const intent: OrderRow = {
    clientOrderId: id, orderId: journal.lastSequence, venue: "local", symbol: "BTC/USDT", strategy: "grid", key: id, attempt: 1, side: "buy", type: "limit",
    ticks: 5, steps: 4, state: "INTENT", filledSteps: 0, reserved: 20, venueOrderId: null, sentAt: 0, changedAt: 1,
  };
  const event = (type: string): NonNullable<Batch["events"]> => [{ time: 1, type, payload: { id, type, filler: "x".repeat(journal.lastSequence % 700) } }];
  commit({ events: event("intent"), orders: [intent], postings: [move("cash:local", "reserved:local", 20)], outbox: [{ action: "submit", clientOrderId: id }] });
  const claimed = claimNext(journal);
  if (!claimed) throw new Error("the waiting submit was not claimed");
  say(`claim ${claimed.id} ${claimed.clientOrderId}`);
  // After a crash the oldest waiting submit is one of the run before; it goes on as this one does.
  const order: OrderRow = { ...intent, ...journal.order(claimed.clientOrderId), venueOrderId: claimed.clientOrderId, reserved: 10, state: "PARTIAL", filledSteps: 2 };
  const fill = { venue: "local", symbol: "BTC/USDT", clientOrderId: order.clientOrderId, ticks: 5, steps: 2, feeUnits: 1, feeCurrency: "USDT", time: 1 };
  commit({
    events: event("fill"),
    orders: [order],
    fills: [{ ...fill, tradeId: `${order.clientOrderId}-1` }],
    postings: [move("reserved:local", "trading", 10), move("cash:local", "fees:local", 1)],
    settled: [{ id: claimed.id, state: "done" }],
  });
  commit({
    events: event("filled"),
    orders: [{ ...order, reserved: 0, state: "FILLED", filledSteps: 4 }],
    fills: [{ ...fill, tradeId: `${order.clientOrderId}-2` }],
    postings: [move("reserved:local", "trading", 10), move("cash:local", "fees:local", 1)],
    cursors: [{ name: "trades", value: order.clientOrderId }],
  });
}
