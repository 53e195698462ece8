import type { BacktestOutput } from "../../app/result.ts";
import { whyAbsent } from "./absent.ts";
import { outsideSentences } from "./council/outside.ts";
import { councilSentences } from "./council/sentences.ts";
import { count, counted, days, decimal, gain, money, momentOf, percent, quantity, quoteOf, runDays, share } from "./format.ts";
import { boundsLines, refusedLines, strategyLines, symbolLines } from "./summary-tables.ts";
import { type Painter, fit, painter, wrap } from "./terminal.ts";
import { caution, verdict } from "./verdict.ts";

/** How wide the terminal is, in characters, and whether it shows colours. */
export interface SummaryLook {
  readonly columns: number;
  readonly colour: boolean;
}

interface Cell {
  readonly label: string;
  readonly text: string;
  /** Gains green and losses red: only where the sign is the news. */
  readonly sign?: number;
  /** Why there is no number. */
  readonly absent?: string;
}

/** A run as text for the terminal, ending in a line break: at most 80 columns wide, and less where the terminal is. */
export function renderSummary(output: BacktestOutput, { columns, colour }: SummaryLook): string {
  const width = Math.max(40, Math.min(80, columns));
  const paint = painter(colour);
  const lines = [
    ...what(output, width, paint),
    ...wrap(verdict(output), width),
    "",
    ...group("Profit", profit(output), width, paint),
    ...group("Risk", risk(output), width, paint),
    ...group("Activity", activity(output), width, paint),
    ...refusedLines(output, width, paint),
    ...council(output, width, paint),
    ...symbolLines(output, width, paint),
    ...strategyLines(output, width, paint),
    ...boundsLines(output, width, paint),
    ...warnings(output, width, paint),
    ...wrap(caution(output), width).map((line) => paint("dim", line)),
  ];
  return `${lines.join("\n")}\n`;
}

function what(output: BacktestOutput, width: number, paint: Painter): string[] {
  const { data, definition } = output;
  const symbols = data.symbols.map(({ symbol }) => symbol);
  const named = symbols.length > 4 ? `${symbols.slice(0, 4).join(", ")} and ${symbols.length - 4} more` : symbols.join(", ");
  const name = typeof definition["name"] === "string" ? definition["name"] : "";
  const timeframes = [...new Set(data.symbols.map(({ timeframe }) => timeframe))].join(", ");
  const sources = [...new Set(data.symbols.map(({ source }) => source))].join(", ");
  const missing = data.symbols.reduce((sum, one) => sum + one.missing, 0);
  const gaps = missing === 0 ? "" : `, ${counted(missing, "candle")} missing`;
  return [
    ...(data.synthetic ? [paint("yellow", fit("SYNTHETIC MARKET: generated candles that no exchange ever traded", width))] : []),
    paint("bold", fit([name, named].filter((one) => one !== "").join("  "), width)),
    fit(`${momentOf(data.from)} to ${momentOf(data.to)} UTC, ${days(runDays(output))}`, width),
    fit(`${counted(data.candles, "candle")} of ${timeframes}${gaps}`, width),
    paint("dim", fit(`${sources}, data ${data.hash.slice(0, 12)}`, width)),
    "",
  ];
}

function profit(output: BacktestOutput): Cell[] {
  const { result } = output;
  const { buyAndHold } = result;
  const quote = quoteOf(output);
  const total = result.finalEquity - result.startEquity;
  return [
    { label: "Return", text: percent(result.totalReturn), sign: result.totalReturn },
    { label: "Closed cells", text: gain(result.closedProfit, quote), sign: result.closedProfit },
    { label: "Hold, equal exposure", text: percent(buyAndHold.equalExposureReturn) },
    { label: "Open inventory", text: gain(result.unrealisedProfit, quote), sign: result.unrealisedProfit },
    { label: "Hold, all in", text: percent(buyAndHold.totalReturn) },
    { label: "Total profit", text: gain(total, quote), sign: total },
    { label: "Cash", text: percent(buyAndHold.cashReturn) },
    { label: "Total equity", text: money(result.finalEquity, quote) },
    optional(output, "cagr", "Growth a year", percent),
    { label: "If all sold now", text: money(result.liquidationEquity, quote) },
  ];
}

function risk(output: BacktestOutput): Cell[] {
  const { result } = output;
  const ratio = (value: number): string => decimal(value, 2);
  return [
    { label: "Max drawdown", text: percent(result.maxDrawdown) },
    optional(output, "sharpe", "Sharpe", ratio),
    { label: "Drawdown of hold", text: percent(result.buyAndHold.maxDrawdown) },
    optional(output, "sortino", "Sortino", ratio),
    { label: "Under water", text: days(result.maxDrawdownDays) },
    optional(output, "calmar", "Calmar", ratio),
    { label: "Worst open loss", text: gain(result.worstOpenLoss, quoteOf(output)) },
    optional(output, "omega", "Omega", ratio),
    { label: "Average exposure", text: share(result.exposure, 1) },
    optional(output, "ulcer", "Ulcer index", (value) => decimal(value, 4)),
  ];
}

