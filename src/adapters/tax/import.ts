import { UserError } from "../../core/user-error.ts";
import type { TaxRow } from "../../core/tax/row.ts";
import { binanceOldTrades, binanceStatement, binanceTrades } from "./binance.ts";
import { coinbaseTransactions } from "./coinbase.ts";
import { type CsvText, parseCsv, readText } from "./csv-text.ts";
import type { Format, Imported } from "./format.ts";
import { genericFormat } from "./generic.ts";
import { krakenLedgers, krakenTrades } from "./kraken.ts";
import { columnName, Sheet } from "./sheet.ts";

/** Every kind of file that is known; the ones with more columns that have to be there first. */
export const FORMATS: readonly Format[] = [krakenLedgers, krakenTrades, binanceTrades, binanceOldTrades, binanceStatement, coinbaseTransactions, genericFormat];

/** How many of the first lines can be a title. */
const TITLE_LINES = 10;

/** A file that was imported. */
export interface ImportedFile extends Imported {
  readonly path: string;
  readonly format: string;
  readonly account: string;
}

/** Reads a CSV file of an exchange or of our own; the names of its columns say which. `account` wins over the name it has otherwise. */
export async function importFile(path: string, account: string | null): Promise<ImportedFile> {
  return importText(await readText(path), path, account);
}

/** The same from a text. `path` is for messages and origins. */
export function importText(text: string, path: string, account: string | null): ImportedFile {
  const csv = parseCsv(text, path);
  if (csv.lines.length === 0) throw new UserError(`${path} is empty: a line has to name its columns.`);
  const found = formatOf(csv);
  if (found === null) throw new UserError(`${path}: no line of the first ${TITLE_LINES} names the columns of a file that is known (${FORMATS.map(({ name }) => name).join(", ")}). docs/tax.md shows our own CSV, into which any other can be brought.`);
  const { format, head } = found;
  const own = account ?? format.account;
  const imported = format.read(new Sheet(csv, head, format.thousands), own);
  const [first, last] = [imported.rows[0], imported.rows.at(-1)];
  // Most exchanges list the newest first; what happened within one second must be in the order in which it did.
  const rows = first && last && first.time > last.time ? imported.rows.toReversed() : imported.rows;
  return { ...imported, rows, path, format: format.name, account: own };
}

function formatOf(csv: CsvText): { readonly format: Format; readonly head: number } | null {
  for (const [head, cells] of csv.lines.slice(0, TITLE_LINES).entries()) {
    const columns = new Set(cells.map(({ text }) => columnName(text)));
    const format = FORMATS.find(({ needs }) => needs.every((name) => columns.has(name)));
    if (format) return { format, head };
  }
  return null;
}

/**
 * The rows of all files. What stands in two of them, to the last digit, is one thing: exports of overlapping months are counted
 * once. Within one file equal rows are different fills.
 */
export function together(files: readonly (readonly TaxRow[])[]): { readonly rows: readonly TaxRow[]; readonly twice: number } {
  const kept = new Map<string, number>();
  const rows: TaxRow[] = [];
  let twice = 0;
  for (const file of files) {
    const here = new Map<string, number>();
    for (const row of file) {
      const key = JSON.stringify({ ...row, origin: "" });
      const count = (here.get(key) ?? 0) + 1;
      here.set(key, count);
      if (count <= (kept.get(key) ?? 0)) {
        twice += 1;
        continue;
      }
      kept.set(key, count);
      rows.push(row);
    }
  }
  return { rows, twice };
}
