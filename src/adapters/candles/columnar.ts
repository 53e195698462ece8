import { UserError } from "../../core/user-error.ts";
import { fromEpoch, parseInstant } from "../../core/instant.ts";
import { isSound } from "./json.ts";
import { type CandleRows, GrowingColumns } from "./rows.ts";

const ALIASES: readonly (readonly string[])[] = [
  ["date", "time", "timestamp", "open_time", "opentime", "datetime", "unix"],
  ["open"],
  ["high"],
  ["low"],
  ["close"],
  ["volume", "vol"],
];
const TITLES = ["time", "open", "high", "low", "close", "volume"];

/** Candle rows from the named columns of a table (feather, Parquet). */
export function rowsOfTable(name: string, names: readonly string[], column: (name: string) => ArrayLike<unknown>): CandleRows {
  const found = ALIASES.map((aliases) => names.find((one) => aliases.includes(one.toLowerCase())));
  const missing = TITLES.filter((_, i) => found[i] === undefined);
  if (missing.length > 0) {
    throw new UserError(`${name}: there is no column for ${missing.join(", ")}. It has: ${names.join(", ")}.`);
  }
  const parts = found.map((one) => column(one ?? ""));
  const length = parts[0]?.length ?? 0;
  if (length === 0) throw new UserError(`${name}: there is no candle in it.`);
  const { columns } = new GrowingColumns(length);
  parts.forEach((part, slot) => {
    const target = columns[slot] as Float64Array;
    for (let i = 0; i < length; i++) {
      const value = slot === 0 ? timeOf(part[i]) : numberOf(part[i]);
      if (!isSound(value, slot)) {
        throw new UserError(`${name}: row ${i + 1}: ${TITLES[slot] ?? ""} is ${String(part[i])}, but must be ${slot === 0 ? "a time" : slot === 5 ? "a number at or above 0" : "a number above 0"}.`);
      }
      target[i] = value;
    }
  });
  return { length, columns, place: (index) => `${name}: row ${index + 1}`, notes: [] };
}

function numberOf(value: unknown): number {
  if (typeof value === "number") return value;
  return typeof value === "bigint" ? Number(value) : Number.NaN;
}

function timeOf(value: unknown): number {
  if (value instanceof Date) return value.getTime();
  if (typeof value === "string") return parseInstant(value);
  return fromEpoch(numberOf(value));
}
