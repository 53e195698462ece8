import { fromEpoch, parseInstant } from "../../core/instant.ts";

/** Powers of ten that a double holds exactly. */
export const POWERS = Float64Array.from({ length: 23 }, (_, i) => 10 ** i);

/** Value of a field in any spelling (quoted, with an exponent, a long decimal, a time as text) that goes to `slot`; NaN for what is none. */
export function fieldValue(bytes: Uint8Array, from: number, to: number, slot: number): number {
  const text = fieldText(bytes, from, to);
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return slot === 0 ? fromEpoch(Number(text)) : Number(text);
  return slot === 0 ? parseInstant(text) : Number.NaN;
}

/** The text of a field without quotes and blanks, cut after 60 bytes. */
export function fieldText(bytes: Uint8Array, from: number, to: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, Math.min(to - from, 60)).toString("utf8").trim().replaceAll(/^"|"$/g, "").trim();
}

/** Whether a value may stand in a slot: finite, prices above 0, time and volume not below. */
export function fits(value: number, slot: number): boolean {
  return value < Number.POSITIVE_INFINITY && (slot === 0 || slot === 5 ? value >= 0 : value > 0);
}
