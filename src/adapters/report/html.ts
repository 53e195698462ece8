import type { FullBacktestOutput } from "../../app/result.ts";
import type { CandleSeries } from "../../core/candle.ts";
import { cards } from "./cards.ts";
import { type ChartData, chartData } from "./chart-data.ts";
import { votesWorth } from "./council/section.ts";
import { count } from "./format.ts";
import { header, parameters, runName } from "./header.ts";
import { type Inlined, inlineLibraries } from "./libraries.ts";
import { type Markup, markup, trusted } from "./markup.ts";
import { monthlyTable } from "./monthly.ts";
import { pageOf } from "./page.ts";
import { type Run, asRun } from "./run.ts";
import { boundsTable, decisionsTable, figuresTable, refusedTable, roundTripsTable, strategiesTable } from "./tables.ts";
import { symbolChooser, symbolsTable } from "./symbols.ts";
import { caution } from "./verdict.ts";

/**
 * A run as one HTML page that needs no network: the chart libraries, the data and the styles are inside.
 * `series` holds the candles of the fill timeframe by symbol; a symbol without any has no price chart.
 */
export function renderReport(full: FullBacktestOutput, series: ReadonlyMap<string, CandleSeries>): string {
  const output = asRun(full);
  const libraries = inlineLibraries();
  const data = chartData(output, series);
  const body = markup`${header(output)}
${cards(output)}
<noscript><p class="callout">The charts need JavaScript; the tables below do not.</p></noscript>
${priceSection(output, data)}
${equitySection(output, data)}
${symbolsTable(output, data.symbols.map(({ symbol }) => symbol))}
${monthlyTable(output, series)}
${votesWorth(output)}
${strategiesTable(output)}
${figuresTable(output)}
${boundsTable(output)}
${decisionsTable(output)}
${roundTripsTable(output)}
${refusedTable(output)}
${parameters(output)}
${footer(output, libraries)}`;
  return pageOf({ title: `${runName(output)} · Caucus backtest`, body, data, libraries });
}

function priceSection(output: Run, data: ChartData): Markup {
  if (data.symbols.length === 0) {
    return markup`<section class="panel"><h2>Price</h2><p class="note">The candles of this run are not at hand, so there is no price chart.</p></section>`;
  }
  const council = output.decisions.length > 0 || output.votes.length > 0;
  const layers = [
    layer("fills", "Fills", data.symbols.some(({ fills }) => fills.length > 0)),
    layer("ladder", "Ladder", data.symbols.some(({ ladders }) => ladders.length > 0)),
    layer("levels", "Support and resistance", data.symbols.some(({ levels }) => levels.some((set) => set.length > 0))),
    layer("stances", "Stance", output.decisions.length > 0),
  ];
  return markup`<section class="panel" id="price">
    <div class="bar"><h2>Price${council ? " and council" : ""}</h2>
      ${symbolChooser(data.symbols.map(({ symbol }) => symbol))}
      <div class="zoom" role="group" aria-label="Zoom"><button type="button" data-zoom="in" aria-label="Zoom in">+</button><button type="button" data-zoom="out" aria-label="Zoom out">−</button><button type="button" data-zoom="all">All</button></div>
    </div>
    <div class="layers" role="group" aria-label="Shown on the chart">${layers}</div>
    <div class="market">
      <div class="canvases">
        <div id="price-chart" tabindex="0" role="application" aria-label="Candles with fills, ladder, levels and stances"></div>
        <div id="council" ${council ? null : trusted("hidden")}></div>
        <p class="note" id="price-note"></p>
      </div>
      <aside id="inspector" aria-label="What happened at the chosen bar"></aside>
    </div>
  </section>`;
}

function layer(name: string, label: string, present: boolean): Markup | null {
  if (!present) return null;
  return markup`<button type="button" class="layer of-${name}" data-layer="${name}" aria-pressed="true"><i aria-hidden="true"></i>${label}</button>`;
}

function equitySection(output: Run, data: ChartData): Markup {
  if (data.curves.time.length < 2) {
    return markup`<section class="panel"><h2>Equity</h2><p class="note">Fewer than two samples of equity were kept, so there is no curve.</p></section>`;
  }
  const comeAndGo = output.result.symbols.some(({ beganLate, delisted }) => beganLate || delisted);
  const spread = output.data.symbols.length > 1 ? `the capital spread evenly over the symbols${comeAndGo ? " that exist" : ""}` : "all of the capital";
  const hold = data.curves.hold.every((value) => value === null)
    ? "Buy and hold is not drawn: the candles at hand do not lead to its reported return."
    : `Buy and hold is ${spread} at the first close, after the taker fee${comeAndGo ? "; one that is listed later gets an equal part by selling the same share of all others, one that is delisted stays" : ""}.`;
  const thinned = data.curves.time.length < data.curves.samples
    ? ` ${count(data.curves.time.length)} of ${count(data.curves.samples)} samples are drawn; the highest and lowest are among them.`
    : "";
  return markup`<section class="panel" id="curves">
    <h2>Equity</h2>
    <p class="legend" id="equity-legend"></p>
    <div class="curve" id="equity-chart" role="img" aria-label="Equity of the run beside buy and hold"></div>
    <h2 class="sub">Drawdown</h2>
    <p class="legend" id="drawdown-legend"></p>
    <div class="curve" id="drawdown-chart" role="img" aria-label="Drawdown of the run beside buy and hold"></div>
    <p class="note">Marked at the samples the run kept; the max drawdown above is marked at every fill candle and can be deeper. ${hold}${thinned} Drag over a curve to zoom all charts, double-click to see all.</p>
  </section>`;
}

function footer(output: Run, { licences }: Inlined): Markup {
  return markup`<footer>
    <p class="caution">${caution(output)}</p>
    <p>Charts: <a href="https://www.tradingview.com/" rel="noopener noreferrer">TradingView Lightweight Charts™</a>, © TradingView, Inc., Apache License 2.0; uPlot, © Leon Sorokin, MIT License. This page loads nothing from the network. All times are UTC.</p>
    <details><summary>Licences</summary><pre>${licences}</pre></details>
  </footer>`;
}
