import type { ComparedRun, Comparison, Gap } from "../../../app/honesty/result.ts";
import type { CandleSeries } from "../../../core/candle.ts";
import { DAY } from "../../../core/timeframe.ts";
import { minus } from "../cards.ts";
import { curvesOf, drawdownOf } from "../curves.ts";
import { figureGroups } from "../figures.ts";
import { count, counted, decimal, percent, quoteOf, share, signed } from "../format.ts";
import { flatten } from "../header.ts";
import { inlineLibraries } from "../libraries.ts";
import { type Markup, markup } from "../markup.ts";
import { headOf, pageOf, panel, tableOf, warningsOf } from "../page.ts";
import { asRun } from "../run.ts";
import { histogram } from "../svg.ts";

/** What the charts of a comparison draw: columns of equal length, times in epoch milliseconds, equity over its start. */
interface ComparisonData {
  readonly names: readonly [a: string, b: string, hold: string];
  readonly time: readonly number[];
  readonly equity: readonly (readonly (number | null)[])[];
  readonly drawdown: readonly (readonly (number | null)[])[];
}

/** A comparison as one HTML page that needs no network. `series` holds the candles by symbol, for buy and hold. */
export function renderComparison(comparison: Comparison, series: ReadonlyMap<string, CandleSeries>): string {
  const names = namesOf(comparison);
  const libraries = inlineLibraries("comparison");
  const { data, verdict, resampling, better, warnings } = comparison;
  const facts = [`${count(better.b)} days better for B, ${count(better.a)} for A, ${count(better.even)} even`, `correlation ${comparison.correlation === null ? "n/a" : decimal(comparison.correlation, 2)}`];
  const body = [
    headOf("comparison", `${names[0]} against ${names[1]}`, data, facts, markup`<p class="verdict">${verdict.sentence}</p>`),
    warningsOf([...warnings, ...comparison.a.warnings.map((one) => `A: ${one}`), ...comparison.b.warnings.map((one) => `B: ${one}`)]),
    markup`<section class="panel" id="curves"><h2>Equity</h2><p class="legend" id="equity-legend"></p><div class="curve" id="equity-chart" role="img" aria-label="Equity of A, B and buy and hold"></div>
      <h2 class="sub">Drawdown</h2><p class="legend" id="drawdown-legend"></p><div class="curve" id="drawdown-chart" role="img" aria-label="Drawdown of A, B and buy and hold"></div>
      <p class="note">At the end of each UTC day, start equity as 100. Drag over a chart to zoom both, double-click to see all.</p>
      <noscript><p class="callout">The charts need JavaScript; the tables below do not.</p></noscript></section>`,
    panel("differences", "B less A", `95 % by ${resampling.method}, ${count(resampling.samples)} samples. An interval that holds 0 says that chance gives as much.`, gapTable(comparison)),
    distribution(comparison),
    figuresTable(comparison, names),
    changesTable(comparison, names),
    markup`<footer><p class="caution">${data.synthetic ? "The market was generated: the comparison says nothing about any real market." : "Past results promise nothing: orders that filled here might not have filled, and markets change."}</p>
      <p>Charts: uPlot, © Leon Sorokin, MIT License. This page loads nothing from the network. All times are UTC.</p><details><summary>Licences</summary><pre>${libraries.licences}</pre></details></footer>`,
  ];
  return pageOf({ title: `${names[0]} against ${names[1]} · Caucus comparison`, body, data: chartData(comparison, series, names), libraries });
}

function namesOf({ a, b }: Comparison): readonly [string, string, string] {
  const name = (side: string, run: ComparedRun): string => (run.name === "" ? side : `${side} ${run.name}`);
  return [name("A", a), name("B", b), "Buy and hold"];
}

function chartData({ data, days, a, b }: Comparison, series: ReadonlyMap<string, CandleSeries>, names: ComparisonData["names"]): ComparisonData {
  const end = Date.parse(data.to);
  const time = [Math.max(days[0] ?? 0, Date.parse(data.from)), ...days.map((day) => Math.min(day + DAY, end))];
  const equity = time.map((at, index) => ({ time: at, equity: a.equity[index] ?? 0, cash: 0, exposure: 0 }));
  const { hold } = curvesOf(asRun({ version: 1, definition: a.definition, data, result: a.result, council: null, warnings: [], equity }), series, Infinity);
  const hundred = (column: readonly (number | null)[], start: number): (number | null)[] => column.map((value) => (value === null ? null : Number(((value / start) * 100).toPrecision(7))));
  const columns = [hundred(a.equity, a.result.startEquity), hundred(b.equity, b.result.startEquity), hundred(hold, a.result.startEquity)];
  const shorter = (value: number | null): number | null => (value === null ? null : Math.round(value * 1e6) / 1e6);
  return { names, time, equity: columns, drawdown: columns.map((column) => drawdownOf(column).map(shorter)) };
}

