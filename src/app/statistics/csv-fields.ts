import { UserError } from "../../core/user-error.ts";

/** A line of a file, cut into fields. */
export interface CsvLine {
  /** Number of the line in its file, from 1. */
  readonly number: number;
  readonly fields: readonly string[];
}

/** The lines of a CSV text as trimmed fields, cut at the comma, semicolon or tab that its first line has most of. `name` is for messages. */
export function csvLines(text: string, name: string): CsvLine[] {
  const lines = text.replace(/^\uFEFF/, "").split(/\r\n|\n|\r/);
  while (lines.length > 0 && (lines.at(-1) ?? "").trim() === "") lines.pop();
  const first = lines[0];
  if (first === undefined) throw new UserError(`${name}: the file is empty. Give returns, one row for each period and one column for each strategy.`);
  // A delimiter inside a quoted name is text.
  const bare = first.replaceAll(/"[^"]*"/g, "");
  const delimiter = [",", ";", "\t"].reduce((best, one) => (bare.split(one).length > bare.split(best).length ? one : best), ",");
  return lines.map((line, i) => {
    if (line.trim() === "") throw new UserError(`${name}:${i + 1}: this line is empty, and others follow. Leave it out, or fill it in.`);
    return { number: i + 1, fields: split(line, delimiter, `${name}:${i + 1}`) };
  });
}

/** Fields may stand in double quotes, in which a delimiter is text and two quotes are one. */
function split(line: string, delimiter: string, place: string): string[] {
  const fields: string[] = [];
  let at = 0;
  for (;;) {
    while (line[at] === " ") at++;
    if (line[at] === '"') {
      const { text, end } = quoted(line, at, place);
      fields.push(text);
      at = end;
      while (line[at] === " ") at++;
      if (at < line.length && line[at] !== delimiter) throw new UserError(`${place}: there is text after a closing quote.`);
    } else {
      const found = line.indexOf(delimiter, at);
      const end = found < 0 ? line.length : found;
      fields.push(line.slice(at, end).trim());
      at = end;
    }
    if (at >= line.length) return fields;
    at++;
  }
}

function quoted(line: string, start: number, place: string): { readonly text: string; readonly end: number } {
  let text = "";
  for (let at = start + 1; at < line.length; at++) {
    if (line[at] !== '"') text += line[at] ?? "";
    else if (line[at + 1] === '"') {
      text += '"';
      at++;
    } else return { text: text.trim(), end: at + 1 };
  }
  throw new UserError(`${place}: a quote is opened and never closed.`);
}
