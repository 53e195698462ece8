import type { DecisionRecord } from "../../app/result.ts";
import { minus, tone } from "./cards.ts";
import { figureGroups } from "./figures.ts";
import { count, counted, decimal, gain, moment, percent, price, quantity, quoteOf, share } from "./format.ts";
import { type Child, type Markup, markup } from "./markup.ts";
import type { Run } from "./run.ts";

const MOST_ROWS = 200;

/** Every figure with what it means. */
export function figuresTable(output: Run): Markup {
  const groups = figureGroups(output).map(
    ({ title, figures }) => markup`<tbody><tr class="group"><th colspan="3" scope="rowgroup">${title}</th></tr>
      ${figures.map(({ label, text, meaning }) => markup`<tr><th scope="row">${label}</th><td class="n">${minus(text)}</td><td class="why">${meaning}</td></tr>`)}</tbody>`,
  );
  return section("figures", "All figures", null, markup`<table class="figures">${groups}</table>`);
}

/** One row for each strategy on each symbol. */
export function strategiesTable(output: Run): Markup {
  const quote = quoteOf(output);
  const rows = output.result.strategies.map(
    (one) => markup`<tr><th scope="row">${one.symbol}</th><td>${one.strategy}</td><td class="n">${count(one.fills)}</td><td class="n">${count(one.roundTrips)}</td>
      ${money(one.closedProfit)}${money(one.unrealisedProfit)}${money(one.closedProfit + one.unrealisedProfit)}
      <td class="n">${decimal(one.feesPaid, quote.digits)}</td><td class="n">${quantity(one.baseHeld)}</td></tr>`,
  );
  function money(value: number): Markup {
    return markup`<td class="n ${tone(value)}">${minus(gain(value, { ...quote, currency: "" }).trim())}</td>`;
  }
  const heads = ["Symbol", "Strategy", "Fills", "Round trips", "Closed profit", "Open profit", "Together", "Fees", "Base held"];
  return rows.length === 0
    ? markup``
    : section("strategies", "Strategies", `Money in ${quote.currency}.`, table(heads, 2, rows));
}

/** The latest closed lots. */
export function roundTripsTable(output: Run): Markup {
  const quote = quoteOf(output);
  const all = output.roundTrips;
  const latest = [...all].sort((a, b) => b.closeTime - a.closeTime).slice(0, MOST_ROWS);
  if (latest.length === 0) return section("trips", "Round trips", "No lot was bought and sold again in this run.", markup``);
  const rows = latest.map(
    (trip) => markup`<tr><td>${moment(trip.closeTime)}</td><td>${moment(trip.openTime)}</td><td>${trip.symbol}</td><td>${trip.strategy}</td><td><code>${trip.lot}</code></td>
      <td class="n">${quantity(trip.quantity)}</td><td class="n">${price(trip.entryPrice)}</td><td class="n">${price(trip.exitPrice)}</td>
      <td class="n ${tone(trip.profit)}">${minus(gain(trip.profit, { ...quote, currency: "" }).trim())}</td><td class="n ${tone(trip.return)}">${minus(percent(trip.return))}</td></tr>`,
  );
  const heads = ["Closed (UTC)", "Opened (UTC)", "Symbol", "Strategy", "Lot", "Quantity", "Entry", "Exit", "Profit", "Return"];
  return section("trips", "Round trips", `${latestOf(latest.length, all.length)} Profit in ${quote.currency}, after fees.`, table(heads, 5, rows));
}

/** The decisions that changed a symbol's stance, newest first. */
export function decisionsTable(output: Run): Markup {
  if (output.decisions.length === 0) return markup``;
  const changes = stanceChanges(output.decisions);
  const latest = changes.slice(-MOST_ROWS).reverse();
  const rows = latest.map((one) => {
    const vetoes = one.vetoes.map(({ agent, limit }) => `${agent}: ${limit}`).join("; ");
    return markup`<tr><td>${moment(one.time)}</td><td>${one.symbol}</td><td><span class="stance ${one.stance}">${one.stance}</span></td>
      <td class="n">${minus(decimal(one.conviction, 2))}</td><td class="n">${share(one.exposure, 0)}</td>
      <td class="why">${one.reason}${vetoes === "" ? null : markup`<br><b>Veto</b> ${vetoes}`}</td></tr>`;
  });
  const counts = Object.entries(output.result.stances).map(([stance, times]) => `${stance} ${count(times)}`);
  const note = `${counted(Math.max(output.result.decisions, output.decisions.length), "decision")} (${counts.join(", ")}). ${latestOf(latest.length, changes.length, "change of stance", "changes of stance")}`;
  return section("decisions", "Decisions", note, table(["Time (UTC)", "Symbol", "Stance", "Conviction", "Exposure", "Why"], 3, rows, [5]));
}