function gapTable({ difference }: Comparison): Markup {
  const points = (value: number): string => `${signed(value * 100, 2)} points`;
  const thousandths = (value: number): string => `${signed(value * 100, 4)} points`;
  const row = (label: string, { estimate, interval }: Gap, text: (value: number) => string): string[] => [
    label,
    estimate === null ? "n/a" : text(estimate),
    interval === null ? "n/a" : text(interval.low),
    interval === null ? "n/a" : text(interval.high),
    interval === null ? "not known" : interval.low > 0 || interval.high < 0 ? "more than chance" : "within chance",
  ];
  const rows = [
    row("Return", difference.totalReturn, points),
    row("Return a day", difference.dailyReturn, thousandths),
    row("Sharpe", difference.sharpe, (value) => signed(value, 2)),
    row("Max drawdown (above 0: B fell less)", difference.maxDrawdown, points),
  ];
  return tableOf("Differences", ["", "B less A", "Low", "High", ""], 1, rows);
}

function distribution({ a, b, days }: Comparison): Markup {
  const daily = (run: ComparedRun, index: number): number => (run.equity[index + 1] ?? 0) / (run.equity[index] || 1) - 1;
  const values = days.map((_, index) => daily(b, index) - daily(a, index));
  if (values.every((value) => value === 0)) return panel("days", "Day by day", "A and B did the same on every day.", []);
  const chart = histogram("Days by their difference", values, { label: "return of B less return of A, a day", text: (value) => `${signed(value * 100, 2)} %` }, 0);
  return panel("days", "Day by day", `How ${counted(days.length, "day")} fell out: right of the line B earned more. Point at a bar to see its days.`, markup`<div class="plots">${chart}</div>`);
}

function figuresTable({ a, b, data }: Comparison, names: readonly string[]): Markup {
  const groups = [a, b].map(({ definition, result }) => figureGroups({ version: 1, definition, data, result, council: null, warnings: [] }));
  const [first = [], second = []] = groups;
  const bodies = first.map(({ title, figures }, at) => {
    const other = second[at]?.figures ?? [];
    return markup`<tbody><tr class="group"><th colspan="3" scope="rowgroup">${title}</th></tr>${figures.map(
      ({ label, text, meaning }, index) => markup`<tr title="${meaning}"><th scope="row">${label}</th><td class="n">${minus(text)}</td><td class="n">${minus(other[index]?.text ?? "")}</td></tr>`,
    )}</tbody>`;
  });
  return panel(
    "both",
    "Figures of both",
    `Money in ${quoteOf({ version: 1, definition: a.definition, data, result: a.result, council: null, warnings: [] }).currency}. Average exposure: A ${share(a.result.exposure, 1)}, B ${share(b.result.exposure, 1)}; buy and hold ${minus(percent(a.result.buyAndHold.totalReturn))}.`,
    markup`<div class="scroll" tabindex="0" role="region" aria-label="Figures"><table class="pair"><thead><tr><th></th><th class="n" scope="col">${names[0] ?? "A"}</th><th class="n" scope="col">${names[1] ?? "B"}</th></tr></thead>${bodies}</table></div>`,
  );
}

function changesTable({ a, b }: Comparison, names: readonly string[]): Markup {
  const ofA = new Map(flatten(a.definition));
  const ofB = new Map(flatten(b.definition));
  const keys = [...new Set([...ofA.keys(), ...ofB.keys()])].filter((key) => ofA.get(key) !== ofB.get(key));
  if (keys.length === 0) return panel("changes", "Parameters", "Every parameter is the same in both.", []);
  const rows = keys.map((key) => [markup`<code>${key}</code>`, markup`<code>${ofA.get(key) ?? "not set"}</code>`, markup`<code>${ofB.get(key) ?? "not set"}</code>`]);
  return panel("changes", "Parameters", `${counted(keys.length, "value")} differ; all others are the same in both.`, tableOf("Parameters", ["Key", names[0] ?? "A", names[1] ?? "B"], 3, rows));
}
