import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { openJournal } from "../../../src/adapters/sqlite/journal.ts";
import { advanceOrder, isEnded, type OrderEvent } from "../../../src/core/order-state.ts";
import { type Batch, type FillRow, type Journal, NotDurableError, type OrderRow, type Posting } from "../../../src/ports/journal.ts";
import { fill, freshPath, order, usdt } from "./fixture.ts";
import { claimNext } from "./claim.ts";

/** One thing that is done to the journal and to the model. */
type Command =
  | { readonly type: "intend"; readonly id: number; readonly steps: number }
  | { readonly type: "claim" }
  | { readonly type: "happens"; readonly id: number; readonly event: OrderEvent }
  | { readonly type: "fill"; readonly id: number; readonly trade: number; readonly steps: number; readonly fee: number }
  | { readonly type: "lower"; readonly id: number; readonly by: number }
  | { readonly type: "book"; readonly units: readonly number[]; readonly off: number }
  | { readonly type: "pause"; readonly on: boolean }
  | { readonly type: "reopen" };

const id = fc.integer({ min: 0, max: 3 });
const reported = fc.record({
  type: fc.constant("reported" as const),
  status: fc.constantFrom("open" as const, "filled" as const, "canceled" as const, "expired" as const, "rejected" as const),
  filledSteps: fc.integer({ min: 0, max: 8 }),
});
const event: fc.Arbitrary<OrderEvent> = fc.oneof(
  { weight: 3, arbitrary: reported },
  { weight: 1, arbitrary: fc.constantFrom<OrderEvent>({ type: "unanswered" }, { type: "cancel-claimed" }, { type: "cancel-refused" }, { type: "submit-refused" }, { type: "not-placed" }) },
);
const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ type: fc.constant("intend" as const), id, steps: fc.integer({ min: 1, max: 8 }) }) },
  { weight: 3, arbitrary: fc.constant({ type: "claim" as const }) },
  { weight: 4, arbitrary: fc.record({ type: fc.constant("happens" as const), id, event }) },
  { weight: 6, arbitrary: fc.record({ type: fc.constant("fill" as const), id, trade: fc.integer({ min: 0, max: 9 }), steps: fc.integer({ min: 1, max: 4 }), fee: fc.integer({ min: 0, max: 2 }) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("lower" as const), id, by: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("book" as const), units: fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 4 }), off: fc.constantFrom(0, 0, 1, -3) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("pause" as const), on: fc.boolean() }) },
  { weight: 1, arbitrary: fc.constant({ type: "reopen" as const }) },
);

/** Quote units that one step of an order keeps set aside. */
const PER_STEP = 100;

/** The journal as plain maps, with its rules written out once more. */
class Model {
  readonly types: string[] = [];
  readonly orders = new Map<string, OrderRow>();
  readonly fills = new Map<string, FillRow>();
  readonly balances = new Map<string, number>();
  waiting: string[] = [];
  paused = false;

  /** Takes a batch that the journal must have taken. */
  take(batch: Batch): void {
    for (const { type } of batch.events ?? []) this.types.push(type);
    for (const row of batch.orders ?? []) this.orders.set(row.clientOrderId, row);
    for (const row of batch.fills ?? []) this.fills.set(row.tradeId, row);
    for (const { account, units } of (batch.postings ?? []).flat()) this.balances.set(account, (this.balances.get(account) ?? 0) + units);
    this.waiting = this.waiting.filter((key) => !isEnded(this.orders.get(key)!.state));
    for (const { clientOrderId } of batch.outbox ?? []) this.waiting.push(clientOrderId);
  }
}

/** The batch of a command, and whether the journal must take it; null when there is nothing to do. */
function batchOf(model: Model, command: Command): { readonly batch: Batch; readonly good: boolean } | null {
  const known = "id" in command ? model.orders.get(`o${command.id}`) : undefined;
  const events = [{ time: 1, type: command.type, payload: command }];
  if (command.type === "intend") {
    const row = order(`o${command.id}`, { steps: command.steps, reserved: command.steps * PER_STEP });
    const batch: Batch = { events, orders: [row], postings: [[usdt("cash:local", -row.reserved), usdt("reserved:local", row.reserved)]], outbox: [{ action: "submit", clientOrderId: row.clientOrderId }] };
    return { batch, good: known === undefined };
  }
  if (command.type === "book") {
    const postings: Posting[] = command.units.map((units, index) => usdt(`capital:${index}`, units));
    const sum = command.units.reduce((total, units) => total + units, 0);
    return { batch: { events, postings: [[...postings, usdt("capital", command.off - sum)]] }, good: command.off === 0 };
  }
  if (command.type === "pause") return { batch: { events, settings: [{ name: "kill-switch", value: command.on ? "PAUSE" : "OFF" }] }, good: true };
  if (!known || command.type === "claim" || command.type === "reopen") return null;
  if (command.type === "lower") {
    const row = { ...known, filledSteps: known.filledSteps - command.by };
    return { batch: { events, orders: [row] }, good: false };
  }
  if (command.type === "happens") {
    const { state } = advanceOrder(known, command.event).order;
    return { batch: { events, orders: [changed(known, state, known.filledSteps)], postings: released(known, isEnded(state) ? 0 : known.reserved) }, good: true };
  }
  const trade = fill(known.clientOrderId, `t${command.trade}`, command.steps, { feeUnits: command.fee });
  const after = advanceOrder(known, { type: "filled", steps: command.steps });
  const overfilled = after.surprise === "overfilled";
  const next = changed(known, after.order.state, known.filledSteps + command.steps);
  const fee = command.fee === 0 ? [] : [[usdt("cash:local", -command.fee), usdt("fees:local", command.fee)]];
  return { batch: { events, orders: [next], fills: [trade], postings: [...released(known, next.reserved), ...fee] }, good: !overfilled && !model.fills.has(trade.tradeId) };
}

