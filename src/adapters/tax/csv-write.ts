/** A cell: text is made safe for spreadsheets, numbers are decimal texts of our own, null is nothing. */
export type CsvCell = string | null;

const NUMBER = /^-?\d+(\.\d+)?$/;
/** What makes a spreadsheet calculate a cell, with blanks before it too, which some skip, and apostrophes, so that ours can be told from others. */
const FORMULA = /^'*[\s\u00A0\uFEFF]*[=+\-@\t\r\n|%\uFF1D\uFF0B\uFF0D\uFF20]/;

/** A CSV text (RFC 4180) with the names of its columns first, and lines that end in CR LF. */
export function csvText(columns: readonly string[], rows: Iterable<readonly CsvCell[]>, quoteAll = false): string {
  const lines = [columns.map((name) => cellText(name, quoteAll)).join(",")];
  for (const cells of rows) lines.push(cells.map((cell) => cellText(cell, quoteAll)).join(","));
  return `${lines.join("\r\n")}\r\n`;
}

/**
 * One cell. Text that a spreadsheet would take for a formula gets an apostrophe before it, as OWASP advises
 * (https://owasp.org/www-community/attacks/CSV_Injection); numbers keep their minus.
 */
function cellText(cell: CsvCell, quoted: boolean): string {
  if (cell === null) return quoted ? '""' : "";
  const safe = !NUMBER.test(cell) && FORMULA.test(cell) ? `'${cell}` : cell;
  return quoted || /[",;\t\r\n']/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The text that was written: without the apostrophe that made it safe. */
export function unescaped(text: string): string {
  return text.startsWith("'") && FORMULA.test(text.slice(1)) ? text.slice(1) : text;
}
