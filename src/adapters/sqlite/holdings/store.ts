import type { DatabaseSync } from "node:sqlite";
import { z } from "zod";
import { parseExact } from "../../../core/holdings/exact.ts";
import { UserError } from "../../../core/user-error.ts";
import { type AccountTrade, type Flow, type HoldingsStore, type Snapshot, SOURCE_KINDS, type StoredReading, type TradeCursor } from "../../../ports/account.ts";
import { openConnection } from "../connection.ts";
import { inTransaction, sqliteFault } from "../transaction.ts";
import { migrateHoldings } from "./migrations.ts";

const decimal = z.string().refine((text) => parseExact(text) !== null, "is no decimal");
const time = z.int();
const holdingSchema = z.object({ asset: z.string(), quantity: decimal, free: decimal.nullable(), used: decimal.nullable(), pricedAs: z.string().optional(), cost: decimal.optional() });
const orderSchema = z.object({ id: z.string(), symbol: z.string(), side: z.enum(["buy", "sell"]), type: z.string(), price: decimal.nullable(), quantity: decimal, filled: decimal, time: time.nullable() });
const json = z.string().transform((text): unknown => JSON.parse(text));
const readingSchema = z
  .object({ id: time, label: z.string(), kind: z.enum(SOURCE_KINDS), place: z.string(), read_at: time, holdings: json.pipe(z.array(holdingSchema)), open_orders: json.pipe(z.array(orderSchema)) })
  .transform(({ id, label, kind, place, read_at: readAt, holdings, open_orders: openOrders }) => {
    const reading: StoredReading = { label, kind, place, readAt, holdings: holdings.map(({ pricedAs, cost, ...one }) => ({ ...one, ...(pricedAs === undefined ? {} : { pricedAs }), ...(cost === undefined ? {} : { cost }) })), openOrders };
    return { id, reading };
  });
const snapshotSchema = z.object({ id: time, time, currency: z.string(), total: decimal, complete: z.int() });
const linkSchema = z.object({ snapshot_id: time, reading_id: time });
const priceSchema = z.object({ snapshot_id: time, asset: z.string(), price: decimal });
const tradeSchema = z
  .object({ source: z.string(), base: z.string(), quote: z.string(), trade_id: z.string(), time, side: z.enum(["buy", "sell"]), quantity: decimal, price: decimal, fee_asset: z.string().nullable(), fee_quantity: decimal.nullable() })
  .transform(({ trade_id: id, fee_asset: asset, fee_quantity: fee, ...trade }): AccountTrade => ({ ...trade, id, fee: asset === null || fee === null ? null : { asset, quantity: fee } }));
const flowSchema = z
  .object({ source: z.string(), flow_id: z.string(), time, asset: z.string(), quantity: decimal, value: decimal.nullable(), counterparty: z.string().nullable(), transaction_id: z.string().nullable() })
  .transform(({ flow_id: id, value, counterparty, transaction_id: transaction, ...flow }): Flow => ({
    ...flow, id,
    ...(value === null ? {} : { value }), ...(counterparty === null ? {} : { counterparty }), ...(transaction === null ? {} : { transaction }),
  }));
const cursorSchema = z.object({ market: z.string(), read_to: time, last_id: z.string().nullable() });

const worthSchema = z.object({ asset: z.string(), day: time, worth: decimal });

/** The cursor of the flows of a place; no market is called so. */
const FLOWS = "*flows";
/** A command and a bot may write at the same moment; each takes some milliseconds. */
const BUSY_TIMEOUT = 5_000;

/** Opens the store of holdings in a file, made when it is not there. */
export function openHoldingsStore(path: string): HoldingsStore {
  const db = opened(path);
  return {
    add: (snapshot) => add(db, snapshot),
    snapshots: (currency, allSince) => snapshots(db, CHOSEN, [currency, currency, currency, allSince]),
    latest: (currency) => snapshots(db, "SELECT id FROM snapshots WHERE currency = ? ORDER BY time DESC, id DESC LIMIT 1", [currency]).at(-1) ?? null,
    lastReading: (label) => {
      const row = db.prepare("SELECT * FROM readings WHERE label = ? ORDER BY read_at DESC LIMIT 1").get(label);
      return row === undefined ? null : readingSchema.parse(row).reading;
    },
    addTrades: (trades, label, readTo) => addTrades(db, trades, label, readTo),
    addFlows: (flows, label, readTo) => addFlows(db, flows, label, readTo),
    trades: () => z.array(tradeSchema).parse(db.prepare("SELECT * FROM trades ORDER BY time, source, base, quote, length(trade_id), trade_id").all()),
    flows: () => z.array(flowSchema).parse(db.prepare("SELECT * FROM flows ORDER BY time, source, flow_id").all()),
    tradeCursors: (label) => cursors(db, label),
    flowsReadTo: (label) => {
      const row = db.prepare("SELECT market, read_to, last_id FROM cursors WHERE source = ? AND market = ?").get(label, FLOWS);
      return row === undefined ? 0 : cursorSchema.parse(row).read_to;
    },
    worths: (currency) => z.array(worthSchema).parse(db.prepare("SELECT asset, day, worth FROM worths WHERE currency = ?").all(currency)),
    addWorths: (currency, worths) =>
      inTransaction(db, () => {
        const insert = db.prepare("INSERT OR IGNORE INTO worths VALUES (?, ?, ?, ?)");
        for (const { asset, day, worth } of worths) insert.run(currency, asset, day, worth);
      }),
    close: () => db.close(),
  };
}

