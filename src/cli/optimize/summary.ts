import { counted, days, decimal, momentOf, percent } from "../../adapters/report/format.ts";
import { type Column, fit, type Painter, painter, tableLines, wrap } from "../../adapters/report/terminal.ts";
import { DAY } from "../../core/timeframe.ts";
import type { SearchResult, SearchTrial } from "../../app/optimize/result.ts";
import { honestyLines } from "./honesty-lines.ts";

/** How a search is shown, and what else there is to say about it. */
export interface SearchLook {
  readonly columns: number;
  readonly colour: boolean;
  /** The definition as it was named on the command line. */
  readonly wanted: string;
  /** Where the trials are kept. */
  readonly trials: string;
  readonly applied: string | null;
}

const BEST = 10;
const MOST_OF_FRONT = 20;

/** A search as text of at most 80 columns. */
export function renderSearch(result: SearchResult, look: SearchLook): string {
  const width = Math.max(60, Math.min(80, look.columns));
  const paint = painter(look.colour);
  const lines = [
    ...head(result, width, paint),
    ...verdictLines(result, width, paint),
    ...winnerLines(result, look, width, paint),
    ...bestLines(result, width, paint),
    ...frontLines(result, width, paint),
    ...honestyLines(result, width, paint),
    ...warningLines(result, width, paint),
    ...wrap(`Trials: ${look.trials}${look.applied === null ? "" : ` Definition: ${look.applied}`}`, width),
  ];
  return `${lines.join("\n")}\n`;
}

function head({ data, definition, search, honesty }: SearchResult, width: number, paint: Painter): string[] {
  const symbols = data.symbols.map(({ symbol }) => symbol).join(", ");
  const length = (Date.parse(data.to) - Date.parse(data.from)) / DAY;
  const failed = search.failed === 0 ? "" : `, ${search.failed} of them failed`;
  const tried = `${counted(search.done + search.failed, "parameter set")} tried (${search.method}, seed ${search.seed}${failed}) for ${search.objectives.join(", ")}; ${honesty.trials} ever tried on this definition and these data.`;
  return [
    ...(data.synthetic ? [paint("yellow", fit("SYNTHETIC MARKET: generated candles that no exchange ever traded", width))] : []),
    paint("bold", fit(`${String(definition["name"])}  ${symbols}`, width)),
    fit(`${momentOf(data.from)} to ${momentOf(data.to)} UTC, ${days(length)}, data ${data.hash.slice(0, 12)}`, width),
    ...wrap(tried, width),
    "",
  ];
}

function verdictLines({ honesty }: SearchResult, width: number, paint: Painter): string[] {
  const { trade, line, reasons } = honesty.verdict;
  const told = wrap(`${line.charAt(0).toUpperCase()}${line.slice(1)}.`, width).map((one) => paint("bold", paint(trade ? "green" : "red", one)));
  return [...told, ...reasons.flatMap((reason) => wrap(reason, width - 4).map((one, at) => `${at === 0 ? "  - " : "    "}${one}`)), ""];
}

function winnerLines({ winner, honesty }: SearchResult, look: SearchLook, width: number, paint: Painter): string[] {
  const { result } = winner;
  const keys = Object.keys(winner.parameters);
  const widest = Math.max(...keys.map((key) => key.length));
  const ratio = (value: number | null): string => (value === null ? "n/a" : decimal(value, 2));
  const rules = honesty.rules.map((rule): string[] => [rule.name, percent(rule.totalReturn), ratio(rule.sharpe), percent(rule.maxDrawdown), rule.name === honesty.bestRule ? "best without a search" : ""]);
  const rows = [["the winner", percent(result.totalReturn), ratio(result.sharpe), percent(result.maxDrawdown), ""], ...rules];
  const column = (title: string, at: number, align: "left" | "right", drop: number): Column => ({ head: title, align, cells: rows.map((row) => row[at] ?? ""), drop });
  const table = [column("", 0, "left", 0), column("Return", 1, "right", 0), column("Sharpe", 2, "right", 0), column("Drawdown", 3, "right", 0), column("", 4, "left", 1)];
  return [
    paint("bold", `Winner: trial ${winner.number}`),
    ...Object.entries(winner.parameters).map(([key, value]) => fit(`  ${key.padEnd(widest)}  ${String(value)}`, width)),
    `  Run it: caucus backtest ${look.wanted} \\`,
    ...winner.flags.map((flag, at) => fit(`    ${flag}${at < winner.flags.length - 1 ? " \\" : ""}`, width)),
    "",
    ...tableLines(table, width - 2).map((line) => `  ${line}`),
    "",
  ];
}

