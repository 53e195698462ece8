import { count, counted, days, momentOf, runDays } from "./format.ts";
import { type Markup, markup } from "./markup.ts";
import type { Run } from "./run.ts";
import { verdict } from "./verdict.ts";

/** The name of the run: the definition's, else its symbols. */
export function runName(output: Run): string {
  const { name } = output.definition;
  return typeof name === "string" && name !== "" ? name : output.data.symbols.map(({ symbol }) => symbol).join(", ");
}

/** The head of the page: name, market, period, where the data come from, and the outcome in a sentence. */
export function header(output: Run): Markup {
  const { data } = output;
  const timeframes = [...new Set(data.symbols.map(({ timeframe }) => timeframe))];
  const symbols = data.symbols.map(({ symbol }) => symbol);
  return markup`<header class="head">
    <p class="brand"><span class="mark" aria-hidden="true"><i></i><i></i><i></i></span>Caucus <span>backtest report</span></p>
    <div class="title">
      <h1>${runName(output)}</h1>
      <span class="badge ${data.synthetic ? "synthetic" : "real"}">${data.synthetic ? "Synthetic market" : "Recorded market"}</span>
    </div>
    <p class="facts">
      <span><b>${symbols.slice(0, 6).join(", ")}${symbols.length > 6 ? ` and ${symbols.length - 6} more` : ""}</b></span>
      <span>${momentOf(data.from).slice(0, 10)} to ${momentOf(data.to).slice(0, 10)}, ${days(runDays(output))}</span>
      <span>${counted(data.candles, "candle")} of ${timeframes.join(", ")}</span>
      <span>${[...new Set(data.symbols.map(({ source }) => source))].slice(0, 3).join(", ")}</span>
      <span title="sha256 of the candles: ${data.hash}">data <code>${data.hash.slice(0, 12)}</code></span>
    </p>
    ${data.synthetic ? markup`<p class="generated">No exchange ever traded these candles: they were generated from a seed. The result shows how the code behaves, not what a market would have paid.</p>` : null}
    <p class="verdict">${verdict(output)}</p>
  </header>`;
}

/** The data of each symbol and every resolved parameter, folded away. */
export function parameters(output: Run): Markup {
  const entries = flatten(output.definition);
  return markup`<section class="folds">
    <details>
      <summary>Parameters <small>${counted(entries.length, "value")}, as resolved</small></summary>
      <div class="scroll"><table class="keys"><tbody>
        ${entries.map(([key, value]) => markup`<tr><th scope="row"><code>${key}</code></th><td><code>${value}</code></td></tr>`)}
      </tbody></table></div>
    </details>
    <details>
      <summary>Data <small>${counted(output.data.symbols.length, "symbol")}</small></summary>
      <div class="scroll"><table>
        <thead><tr><th>Symbol</th><th>Source</th><th>From (UTC)</th><th>To (UTC)</th><th>Timeframe</th><th class="n">Candles</th><th class="n">Gaps</th><th class="n">Missing</th><th>sha256</th></tr></thead>
        <tbody>${output.data.symbols.map(
          (one) => markup`<tr><th scope="row">${one.symbol}</th><td class="wrap">${one.source}${one.synthetic ? " (synthetic)" : ""}</td><td>${momentOf(one.from)}</td><td>${momentOf(one.to)}</td><td>${one.timeframe}</td><td class="n">${count(one.candles)}</td><td class="n">${count(one.gaps)}</td><td class="n">${count(one.missing)}</td><td><code title="${one.hash}">${one.hash.slice(0, 16)}</code></td></tr>`,
        )}</tbody>
      </table></div>
    </details>
  </section>`;
}

/** A nested value as key paths and texts; empty objects and lists of plain values stay whole. */
export function flatten(value: unknown, path = ""): (readonly [key: string, value: string])[] {
  if (value === undefined) return [];
  const plain = typeof value !== "object" || value === null;
  if (plain || isPlainList(value) || Object.keys(value).length === 0) {
    return [[path, typeof value === "string" ? value : JSON.stringify(value)]];
  }
  return Object.entries(value).flatMap(([key, inner]) => flatten(inner, path === "" ? key : `${path}.${key}`));
}

function isPlainList(value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => typeof one !== "object" || one === null);
}
