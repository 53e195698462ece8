import { clipped } from "./html.ts";

/** Rows as CSV with a header, in UTF-8. A text that a spreadsheet would take for a formula is disarmed. */
export function csv(header: readonly string[], rows: readonly (readonly (string | number)[])[]): Uint8Array {
  return new TextEncoder().encode([header, ...rows].map((row) => `${row.map(cell).join(",")}\r\n`).join(""));
}

function cell(value: string | number): string {
  if (typeof value === "number") return plain(value);
  const text = clipped(value, 500);
  const safe = /^[=+\-@\t]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** A number without exponent and without digits that are errors of doubles. */
function plain(value: number): string {
  if (!Number.isFinite(value)) return "";
  const text = value.toFixed(10);
  return text.replace(/\.?0+$/, "").replace(/^-0$/, "0");
}
