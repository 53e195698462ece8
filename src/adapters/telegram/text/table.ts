import { clipped } from "./html.ts";

/** Characters that fit beside each other on a phone in fixed width. */
export const WIDTH = 32;

/** A column of a table: how its cells stand, and whether it gives way when a row is too wide. */
export interface Column {
  readonly align: "left" | "right";
  readonly shrinks?: boolean;
}

/** Cells that a character takes in fixed width: two for East Asian ones and pictures. */
function cells(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  return (code >= 0x1100 && code <= 0x115f) || (code >= 0x2e80 && code <= 0xa4cf) || (code >= 0xac00 && code <= 0xd7a3) || (code >= 0xf900 && code <= 0xfaff) || (code >= 0xfe30 && code <= 0xfe6f) || (code >= 0xff00 && code <= 0xff60) || code >= 0x1f000 ? 2 : 1;
}

/** Cells that a text takes. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += cells(character);
  return width;
}

/** A text cut to `most` cells, with an ellipsis for what is gone. */
export function fitted(text: string, most: number): string {
  const clean = clipped(text, 500).replaceAll("\n", " ");
  if (widthOf(clean) <= most) return clean;
  let kept = "";
  let width = 0;
  for (const character of clean) {
    if (width + cells(character) > most - 1) break;
    kept += character;
    width += cells(character);
  }
  return most > 0 ? `${kept}…` : "";
}

/** Rows as lines of at most `width` cells; what is too wide is taken from the columns that shrink, then cut. */
export function tableLines(columns: readonly Column[], rows: readonly (readonly string[])[], width = WIDTH): string[] {
  const texts = rows.map((row) => columns.map((_, i) => clipped(row[i] ?? "", 500).replaceAll("\n", " ")));
  const widths = columns.map((_, i) => Math.max(0, ...texts.map((row) => widthOf(row[i] ?? ""))));
  let over = widths.reduce((sum, one) => sum + one, 0) + (columns.length - 1) - width;
  for (const [i, column] of columns.entries()) {
    if (!column.shrinks || over <= 0) continue;
    const before = widths[i] ?? 0;
    const after = Math.max(Math.min(before, 4), before - over);
    widths[i] = after;
    over -= before - after;
  }
  return texts.map((row) => fitted(row.map((text, i) => padded(text, widths[i] ?? 0, columns[i]?.align ?? "left")).join(" "), width).trimEnd());
}

function padded(text: string, width: number, align: Column["align"]): string {
  const shown = fitted(text, width);
  const space = " ".repeat(Math.max(0, width - widthOf(shown)));
  return align === "right" ? space + shown : shown + space;
}

/** Names and values in two columns, the values to the right; a pair that does not fit beside each other takes two lines. */
export function pairLines(pairs: readonly (readonly [string, string])[], width = WIDTH): string[] {
  return pairs.flatMap(([name, value]) => {
    const [left, right] = [fitted(name, width), fitted(value, width)];
    const space = width - widthOf(left) - widthOf(right);
    return space >= 1 ? [left + " ".repeat(space) + right] : [left, " ".repeat(Math.max(0, width - widthOf(right))) + right];
  });
}

/** Blocks of lines with an empty line between them. */
export function spaced(blocks: readonly (readonly string[])[]): string[] {
  return blocks.flatMap((block, i) => (i === 0 ? block : [" ", ...block]));
}
