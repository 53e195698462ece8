import { z } from "zod";
import { UserError } from "../../core/user-error.ts";
import { fromEpoch } from "../../core/instant.ts";
import { type CandleRows, GrowingColumns } from "./rows.ts";

const listSchema = z.array(z.unknown()).min(1);
const FIELDS = ["time", "open", "high", "low", "close", "volume"];

/** Candles of freqtrade's JSON: an array of [time in milliseconds, open, high, low, close, volume in base]. */
export function parseJson(bytes: Uint8Array, name: string): CandleRows {
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8"));
  } catch (error) {
    throw new UserError(`${name}: not a whole JSON file (${error instanceof Error ? error.message : String(error)}). It may be cut off.`);
  }
  const list = listSchema.safeParse(parsed);
  if (!list.success) throw new UserError(`${name}: expected an array of [time, open, high, low, close, volume], and at least one.`);
  const rows = new GrowingColumns(list.data.length);
  const { columns } = rows;
  list.data.forEach((row, index) => {
    if (!Array.isArray(row) || row.length < FIELDS.length) {
      throw new UserError(`${name}: row ${index + 1} must be [time, open, high, low, close, volume].`);
    }
    FIELDS.forEach((title, slot) => {
      const value: unknown = row[slot];
      if (!isSound(value, slot)) {
        throw new UserError(`${name}: row ${index + 1}: ${title} is ${JSON.stringify(value)}, but must be ${slot === 0 || slot === 5 ? "a number at or above 0" : "a number above 0"}.`);
      }
      (columns[slot] as Float64Array)[index] = slot === 0 ? fromEpoch(value) : value;
    });
    rows.length = index + 1;
  });
  return { length: rows.length, columns, place: (index) => `${name}: row ${index + 1}`, notes: [] };
}

/** Whether a value may stand in a candle column: finite, prices above 0, time and volume not below. */
export function isSound(value: unknown, slot: number): value is number {
  return typeof value === "number" && Number.isFinite(value) && (slot === 0 || slot === 5 ? value >= 0 : value > 0);
}
