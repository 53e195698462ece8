import { fromEpoch, parseInstant } from "../../core/instant.ts";
import { UserError } from "../../core/user-error.ts";
import { type CsvLine, csvLines } from "./csv-fields.ts";

/** Returns as they stand in a file. */
export interface ReturnsTable {
  /** One name for each column. */
  readonly names: readonly string[];
  /** One row for each period, oldest first: returns as fractions, each over -1. */
  readonly rows: readonly (readonly number[])[];
  /** The file, for messages. */
  readonly name: string;
  /** The last line of the file that holds a row, from 1. */
  readonly lastLine: number;
  /** What was noticed and may be a mistake. */
  readonly warnings: readonly string[];
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const TIME_NAMES = new Set(["date", "time", "datetime", "timestamp", "day", "opentime", "closetime", "unix", "ts", "month", "week", "year"]);
/** What data frames call the column that counts their rows; often nothing. */
const INDEX_NAMES = new Set(["", "index", "unnamed0", "row", "period"]);
/** Seconds since 1970 have ten digits from 2001 on. */
const EPOCH = /^\d{10,19}$/;

/**
 * Reads returns, or with `equity` values of an account, from the text of a CSV file. A first line of names is taken as such, a
 * first column of dates, times or row numbers is left out. Everything else must be a number, or a `UserError` says where it is not.
 */
export function readReturns(text: string, name: string, equity: boolean): ReturnsTable {
  const lines = csvLines(text, name);
  const head = isHead(lines, name) ? (lines[0] as CsvLine) : null;
  const body = head === null ? lines : lines.slice(1);
  const sample = body[0];
  if (sample === undefined) throw new UserError(`${name}: there is nothing under the header.`);
  const width = (head ?? sample).fields.length;
  for (const { number, fields } of body) {
    if (fields.length !== width) throw new UserError(`${name}:${number}: ${fields.length} fields, where the file's first line has ${width}.`);
  }
  const skip = leftOut(head, sample, name);
  const names = namesOf(head, width, skip);
  if (names.length === 0) throw new UserError(`${name}:${(head ?? sample).number}: there is only a column of dates. Give a column of returns beside it.`);
  if (skip === 1) checkTimes(body, name);
  const values = body.map((line) => line.fields.slice(skip).map((field, i) => numberOf(field, names[i] ?? "", `${name}:${line.number}`)));
  if (!equity) refuseDecimalCommas(body, skip, name);
  const rows = equity ? fromEquity(values, body, name) : checked(values, body, name);
  const lastLine = body.at(-1)?.number ?? 1;
  if (rows.length < 2) throw new UserError(`${name}:${lastLine}: at least two returns are needed, and hundreds to learn something; there is ${rows.length === 0 ? "none" : "one"}.`);
  return { names, rows, name, lastLine, warnings: equity ? [] : perCent(names, rows) };
}

const plain = (text: string): string => text.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
const isTime = (text: string): boolean => Number.isFinite(parseInstant(text));

/** A first line is a header when it begins with a name; names that are numbers count trials and are let pass beside an index. */
function isHead(lines: readonly CsvLine[], name: string): boolean {
  const fields = lines[0]?.fields ?? [];
  const first = fields[0] ?? "";
  const rest = fields.slice(1);
  if (NUMBER.test(first) || isTime(first)) {
    // A row begins here; where the rest of it is wrong, the row is told, not taken for names.
    return fields.every((field) => !NUMBER.test(field) && !isTime(field));
  }
  const named = rest.every((field) => !NUMBER.test(field)) || rest.every((field) => /^\d+$/.test(field));
  // NaN and its like begin no header: a lone one is a missing number.
  if (named && !/^(nan|null|n\/a|na|none|[+-]?inf(inity)?)$/i.test(first) && !/^[+-]?[\d.,]+\s*%?$/.test(first)) return true;
  throw new UserError(`${name}:1: "${first}" is no number. The first line holds either names alone or numbers alone.`);
}

/** How many columns at the start are dates or row numbers: 0 or 1. */
function leftOut(head: CsvLine | null, sample: CsvLine, name: string): 0 | 1 {
  const title = head === null ? null : plain(head.fields[0] ?? "");
  const value = sample.fields[0] ?? "";
  if (title !== null && (TIME_NAMES.has(title) || INDEX_NAMES.has(title))) return 1;
  if (isTime(value)) return 1;
  if (EPOCH.test(value) && sample.fields.length > 1) return 1;
  if (title !== null && !NUMBER.test(value) && /^\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}/.test(value)) {
    throw new UserError(`${name}:${sample.number}: "${value}" looks like a date. Write dates as 2024-01-31, or name the column "date".`);
  }
  return 0;
}

