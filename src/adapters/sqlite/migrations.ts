import { ORDER_STATES } from "../../core/order-state.ts";

/** One change of the schema; its number is the `user_version` after it. Published ones are never edited. */
export interface Migration {
  readonly version: number;
  readonly sql: string;
}

const list = (names: readonly string[]): string => names.map((name) => `'${name}'`).join(", ");

/** Doubles count exactly up to here, so no number in the file may be larger. */
const LARGEST = "9007199254740991";

/** Triggers that let a table grow at its end, row by row, and do nothing else, on any connection. */
function appendOnly(table: string, key: string): string {
  return `
    CREATE TRIGGER ${table}_no_update BEFORE UPDATE ON ${table} BEGIN SELECT RAISE(ABORT, '${table} is append-only: no UPDATE'); END;
    CREATE TRIGGER ${table}_no_delete BEFORE DELETE ON ${table} BEGIN SELECT RAISE(ABORT, '${table} is append-only: no DELETE'); END;
    CREATE TRIGGER ${table}_in_order BEFORE INSERT ON ${table}
      WHEN NEW.${key} IS NOT (SELECT coalesce(max(${key}), 0) + 1 FROM ${table})
        OR NEW.prev_hash IS NOT (SELECT hash FROM chains WHERE name = '${table}')
      BEGIN SELECT RAISE(ABORT, '${table} is append-only: a row goes after the last one'); END;
    CREATE TRIGGER ${table}_chain AFTER INSERT ON ${table}
      BEGIN UPDATE chains SET rows = rows + 1, hash = NEW.hash WHERE name = '${table}'; END;`;
}

/** Columns of an order that are settled when it is written first. */
const FIXED = ["client_order_id", "order_id", "venue", "symbol", "strategy", "key", "attempt", "side", "type", "ticks", "steps"];

