import { fieldValue } from "./csv-field.ts";

const ZERO = 48;
/** 2024-01-31 12:00:00 */
const LENGTH = 19;
const DATE = 10;

/** Reads times written as `2024-01-31 12:00:00` (or with a T), of which the date is parsed once for all lines of a day. */
export class Instants {
  #key = -1;
  #day = Number.NaN;

  /** Epoch milliseconds of a field; any other spelling goes to `fieldValue`. NaN for what is no time. */
  value(bytes: Uint8Array, from: number, to: number): number {
    if (to - from !== LENGTH) return fieldValue(bytes, from, to, 0);
    const separator = bytes[from + DATE];
    const two = (at: number): number => twoDigits(bytes, from + at);
    const shaped = bytes[from + 4] === 45 && bytes[from + 7] === 45 && (separator === 32 || separator === 84) && bytes[from + 13] === 58 && bytes[from + 16] === 58;
    const [century, year, month, day, hour, minute, second] = [two(0), two(2), two(5), two(8), two(11), two(14), two(17)];
    if (!shaped || Math.min(century, year, month, day, hour, minute, second) < 0 || hour > 23 || minute > 59 || second > 59) return fieldValue(bytes, from, to, 0);
    const key = ((century * 100 + year) * 100 + month) * 100 + day;
    if (key !== this.#key) {
      this.#day = fieldValue(bytes, from, from + DATE, 0);
      this.#key = key;
    }
    return this.#day + ((hour * 60 + minute) * 60 + second) * 1_000;
  }
}

/** The number that two digits make, or a negative one. */
function twoDigits(bytes: Uint8Array, at: number): number {
  const tens = (bytes[at] as number) - ZERO;
  const ones = (bytes[at + 1] as number) - ZERO;
  return tens >>> 0 < 10 && ones >>> 0 < 10 ? tens * 10 + ones : -1;
}
