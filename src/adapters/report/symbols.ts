import type { SymbolResult } from "../../app/result.ts";
import { minus, tone } from "./cards.ts";
import { count, counted, decimal, gain, moment, percent, quantity, quoteOf, share } from "./format.ts";
import { type Markup, markup, trusted } from "./markup.ts";
import { tableOf } from "./page.ts";
import type { Run } from "./run.ts";

/** Symbols up to which each has a button of its own above the chart; more are in a list. */
const MOST_BUTTONS = 8;

/** What chooses the symbol of the price chart; nothing where there is one. */
export function symbolChooser(symbols: readonly string[]): Markup | null {
  if (symbols.length < 2) return null;
  if (symbols.length > MOST_BUTTONS) {
    return markup`<label class="chooser">Symbol <select id="symbol">${symbols.map((symbol, index) => markup`<option value="${index}">${symbol}</option>`)}</select></label>`;
  }
  const choices = symbols.map((symbol, index) => markup`<button type="button" role="tab" data-symbol="${index}" aria-selected="${index === 0 ? "true" : "false"}">${symbol}</button>`);
  return markup`<div class="tabs" role="tablist" aria-label="Symbol">${choices}</div>`;
}

/** Each symbol of a run of several, the best first: what it brought, when it was there, what is left of it. `drawn` are those with a chart, in its order. */
export function symbolsTable(output: Run, drawn: readonly string[]): Markup {
  const { symbols, startEquity } = output.result;
  if (symbols.length < 2) return markup``;
  const quote = quoteOf(output);
  const money = (value: number): Markup => markup`<span class="${tone(value)}">${minus(gain(value, { ...quote, currency: "" }).trim())}</span>`;
  const part = (value: number): Markup => markup`<span class="${tone(value)}">${minus(percent(value))}</span>`;
  const rows = symbols.toSorted((a, b) => b.profit - a.profit).map((one) => [
    nameOf(one, drawn.indexOf(one.symbol)),
    money(one.profit),
    part(startEquity > 0 ? one.profit / startEquity : 0),
    part(one.buyAndHold),
    share(one.exposure, 1),
    count(one.fills),
    count(one.roundTrips),
    decimal(one.feesPaid, quote.digits),
    one.held === 0 ? "" : markup`${decimal(one.value, quote.digits)} <small>${quantity(one.held)}</small>`,
    whenOf(one.from, one.beganLate ? "began late" : ""),
    whenOf(one.to, one.delisted ? "delisted" : ""),
  ]);
  const heads = ["Symbol", "Profit", "Of the capital", "Held alone", "Exposure", "Fills", "Round trips", "Fees", "Held at the end", "From (UTC)", "To (UTC)"];
  return markup`<section class="panel" id="symbols"><h2>Symbols</h2>
    <p class="note">${noteOf(symbols)} Money in ${quote.currency}; <i>held alone</i> is the symbol bought at its first close and held. ${drawn.length > 1 ? "A name shows its chart." : ""}</p>
    ${tableOf("Symbols", heads, 1, rows)}</section>`;
}

function noteOf(symbols: readonly SymbolResult[]): string {
  const won = symbols.filter(({ profit }) => profit > 0).length;
  const late = symbols.filter(({ beganLate }) => beganLate).length;
  const gone = symbols.filter(({ delisted }) => delisted).length;
  const edges = [...(late > 0 ? [`${count(late)} began after the run`] : []), ...(gone > 0 ? [`${count(gone)} ended before it`] : [])];
  return `${count(won)} of ${counted(symbols.length, "symbol")} ended with a profit${edges.length === 0 ? "" : `; ${edges.join(", ")}`}.`;
}

function nameOf({ symbol }: SymbolResult, index: number): Markup {
  return index < 0 ? markup`${symbol}` : markup`<button type="button" class="show" data-show="${index}" ${trusted('aria-controls="price-chart"')}>${symbol}</button>`;
}

function whenOf(time: number, mark: string): Markup {
  return markup`${mark === "" ? null : markup`<span class="edge">${mark}</span> `}${moment(time).slice(0, 10)}`;
}
