import type { Cell, ExportColumn, ExportList } from "./lists.ts";

const ROWS_AT_ONCE = 5_000;

/** A list as CSV text (RFC 4180) in pieces: times in ISO 8601 UTC, numbers plain, nothing where a row has no value. */
export function* csvOf({ columns, rows }: ExportList): Generator<string> {
  yield `${columns.map(({ name }) => name).join(",")}\n`;
  for (let from = 0; from < rows; from += ROWS_AT_ONCE) {
    const lines: string[] = [];
    for (let row = from; row < Math.min(rows, from + ROWS_AT_ONCE); row += 1) {
      lines.push(columns.map((column) => cellText(column.cells[row] ?? null, column.kind)).join(","));
    }
    yield `${lines.join("\n")}\n`;
  }
}

function cellText(cell: Cell, kind: ExportColumn["kind"]): string {
  if (cell === null) return "";
  if (typeof cell === "string") return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
  return kind === "time" ? new Date(cell).toISOString() : plainNumber(cell);
}

/** A number without an exponent, which some spreadsheets do not read; as many digits as give it back. */
function plainNumber(value: number): string {
  const text = String(value);
  const parts = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(text);
  if (parts === null) return text;
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = parts;
  const digits = whole + fraction;
  const point = 1 + Number(exponent);
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
  return `${sign}${digits.padEnd(point, "0")}`;
}