function changed(row: OrderRow, state: OrderRow["state"], filledSteps: number): OrderRow {
  return { ...row, state, filledSteps, reserved: isEnded(state) ? 0 : Math.min(row.reserved, Math.max(0, row.steps - filledSteps) * PER_STEP), changedAt: row.changedAt + 1 };
}

function released(row: OrderRow, reserved: number): Posting[][] {
  const units = row.reserved - reserved;
  return units === 0 ? [] : [[usdt("reserved:local", -units), usdt("cash:local", units)]];
}

function expectSame(journal: Journal, model: Model): void {
  expect([...journal.entries(1)].map(({ type }) => type)).toEqual(model.types);
  expect(journal.lastSequence).toBe(model.types.length);
  expect(journal.orders()).toEqual([...model.orders.values()]);
  expect([...model.orders.keys()].flatMap((key) => journal.fillsOf(key)).sort(byTrade)).toEqual([...model.fills.values()].sort(byTrade));
  expect(new Map(journal.balances().map(({ account, units }) => [account, units]))).toEqual(model.balances);
  expect(journal.outbox("waiting").map(({ clientOrderId }) => clientOrderId)).toEqual(model.waiting);
  expect(journal.verify()).toBeNull();
}

const byTrade = (a: FillRow, b: FillRow): number => (a.tradeId < b.tradeId ? -1 : 1);

describe("random batches", () => {
  let journal: Journal | null = null;
  afterEach(() => journal?.close());

  it("are taken and refused as a plain model takes them, and leave the same books, also after restarts", () => {
    let taken = 0;
    let refused = 0;
    fc.assert(
      fc.property(fc.array(command, { minLength: 10, maxLength: 60 }), (commands) => {
        const path = freshPath();
        const reopen = (): Journal => openJournal(path, { name: "model", now: () => 7 });
        const model = new Model();
        let mine = (journal = reopen());
        const start: Batch = { events: [{ time: 0, type: "start", payload: null }], postings: [[usdt("capital", -1_000_000), usdt("cash:local", 1_000_000)]] };
        mine.commit(start);
        model.take(start);
        for (const next of commands) {
          if (next.type === "reopen") {
            mine.close();
            mine = journal = reopen();
            expectSame(mine, model);
          } else if (next.type === "claim") {
            const index = model.paused ? -1 : model.waiting.findIndex((key) => model.orders.get(key)?.state === "INTENT");
            const [key] = index < 0 ? [] : model.waiting.splice(index, 1);
            expect(claimNext(mine)?.clientOrderId ?? null).toBe(key ?? null);
            if (key !== undefined) model.orders.set(key, { ...model.orders.get(key)!, state: "SENDING", sentAt: 7, changedAt: 7 });
          } else {
            const planned = batchOf(model, next);
            if (!planned) continue;
            if (planned.good) {
              expect(mine.commit(planned.batch)).toBe(model.types.length + 1);
              model.take(planned.batch);
              if (next.type === "pause") model.paused = next.on;
              taken += 1;
            } else {
              expect(refusal(mine, planned.batch)).not.toBeInstanceOf(NotDurableError);
              refused += 1;
            }
          }
        }
        expectSame(mine, model);
        mine.close();
      }),
      { numRuns: 40 },
    );
    expect(taken).toBeGreaterThan(150);
    expect(refused).toBeGreaterThan(30);
  });
});

/** The error with which a journal refuses a batch. */
function refusal(journal: Journal, batch: Batch): unknown {
  try {
    journal.commit(batch);
  } catch (error) {
    return error;
  }
  throw new Error(`the journal took ${JSON.stringify(batch)}`);
}
