import { existsSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { UserError } from "../../core/user-error.ts";
import type { Journal } from "../../ports/journal.ts";
import { EVENT_COLUMNS, eventSchema, ORDER_COLUMNS, orderSchema } from "./rows.ts";

/** A journal that is only read: no lease, so that it can be looked at while a bot runs on it. */
export interface JournalReader extends Pick<Journal, "entries" | "orders"> {
  close(): void;
}

const PAGE = 500;

/** Opens a journal for reading. Throws a UserError when there is none. */
export function readJournal(path: string): JournalReader {
  if (!existsSync(path)) throw new UserError(`There is no journal ${path}. Name the state folder of a run with --state.`);
  const db = new DatabaseSync(path);
  db.exec("PRAGMA query_only=ON; PRAGMA trusted_schema=OFF");
  return {
    *entries(from) {
      const page = db.prepare(`SELECT ${EVENT_COLUMNS} FROM events WHERE seq >= ? ORDER BY seq LIMIT ${PAGE}`);
      for (let next = from; ; ) {
        const rows = page.all(next).map((row) => eventSchema.parse(row));
        yield* rows;
        const last = rows.at(-1);
        if (!last || rows.length < PAGE) return;
        next = last.sequence + 1;
      }
    },
    orders(states) {
      const where = states ? `WHERE state IN (${states.map(() => "?").join(", ")})` : "";
      return db.prepare(`SELECT ${ORDER_COLUMNS} FROM orders ${where} ORDER BY rowid`).all(...(states ?? [])).map((row) => orderSchema.parse(row));
    },
    close: () => db.close(),
  };
}
