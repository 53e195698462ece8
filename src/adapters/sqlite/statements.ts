import type { DatabaseSync, StatementSync } from "node:sqlite";

/** The statements of a connection, each compiled once: compiling costs more than most of them do. */
export class Statements {
  readonly #db: DatabaseSync;
  readonly #compiled = new Map<string, StatementSync>();

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  /** The compiled statement of an SQL text; texts come from the code alone, so that there are few of them. */
  of(sql: string): StatementSync {
    let statement = this.#compiled.get(sql);
    if (!statement) this.#compiled.set(sql, (statement = this.#db.prepare(sql)));
    return statement;
  }
}
