import { open } from "node:fs/promises";
import { type Cell, csvLines, csvText, delimiterOf, hasText } from "../../core/csv-lines.ts";
import { UserError } from "../../core/user-error.ts";

/** Lines of cells, and the mark between them, which says what a comma in a number can be. */
export interface CsvText {
  readonly path: string;
  readonly delimiter: string;
  readonly lines: readonly (readonly Cell[])[];
}

const LARGEST = 64 * 1_024 * 1_024;
/** Of a line, and of a file: what is parsed has to fit into memory. */
const MOST_CELLS = 200;
const MOST_CELLS_OF_ALL = 4_000_000;
const LONGEST_CELL = 10_000;

/** The text of a CSV file: at most 64 MiB of UTF-8, with or without a BOM. */
export async function readText(path: string): Promise<string> {
  const bytes = await bytesOf(path);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new UserError(`${path} is no UTF-8 text. Save it as "CSV UTF-8".`);
  }
}

const tooLarge = (path: string): UserError => new UserError(`${path} has more than 64 MiB. Is it the right file? Split it by year if it is.`);

async function bytesOf(path: string): Promise<Uint8Array> {
  try {
    const file = await open(path);
    try {
      const { size } = await file.stat();
      // Asked before it is read: what does not fit into memory must not get there.
      if (size > LARGEST) throw tooLarge(path);
      const parts: Buffer[] = [];
      let length = 0;
      // Pipes and devices have no size, and may have no end.
      for await (const part of file.createReadStream({ autoClose: false, highWaterMark: 1_048_576 }) as AsyncIterable<Buffer>) {
        length += part.length;
        if (length > LARGEST) throw tooLarge(path);
        parts.push(part);
      }
      return Buffer.concat(parts);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof UserError) throw error;
    const code = error instanceof Error && "code" in error ? String(error.code) : "no reason given";
    throw new UserError(code === "ENOENT" ? `There is no file ${path}.` : code === "EISDIR" ? `${path} is a folder. Give a CSV file.` : `${path} cannot be read (${code}).`);
  }
}

/** The lines of a CSV text with commas, semicolons or tabs, quotes as in RFC 4180. Empty lines are left out. `path` is for messages. */
export function parseCsv(given: string, path: string): CsvText {
  const text = csvText(given, path);
  // Some files begin with a title.
  const delimiter = delimiterOf(text.slice(0, 4_096).split(/\r?\n/, 8));
  const lines: (readonly Cell[])[] = [];
  let count = 0;
  for (const cells of csvLines(text, delimiter, path, { longestCell: LONGEST_CELL, cellsOfLine: MOST_CELLS })) {
    count += cells.length;
    if (count > MOST_CELLS_OF_ALL) throw new UserError(`${path} has more than ${MOST_CELLS_OF_ALL} cells. Split it by year.`);
    if (hasText(cells)) lines.push(cells);
  }
  return { path, delimiter, lines };
}
