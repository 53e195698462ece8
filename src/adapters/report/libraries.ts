import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { type Markup, trusted } from "./markup.ts";

const require = createRequire(import.meta.url);
const CLIENT = join(import.meta.dirname, "client");
/** In the order in which they are joined: each may use the functions of those before it. */
const CLIENT_SCRIPTS = ["frame", "overlay", "price", "inspector", "votes", "curves", "start"];

/** The page's scripts and styles, inlined, and the policy that lets these run and nothing else. */
export interface Inlined {
  readonly styles: Markup;
  readonly scripts: Markup;
  /** Content of a Content-Security-Policy: no network, no script but these. */
  readonly policy: string;
  /** The licences of the chart libraries, as they ask to be kept. */
  readonly licences: string;
}

let inlined: Inlined | undefined;

/** Reads the chart libraries from their packages and the client scripts from beside this file; once a process. */
export function inlineLibraries(): Inlined {
  inlined ??= read();
  return inlined;
}

function read(): Inlined {
  const client = CLIENT_SCRIPTS.map((name) => readFileSync(join(CLIENT, `${name}.js`), "utf8")).join("\n");
  const scripts = [
    packageFile("lightweight-charts", "dist", "lightweight-charts.standalone.production.js"),
    packageFile("uplot", "dist", "uPlot.iife.min.js"),
    `(() => {\n"use strict";\n${client}\n})();`,
  ].map(asInline);
  const hashes = scripts.map((script) => `'sha256-${createHash("sha256").update(script).digest("base64")}'`);
  return {
    styles: trusted(
      `<style>${packageFile("uplot", "dist", "uPlot.min.css")}\n${readFileSync(join(CLIENT, "page.css"), "utf8")}</style>`,
    ),
    scripts: trusted(scripts.map((script) => `<script>${script}</script>`).join("\n")),
    policy: [
      "default-src 'none'",
      `script-src ${hashes.join(" ")}`,
      // The chart library adds a style element of its own.
      "style-src 'unsafe-inline'",
      "img-src data:",
      "base-uri 'none'",
      "form-action 'none'",
    ].join("; "),
    licences: [
      `TradingView Lightweight Charts™\n\n${packageFile("lightweight-charts", "LICENSE")}`,
      `uPlot\n\n${packageFile("uplot", "LICENSE")}`,
    ].join("\n\n\n"),
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
