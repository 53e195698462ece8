import { existsSync, realpathSync } from "node:fs";
import { hostname } from "node:os";
import type { DatabaseSync } from "node:sqlite";
import { mayBeSent } from "../../core/kill-switch.ts";
import { advanceOrder, type OrderState } from "../../core/order-state.ts";
import { UserError } from "../../core/user-error.ts";
import { type Batch, type FillRow, type Journal, type JournalEntry, NotDurableError, type OrderRow, type OutboxEntry } from "../../ports/journal.ts";
import { BatchWriter } from "./batch.ts";
import { type ConnectionLimits, openConnection } from "./connection.ts";
import { checkLease, type FileLock, type Lease, lockFile, refuseForgottenFile, refuseLostFile, takeLease } from "./lease.ts";
import { migrate } from "./migrate.ts";
import {
  balanceSchema, chainSchema, EVENT_COLUMNS, eventSchema, FILL_COLUMNS, fillSchema, ORDER_COLUMNS, orderSchema, OUTBOX_COLUMNS, outboxSchema, valueSchema,
} from "./rows.ts";
import { Statements } from "./statements.ts";
import { inTransaction, isDamage, sqliteFault } from "./transaction.ts";
import { verify } from "./verify.ts";

/** How a journal is opened. */
export interface JournalOptions extends ConnectionLimits {
  /** The bot's name; a journal is opened under the name it was begun with. */
  readonly name: string;
  /** Who holds it, for the one who is refused; host and process when absent. */
  readonly holder?: string;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** Entries read at once: no statement stays open between them, so that a slow reader never holds up a commit or a checkpoint. */
const PAGE = 500;

/** Transactions after which a checkpoint is worth its waits for the disk: a few hundred pages. */
const TIDIED_AFTER = 50;

/** Opens (or begins) a journal and takes its lease; a UserError says who else has it, or what is wrong with the file. */
export function openJournal(given: string, options: JournalOptions): Journal {
  // By its real name, so that the lock is the same one through every link.
  const path = existsSync(given) ? realpathSync(given) : given;
  const lock = lockFile(path);
  let db: DatabaseSync | null = null;
  try {
    refuseLostFile(path, lock);
    db = openConnection(path, options);
    refuseForgottenFile(db, path, lock);
    migrate(db, path, options.name);
    const lease = takeLease(db, options.holder ?? `process ${process.pid} on ${hostname()}`, options.now());
    lock.markWritten();
    return new SqliteJournal(db, lease, options.now, lock);
  } catch (error) {
    db?.close();
    lock.release();
    const fault = sqliteFault(error) ?? sqliteFault(error instanceof NotDurableError ? error.cause : null);
    if (fault) throw new UserError(`The journal ${path} cannot be opened: ${fault.message}.${isDamage(fault.code) ? " Restore it from a copy; the venue knows the orders and trades since." : ""}`);
    throw error;
  }
}

/** A journal over an open connection and a lease; closing it frees the lock. */
export class SqliteJournal implements Journal {
  readonly #db: DatabaseSync;
  readonly #lease: Lease;
  readonly #now: () => number;
  readonly #lock: Pick<FileLock, "release">;
  readonly #statements: Statements;
  readonly #writer: BatchWriter;
  #broken: NotDurableError | null = null;
  #isTogether = false;
  #untidied = 0;

  constructor(db: DatabaseSync, lease: Lease, now: () => number, lock: Pick<FileLock, "release">) {
    this.#db = db;
    this.#lease = lease;
    this.#now = now;
    this.#lock = lock;
    this.#statements = new Statements(db);
    this.#writer = new BatchWriter(db, this.#statements);
  }

  get lastSequence(): number {
    return chainSchema.parse(this.#statements.of("SELECT rows, hash FROM chains WHERE name = 'events'").get()).rows;
  }

  commit(batch: Batch): number {
    return this.#write(() => {
      this.#writer.write(batch);
      return this.lastSequence;
    });
  }

  *entries(from: number): Iterable<JournalEntry> {
    const page = this.#statements.of(`SELECT ${EVENT_COLUMNS} FROM events WHERE seq >= ? ORDER BY seq LIMIT ${PAGE}`);
    for (let next = from; ; ) {
      const rows = page.all(next).map((row) => eventSchema.parse(row));
      yield* rows;
      const last = rows.at(-1);
      if (!last || rows.length < PAGE) return;
      next = last.sequence + 1;
    }
  }

  orders(states?: readonly OrderState[]): readonly OrderRow[] {
    const where = states ? `WHERE state IN (${states.map(() => "?").join(", ")})` : "";
    return this.#statements.of(`SELECT ${ORDER_COLUMNS} FROM orders ${where} ORDER BY rowid`).all(...(states ?? [])).map((row) => orderSchema.parse(row));
  }