function opened(path: string): DatabaseSync {
  let db: DatabaseSync | null = null;
  try {
    db = openConnection(path, { busyTimeout: BUSY_TIMEOUT });
    migrateHoldings(db, path);
    return db;
  } catch (error) {
    db?.close();
    const fault = sqliteFault(error);
    if (fault) throw new UserError(`The holdings ${path} cannot be opened: ${fault.message}. Move the file away to begin anew, or name another folder with --state.`);
    throw error;
  }
}

function add(db: DatabaseSync, { time: at, currency, total, complete, readings, prices }: Snapshot): void {
  inTransaction(db, () => {
    const id = db.prepare("INSERT INTO snapshots (time, currency, total, complete) VALUES (?, ?, ?, ?)").run(at, currency, total, complete ? 1 : 0).lastInsertRowid;
    const insert = db.prepare("INSERT OR IGNORE INTO readings (label, kind, place, read_at, holdings, open_orders) VALUES (?, ?, ?, ?, ?, ?)");
    const link = db.prepare("INSERT INTO snapshot_readings SELECT ?, id FROM readings WHERE label = ? AND read_at = ?");
    for (const { label, kind, place, readAt, holdings, openOrders } of readings) {
      insert.run(label, kind, place, readAt, JSON.stringify(holdings), JSON.stringify(openOrders));
      link.run(id, label, readAt);
    }
    const price = db.prepare("INSERT INTO prices VALUES (?, ?, ?)");
    for (const [asset, text] of prices) price.run(id, asset, text);
  });
}

/** The last of each day, the first of all, and all since an instant: a year of hours would take many seconds. */
const CHOSEN = `
  SELECT max(id) FROM snapshots WHERE currency = ? GROUP BY time / 86400000
  UNION SELECT min(id) FROM snapshots WHERE currency = ?
  UNION SELECT id FROM snapshots WHERE currency = ? AND time >= ?`;

/** Snapshots whose ids a query gives. */
function snapshots(db: DatabaseSync, ids: string, values: readonly (string | number)[]): Snapshot[] {
  const all = (sql: string): unknown[] => db.prepare(`WITH chosen (id) AS (${ids}) ${sql}`).all(...values);
  const rows = z.array(snapshotSchema).parse(all("SELECT * FROM snapshots WHERE id IN chosen ORDER BY time, id"));
  // A place that was not read anew is the same reading in many snapshots: it is parsed once.
  const links = z.array(linkSchema).parse(all("SELECT snapshot_id, reading_id FROM snapshot_readings WHERE snapshot_id IN chosen"));
  const readings = new Map(z.array(readingSchema).parse(all("SELECT * FROM readings WHERE id IN (SELECT reading_id FROM snapshot_readings WHERE snapshot_id IN chosen)")).map(({ id, reading }) => [id, reading]));
  const byId = new Map(rows.map(({ id }) => [id, { readings: [] as StoredReading[], prices: new Map<string, string>() }]));
  for (const { snapshot_id: id, reading_id: reading } of links) {
    const found = readings.get(reading);
    if (found) byId.get(id)?.readings.push(found);
  }
  for (const { snapshot_id: id, asset, price } of z.array(priceSchema).parse(all("SELECT * FROM prices WHERE snapshot_id IN chosen"))) byId.get(id)?.prices.set(asset, price);
  return rows.map(({ id, complete, ...row }) => ({ ...row, complete: complete === 1, readings: byId.get(id)?.readings ?? [], prices: byId.get(id)?.prices ?? new Map() }));
}

function addTrades(db: DatabaseSync, trades: readonly AccountTrade[], label: string, readTo: ReadonlyMap<string, number>): void {
  inTransaction(db, () => {
    const insert = db.prepare("INSERT OR IGNORE INTO trades VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    const newest = new Map<string, AccountTrade>();
    for (const trade of trades) {
      const { source, base, quote, id, time: at, side, quantity, price, fee } = trade;
      insert.run(source, base, quote, id, at, side, quantity, price, fee?.asset ?? null, fee?.quantity ?? null);
      const market = `${base}/${quote}`;
      const known = newest.get(market);
      if (!known || known.time < at || (known.time === at && isAfter(id, known.id))) newest.set(market, trade);
    }
    const cursor = db.prepare("INSERT INTO cursors VALUES (?, ?, ?, ?) ON CONFLICT (source, market) DO UPDATE SET read_to = max(read_to, excluded.read_to), last_id = coalesce(excluded.last_id, last_id)");
    for (const [market, to] of readTo) cursor.run(label, market, to, newest.get(market)?.id ?? null);
  });
}

/** Ids that are numbers count as such: trade 10 comes after trade 9. */
function isAfter(id: string, other: string): boolean {
  const numbers = /^\d+$/.test(id) && /^\d+$/.test(other);
  return numbers ? BigInt(id) > BigInt(other) : id > other;
}

function addFlows(db: DatabaseSync, flows: readonly Flow[], label: string, readTo: number): void {
  inTransaction(db, () => {
    const insert = db.prepare("INSERT OR IGNORE INTO flows VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    for (const { source, id, time: at, asset, quantity, value, counterparty, transaction } of flows) insert.run(source, id, at, asset, quantity, value ?? null, counterparty ?? null, transaction ?? null);
    db.prepare("INSERT INTO cursors VALUES (?, ?, ?, NULL) ON CONFLICT (source, market) DO UPDATE SET read_to = max(read_to, excluded.read_to)").run(label, FLOWS, readTo);
  });
}

function cursors(db: DatabaseSync, label: string): Map<string, TradeCursor> {
  const rows = z.array(cursorSchema).parse(db.prepare("SELECT market, read_to, last_id FROM cursors WHERE source = ? AND market <> ?").all(label, FLOWS));
  return new Map(rows.map(({ market, read_to: since, last_id: lastId }) => [market, { since, ...(lastId === null ? {} : { lastId }) }]));
}
