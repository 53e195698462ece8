import type { BacktestOutput } from "../../app/result.ts";
import { minus } from "./cards.ts";
import { counted, days, momentOf } from "./format.ts";
import type { Inlined } from "./libraries.ts";
import { type Child, type Markup, embeddedJson, markup, trusted } from "./markup.ts";

/** The parts of a page: `data` is what its scripts draw, null for a page without scripts. */
export interface PageParts {
  readonly title: string;
  readonly body: Child;
  readonly data: unknown;
  readonly libraries: Inlined;
}

/** A whole HTML page that needs no network. */
export function pageOf({ title, body, data, libraries }: PageParts): string {
  const embedded = data === null ? null : markup`<script type="application/json" id="report-data">${trusted(embeddedJson(data))}</script>
${libraries.scripts}`;
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${libraries.policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
${libraries.styles}
</head>
<body>
<main>
${body}
</main>
${embedded}
</body>
</html>
`.html;
}

/** The head of a page that is about a definition and its data, with the verdict as its first sentence. */
export function headOf(kind: string, name: string, data: BacktestOutput["data"], facts: readonly string[], verdict: Markup): Markup {
  const length = (Date.parse(data.to) - Date.parse(data.from)) / 86_400_000;
  return markup`<header class="head">
    <p class="brand"><span class="mark" aria-hidden="true"><i></i><i></i><i></i></span>Caucus <span>${kind}</span></p>
    <div class="title"><h1>${name}</h1><span class="badge ${data.synthetic ? "synthetic" : "real"}">${data.synthetic ? "Synthetic market" : "Recorded market"}</span></div>
    ${verdict}
    <p class="facts"><span><b>${data.symbols.slice(0, 6).map(({ symbol }) => symbol).join(", ")}</b></span>
      <span>${momentOf(data.from).slice(0, 10)} to ${momentOf(data.to).slice(0, 10)}, ${days(length)}</span>
      <span>${counted(data.candles, "candle")}</span>
      ${facts.map((fact) => markup`<span>${fact}</span>`)}
      <span title="sha256 of the candles: ${data.hash}">data <code>${data.hash.slice(0, 12)}</code></span></p>
    ${data.synthetic ? markup`<p class="generated">No exchange ever traded these candles: they were generated from a seed. The result says nothing about any real market.</p>` : null}
  </header>`;
}

/** A panel with a title, a note of one or two sentences (or null), and what stands in it. */
export function panel(id: string, title: string, note: string | null, body: Child): Markup {
  return markup`<section class="panel" id="${id}"><h2>${title}</h2>${note === null ? null : markup`<p class="note">${note}</p>`}${body}</section>`;
}

/** A table in a box that scrolls sideways; the first `words` columns are text, the rest numbers. */
export function tableOf(name: string, heads: readonly string[], words: number, rows: readonly (readonly (string | Markup)[])[]): Markup {
  const kind = (index: number): string => (index < words ? "" : "n");
  const cell = (child: string | Markup): Child => (typeof child === "string" ? minus(child) : child);
  return markup`<div class="scroll" tabindex="0" role="region" aria-label="${name}"><table>
    <thead><tr>${heads.map((head, index) => markup`<th scope="col" class="${kind(index)}">${head}</th>`)}</tr></thead>
    <tbody>${rows.map((row) => markup`<tr>${row.map((child, index) => (index === 0 ? markup`<th scope="row" class="${kind(0)}">${cell(child)}</th>` : markup`<td class="${kind(index)}">${cell(child)}</td>`))}</tr>`)}</tbody></table></div>`;
}

/** The list of warnings, or nothing. */
export function warningsOf(list: readonly string[]): Markup | null {
  if (list.length === 0) return null;
  return markup`<section class="warnings" aria-label="Warnings"><h2>${counted(list.length, "warning")}</h2><ul>${list.map((one) => markup`<li>${one}</li>`)}</ul></section>`;
}