  order(clientOrderId: string): OrderRow | null {
    const row = this.#statements.of(`SELECT ${ORDER_COLUMNS} FROM orders WHERE client_order_id = ?`).get(clientOrderId);
    return row === undefined ? null : orderSchema.parse(row);
  }

  hasFill(venue: string, symbol: string, tradeId: string): boolean {
    return this.#statements.of("SELECT 1 FROM fills WHERE venue = ? AND symbol = ? AND trade_id = ?").get(venue, symbol, tradeId) !== undefined;
  }

  fillsOf(clientOrderId: string): readonly FillRow[] {
    return this.#statements.of(`SELECT ${FILL_COLUMNS} FROM fills WHERE client_order_id = ? ORDER BY id`).all(clientOrderId).map((row) => fillSchema.parse(row));
  }

  together<T>(work: () => T): T {
    return this.#write(() => {
      this.#isTogether = true;
      try {
        return work();
      } finally {
        this.#isTogether = false;
      }
    });
  }

  claim(ids: readonly number[]): readonly OutboxEntry[] {
    return this.#write(() => {
      const killSwitch = this.setting("kill-switch");
      const claimed: OutboxEntry[] = [];
      for (const id of ids) {
        const found = this.#statements.of(`SELECT ${OUTBOX_COLUMNS} FROM outbox WHERE id = ? AND state = 'waiting'`).get(id);
        if (found === undefined) continue;
        const entry = outboxSchema.parse(found);
        const order = this.order(entry.clientOrderId);
        if (!order || !mayBeSent(entry.action, order, killSwitch)) continue;
        const time = this.#now();
        const { state } = advanceOrder(order, { type: entry.action === "submit" ? "submit-claimed" : "cancel-claimed" }).order;
        this.#statements.of("UPDATE outbox SET state = 'claimed' WHERE id = ?").run(id);
        this.#writer.changeOrder(order, { ...order, state, sentAt: time, changedAt: state === order.state ? order.changedAt : time });
        claimed.push({ ...entry, state: "claimed" });
      }
      return claimed;
    });
  }

  outbox(state: OutboxEntry["state"]): readonly OutboxEntry[] {
    // Without this term SQLite cannot tell that the partial index holds the answer, and reads every request ever made.
    const indexed = state === "done" ? "" : "AND state <> 'done'";
    return this.#statements.of(`SELECT ${OUTBOX_COLUMNS} FROM outbox WHERE state = ? ${indexed} ORDER BY id`).all(state).map((row) => outboxSchema.parse(row));
  }

  cursor(name: string): string | null {
    return this.#value("cursors", name);
  }

  setting(name: string): string | null {
    return this.#value("settings", name);
  }

  balances(): readonly { readonly account: string; readonly currency: string; readonly units: number }[] {
    const rows = this.#statements.of("SELECT account, currency, CAST(sum(units) AS TEXT) AS units FROM postings GROUP BY account, currency ORDER BY account, currency").all();
    return rows.map((row) => {
      const { account, currency, units } = balanceSchema.parse(row);
      const exact = Number(units);
      if (!Number.isSafeInteger(exact)) throw new Error(`the balance of ${account} is ${units} units of ${currency}, more than can be counted exactly`);
      return { account, currency, units: exact };
    });
  }

  tidy(): void {
    if (this.#untidied < TIDIED_AFTER || this.#broken) return;
    this.#untidied = 0;
    try {
      // PASSIVE waits for no reader; what one still reads is left for the next time.
      this.#db.exec("PRAGMA wal_checkpoint(PASSIVE)");
    } catch (error) {
      const fault = sqliteFault(error);
      if (!fault) throw error;
      // What is durable is so without it. Whether there is room for more, the next commit finds out for itself.
      if (isDamage(fault.code)) this.#broken = new NotDurableError(`The journal cannot be trusted any more: ${fault.message}.`, { cause: error });
    }
  }

  verify(): string | null {
    return verify(this.#db);
  }

  close(): void {
    if (!this.#db.isOpen) return;
    this.#db.close();
    this.#lock.release();
  }

  #write<T>(work: () => T): T {
    if (this.#broken) throw this.#broken;
    // Inside `together`: its transaction has begun under the lease, and writes everything or nothing.
    if (this.#isTogether) return work();
    this.#untidied += 1;
    try {
      return inTransaction(this.#db, () => {
        checkLease(this.#db, this.#statements, this.#lease);
        return work();
      });
    } catch (error) {
      const fault = error instanceof NotDurableError ? sqliteFault(error.cause) : null;
      // After a failed fsync the kernel may drop the pages and call the next one a success: only a new start can tell.
      if (fault && isDamage(fault.code)) this.#broken = error as NotDurableError;
      throw error;
    }
  }

  #value(table: "cursors" | "settings", name: string): string | null {
    const row = this.#statements.of(`SELECT value FROM ${table} WHERE name = ?`).get(name);
    return row === undefined ? null : valueSchema.parse(row).value;
  }
}
