import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { type Markup, trusted } from "./markup.ts";

const require = createRequire(import.meta.url);
const CLIENT = join(import.meta.dirname, "client");
/** A kind of page. */
export type PageKind = "backtest" | "comparison" | "search";

const LIGHTWEIGHT = ["lightweight-charts", "dist", "lightweight-charts.standalone.production.js"] as const;
const UPLOT = ["uplot", "dist", "uPlot.iife.min.js"] as const;
/** Client scripts in the order in which they are joined: each may use the functions of those before it. */
const PARTS: Readonly<Record<PageKind, { readonly libraries: readonly (readonly [string, ...string[]])[]; readonly scripts: readonly string[] }>> = {
  backtest: { libraries: [LIGHTWEIGHT, UPLOT], scripts: ["frame", "link", "overlay", "price", "inspector", "votes", "curves", "start"] },
  comparison: { libraries: [UPLOT], scripts: ["frame", "link", "comparison"] },
  // Its charts are drawn as SVG when it is written.
  search: { libraries: [], scripts: [] },
};
const LICENCES = [
  [LIGHTWEIGHT, "TradingView Lightweight Charts™"],
  [UPLOT, "uPlot"],
] as const;

/** The page's scripts and styles, inlined, and the policy that lets these run and nothing else. */
export interface Inlined {
  readonly styles: Markup;
  readonly scripts: Markup;
  /** Content of a Content-Security-Policy: no network, no script but these. */
  readonly policy: string;
  /** The licences of the chart libraries, as they ask to be kept. */
  readonly licences: string;
}

const inlined = new Map<PageKind, Inlined>();

/** Reads the chart libraries from their packages and the client scripts from beside this file; once a process and kind of page. */
export function inlineLibraries(kind: PageKind = "backtest"): Inlined {
  const known = inlined.get(kind);
  if (known !== undefined) return known;
  const made = read(kind);
  inlined.set(kind, made);
  return made;
}

function read(kind: PageKind): Inlined {
  const { libraries, scripts: names } = PARTS[kind];
  const client = names.map((name) => readFileSync(join(CLIENT, `${name}.js`), "utf8")).join("\n");
  const own = names.length === 0 ? [] : [`(() => {\n"use strict";\n${client}\n})();`];
  const scripts = [...libraries.map(([name, ...parts]) => packageFile(name, ...parts)), ...own].map(asInline);
  const hashes = scripts.map((script) => `'sha256-${createHash("sha256").update(script).digest("base64")}'`);
  const charts = libraries.includes(UPLOT) ? packageFile("uplot", "dist", "uPlot.min.css") : "";
  return {
    styles: trusted(`<style>${charts}\n${readFileSync(join(CLIENT, "page.css"), "utf8")}</style>`),
    scripts: trusted(scripts.map((script) => `<script>${script}</script>`).join("\n")),
    policy: [
      "default-src 'none'",
      `script-src ${hashes.length === 0 ? "'none'" : hashes.join(" ")}`,
      // The chart library adds a style element of its own.
      "style-src 'unsafe-inline'",
      "img-src data:",
      "base-uri 'none'",
      "form-action 'none'",
    ].join("; "),
    licences: LICENCES.filter(([library]) => libraries.includes(library))
      .map(([[name], title]) => `${title}\n\n${packageFile(name, "LICENSE")}`)
      .join("\n\n\n"),
  };
}

function packageFile(name: string, ...parts: string[]): string {
  return readFileSync(join(dirname(require.resolve(`${name}/package.json`)), ...parts), "utf8");
}

/** Line ends as the HTML parser will see them, else the hash would not match. */
function asInline(script: string): string {
  const text = script.replaceAll("\r\n", "\n").replaceAll("\r", "\n");
  if (/<\/script|<!--/i.test(text)) throw new Error("a script to be inlined holds text that would end its element");
  return text;
}
