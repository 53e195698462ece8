import type { DatabaseSync } from "node:sqlite";
import { z } from "zod";
import { canReach, isEnded } from "../../core/order-state.ts";
import type { Batch, OrderRow, Posting } from "../../ports/journal.ts";
import { canonicalJson } from "../../core/canonical-json.ts";
import { eventHash, rowHash } from "./chain.ts";
import { chainSchema, ORDER_COLUMNS, orderSchema } from "./rows.ts";
import { Statements } from "./statements.ts";

const sumSchema = z.object({ id: z.int(), currency: z.string(), units: z.string() });
const numberSchema = z.object({ value: z.int() });

const ORDER_PLACES = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
const INSERT_ORDER = `INSERT INTO orders VALUES ${ORDER_PLACES}`;
/** Every column, so that the triggers see an attempt to change what must stay. */
const UPDATE_ORDER = `UPDATE orders SET (client_order_id, order_id, venue, symbol, strategy, key, attempt, side, type, ticks, steps,
  state, filled_steps, reserved, venue_order_id, sent_at, changed_at) = ${ORDER_PLACES} WHERE client_order_id = ?`;

function valuesOf(order: OrderRow): readonly (string | number | null)[] {
  return [
    order.clientOrderId, order.orderId, order.venue, order.symbol, order.strategy, order.key, order.attempt, order.side, order.type, order.ticks, order.steps,
    order.state, order.filledSteps, order.reserved, order.venueOrderId, order.sentAt, order.changedAt,
  ];
}

/** Writes a batch inside the caller's transaction and checks what only the whole of it can show: balanced postings, fills that add up. */
export class BatchWriter {
  readonly #statements: Statements;

  constructor(db: DatabaseSync, statements = new Statements(db)) {
    this.#statements = statements;
  }

  write(batch: Batch): void {
    const touched = new Set<string>();
    for (const event of batch.events ?? []) this.#event(event);
    for (const order of batch.orders ?? []) {
      const isNew = this.#putOrder(order);
      if (isEnded(order.state)) this.#withdraw(order.clientOrderId);
      // Nothing can have been booked for an order that was unknown until now.
      if (!isNew || order.filledSteps !== 0) touched.add(order.clientOrderId);
    }
    for (const fill of batch.fills ?? []) {
      this.#append("fills", [fill.venue, fill.symbol, fill.tradeId, fill.clientOrderId, fill.ticks, fill.steps, fill.feeUnits, fill.feeCurrency, fill.time]);
      touched.add(fill.clientOrderId);
    }
    for (const id of touched) this.#checkFills(id);
    if (batch.postings && batch.postings.length > 0) this.#postings(batch.postings);
    for (const { action, clientOrderId } of batch.outbox ?? []) this.#run("INSERT INTO outbox (action, client_order_id, state) VALUES (?, ?, 'waiting')", action, clientOrderId);
    for (const { id, state } of batch.settled ?? []) {
      if (this.#run("UPDATE outbox SET state = ? WHERE id = ?", state, id) === 0) throw new Error(`there is no request ${id} in the outbox to settle`);
    }
    for (const table of ["cursors", "settings"] as const) {
      for (const { name, value } of batch[table] ?? []) {
        this.#run(`INSERT INTO ${table} (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value`, name, value);
      }
    }
  }

  /** Writes an order or its new values and returns whether it is new. */
  #putOrder(order: OrderRow): boolean {
    const before = this.#statements.of(`SELECT ${ORDER_COLUMNS} FROM orders WHERE client_order_id = ?`).get(order.clientOrderId);
    if (before === undefined) this.#run(INSERT_ORDER, ...valuesOf(order));
    else this.changeOrder(orderSchema.parse(before), order);
    return before === undefined;
  }

  /** Gives an order its new values; throws when its state cannot be reached from the one it has. */
  changeOrder({ state }: OrderRow, order: OrderRow): void {
    if (!canReach(state, order.state)) throw new Error(`order ${order.clientOrderId} cannot go from ${state} to ${order.state}`);
    this.#run(UPDATE_ORDER, ...valuesOf(order), order.clientOrderId);
  }

  /** What still waits to be sent for an order that has ended is never sent. */
  #withdraw(clientOrderId: string): void {
    this.#run("UPDATE outbox SET state = 'done' WHERE client_order_id = ? AND state = 'waiting'", clientOrderId);
  }

  #event({ time, type, payload }: { readonly time: number; readonly type: string; readonly payload: unknown }): void {
    const { rows, hash: previous } = this.#chain("events");
    const event = { sequence: rows + 1, time, type, payload: canonicalJson(payload) };
    this.#run("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?)", event.sequence, time, type, event.payload, previous, eventHash(event, previous));
  }

  #append(table: "fills" | "postings", fields: readonly (string | number)[]): void {
    const { rows, hash: previous } = this.#chain(table);
    const row = [rows + 1, ...fields];
    this.#run(`INSERT INTO ${table} VALUES (${row.map(() => "?").join(", ")}, ?, ?)`, ...row, previous, rowHash(row, previous));
  }

  #chain(table: string): z.infer<typeof chainSchema> {
    return chainSchema.parse(this.#statements.of("SELECT rows, hash FROM chains WHERE name = ?").get(table));
  }

  #postings(transactions: readonly (readonly Posting[])[]): void {
    const first = numberSchema.parse(this.#statements.of("SELECT coalesce(max(transaction_id), 0) + 1 AS value FROM postings").get()).value;
    transactions.forEach((postings, index) => {
      if (postings.length === 0) throw new Error("a transaction without postings books nothing");
      for (const { account, currency, units } of postings) this.#append("postings", [first + index, account, currency, units]);
    });
    const unbalanced = unbalancedFrom(this.#statements, first);
    if (unbalanced) throw new Error(`the postings do not balance: ${unbalanced}`);
  }

  #checkFills(clientOrderId: string): void {
    const row = this.#statements
      .of("SELECT filled_steps - (SELECT coalesce(sum(steps), 0) FROM fills WHERE client_order_id = ?1) AS value FROM orders WHERE client_order_id = ?1")
      .get(clientOrderId);
    // No order: the foreign key refuses its fill with words of its own.
    if (row !== undefined && numberSchema.parse(row).value !== 0) throw new Error(`order ${clientOrderId} and its fills do not add up: its row is ${String(row["value"])} steps ahead of them`);
  }

  /** Runs a statement and returns how many rows it changed. */
  #run(sql: string, ...values: readonly (string | number | null)[]): number {
    return Number(this.#statements.of(sql).run(...values).changes);
  }
}

/** The first transaction from `first` on whose postings do not sum to zero in a currency, in words; null when all do. */
export function unbalancedFrom(statements: Statements, first: number): string | null {
  const row = statements
    .of(
      `SELECT transaction_id AS id, currency, CAST(sum(units) AS TEXT) AS units FROM postings WHERE transaction_id >= ?
       GROUP BY transaction_id, currency HAVING sum(units) <> 0 ORDER BY transaction_id LIMIT 1`,
    )
    .get(first);
  if (row === undefined) return null;
  const { id, currency, units } = sumSchema.parse(row);
  return `transaction ${id} sums to ${units} units of ${currency}, not to 0`;
}
