import { wrap } from "../adapters/report/terminal.ts";

const COLUMNS = 80;

/** A text as indented lines of at most 80 columns. */
export function indented(text: string, indent: number): string[] {
  return text === "" ? [] : wrap(text, COLUMNS - indent).map((line) => " ".repeat(indent) + line);
}