function bestLines(result: SearchResult, width: number, paint: Painter): string[] {
  const done = result.trials.filter(({ state, objectives }) => state === "done" && objectives[0] !== null);
  const best = done.toSorted((a, b) => (b.objectives[0] ?? 0) - (a.objectives[0] ?? 0) || a.number - b.number).slice(0, BEST);
  return [paint("bold", best.length === 1 ? "The only one" : `Best ${best.length}`), ...trialTable(best, result, width), ""];
}

function frontLines(result: SearchResult, width: number, paint: Painter): string[] {
  if (result.search.objectives.length < 2) return [];
  const front = result.front.flatMap((number) => result.trials.find((trial) => trial.number === number) ?? []);
  const sorted = front.toSorted((a, b) => (b.objectives[0] ?? Number.NEGATIVE_INFINITY) - (a.objectives[0] ?? Number.NEGATIVE_INFINITY));
  const rest = sorted.length - MOST_OF_FRONT;
  return [
    paint("bold", `Front: ${counted(front.length, "trial")} that no other beats in all of ${result.search.objectives.join(", ")}`),
    ...trialTable(sorted.slice(0, MOST_OF_FRONT), result, width),
    ...(rest > 0 ? [`  and ${rest} more; --json lists all`] : []),
    "",
  ];
}

/** One row a trial; parameters that do not fit are left out from the last on. */
function trialTable(trials: readonly SearchTrial[], { search }: SearchResult, width: number): string[] {
  const cells = (of: (trial: SearchTrial) => string): string[] => trials.map(of);
  const ratio = (value: number | null | undefined): string => (value === null || value === undefined ? "n/a" : decimal(value, 2));
  const aims = search.objectives.flatMap((name, at): Column[] =>
    name === "return" || name === "drawdown" ? [] : [{ head: name.charAt(0).toUpperCase() + name.slice(1), align: "right", cells: cells(({ objectives }) => ratio(objectives[at])), drop: 0 }],
  );
  const columns: Column[] = [
    { head: "Trial", align: "right", cells: cells(({ number }) => String(number)), drop: 0 },
    ...aims,
    { head: "Return", align: "right", cells: cells(({ figures }) => (figures ? percent(figures.totalReturn) : "")), drop: 0 },
    { head: "Drawdown", align: "right", cells: cells(({ figures }) => (figures ? percent(figures.maxDrawdown) : "")), drop: 0 },
    { head: "Fills", align: "right", cells: cells(({ figures }) => (figures ? decimal(figures.fills, 0) : "")), drop: 0 },
    ...search.space.map(({ key }, at): Column => ({ head: shortName(key, search.space), align: "right", cells: cells(({ parameters }) => String(parameters[key] ?? "")), drop: at + 1 })),
  ];
  return tableLines(columns, width - 2).map((line) => `  ${line}`);
}

/** The last part of a key, and the one before it where two keys end alike. */
function shortName(key: string, space: SearchResult["search"]["space"]): string {
  const tail = (text: string, parts: number): string => text.split(".").slice(-parts).join(".");
  return space.filter((one) => tail(one.key, 1) === tail(key, 1)).length > 1 ? tail(key, 2) : tail(key, 1);
}

function warningLines({ warnings }: SearchResult, width: number, paint: Painter): string[] {
  if (warnings.length === 0) return [];
  const lines = warnings.flatMap((one) => wrap(one, width - 4).map((line, at) => `${at === 0 ? "  ! " : "    "}${line}`));
  return [paint("yellow", paint("bold", "Warnings")), ...lines.map((line) => paint("yellow", line)), ""];
}
