import { readFile } from "node:fs/promises";
import { type Cell, csvLines, csvText, delimiterOf, hasText } from "../../core/csv-lines.ts";
import { UserError } from "../../core/user-error.ts";

/** Rows by the names of the columns; a cell that is empty or not there is absent. */
export interface CsvTable {
  readonly path: string;
  /** Columns as the first line names them, in small letters without blanks. */
  readonly columns: readonly string[];
  readonly rows: readonly CsvRow[];
}

/** One row: its line, and its cells by column. */
export interface CsvRow {
  readonly line: number;
  readonly cells: ReadonlyMap<string, Cell>;
  /** The mark between cells, which says what a comma in a number can be. */
  readonly delimiter: string;
}

const LARGEST = 20 * 1_024 * 1_024;

/** Reads a CSV file whose first line names its columns: commas, semicolons or tabs, quotes as in RFC 4180, with or without a BOM. */
export async function readCsv(path: string): Promise<CsvTable> {
  const bytes = await readFile(path).catch((error: unknown) => {
    const code = error instanceof Error && "code" in error ? String(error.code) : "no reason given";
    throw new UserError(code === "ENOENT" ? `There is no file ${path}.` : code === "EISDIR" ? `${path} is a folder. Give a CSV file.` : `${path} cannot be read (${code}).`);
  });
  if (bytes.length > LARGEST) throw new UserError(`${path} has more than 20 MiB. Is it the right file?`);
  let text: string;
  try {
    // It takes the BOM away.
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new UserError(`${path} is no UTF-8 text. Save it as "CSV UTF-8".`);
  }
  return parseCsv(text, path);
}

/** The table in a CSV text. `path` is for messages. */
export function parseCsv(given: string, path: string): CsvTable {
  const text = csvText(given, path);
  const delimiter = delimiterOf([text.slice(0, text.search(/[\r\n]|$/))]);
  const [head, ...rest] = [...csvLines(text, delimiter, path)].filter(hasText);
  if (!head) throw new UserError(`${path} is empty: the first line names the columns.`);
  const columns = head.map((cell) => cell.text.toLowerCase().replaceAll(/[\s_-]/g, ""));
  const twice = columns.find((name, i) => name !== "" && columns.indexOf(name) !== i);
  if (twice !== undefined) throw new UserError(`${path}:1: the column ${twice} is there twice.`);
  const rows = rest.map((cells): CsvRow => {
    const [first] = cells;
    const line = first?.line ?? 0;
    const extra = cells.slice(columns.length).find(({ text: more }) => more !== "");
    if (extra) throw new UserError(`${path}:${extra.line}:${extra.column}: there are more cells than columns; is "${delimiter}" the mark between cells, or part of a number? Put the number in quotes.`);
    return { line, delimiter, cells: new Map(cells.flatMap((cell, i) => (cell.text === "" || columns[i] === undefined ? [] : [[columns[i], cell] as const]))) };
  });
  return { path, columns, rows };
}