/** The schema, step by step. Amounts are INTEGER units: SQLite adds integers exactly and decimals in TEXT as doubles. */
export const MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    sql: `
    CREATE TABLE identity (id INTEGER PRIMARY KEY CHECK (id = 1), name TEXT NOT NULL) STRICT;
    CREATE TABLE chains (name TEXT PRIMARY KEY, rows INTEGER NOT NULL, hash TEXT NOT NULL) STRICT;

    CREATE TABLE events (
      seq INTEGER PRIMARY KEY,
      time INTEGER NOT NULL CHECK (abs(time) <= ${LARGEST}),
      type TEXT NOT NULL CHECK (type <> '' AND instr(type, '|') = 0),
      payload TEXT NOT NULL CHECK (json_valid(payload)),
      prev_hash TEXT NOT NULL,
      hash TEXT NOT NULL CHECK (length(hash) = 64)
    ) STRICT;
    ${appendOnly("events", "seq")}

    CREATE TABLE orders (
      client_order_id TEXT PRIMARY KEY CHECK (client_order_id <> ''),
      order_id INTEGER NOT NULL CHECK (abs(order_id) <= ${LARGEST}),
      venue TEXT NOT NULL,
      symbol TEXT NOT NULL,
      strategy TEXT NOT NULL,
      key TEXT NOT NULL,
      attempt INTEGER NOT NULL CHECK (attempt BETWEEN 0 AND ${LARGEST}),
      side TEXT NOT NULL CHECK (side IN ('buy', 'sell')),
      type TEXT NOT NULL CHECK (type IN ('limit', 'market')),
      ticks INTEGER NOT NULL CHECK (ticks BETWEEN 0 AND ${LARGEST}),
      steps INTEGER NOT NULL CHECK (steps BETWEEN 1 AND ${LARGEST}),
      state TEXT NOT NULL CHECK (state IN (${list(ORDER_STATES)})),
      filled_steps INTEGER NOT NULL,
      reserved INTEGER NOT NULL CHECK (reserved BETWEEN 0 AND ${LARGEST}),
      venue_order_id TEXT,
      sent_at INTEGER NOT NULL CHECK (sent_at BETWEEN 0 AND ${LARGEST}),
      changed_at INTEGER NOT NULL CHECK (changed_at BETWEEN 0 AND ${LARGEST}),
      UNIQUE (client_order_id, venue, symbol),
      CONSTRAINT limit_has_a_price CHECK ((type = 'limit') = (ticks > 0)),
      CONSTRAINT filled_within_quantity CHECK (filled_steps BETWEEN 0 AND steps),
      CONSTRAINT filled_means_all CHECK ((state = 'FILLED') = (filled_steps = steps)),
      CONSTRAINT unsent_is_unfilled CHECK (filled_steps = 0 OR state NOT IN ('INTENT', 'SENDING')),
      CONSTRAINT partial_means_some CHECK (state <> 'PARTIAL' OR filled_steps > 0),
      CONSTRAINT ended_reserves_nothing CHECK (reserved = 0 OR state NOT IN ('FILLED', 'CANCELED', 'REJECTED', 'EXPIRED', 'NOT_PLACED'))
    ) STRICT;
    CREATE INDEX orders_by_state ON orders (state);
    CREATE TRIGGER orders_fill_only_rises BEFORE UPDATE ON orders WHEN NEW.filled_steps < OLD.filled_steps
      BEGIN SELECT RAISE(ABORT, 'the cumulative fill of an order never decreases'); END;
    CREATE TRIGGER orders_keep_identity BEFORE UPDATE ON orders
      WHEN ${FIXED.map((column) => `NEW.${column} IS NOT OLD.${column}`).join(" OR ")}
      BEGIN SELECT RAISE(ABORT, 'what an order is does not change: only its state, fill, reserve, venue id and times do'); END;
    CREATE TRIGGER orders_keep_venue_id BEFORE UPDATE ON orders
      WHEN OLD.venue_order_id IS NOT NULL AND NEW.venue_order_id IS NOT OLD.venue_order_id
      BEGIN SELECT RAISE(ABORT, 'the venue''s id of an order does not change'); END;
    CREATE TRIGGER orders_no_delete BEFORE DELETE ON orders BEGIN SELECT RAISE(ABORT, 'orders are never deleted'); END;

    CREATE TABLE fills (
      id INTEGER PRIMARY KEY,
      venue TEXT NOT NULL,
      symbol TEXT NOT NULL,
      trade_id TEXT NOT NULL CHECK (trade_id <> ''),
      client_order_id TEXT NOT NULL,
      ticks INTEGER NOT NULL CHECK (ticks BETWEEN 1 AND ${LARGEST}),
      steps INTEGER NOT NULL CHECK (steps BETWEEN 1 AND ${LARGEST}),
      fee_units INTEGER NOT NULL CHECK (abs(fee_units) <= ${LARGEST}),
      fee_currency TEXT NOT NULL,
      time INTEGER NOT NULL CHECK (time BETWEEN 0 AND ${LARGEST}),
      prev_hash TEXT NOT NULL,
      hash TEXT NOT NULL CHECK (length(hash) = 64),
      CONSTRAINT booked_once UNIQUE (venue, symbol, trade_id),
      FOREIGN KEY (client_order_id, venue, symbol) REFERENCES orders (client_order_id, venue, symbol)
    ) STRICT;
    CREATE INDEX fills_by_order ON fills (client_order_id);
    ${appendOnly("fills", "id")}

    CREATE TABLE postings (
      id INTEGER PRIMARY KEY,
      transaction_id INTEGER NOT NULL CHECK (transaction_id BETWEEN 1 AND ${LARGEST}),
      account TEXT NOT NULL CHECK (account <> ''),
      currency TEXT NOT NULL CHECK (currency <> ''),
      units INTEGER NOT NULL CHECK (abs(units) <= ${LARGEST}),
      prev_hash TEXT NOT NULL,
      hash TEXT NOT NULL CHECK (length(hash) = 64)
    ) STRICT;
    CREATE INDEX postings_by_transaction ON postings (transaction_id);
    ${appendOnly("postings", "id")}

    CREATE TABLE outbox (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      action TEXT NOT NULL CHECK (action IN ('submit', 'cancel')),
      client_order_id TEXT NOT NULL REFERENCES orders (client_order_id),
      state TEXT NOT NULL CHECK (state IN ('waiting', 'claimed', 'done', 'unknown'))
    ) STRICT;
    CREATE INDEX outbox_by_state ON outbox (state, id) WHERE state <> 'done';
    CREATE INDEX outbox_by_order ON outbox (client_order_id);
    CREATE UNIQUE INDEX outbox_submits_once ON outbox (client_order_id) WHERE action = 'submit';
    CREATE TRIGGER outbox_starts_waiting BEFORE INSERT ON outbox WHEN NEW.state <> 'waiting'
      BEGIN SELECT RAISE(ABORT, 'a request waits before it is claimed'); END;
    CREATE TRIGGER outbox_goes_on BEFORE UPDATE ON outbox
      WHEN NEW.id <> OLD.id OR NEW.action <> OLD.action OR NEW.client_order_id <> OLD.client_order_id
        OR NEW.state = 'waiting' OR (OLD.state = 'done' AND NEW.state <> 'done')
        OR (NEW.state = 'claimed' AND OLD.state <> 'waiting') OR (NEW.state = 'unknown' AND OLD.state = 'waiting')
      BEGIN SELECT RAISE(ABORT, 'a request goes from waiting to claimed to done or unknown, never back'); END;
    CREATE TRIGGER outbox_no_delete BEFORE DELETE ON outbox BEGIN SELECT RAISE(ABORT, 'requests are never deleted'); END;

    CREATE TABLE cursors (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
    CREATE TABLE settings (
      name TEXT PRIMARY KEY,
      value TEXT NOT NULL,
      CONSTRAINT kill_switch_is_known CHECK (name <> 'kill-switch' OR value IN ('', 'OFF', 'RUN', 'PAUSE', 'CANCEL', 'FLATTEN'))
    ) STRICT;
    CREATE TABLE leases (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      holder TEXT NOT NULL,
      token INTEGER NOT NULL,
      taken_at INTEGER NOT NULL
    ) STRICT;
    CREATE TRIGGER leases_token_rises BEFORE UPDATE ON leases WHEN NEW.token <= OLD.token
      BEGIN SELECT RAISE(ABORT, 'a lease is taken with a higher token'); END;`,
  },
];
