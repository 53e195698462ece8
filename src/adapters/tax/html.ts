import { type Exact, rounded, textOf } from "../../core/holdings/exact.ts";

/** Text with the characters that mean something in HTML written as entities. */
export function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;").replaceAll("'", "&#39;");
}

/** Money to the cent, with marks between thousands; half a cent away from zero. */
export function money(value: Exact): string {
  const [whole = "0", cents = ""] = textOf(rounded(value, 2)).split(".");
  return `${whole.replaceAll(/\B(?=(\d{3})+$)/g, ",")}.${cents.padEnd(2, "0")}`.replace("-", "\u2212");
}

/** A quantity to ten decimals. */
export const quantity = (value: Exact): string => textOf(rounded(value, 10)).replace("-", "\u2212");

/** A date and the time of day, UTC. */
export const instant = (time: number): string => `${day(time)} ${new Date(time).toISOString().slice(11, 16)}`;

/** A date, UTC. */
export const day = (time: number): string => new Date(time).toISOString().slice(0, 10);

/** A column: its name, and whether it is a number, which stands on the right, or what is never broken. */
export type Column = readonly [name: string, kind?: "number" | "whole"];

/** Where a row stands without the folders before it; the sources of the report have them. */
export const place = (origin: string): string => origin.replace(/^.*[/\\]/, "");

const CLASSES: Readonly<Record<string, string>> = { number: ' class="n"', whole: ' class="w"' };

/** Lines that a table has at most on paper; the CSV has them all. */
const MOST_LINES = 2_000;

/** A table of texts, which are escaped; `null` when there are no lines. `file` is where the rest is. */
export function table(columns: readonly Column[], lines: readonly (readonly string[])[], file: string): string | null {
  if (lines.length === 0) return null;
  const cell = (tag: "td" | "th", text: string, i: number): string => `<${tag}${CLASSES[columns[i]?.[1] ?? ""] ?? ""}>${escaped(text)}</${tag}>`;
  const head = columns.map(([name], i) => cell("th", name, i)).join("");
  const body = lines.slice(0, MOST_LINES).map((line) => `<tr>${line.map((text, i) => cell("td", text, i)).join("")}</tr>`).join("\n");
  const more = lines.length > MOST_LINES ? `<p class="more">${lines.length - MOST_LINES} more lines are in ${escaped(file)}.</p>` : "";
  return `<table><thead><tr>${head}</tr></thead><tbody>\n${body}\n</tbody></table>${more}`;
}

/** A page that is read on a screen and printed on A4: headings stay with their tables, and lines are never cut. */
export const STYLE = `
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 24px; max-width: 1100px; color: #16191d; background: #fff; font: 13px/1.45 system-ui, "Segoe UI", "Helvetica Neue", Arial, sans-serif; }
h1 { margin: 0 0 4px; font-size: 24px; }
h2 { margin: 26px 0 8px; font-size: 16px; break-after: avoid; }
p { margin: 4px 0; }
.sub, .more { color: #555d66; }
.warn { margin: 14px 0; padding: 10px 14px; border: 1px solid #b3261e; border-left-width: 6px; background: #fdf1f0; }
.good { margin: 14px 0; padding: 10px 14px; border: 1px solid #1b7a3d; border-left-width: 6px; background: #eef8f1; }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: 3px 16px 3px 0; border-bottom: 1px solid #dfe3e8; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
th { border-bottom: 1px solid #16191d; font-weight: 600; overflow-wrap: normal; }
th:last-child, td:last-child { padding-right: 0; }
.n { text-align: right; white-space: nowrap; }
.w { white-space: nowrap; }
thead { display: table-header-group; }
tr { break-inside: avoid; }
.summary { max-width: 620px; }
.wide { overflow-x: auto; }
@page { size: A4 landscape; margin: 14mm 12mm 16mm; @bottom-right { content: counter(page) " / " counter(pages); font: 9px sans-serif; color: #555d66; } }
@media print {
  body { max-width: none; padding: 0; font-size: 9.5px; }
  h1 { font-size: 18px; } h2 { font-size: 12.5px; margin-top: 16px; }
  .warn, .good { print-color-adjust: exact; -webkit-print-color-adjust: exact; break-inside: avoid; }
  .wide { overflow: visible; }
}
`;
