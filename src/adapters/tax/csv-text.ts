import { open } from "node:fs/promises";
import { UserError } from "../../core/user-error.ts";

/** One cell, and where it stands: the line it begins on, and its number in the line from 1. */
export interface Cell {
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

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
const DELIMITERS = [",", ";", "\t"];

/** The text of a CSV file: at most 64 MiB of UTF-8, with or without a BOM. */
export async function readText(path: string): Promise<string> {
  const bytes = await bytesOf(path);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new UserError(`${path} is no UTF-8 text. Save it as "CSV UTF-8".`);
  }
}

async function bytesOf(path: string): Promise<Uint8Array> {
  try {
    const file = await open(path);
    try {
      const { size } = await file.stat();
      // Asked before it is read: what does not fit into memory must not get there.
      if (size > LARGEST) throw new UserError(`${path} has more than 64 MiB. Is it the right file? Split it by year if it is.`);
      return await file.readFile();
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
  const text = given.startsWith("\uFEFF") ? given.slice(1) : given;
  if (text.includes("\0")) throw new UserError(`${path} is no text. Save it as "CSV UTF-8".`);
  const delimiter = delimiterOf(text);
  const lines: Cell[][] = [];
  let cells: Cell[] = [];
  let [line, at, count] = [1, 0, 0];
  const where = (): string => `${path}:${line}:${cells.length + 1}`;
  while (at < text.length) {
    const began = line;
    let value = "";
    if (text[at] === '"') {
      const pieces: string[] = [];
      for (at += 1; ; at += 1) {
        const close = text.indexOf('"', at);
        if (close < 0) throw new UserError(`${path}:${began}:${cells.length + 1}: the quote that opens here is never closed.`);
        const piece = text.slice(at, close);
        line += newlinesIn(piece);
        pieces.push(piece);
        at = close + 1;
        if (text[at] !== '"') break;
      }
      value = pieces.join('"');
      if (at < text.length && text[at] !== delimiter && text[at] !== "\n" && text[at] !== "\r") throw new UserError(`${where()}: something follows a closing quote.`);
    } else {
      const from = at;
      while (at < text.length && text[at] !== delimiter && text[at] !== "\n" && text[at] !== "\r") at += 1;
      value = text.slice(from, at);
    }
    if (value.length > LONGEST_CELL) throw new UserError(`${path}:${began}:${cells.length + 1}: a cell of ${value.length} characters. Is a quote missing, or one too many?`);
    cells.push({ text: value.trim(), line: began, column: cells.length + 1 });
    if (cells.length > MOST_CELLS) throw new UserError(`${path}:${began}: a line of more than ${MOST_CELLS} cells. Is this the right file?`);
    if (text[at] === delimiter) {
      at += 1;
      // A line that ends with the mark has one more cell, which is empty.
      if (at < text.length && text[at] !== "\n" && text[at] !== "\r") continue;
    }
    if (text[at] === "\r") at += 1;
    if (text[at] === "\n") at += 1;
    line += 1;
    count += cells.length;
    if (count > MOST_CELLS_OF_ALL) throw new UserError(`${path} has more than ${MOST_CELLS_OF_ALL} cells. Split it by year.`);
    if (cells.some((cell) => cell.text !== "")) lines.push(cells);
    cells = [];
  }
  return { path, delimiter, lines };
}

function newlinesIn(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count += 1;
  return count;
}

/** The mark that the longest of the first lines has most of: some files begin with a title. */
function delimiterOf(text: string): string {
  const first = text.slice(0, 4_096).split(/\r?\n/, 8);
  const count = (mark: string): number => Math.max(...first.map((line) => line.split(mark).length));
  return DELIMITERS.reduce((best, mark) => (count(mark) > count(best) ? mark : best));
}