function namesOf(head: CsvLine | null, width: number, skip: number): string[] {
  const seen = new Map<string, number>();
  return Array.from({ length: width - skip }, (_, i) => {
    const given = head?.fields[i + skip] ?? "";
    const name = given === "" ? (width - skip === 1 ? "returns" : `column ${i + 1}`) : given;
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    return times === 1 ? name : `${name} (${times})`;
  });
}

/** Rows must go from old to new: drawdowns and blocks of time depend on it. Dates that cannot be read cannot be checked. */
function checkTimes(body: readonly CsvLine[], name: string): void {
  const first = body[0]?.fields[0] ?? "";
  if (!isTime(first) && !EPOCH.test(first)) return;
  let before = Number.NEGATIVE_INFINITY;
  for (const { number, fields } of body) {
    const text = fields[0] ?? "";
    const time = EPOCH.test(text) ? fromEpoch(Number(text)) : parseInstant(text);
    if (!Number.isFinite(time)) throw new UserError(`${name}:${number}: "${text}" is no date, unlike those before it.`);
    if (time < before) throw new UserError(`${name}:${number}: ${text} comes after a later date. Sort the rows from the oldest to the newest.`);
    before = time;
  }
}

function numberOf(text: string, column: string, place: string): number {
  const value = NUMBER.test(text) ? Number(text) : Number.NaN;
  if (Number.isFinite(value)) return value;
  throw new UserError(`${place}: ${text === "" ? "nothing" : `"${text}"`} stands in column "${column}" where a number should.${advice(text)}`);
}

function advice(text: string): string {
  const share = /^([+-]?[\d.]+)\s*%$/.exec(text);
  if (share) return ` Write ${text} as a fraction: ${Number((Number(share[1]) / 100).toPrecision(12))}.`;
  if (/^[+-]?\d*,\d+$/.test(text)) return ` Write a decimal point: ${text.replace(",", ".")}.`;
  if (text === "" || /^(nan|null|n\/a|na|none)$/i.test(text)) return " A period without trading has a return of 0; a row that is not known must be left out.";
  return "";
}

/** A column written with decimal commas reads as two columns of whole numbers, and 0,01 would become a return of 100 %. */
function refuseDecimalCommas(body: readonly CsvLine[], skip: number, name: string): void {
  const whole = body.every(({ fields }) => fields.length - skip > 1 && fields.slice(skip).every((field) => /^[+-]?\d+$/.test(field)));
  const fractional = body.some(({ fields }) => fields.slice(skip).some((field) => Number(field) !== 0));
  if (whole && fractional) {
    throw new UserError(`${name}:${body[0]?.number ?? 1}: there is no decimal point in the whole file. Write returns as fractions, 0.01 for 1 %, with a point.`);
  }
}

function checked(values: readonly (readonly number[])[], body: readonly CsvLine[], name: string): readonly (readonly number[])[] {
  values.forEach((row, i) => {
    const lost = row.find((value) => value <= -1);
    if (lost !== undefined) {
      throw new UserError(`${name}:${body[i]?.number ?? 0}: a return of ${lost} loses all or more. Returns are fractions, -0.02 for a loss of 2 %; give values of an account with --equity.`);
    }
  });
  return values;
}

function fromEquity(values: readonly (readonly number[])[], body: readonly CsvLine[], name: string): number[][] {
  const rows: number[][] = [];
  values.forEach((row, i) => {
    const bad = row.find((value) => value <= 0);
    if (bad !== undefined) throw new UserError(`${name}:${body[i]?.number ?? 0}: an equity of ${bad}: from there on no return is defined.`);
    const before = values[i - 1];
    if (before) rows.push(row.map((value, k) => value / (before[k] as number) - 1));
  });
  return rows;
}

/** Returns over 1 are rare even in a year; most files that hold them hold per cent. */
function perCent(names: readonly string[], rows: readonly (readonly number[])[]): string[] {
  return names.flatMap((column, k) => {
    const large = rows.filter((row) => Math.abs(row[k] as number) > 1).length;
    return large === 0 ? [] : [`${column}: ${large} of ${rows.length} returns are over 100 %. If they are per cent, divide them by 100; if they are values of an account, add --equity.`];
  });
}