function activity(output: BacktestOutput): Cell[] {
  const { result } = output;
  const quote = quoteOf(output);
  const refused = Object.values(result.refused).reduce((sum, one) => sum + one, 0);
  const [first, ...others] = Object.entries(result.holdings).filter(([, base]) => base !== 0);
  const held = first === undefined ? "nothing" : `${quantity(first[1])} ${first[0].split("/")[0] ?? ""}`;
  return [
    { label: "Fills", text: count(result.fills) },
    { label: "Fees", text: money(result.feesPaid, quote) },
    { label: "Round trips", text: count(result.roundTrips) },
    { label: "Turnover", text: `${decimal(result.turnover, 1)} times` },
    optional(output, "winRate", "Win rate", (value) => share(value, 1)),
    optional(output, "profitFactor", "Profit factor", (value) => decimal(value, 2)),
    optional(output, "expectancy", "Profit a trip", (value) => gain(value, quote)),
    optional(output, "payoff", "Payoff", (value) => decimal(value, 2)),
    { label: "Held at the end", text: others.length > 0 ? `${others.length + 1} assets` : held },
    { label: "Dust", text: money(result.dust, quote) },
    { label: "Refused orders", text: count(refused) },
  ];
}

function council(output: BacktestOutput, width: number, paint: Painter): string[] {
  const { decisions, votes, stances } = output.result;
  if (decisions === 0) return [];
  const parts = Object.entries(stances)
    .filter(([, times]) => times > 0)
    .sort(([, a], [, b]) => b - a)
    .map(([stance, times]) => `${stance} ${count(times)} (${share(times / decisions, 0)})`);
  const text = `${counted(decisions, "decision")} on ${counted(votes, "vote")}: ${parts.join(", ")}.`;
  return [title("Council", paint), ...[text, ...councilSentences(output), ...outsideSentences(output)].flatMap((one) => indented(one, width)), ""];
}

/** Warnings in full; of many symbols there may be more than a screen holds. */
const MOST_WARNINGS = 10;

function warnings(output: BacktestOutput, width: number, paint: Painter): string[] {
  if (output.warnings.length === 0) return [];
  const shown = output.warnings.length > MOST_WARNINGS + 1 ? output.warnings.slice(0, MOST_WARNINGS) : output.warnings;
  const rest = output.warnings.length - shown.length;
  const lines = [...shown, ...(rest > 0 ? [`and ${counted(rest, "warning")} more: in the report and the JSON`] : [])].flatMap((one) =>
    wrap(one, width - 4).map((line, index) => `${index === 0 ? "  ! " : "    "}${line}`),
  );
  return [paint("yellow", paint("bold", "Warnings")), ...lines.map((line) => paint("yellow", line)), ""];
}

function optional(
  output: BacktestOutput,
  figure: Parameters<typeof whyAbsent>[0],
  label: string,
  text: (value: number) => string,
): Cell {
  const value = output.result[figure];
  if (value !== null) return { label, text: text(value) };
  return { label, text: "n/a", absent: `${label}: ${whyAbsent(figure, output)}` };
}

/** Cells, left and right in turn, in two columns, or one where the terminal is narrow or a text is long; then why some are n/a. */
function group(name: string, cells: readonly Cell[], width: number, paint: Painter): string[] {
  const room = Math.floor((width - 5) / 2);
  const wide = width >= 72 && cells.every(({ label, text }) => label.length + 1 + text.length <= room);
  const pieces = cells.map((cell) => cellLines(cell, wide ? room : Math.min(width - 2, 50), paint));
  const left = pieces.filter((_, index) => index % 2 === 0).flat();
  const right = pieces.filter((_, index) => index % 2 === 1).flat();
  const lines = wide
    ? left.map((piece, index) => `  ${piece}   ${right[index] ?? ""}`.trimEnd())
    : [...left, ...right].map((piece) => `  ${piece}`);
  const absent = cells.flatMap((cell) => cell.absent ?? []);
  const why = absent.length === 0 ? [] : indented(`n/a: ${absent.join("; ")}.`, width).map((line) => paint("dim", line));
  return [title(name, paint), ...lines, ...why, ""];
}

/** Label and value at the two ends of `room`; on two lines where both do not fit on one. */
function cellLines({ label, text, sign = 0 }: Cell, room: number, paint: Painter): string[] {
  const value = sign === 0 ? text : paint(sign > 0 ? "green" : "red", text);
  const gap = room - label.length - text.length;
  if (gap >= 1) return [`${label}${" ".repeat(gap)}${value}`];
  return [label, `${" ".repeat(Math.max(0, room - text.length))}${value}`];
}

function title(name: string, paint: Painter): string {
  return paint("bold", name);
}

function indented(text: string, width: number): string[] {
  return wrap(text, width - 2).map((line) => `  ${line}`);
}
