import { clipped } from "../text/html.ts";
import { fitted, widthOf } from "../text/table.ts";

/** Colours that can be told apart on the dark ground that every picture brings along, whatever the chat's is. */
export const COLOURS = {
  ground: "#10161d", panel: "#18212b", line: "#2b3743", text: "#e8eef4", faint: "#93a4b5",
  up: "#2fbf8f", down: "#f0616d", price: "#f4c95d", buy: "#5ee6b5", sell: "#ff9aa2", grid: "#5b8def", dca: "#d08bf0", other: "#8ad0d6", support: "#43c59e", resistance: "#f08a5d",
} as const;

/** Width of one character of the fixed-width font, parts of its size. */
export const CHARACTER = 0.6021;

/** Text as XML takes it. */
export function xml(text: string): string {
  return clipped(text, 500).replace(/[\n\t\ufffe\uffff]/g, " ").replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

/** A coordinate without needless digits. */
export function at(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** How a text stands. */
export interface TextStyle {
  readonly size: number;
  readonly fill?: string;
  readonly anchor?: "start" | "middle" | "end";
  readonly bold?: boolean;
}

/** A line of text in the fixed-width font, its baseline at y; what is wider than `most` pixels is cut with an ellipsis. */
export function label(x: number, y: number, text: string, { size, fill = COLOURS.text, anchor = "start", bold = false }: TextStyle, most = Number.POSITIVE_INFINITY): string {
  const shown = Number.isFinite(most) ? fitted(text, Math.max(0, Math.floor(most / (size * CHARACTER)))) : text;
  const weight = bold ? ' font-weight="bold"' : "";
  return `<text x="${at(x)}" y="${at(y)}" font-family="DejaVu Sans Mono" font-size="${size}" fill="${fill}" text-anchor="${anchor}"${weight} xml:space="preserve">${xml(shown)}</text>`;
}

/** The largest font size, `size` at the most, at which a text takes no more than `most` pixels. */
export function sizeFor(text: string, size: number, most: number): number {
  return Math.min(size, Math.floor(most / (Math.max(1, widthOf(text)) * CHARACTER)));
}

/** Pixels that a text takes in the fixed-width font of a size. */
export function pixelsOf(text: string, size: number): number {
  return widthOf(text) * size * CHARACTER;
}

/** Text broken between words into lines of at most `most` pixels; the last of `count` lines is cut. */
export function wrapped(text: string, size: number, most: number, count: number): string[] {
  const room = Math.max(1, Math.floor(most / (size * CHARACTER)));
  const lines: string[] = [];
  let line = "";
  const words = clipped(text, 1_000).split(/\s+/).filter((word) => word !== "");
  for (const [i, word] of words.entries()) {
    const next = line === "" ? word : `${line} ${word}`;
    if (widthOf(next) <= room) {
      line = next;
      continue;
    }
    if (lines.length === count - 1) return [...lines, fitted(`${next} ${words.slice(i + 1).join(" ")}`, room)];
    if (line !== "") lines.push(line);
    line = fitted(word, room);
  }
  if (line !== "") lines.push(line);
  return lines.slice(0, count);
}

/** A rectangle. */
export function box(x: number, y: number, width: number, height: number, fill: string, round = 0, opacity = 1): string {
  return `<rect x="${at(x)}" y="${at(y)}" width="${at(Math.max(0, width))}" height="${at(Math.max(0, height))}" fill="${fill}"${round > 0 ? ` rx="${round}"` : ""}${opacity < 1 ? ` opacity="${opacity}"` : ""}/>`;
}

/** A straight line. */
export function stroke(x1: number, y1: number, x2: number, y2: number, colour: string, width = 1, dash = "", opacity = 1): string {
  return `<line x1="${at(x1)}" y1="${at(y1)}" x2="${at(x2)}" y2="${at(y2)}" stroke="${colour}" stroke-width="${width}"${dash === "" ? "" : ` stroke-dasharray="${dash}"`}${opacity < 1 ? ` opacity="${at(opacity)}"` : ""}/>`;
}

/** A whole picture on its ground. */
export function picture(width: number, height: number, body: readonly string[]): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${at(width)}" height="${at(height)}" viewBox="0 0 ${at(width)} ${at(height)}">${box(0, 0, width, height, COLOURS.ground)}${body.join("")}</svg>`;
}
