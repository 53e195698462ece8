import { styleText } from "node:util";
import { redact } from "../../core/redact.ts";

/** How a piece of terminal text is coloured. */
export type Paint = "bold" | "dim" | "green" | "red" | "yellow";

/** Colours text, or leaves it alone: the caller has asked the terminal, not this function. */
export type Painter = (paint: Paint, text: string) => string;

/** A painter that colours, or one that does not. */
export function painter(colour: boolean): Painter {
  return (paint, text) => (colour && text !== "" ? styleText(paint, text, { validateStream: false }) : text);
}

/** Text without control and invisible characters, so that a name from a file cannot move the cursor or colour the screen; and without secrets, which a line end would hide. */
export function plain(text: string): string {
  return redact(text).replace(/[\p{Cc}\p{Cf}]+/gu, " ");
}

/** Text in lines of at most `columns`, broken at spaces, or inside a word that is longer than a line. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (let word of plain(text).split(" ").filter((one) => one !== "")) {
    if (line !== "" && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = "";
    }
    while (word.length > columns) {
      lines.push(word.slice(0, columns));
      word = word.slice(columns);
    }
    line = line === "" ? word : `${line} ${word}`;
  }
  if (line !== "" || lines.length === 0) lines.push(line);
  return lines;
}

/** Text cut to at most `columns`, with an ellipsis where something was cut. */
export function fit(text: string, columns: number): string {
  const safe = plain(text);
  return safe.length <= columns ? safe : `${safe.slice(0, Math.max(0, columns - 1))}…`;
}

/** One column of a terminal table. */
export interface Column {
  readonly head: string;
  readonly align: "left" | "right";
  readonly cells: readonly string[];
  /** The highest goes first when the table is too wide; 0 stays. */
  readonly drop: number;
}

/** A table as lines, without the columns that do not fit. The head comes first. */
export function tableLines(columns: readonly Column[], width: number): string[] {
  const size = ({ head, cells }: Column): number => Math.max(head.length, ...cells.map((cell) => cell.length));
  let kept = [...columns];
  const total = (): number => kept.reduce((sum, column) => sum + size(column) + 2, -2);
  while (total() > width && kept.some(({ drop }) => drop > 0)) {
    const first = Math.max(...kept.map(({ drop }) => drop));
    kept = kept.filter(({ drop }) => drop !== first);
  }
  const rows = Math.max(0, ...kept.map(({ cells }) => cells.length));
  const line = (text: (column: Column) => string): string =>
    kept
      .map((column) => (column.align === "left" ? text(column).padEnd(size(column)) : text(column).padStart(size(column))))
      .join("  ")
      .trimEnd();
  const body = Array.from({ length: rows }, (_, row) => line(({ cells }) => cells[row] ?? ""));
  return [line(({ head }) => head), ...body].map((text) => fit(text, width));
}