/** Orders that the risk gate or the venue did not take, by reason. */
export function refusedTable(output: Run): Markup {
  const entries = Object.entries(output.result.refused).sort(([, a], [, b]) => b - a);
  if (entries.length === 0) return section("refused", "Refused orders", "None: every order that was asked for could be placed.", markup``);
  const rows = entries.map(([reason, times]) => markup`<tr><td class="why">${reason}</td><td class="n">${count(times)}</td></tr>`);
  return section("refused", "Refused orders", "Orders that the risk gate refused or the venue rejected.", table(["Reason", "Orders"], 1, rows));
}

/** What other assumptions about the path inside a candle would have given. */
export function boundsTable(output: Run): Markup {
  const { bounds } = output;
  if (bounds === undefined) return markup``;
  const spans = ([["Return", bounds.totalReturn, percent], ["Max drawdown", bounds.maxDrawdown, percent], ["Fills", bounds.fills, count]] as const).map(
    ([label, span, text]) => markup`<tr><th scope="row">${label}</th><td class="n">${minus(text(span.least))}</td><td class="n"><b>${minus(text(span.base))}</b></td><td class="n">${minus(text(span.most))}</td></tr>`,
  );
  const runs = bounds.runs.map(
    (run) => markup`<tr><td>${run.path}</td><td>${run.limitTest}</td><td>${run.counter}</td><td class="n">${minus(percent(run.totalReturn))}</td><td class="n">${minus(percent(run.maxDrawdown))}</td><td class="n">${count(run.fills)}</td></tr>`,
  );
  const coarse = bounds.tooCoarse ? " The candles are too coarse for this strategy: use a shorter timeframe before trusting any of them." : "";
  return section(
    "bounds",
    "Bounds",
    `A candle does not tell in which order its prices came. The same run under ${counted(bounds.runs.length, "fill model")}; the returns lie ${share(bounds.spread)} apart.${coarse}`,
    markup`${table(["", "Least", "This run", "Most"], 1, spans)}<details><summary>Every fill model</summary><div class="scroll">${table(["Path", "Limit test", "Counter order", "Return", "Max drawdown", "Fills"], 3, runs)}</div></details>`,
  );
}

/** Decisions whose stance differs from the one before of the same symbol, in time order. */
export function stanceChanges(decisions: readonly DecisionRecord[]): DecisionRecord[] {
  const before = new Map<string, string>();
  return decisions.filter(({ symbol, stance }) => {
    const changed = before.get(symbol) !== stance;
    before.set(symbol, stance);
    return changed;
  });
}

function latestOf(shown: number, all: number, noun = "round trip", plural = `${noun}s`): string {
  if (shown === all) return `${counted(all, noun, plural)}, newest first.`;
  return `The latest ${count(shown)} of ${counted(all, noun, plural)}, newest first; ${count(all - shown)} are not shown.`;
}

/** A table whose first `words` columns, and those in `alsoWords`, are text; the rest are numbers. */
function table(heads: readonly string[], words: number, rows: Child, alsoWords: readonly number[] = []): Markup {
  const cells = heads.map((head, index) =>
    index < words || alsoWords.includes(index) ? markup`<th scope="col">${head}</th>` : markup`<th scope="col" class="n">${head}</th>`,
  );
  return markup`<table><thead><tr>${cells}</tr></thead><tbody>${rows}</tbody></table>`;
}

function section(id: string, title: string, note: string | null, body: Markup): Markup {
  const content = body.html === "" ? null : markup`<div class="scroll" tabindex="0" role="region" aria-label="${title}">${body}</div>`;
  return markup`<section class="panel" id="${id}"><h2>${title}</h2>${note === null ? null : markup`<p class="note">${note}</p>`}${content}</section>`;
}
