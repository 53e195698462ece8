import { UserError } from "./user-error.ts";

/** One cell, and where it stands: the line it begins on, and its number in the line from 1. */
export interface Cell {
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

/** How much of a text is believed to be a table. */
export interface CsvBounds {
  /** Characters. */
  readonly longestCell: number;
  readonly cellsOfLine: number;
}

const UNBOUNDED: CsvBounds = { longestCell: Number.POSITIVE_INFINITY, cellsOfLine: Number.POSITIVE_INFINITY };
const DELIMITERS = [",", ";", "\t"];

/** The mark between cells that one of the first lines has most of. */
export function delimiterOf(heads: readonly string[]): string {
  const count = (mark: string): number => Math.max(...heads.map((line) => line.split(mark).length));
  return DELIMITERS.reduce((best, mark) => (count(mark) > count(best) ? mark : best));
}

/** A text without its byte order mark. Throws a `UserError` for what is no text; `path` is for messages. */
export function csvText(given: string, path: string): string {
  if (given.includes("\0")) throw new UserError(`${path} is no text. Save it as "CSV UTF-8".`);
  return given.startsWith("\uFEFF") ? given.slice(1) : given;
}

/** Whether anything stands in a line. */
export const hasText = (cells: readonly Cell[]): boolean => cells.some((cell) => cell.text !== "");

/** The lines of a CSV text one by one, empty ones too; quotes as in RFC 4180. Throws a `UserError` with line and column. */
export function* csvLines(text: string, delimiter: string, path: string, bounds = UNBOUNDED): Generator<readonly Cell[]> {
  let cells: Cell[] = [];
  let [line, at] = [1, 0];
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
      if (at < text.length && !endsCell(text[at], delimiter)) throw new UserError(`${path}:${line}:${cells.length + 1}: something follows a closing quote.`);
    } else {
      const from = at;
      while (at < text.length && !endsCell(text[at], delimiter)) at += 1;
      value = text.slice(from, at);
    }
    if (value.length > bounds.longestCell) throw new UserError(`${path}:${began}:${cells.length + 1}: a cell of ${value.length} characters. Is a quote missing, or one too many?`);
    cells.push({ text: value.trim(), line: began, column: cells.length + 1 });
    if (cells.length > bounds.cellsOfLine) throw new UserError(`${path}:${began}: a line of more than ${bounds.cellsOfLine} cells. Is this the right file?`);
    if (text[at] === delimiter) {
      at += 1;
      // A line that ends with the mark has one more cell, which is empty.
      if (at < text.length && text[at] !== "\n" && text[at] !== "\r") continue;
    }
    if (text[at] === "\r") at += 1;
    if (text[at] === "\n") at += 1;
    line += 1;
    yield cells;
    cells = [];
  }
}

const endsCell = (mark: string | undefined, delimiter: string): boolean => mark === delimiter || mark === "\n" || mark === "\r";

function newlinesIn(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count += 1;
  return count;
}
