import { count, counted, decimal, percent, share } from "../adapters/report/format.ts";
import { fit, type Painter, tableLines, wrap } from "../adapters/report/terminal.ts";
import type { ColumnStatistics, Statistics } from "../app/statistics/result.ts";

/** Columns that the table shows; the JSON has all. */
const SHOWN = 20;
const LABEL = 22;

/** The statistics as text of at most `width` characters a line. */
export function statisticsText(result: Statistics, width: number, paint: Painter): string {
  const { columns, best, settings } = result;
  const one = columns.find(({ name }) => name === best?.name) ?? columns[0];
  const lines = [
    paint("bold", fit(result.source, width)),
    fit(`${counted(one?.observations ?? 0, "return")} of ${counted(columns.length, "column")}, ${decimal(settings.periods, Number.isInteger(settings.periods) ? 0 : 2)} periods a year`, width),
    "",
    ...(columns.length > 1 ? [...table(columns, width, paint), ""] : []),
    ...(one === undefined ? [] : figures(one, columns.length > 1 ? `Best: ${one.name}` : one.name, settings.benchmarkSharpe, width, paint)),
    ...honesty(result, width, paint),
    paint(result.verdict.trade ? "green" : "red", "Verdict"),
    ...wrap(result.verdict.line, width).map((line) => paint("bold", line)),
    ...result.verdict.reasons.flatMap((reason) => bullet(reason, width)),
    ...(result.warnings.length === 0 ? [] : ["", paint("yellow", "Look at")]),
    ...result.warnings.flatMap((warning) => bullet(warning, width)),
  ];
  return `${lines.join("\n")}\n`;
}

function bullet(text: string, width: number): string[] {
  return wrap(text, width - 4).map((line, i) => (i === 0 ? `  - ${line}` : `    ${line}`));
}

const ratio = (value: number | null): string => (value === null ? "n/a" : decimal(value, 2));
/** A probability is never shown as certain. */
const chance = (value: number | null): string => {
  if (value === null) return "n/a";
  if (value > 0.995) return "over 0.99";
  return value < 0.005 ? "under 0.01" : decimal(value, 2);
};
const span = (interval: ColumnStatistics["sharpeInterval"], text: (value: number) => string): string =>
  interval === null ? "" : `95 %: ${text(interval.low)} to ${text(interval.high)}`;

function table(columns: readonly ColumnStatistics[], width: number, paint: Painter): string[] {
  const sorted = columns.toSorted((a, b) => (b.sharpe ?? Number.NEGATIVE_INFINITY) - (a.sharpe ?? Number.NEGATIVE_INFINITY)).slice(0, SHOWN);
  const cells = (head: string, text: (column: ColumnStatistics) => string, drop = 0) => ({ head, align: "right" as const, cells: sorted.map(text), drop });
  const [head = "", ...rows] = tableLines(
    [
      { head: "column", align: "left", cells: sorted.map(({ name }) => fit(name, 20)), drop: 0 },
      cells("return", (one) => percent(one.totalReturn)),
      cells("Sharpe", (one) => ratio(one.sharpe)),
      cells("95 %", ({ sharpeInterval }) => (sharpeInterval === null ? "n/a" : `${ratio(sharpeInterval.low)} to ${ratio(sharpeInterval.high)}`), 1),
      cells("drawdown", (one) => percent(one.maxDrawdown)),
      cells("PSR", (one) => chance(one.probabilisticSharpe), 2),
    ],
    width,
  );
  const more = columns.length - sorted.length;
  return [paint("dim", head), ...rows, ...(more > 0 ? [paint("dim", `and ${count(more)} below these; --json has all`)] : [])];
}

function figures(one: ColumnStatistics, title: string, benchmark: number, width: number, paint: Painter): string[] {
  const row = (label: string, value: string, note = ""): string => fit(`  ${label.padEnd(LABEL)}${value.padStart(10)}${note === "" ? "" : `  ${note}`}`, width);
  const against = benchmark === 0 ? "0" : decimal(benchmark, 2);
  return [
    paint("bold", fit(title, width)),
    row("total return", percent(one.totalReturn), span(one.totalReturnInterval, percent)),
    row("CAGR", one.cagr === null ? "n/a" : percent(one.cagr)),
    row("Sharpe", ratio(one.sharpe), one.sharpe === null ? "nothing varies" : span(one.sharpeInterval, ratio)),
    row("Sortino", ratio(one.sortino), one.sortino === null ? "no loss" : ""),
    row("Calmar", ratio(one.calmar), one.calmar === null ? "under 90 days, or no drawdown" : ""),
    row("Omega", ratio(one.omega), one.omega === null ? "no loss" : ""),
    row("SQN", ratio(one.sqn)),
    row("max drawdown", percent(one.maxDrawdown)),
    row("Ulcer index", one.ulcer === null ? "n/a" : share(one.ulcer)),
    row("skewness, kurtosis", ratio(one.skewness), one.kurtosis === null ? "" : `${ratio(one.kurtosis)} (a normal has 0 and 3)`),
    row(`Sharpe over ${against}`, chance(one.probabilisticSharpe), "confidence, before any choosing (PSR)"),
    row("track record needed", ...trackRecord(one)),
    "",
  ];
}

function trackRecord({ minimumTrackRecord, sharpe, observations }: ColumnStatistics): [string, string] {
  if (minimumTrackRecord !== null) return [count(Math.ceil(minimumTrackRecord)), `observations at 95 %; there are ${count(observations)}`];
  return sharpe === null ? ["n/a", ""] : ["none", "no length is enough under the benchmark"];
}

function honesty({ best, overfitting, realityCheck, columns }: Statistics, width: number, paint: Painter): string[] {
  const row = (label: string, value: string, note: string): string[] =>
    wrap(note, width - LABEL - 14).map((line, i) => (i === 0 ? `  ${label.padEnd(LABEL)}${value.padStart(10)}  ${line}` : `${" ".repeat(LABEL + 14)}${line}`));
  if (best === null) return [];
  const chosen = best.trials > 1;
  return [
    paint("bold", `Chosen from ${counted(best.trials, "trial")}`),
    ...row("deflated Sharpe", chance(best.deflatedSharpe), chosen ? `confidence that it beats luck, which alone would show a Sharpe of ${ratio(best.luckSharpe)}` : "confidence that it beats luck; one trial is no choice"),
    ...(chosen ? row("years needed", ...yearsNeeded(best)) : []),
    ...row("PBO", ratio(overfitting?.pbo ?? null), overfitting === null ? "needs two columns" : `of ${count(overfitting.halves)} halves: the winner falls to the worse half of the trials`),
    ...row("reality check p", realityCheck === null ? "n/a" : decimal(realityCheck.p, 3), `chance of so high a mean from ${counted(columns.length, "column")} without edge`),
    "",
  ];
}

function yearsNeeded({ minimumBacktestYears, years }: NonNullable<Statistics["best"]>): [string, string] {
  if (minimumBacktestYears === null) return ["none", "no length is enough: the Sharpe is not over 0"];
  return [decimal(minimumBacktestYears, 2), `for luck alone to stay below this Sharpe; there are ${decimal(years, 2)}`];
}
