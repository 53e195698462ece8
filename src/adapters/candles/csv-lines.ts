import { fromEpoch } from "../../core/instant.ts";
import { fieldValue, fits, POWERS } from "./csv-field.ts";
import { Instants } from "./csv-instant.ts";
import type { CsvLayout } from "./csv-layout.ts";
import type { GrowingColumns } from "./rows.ts";

/** Bytes that may be read, though not used, behind the last line. */
export const LOOKAHEAD = 16;
/** A line has at least six fields of one digit, and so many bytes. */
export const SHORTEST_LINE = 12;

// Codes as they are left when "0" is taken from them, so that one comparison tells digits from the rest.
const ZERO = 48;
const LINE_FEED = 10 - ZERO;
const CARRIAGE_RETURN = 13 - ZERO;
const DOT = 46 - ZERO;
/** So many digits fit into an int32, whatever they are. */
const INT_DIGITS = 9;
// Four digits at once: what is "0" to "9" becomes 0 to 9, and anything else sets the high bit of its byte when CARRY is added.
const FOUR_ZEROS = 0x30303030;
const CARRY = 0x76767676;
const HIGH_BITS = -0x7f7f7f80;

/**
 * Reads whole lines of candles, `from` to `to` of `bytes` (`view` is over the same bytes, the last line ends in a line feed),
 * into `rows`, which must have room. False, at the first thing that the careful scanner has to look at; `rows` is then of no use.
 *
 * Numbers are folded as integers of at most nine digits on either side of the dot. Whole and part together are exact below
 * 2^53, and one division of two exact numbers rounds as the language's own parser does; all else goes to that parser.
 */
export function scanLines(bytes: Uint8Array, view: DataView, from: number, to: number, layout: CsvLayout, rows: GrowingColumns): boolean {
  const { slots } = layout;
  const delimiter = layout.delimiter - ZERO;
  const { values, capacity } = rows;
  const last = slots.length - 1;
  const instants = new Instants();
  let index = rows.length;
  let at = from;
  while (at < to) {
    for (let field = 0; field <= last; field++) {
      const slot = slots[field] as number;
      const end = field === last ? LINE_FEED : delimiter;
      const start = at;
      let code = 0;
      if (slot > 0) {
        let whole = 0;
        while ((code = (bytes[at] as number) - ZERO) >>> 0 < 10) {
          whole = (Math.imul(whole, 10) + code) | 0;
          at += 1;
        }
        let plain = at - start <= INT_DIGITS && at > start;
        let value: number = whole;
        if (code === DOT) {
          at += 1;
          const dot = at;
          let part = 0;
          while ((code = (bytes[at] as number) - ZERO) >>> 0 < 10) {
            part = (Math.imul(part, 10) + code) | 0;
            at += 1;
          }
          if (at - dot <= INT_DIGITS) {
            const scale = POWERS[at - dot] as number;
            const mantissa = whole * scale + part;
            plain = plain && mantissa <= Number.MAX_SAFE_INTEGER;
            value = mantissa / scale;
          } else plain = false;
        }
        if (code === CARRIAGE_RETURN && (bytes[at + 1] as number) - ZERO === LINE_FEED) {
          at += 1;
          code = LINE_FEED;
        }
        if (plain && code === end && (value > 0 || slot === 5)) {
          values[slot * capacity + index] = value;
          at += 1;
          continue;
        }
      } else if (slot === 0) {
        // An epoch: eight digits, then up to eight more.
        let left = view.getInt32(at, true) ^ FOUR_ZEROS;
        let right = view.getInt32(at + 4, true) ^ FOUR_ZEROS;
        if ((((left + CARRY) | left | (right + CARRY) | right) & HIGH_BITS) === 0) {
          left = (Math.imul(left, 10) + (left >>> 8)) | 0;
          right = (Math.imul(right, 10) + (right >>> 8)) | 0;
          const head = (left & 0xff) * 1_000_000 + ((left >>> 16) & 0xff) * 10_000 + (right & 0xff) * 100 + ((right >>> 16) & 0xff);
          let tail = 0;
          at += 8;
          left = view.getInt32(at, true) ^ FOUR_ZEROS;
          if ((((left + CARRY) | left) & HIGH_BITS) === 0) {
            left = (Math.imul(left, 10) + (left >>> 8)) | 0;
            tail = (left & 0xff) * 100 + ((left >>> 16) & 0xff);
            at += 4;
          }
          while ((code = (bytes[at] as number) - ZERO) >>> 0 < 10) {
            tail = (Math.imul(tail, 10) + code) | 0;
            at += 1;
          }
          const digits = at - start;
          if (digits <= 16 && code === end) {
            // The product is exact (48 bits at most), so that the sum is rounded once, as the language's own parser would.
            values[index] = fromEpoch(head * (POWERS[digits - 8] as number) + tail);
            at += 1;
            continue;
          }
        }
      }
      // Some other spelling, the end of a line as Windows has it, or a column that is passed over: up to the next end of a field.
      while (at < to && (code = (bytes[at] as number) - ZERO) !== delimiter && code !== LINE_FEED) at += 1;
      if (code !== end) return false;
      if (slot >= 0) {
        const value = slot === 0 ? instants.value(bytes, start, at) : fieldValue(bytes, start, at, slot);
        if (!fits(value, slot)) return false;
        values[slot * capacity + index] = value;
      }
      at += 1;
    }
    index += 1;
  }
  rows.length = index;
  return true;
}
