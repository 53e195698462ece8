import { escaped } from "./html.ts";

/** What Telegram takes at the most. */
export const MOST_CHARACTERS = 4_096;
/** Kept free for the sentence under a proposal that says until when it can be confirmed. */
const ROOM_FOR_NOTE = 80;
/** What it takes under a picture. */
export const MOST_CAPTION = 1_024;

/** A part of a message: a line of HTML that is valid by itself, or lines of plain text in fixed width. */
export type Part = string | { readonly pre: readonly string[] };

const CUT = "…";
const OPEN = "<pre>";
const CLOSE = "</pre>";

/** Parts as one message, cut between lines where it would be too long; an ellipsis says so. */
export function message(parts: readonly Part[], most = MOST_CHARACTERS - ROOM_FOR_NOTE): string {
  let text = "";
  for (const part of parts) {
    if (typeof part !== "string" && part.pre.every((line) => line.trim() === "")) continue;
    const joined = text === "" ? "" : "\n";
    // Room for the ellipsis is kept until the end: what follows may not fit.
    const room = most - text.length - joined.length - CUT.length - 1;
    if (typeof part === "string") {
      if (part.length > room) return `${text}${joined}${CUT}`;
      text += joined + part;
      continue;
    }
    const lines = fitting(part.pre, room);
    if (lines.every((line) => line.trim() === "")) return `${text}${joined}${CUT}`;
    text += `${joined}${OPEN}${lines.join("\n")}${CLOSE}`;
    if (lines.length < part.pre.length) return `${text}\n${CUT}`;
  }
  return text === "" ? CUT : text;
}

/** The first of some lines, escaped, that fit into `room` characters with the tags around them. */
function fitting(lines: readonly string[], room: number): string[] {
  const kept: string[] = [];
  let length = OPEN.length + CLOSE.length;
  for (const line of lines) {
    const shown = escaped(line, 500);
    length += shown.length + 1;
    if (length > room) break;
    kept.push(shown);
  }
  return kept;
}

/** Lines of plain text in pages that each fit into a message beside `beside` characters of other text. */
export function pagesOfLines(lines: readonly string[], beside = 400): string[][] {
  const room = MOST_CHARACTERS - beside;
  const pages: string[][] = [];
  let length = Number.POSITIVE_INFINITY;
  for (const line of lines) {
    const own = escaped(line, 500).length + 1;
    if (length + own > room) {
      pages.push([]);
      length = 0;
    }
    pages.at(-1)?.push(line);
    length += own;
  }
  return pages.length > 0 ? pages : [[]];
}
