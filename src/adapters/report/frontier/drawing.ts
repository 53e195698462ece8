import { escapeHtml } from "../markup.ts";

/** Colours on a dark ground, far enough apart for most eyes. */
export const COLOURS = {
  ground: "#10161d", panel: "#18212b", line: "#2b3743", text: "#e8eef4", faint: "#93a4b5",
  frontier: "#5b8def", resampled: "#8ad0d6", cloud: "#8ad0d6", asset: "#c3ccd6", chosen: "#f4c95d", equal: "#d08bf0", current: "#f0616d",
} as const;

/** Mean width of a character of DejaVu Sans, parts of its size; a little over, so that what is measured by it fits. */
const CHARACTER = 0.62;

/** Pixels that a text takes at most, nearly. */
export const pixelsOf = (text: string, size: number): number => text.length * size * CHARACTER;

/** A coordinate without needless digits. */
export const at = (value: number): number => Math.round(value * 10) / 10;

/** How a text stands. */
export interface TextStyle {
  readonly size: number;
  readonly fill?: string;
  readonly anchor?: "start" | "middle" | "end";
  readonly bold?: boolean;
}

/** A line of text, its baseline at y; what is wider than `most` pixels is cut with an ellipsis. */
export function label(x: number, y: number, text: string, { size, fill = COLOURS.text, anchor = "start", bold = false }: TextStyle, most = Number.POSITIVE_INFINITY): string {
  // Control characters are none that XML takes.
  const clean = text.replace(/[\p{Cc}\p{Cf}\p{Cs}\ufffe\uffff]+/gu, " ");
  const room = Number.isFinite(most) ? Math.max(1, Math.floor(most / (size * CHARACTER))) : clean.length;
  const shown = clean.length <= room ? clean : `${clean.slice(0, Math.max(0, room - 1))}…`;
  return `<text x="${at(x)}" y="${at(y)}" font-family="DejaVu Sans, Verdana, sans-serif" font-size="${size}" fill="${fill}" text-anchor="${anchor}"${bold ? ' font-weight="bold"' : ""}>${escapeHtml(shown)}</text>`;
}

/** A rectangle. */
export function box(x: number, y: number, width: number, height: number, fill: string, round = 0, opacity = 1): string {
  return `<rect x="${at(x)}" y="${at(y)}" width="${at(Math.max(0, width))}" height="${at(Math.max(0, height))}" fill="${fill}"${round > 0 ? ` rx="${round}"` : ""}${opacity < 1 ? ` opacity="${opacity}"` : ""}/>`;
}

/** A straight line. */
export function stroke(x1: number, y1: number, x2: number, y2: number, colour: string, width = 1, dash = ""): string {
  return `<line x1="${at(x1)}" y1="${at(y1)}" x2="${at(x2)}" y2="${at(y2)}" stroke="${colour}" stroke-width="${width}"${dash === "" ? "" : ` stroke-dasharray="${dash}"`}/>`;
}

/** A line through points; nothing for fewer than two. */
export function path(points: readonly (readonly [number, number])[], colour: string, width: number, dash = ""): string {
  if (points.length < 2) return "";
  return `<polyline points="${points.map(([x, y]) => `${at(x)},${at(y)}`).join(" ")}" fill="none" stroke="${colour}" stroke-width="${width}" stroke-linejoin="round" stroke-linecap="round"${dash === "" ? "" : ` stroke-dasharray="${dash}"`}/>`;
}

/** A round mark. */
export function dot(x: number, y: number, radius: number, fill: string, opacity = 1, edge = ""): string {
  return `<circle cx="${at(x)}" cy="${at(y)}" r="${radius}" fill="${fill}"${opacity < 1 ? ` opacity="${opacity}"` : ""}${edge === "" ? "" : ` stroke="${edge}" stroke-width="2.5"`}/>`;
}

/** A mark that is no dot: a square on its corner. */
export function diamond(x: number, y: number, radius: number, fill: string, edge = COLOURS.ground): string {
  return `<polygon points="${at(x)},${at(y - radius)} ${at(x + radius)},${at(y)} ${at(x)},${at(y + radius)} ${at(x - radius)},${at(y)}" fill="${fill}" stroke="${edge}" stroke-width="2"/>`;
}

/** Round values inside a span, about `count` of them. */
export function ticks(from: number, to: number, count: number): number[] {
  const raw = (to - from) / Math.max(1, count);
  if (!(raw > 0) || !Number.isFinite(raw)) return [from];
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5].map((factor) => factor * power).find((size) => size >= raw) ?? 10 * power;
  const first = Math.ceil(from / step - 1e-9);
  return Array.from({ length: Math.max(0, Math.floor(to / step + 1e-9) - first + 1) }, (_, i) => (first + i) * step);
}

/** A whole picture on its ground. */
export function picture(width: number, height: number, body: readonly string[]): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${at(height)}" viewBox="0 0 ${width} ${at(height)}">${box(0, 0, width, height, COLOURS.ground)}${body.join("")}</svg>\n`;
}
