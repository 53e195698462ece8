import { compare, exact, negated, parseExact, signOf, textOf } from "../../core/holdings/exact.ts";
import { parseInstant } from "../../core/instant.ts";
import { UserError } from "../../core/user-error.ts";
import type { Cell } from "../../core/csv-lines.ts";
import type { CsvText } from "./csv-text.ts";
import { unescaped } from "./csv-write.ts";

/** One line of a file, its cells by the names of the columns; an empty cell is absent. */
export interface SheetRow {
  readonly line: number;
  readonly cells: ReadonlyMap<string, Cell>;
}

const MOST_TOLD = 20;
/** Most digits and letters of a cell that an error repeats. */
const SHOWN = 40;

/** What no amount reaches and no token is finer than: beyond it a text is no amount. */
const LARGEST = exact(`1${"0".repeat(30)}`);
const MOST_PLACES = 24;

/** A column's name as it is compared: small letters and digits alone. */
export const columnName = (text: string): string => text.toLowerCase().replaceAll(/[^a-z0-9]/g, "");

/** The rows below a line of column names. What is wrong in cells is collected, so that all of it is told at once. */
export class Sheet {
  readonly path: string;
  readonly columns: readonly string[];
  readonly rows: readonly SheetRow[];
  readonly #delimiter: string;
  readonly #thousands: boolean;
  readonly #problems: string[] = [];

  /** `head`: index of the line with the names. `thousands`: whether 1,234 is a thousand and more, as exchanges write it. */
  constructor(csv: CsvText, head: number, thousands: boolean) {
    this.path = csv.path;
    this.#delimiter = csv.delimiter;
    this.#thousands = thousands && csv.delimiter !== ";";
    const names = csv.lines[head] ?? [];
    this.columns = names.map(({ text }) => columnName(text));
    const twice = this.columns.find((name, i) => name !== "" && this.columns.indexOf(name) !== i);
    if (twice !== undefined) throw new UserError(`${this.path}:${names[0]?.line ?? 1}: the column ${twice} is there twice.`);
    this.rows = csv.lines.slice(head + 1).map((cells) => this.#rowOf(cells));
  }

  #rowOf(cells: readonly Cell[]): SheetRow {
    const extra = cells.slice(this.columns.length).find(({ text }) => text !== "");
    if (extra) throw new UserError(`${this.path}:${extra.line}:${extra.column}: there are more cells than columns; is "${this.#delimiter}" the mark between cells, or part of a number? Put the number in quotes.`);
    const own = cells.flatMap((cell, i): [string, Cell][] => {
      const name = this.columns[i];
      return cell.text === "" || name === undefined ? [] : [[name, cell]];
    });
    return { line: cells[0]?.line ?? 0, cells: new Map(own) };
  }

  /** Where a row stands, for the report. */
  origin(row: SheetRow): string {
    return `${this.path}:${row.line}`;
  }

  /** The text of a cell; null when it is empty. */
  text(row: SheetRow, name: string): string | null {
    const cell = row.cells.get(name);
    return cell ? unescaped(cell.text) : null;
  }

  /** A text that has to be there and to match; null when it does not, which is noted. */
  need(row: SheetRow, name: string, form: RegExp, what: string): string | null {
    const text = this.text(row, name);
    if (text !== null && form.test(text)) return text;
    return this.wrong(row, name, text === null ? `is empty; it must be ${what}` : `must be ${what}, got ${shown(text)}`);
  }

  /** A decimal as exact text; null when the cell is empty, or wrong and noted. Signs of money before it are left away. */
  decimal(row: SheetRow, name: string): string | null {
    const text = this.text(row, name);
    if (text === null) return null;
    const plain = this.plain(text);
    return plain ?? this.wrong(row, name, `must be a number such as 1234.5${this.#thousands ? "" : " without thousands marks"}, got ${shown(text)}`);
  }

  /** A decimal that has to be there, not below zero. */
  amount(row: SheetRow, name: string): string | null {
    if (!row.cells.has(name)) return this.wrong(row, name, "is empty; it must be a number");
    const value = this.decimal(row, name);
    return value !== null && signOf(exact(value)) < 0 ? this.wrong(row, name, `must not be below 0, got ${shown(value)}`) : value;
  }

  /** A number as exact text; null when it is none. */
  plain(text: string): string | null {
    let bare = text.replace(/^([+-]?)\s*(?:[$€£¥]|[A-Z]{3}\s)\s*/, "$1").replace(/^\+/, "");
    // Where semicolons part the cells, a single comma is the decimal point of the country.
    if (this.#delimiter === ";" && /^-?\d+,\d+$/.test(bare)) bare = bare.replace(",", ".");
    if (this.#thousands && /^-?\d{1,3}(,\d{3})+(\.\d+)?$/.test(bare)) bare = bare.replaceAll(",", "");
    const value = parseExact(bare);
    if (value === null || value.places > MOST_PLACES || compare(value, LARGEST) >= 0 || compare(negated(value), LARGEST) >= 0) return null;
    return textOf(value);
  }

  /** Epoch milliseconds of a cell that has to be there; null when it is no date, which is noted. */
  time(row: SheetRow, name: string): number | null {
    const text = this.text(row, name);
    const short = text !== null && /^\d\d-\d\d-\d\d /.test(text) ? `20${text}` : text;
    const time = short === null ? Number.NaN : parseInstant(short);
    if (Number.isFinite(time)) return time;
    return this.wrong(row, name, text === null ? "is empty; it must be a date" : `must be a UTC date such as 2024-01-31 12:00:00, got ${shown(text)}`);
  }

  /** Notes what is wrong with a cell. */
  wrong(row: SheetRow, name: string, message: string): null {
    const cell = row.cells.get(name);
    this.#problems.push(`${this.path}:${cell?.line ?? row.line}:${cell?.column ?? this.columns.indexOf(name) + 1}: ${name}: ${message}`);
    return null;
  }

  /** Throws what was found wrong, if anything was. */
  finish(): void {
    const problems = this.#problems;
    if (problems.length === 0) return;
    const told = problems.slice(0, MOST_TOLD).map((problem) => `\n  ${problem}`);
    const more = problems.length > MOST_TOLD ? `\n  and ${problems.length - MOST_TOLD} more` : "";
    throw new UserError(`${this.path} has ${problems.length === 1 ? "a problem" : `${problems.length} problems`}:${told.join("")}${more}`, problems);
  }
}

/** A text as an error repeats it: on one line, and cut. */
export function shown(text: string): string {
  const clean = text.replaceAll(/\p{C}/gu, " ");
  return `"${clean.length > SHOWN ? `${clean.slice(0, SHOWN - 3)}...` : clean}"`;
}
