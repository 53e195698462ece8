import { wrap } from "../adapters/report/terminal.ts";

/** Width of a terminal that nobody has widened, characters. */
export const COLUMNS = 80;

/** A text as indented lines of at most 80 columns. */
export function indented(text: string, indent: number): string[] {
  return text === "" ? [] : wrap(text, COLUMNS - indent).map((line) => " ".repeat(indent) + line);
}
