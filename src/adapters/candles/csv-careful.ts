import { UserError } from "../../core/user-error.ts";
import { fromEpoch } from "../../core/instant.ts";
import { fieldText, fieldValue, fits, POWERS } from "./csv-field.ts";
import type { CsvLayout } from "./csv-layout.ts";
import { GrowingColumns } from "./rows.ts";

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const TITLES = ["time", "open", "high", "low", "close", "volume"];

/**
 * The rows of a CSV file, one byte after the other with every check, and a `UserError` that names the line of the first
 * fault. It reads what the quick scanner gives up on, and says what is wrong with it.
 */
export function scanCarefully(bytes: Uint8Array, layout: CsvLayout, name: string): GrowingColumns {
  const { slots, delimiter } = layout;
  const end = bytes.length;
  const firstEnd = bytes.indexOf(LINE_FEED, layout.start);
  const lineLength = (firstEnd < 0 ? end : firstEnd) - layout.start + 1;
  const rows = new GrowingColumns(Math.ceil(((end - layout.start) / Math.max(12, lineLength)) * 1.1));
  const fields = slots.length;
  let at = layout.start;
  while (at < end) {
    // Blank lines are let pass at the end only.
    if (isBlankFrom(bytes, at, end)) break;
    rows.grow();
    const index = rows.length;
    for (let field = 0; field < fields; field++) {
      const from = at;
      const slot = slots[field] as number;
      let mantissa = 0;
      let digits = 0;
      let decimals = -1;
      let code = 0;
      if (slot >= 0) {
        for (; at < end; at++) {
          code = bytes[at] as number;
          if (code >= 48 && code <= 57) {
            mantissa = mantissa * 10 + (code - 48);
            digits += 1;
            if (decimals >= 0) decimals += 1;
          } else if (code === 46 && decimals < 0) decimals = 0;
          else break;
        }
      }
      const stopped = at;
      while (at < end) {
        code = bytes[at] as number;
        if (code === delimiter || code === LINE_FEED) break;
        at += 1;
      }
      const last = field === fields - 1;
      const ended = at >= end || code === LINE_FEED;
      if (ended !== last) throw fieldsError(bytes, from, at, name, layout.line + index, field + 1, fields);
      if (slot >= 0) {
        let to = at;
        if (to > from && bytes[to - 1] === CARRIAGE_RETURN) to -= 1;
        let value: number;
        // Up to 2^53 a double is exact, and one division by a power of ten up to 10^22 rounds correctly.
        if (stopped === to && digits > 0 && digits <= 16 && mantissa <= Number.MAX_SAFE_INTEGER && decimals <= 22) {
          value = decimals > 0 ? mantissa / (POWERS[decimals] as number) : mantissa;
          if (slot === 0) value = fromEpoch(value);
        } else value = fieldValue(bytes, from, to, slot);
        if (!fits(value, slot)) throw valueError(bytes, from, to, slot, name, layout.line + index);
        rows.values[slot * rows.capacity + index] = value;
      }
      at += 1;
    }
    rows.length = index + 1;
  }
  return rows;
}

function isBlankFrom(bytes: Uint8Array, at: number, end: number): boolean {
  const code = bytes[at] as number;
  if (code !== LINE_FEED && code !== CARRIAGE_RETURN && code !== 32) return false;
  for (let i = at; i < end; i++) if ((bytes[i] as number) > 32) return false;
  return true;
}

function fieldsError(bytes: Uint8Array, from: number, to: number, name: string, line: number, found: number, expected: number): UserError {
  if (found === expected) return new UserError(`${name}:${line}: more than ${expected} fields. Every line must have as many as the first.`);
  const torn = bytes.indexOf(LINE_FEED, from) < 0 && to >= bytes.length ? " The file ends here: it seems to be cut off." : "";
  return new UserError(`${name}:${line}: ${found} of ${expected} fields.${torn} Every line must have as many as the first.`);
}

function valueError(bytes: Uint8Array, from: number, to: number, slot: number, name: string, line: number): UserError {
  const text = fieldText(bytes, from, to);
  const title = TITLES[slot] ?? "";
  const shown = text === "" ? "nothing" : `"${text}"`;
  const wanted =
    slot === 0 ? "a time (epoch seconds, milliseconds or microseconds, or 2024-01-31 12:00:00)" : slot === 5 ? "a number at or above 0" : "a number above 0";
  return new UserError(`${name}:${line}: ${title} is ${shown}, but must be ${wanted}.`);
}
