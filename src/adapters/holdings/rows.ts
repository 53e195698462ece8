import { exact, parseExact, signOf, textOf } from "../../core/holdings/exact.ts";
import { parseInstant } from "../../core/instant.ts";
import { UserError } from "../../core/user-error.ts";
import type { Cell } from "../../core/csv-lines.ts";
import type { CsvRow, CsvTable } from "./csv.ts";

const MOST_TOLD = 20;
/** What a spreadsheet would calculate when it opens the file; never a value. */
const FORMULA = /^[=@+\t]|^-(?![\d.,])/;

/** Takes values out of rows; what is wrong is collected, so that all of it is told at once. */
export class RowReader {
  readonly #table: CsvTable;
  readonly #problems: string[] = [];

  constructor(table: CsvTable, needed: readonly string[], known: readonly string[]) {
    this.#table = table;
    const missing = needed.filter((name) => !table.columns.includes(name));
    if (missing.length > 0) throw new UserError(`${table.path}:1: there is no column ${missing.join(", ")}; the first line names them: ${known.join(", ")}.`);
    const strange = table.columns.filter((name) => name !== "" && !known.includes(name));
    if (strange.length > 0) throw new UserError(`${table.path}:1: the column ${strange.join(", ")} is not known; there can be ${known.join(", ")}.`);
  }

  /** Throws what was found wrong, if anything was. */
  finish(): void {
    const problems = this.#problems;
    if (problems.length === 0) return;
    const told = problems.slice(0, MOST_TOLD).map((problem) => `\n  ${problem}`);
    const more = problems.length > MOST_TOLD ? `\n  and ${problems.length - MOST_TOLD} more` : "";
    throw new UserError(`${this.#table.path} has ${problems.length === 1 ? "a problem" : `${problems.length} problems`}:${told.join("")}${more}`, problems);
  }

  /** A text that matches; null when it is absent, or wrong and noted. */
  text(row: CsvRow, name: string, form: RegExp, what: string): string | null {
    const cell = row.cells.get(name);
    if (!cell) return null;
    if (FORMULA.test(cell.text)) return this.#wrong(cell, name, `is a formula (${shown(cell)}); write its value`);
    return form.test(cell.text) ? cell.text : this.#wrong(cell, name, `must be ${what}, got ${shown(cell)}`);
  }

  /** A decimal as exact text, or null likewise. `sign`: what it may be. */
  decimal(row: CsvRow, name: string, sign: "any" | "above 0" | "not below 0"): string | null {
    const cell = row.cells.get(name);
    if (!cell) return null;
    if (FORMULA.test(cell.text)) return this.#wrong(cell, name, `is a formula (${shown(cell)}); write its value`);
    // Where semicolons part the cells, a single comma is the decimal point of the country. Points and commas together are ambiguous.
    const text = row.delimiter === ";" && /^-?\d+,\d+$/.test(cell.text) ? cell.text.replace(",", ".") : cell.text;
    if (parseExact(text) === null) return this.#wrong(cell, name, `must be a number such as 1234.5 without thousands marks, got ${shown(cell)}`);
    const value = exact(text);
    const fits = sign === "any" || signOf(value) > 0 || (sign === "not below 0" && signOf(value) === 0);
    return fits ? textOf(value) : this.#wrong(cell, name, `must be ${sign}, got ${shown(cell)}`);
  }

  /** Epoch milliseconds, or null likewise. */
  time(row: CsvRow, name: string): number | null {
    const cell = row.cells.get(name);
    if (!cell) return null;
    const time = parseInstant(cell.text);
    return Number.isFinite(time) ? time : this.#wrong(cell, name, `must be a UTC date such as 2024-01-31 or 2024-01-31T12:00, got ${shown(cell)}`);
  }

  /** Whether all of the values are there; notes those cells that are empty. */
  has(row: CsvRow, names: readonly string[]): boolean {
    const empty = names.filter((name) => !row.cells.has(name));
    for (const name of empty) this.#problems.push(`${this.#table.path}:${row.line}:${this.#table.columns.indexOf(name) + 1}: ${name}: is empty`);
    return empty.length === 0;
  }

  #wrong(cell: Cell, name: string, message: string): null {
    this.#problems.push(`${this.#table.path}:${cell.line}:${cell.column}: ${name}: ${message}`);
    return null;
  }
}

function shown({ text }: Cell): string {
  const clean = text.replaceAll(/[\p{C}]/gu, " ");
  return `"${clean.length > 40 ? `${clean.slice(0, 37)}...` : clean}"`;
}
