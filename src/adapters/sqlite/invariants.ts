import type { DatabaseSync } from "node:sqlite";
import { z } from "zod";

const orderSchema = z.object({ id: z.string(), filled: z.int(), booked: z.int(), steps: z.int() });
const pairSchema = z.object({ venue: z.string(), currency: z.string(), needed: z.string(), found: z.string() });
const balanceSchema = z.object({ account: z.string(), currency: z.string(), units: z.string() });

/** What orders hold in reserve, by venue and currency: buys in quote, sells in base. */
const HELD = `SELECT venue, CASE side WHEN 'buy' THEN substr(symbol, instr(symbol, '/') + 1) ELSE substr(symbol, 1, instr(symbol, '/') - 1) END AS currency, reserved
  FROM orders WHERE reserved <> 0`;

/** The first of the invariants I2, I3, I5 and I6 that the tables contradict, in a sentence; I4 needs the venue. */
export function invariantBroken(db: DatabaseSync): string | null {
  return negative(db) ?? (hasReserveAccounts(db) ? reserved(db) : uncovered(db)) ?? fees(db) ?? fills(db);
}

/** I2: no account of money is below zero. */
function negative(db: DatabaseSync): string | null {
  const row = db
    .prepare(
      `SELECT account, currency, CAST(sum(units) AS TEXT) AS units FROM postings WHERE account GLOB 'cash:*' OR account GLOB 'reserved:*'
       GROUP BY account, currency HAVING sum(units) < 0 LIMIT 1`,
    )
    .get();
  if (row === undefined) return null;
  const { account, currency, units } = balanceSchema.parse(row);
  return `The account ${account} holds ${units} units of ${currency}, less than nothing (I2).`;
}

/** Whether the ledger keeps what is set aside in accounts of its own; else it is a part of the cash. */
function hasReserveAccounts(db: DatabaseSync): boolean {
  return db.prepare("SELECT 1 FROM postings WHERE account GLOB 'reserved:*' LIMIT 1").get() !== undefined;
}

/** I3: what is set aside is what the orders that have not ended need. */
function reserved(db: DatabaseSync): string | null {
  const row = firstPair(
    db,
    `SELECT venue, currency, reserved AS needed, 0 AS found FROM (${HELD})
     UNION ALL SELECT substr(account, 10), currency, 0, units FROM postings WHERE account GLOB 'reserved:*'`,
    "sum(needed) <> sum(found)",
  );
  return row && `At ${row.venue} ${row.found} units of ${row.currency} are set aside where the open orders need ${row.needed} (I3).`;
}

/** I2 and I3 of a ledger without such accounts: the cash covers what the orders need, so that what is free is not below zero. */
function uncovered(db: DatabaseSync): string | null {
  const row = firstPair(
    db,
    `SELECT venue, currency, reserved AS needed, 0 AS found FROM (${HELD})
     UNION ALL SELECT substr(account, 6), currency, 0, units FROM postings WHERE account GLOB 'cash:*'`,
    "sum(needed) > sum(found)",
  );
  return row && `At ${row.venue} the open orders need ${row.needed} units of ${row.currency} and there are ${row.found} (I3).`;
}

/** I5 as far as the tables know: the fees in the ledger are the fees of the fills. */
function fees(db: DatabaseSync): string | null {
  const row = firstPair(
    db,
    `SELECT venue, fee_currency AS currency, fee_units AS needed, 0 AS found FROM fills
     UNION ALL SELECT substr(account, 6), currency, 0, units FROM postings WHERE account GLOB 'fees:*'`,
    "sum(needed) <> sum(found)",
  );
  return row && `At ${row.venue} the fills cost ${row.needed} units of ${row.currency} in fees and the ledger has ${row.found} (I5).`;
}

/** I6: the fills of an order sum to its cumulative fill, which is at most its quantity. */
function fills(db: DatabaseSync): string | null {
  const row = db
    .prepare(
      `SELECT o.client_order_id AS id, o.filled_steps AS filled, o.steps AS steps, coalesce(sum(f.steps), 0) AS booked
       FROM orders o LEFT JOIN fills f ON f.client_order_id = o.client_order_id
       GROUP BY o.client_order_id HAVING booked <> o.filled_steps OR o.filled_steps > o.steps ORDER BY o.rowid LIMIT 1`,
    )
    .get();
  if (row === undefined) return null;
  const { id, filled, booked, steps } = orderSchema.parse(row);
  return `Order ${id} says that ${filled} of ${steps} steps are filled and its fills sum to ${booked} (I6).`;
}

function firstPair(db: DatabaseSync, rows: string, having: string): z.infer<typeof pairSchema> | null {
  const row = db
    .prepare(
      `SELECT venue, currency, CAST(sum(needed) AS TEXT) AS needed, CAST(sum(found) AS TEXT) AS found FROM (${rows})
       GROUP BY venue, currency HAVING ${having} ORDER BY venue, currency LIMIT 1`,
    )
    .get();
  return row === undefined ? null : pairSchema.parse(row);
}
