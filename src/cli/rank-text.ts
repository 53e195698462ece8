import { wrap } from "../adapters/report/terminal.ts";
import type { Ranking } from "../app/ranking/result.ts";
import { PARTS } from "../core/ranking/score.ts";

/** A ranking as a terminal shows it, at most `columns` wide. */
export function rankingText(ranking: Ranking, columns: number): string {
  const { ranked, leftOut, warnings, held, weights } = ranking;
  const said = (text: string): string[] => wrap(text, columns - 2).map((line, i) => (i === 0 ? line : `  ${line}`));
  const lines = [
    ...said(`${ranked.length} of ${ranked.length + leftOut.length} symbols ranked by ${ranking.bars} bars that had closed by ${ranking.at.slice(0, 16).replace("T", " ")} UTC`),
    "",
    ...table(ranked.map((one, i) => cellsOf(one, i + 1))),
    "",
    ...said(`score: weighted mean of each part's place, 0 last to 1 first: ${PARTS.map((part) => `${part} ${String(weights[part])}`).join(", ")}.`),
    ...said("conv: the council's conviction, -1 to 1. mom: moves in standard deviations. volume: quote a day. impact: a million of quote moves the price by. spread: as candles tell it. vol: deviation in a year. gaps: bars missing."),
    ...said(`corr: mean correlation to ${held.length > 0 ? `what is held (${held.join(", ")})` : "the rest of the list"}.`),
  ];
  const silent = ranked.filter(({ conviction }) => conviction === null);
  if (silent.length > 0) lines.push("", "The council abstains", ...grouped(silent.map(({ symbol, abstains }) => ({ symbol, why: abstains ?? "" }))).flatMap(said));
  if (leftOut.length > 0) lines.push("", "Left out", ...grouped(leftOut.map(({ symbol, why }) => ({ symbol, why: why.join(", ") }))).flatMap(said));
  if (warnings.length > 0) lines.push("", ...warnings.flatMap((one) => said(`! ${one}`)));
  return `${lines.join("\n")}\n`;
}

/** Symbols with one and the same reason share a line. */
function grouped(all: readonly { readonly symbol: string; readonly why: string }[]): string[] {
  const by = new Map<string, string[]>();
  for (const { symbol, why } of all) by.set(why, [...(by.get(why) ?? []), symbol]);
  return [...by].map(([why, symbols]) => `${symbols.join(", ")}: ${why}`);
}

const HEAD = ["", "symbol", "score", "conv", "mom", "volume", "impact", "spread", "vol", "corr", "age", "gaps"];

function cellsOf({ symbol, total, conviction, figures }: Ranking["ranked"][number], place: number): string[] {
  const { momentum, volume, illiquidity, spread, volatility, correlation, age, gaps } = figures;
  return [
    String(place), symbol, total.toFixed(3),
    cell(conviction, signed), cell(momentum, signed), cell(volume, amount), cell(illiquidity, percent), cell(spread, percent),
    cell(volatility, (value) => `${(value * 100).toFixed(0)}%`), cell(correlation, signed), `${Math.floor(age)}d`, gaps === 0 ? "0" : percent(gaps),
  ];
}

/** One space between columns: twelve of them have to fit. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = HEAD.map((title, at) => Math.max(title.length, ...rows.map((row) => (row[at] ?? "").length)));
  return [HEAD, ...rows].map((row) => row.map((text, at) => (at === 1 ? text.padEnd(widths[at] ?? 0) : text.padStart(widths[at] ?? 0))).join(" ").trimEnd());
}

const cell = (value: number | null, text: (value: number) => string): string => (value === null ? "-" : text(value));
const signed = (value: number): string => value.toFixed(2).replace(/^-(0\.00)$/, "$1");

/** In at most six characters: "12.3%", "0.04%", "4e-6%". */
function percent(value: number): string {
  const hundredths = value * 100;
  if (hundredths === 0) return "0%";
  if (hundredths >= 100) return `${amount(hundredths)}%`;
  if (hundredths >= 10) return `${hundredths.toFixed(1)}%`;
  return hundredths >= 0.01 ? `${hundredths.toFixed(2)}%` : `${hundredths.toExponential(0)}%`;
}

/** In at most five characters: "12.3M". */
function amount(value: number): string {
  for (const [unit, size] of [["T", 1e12], ["B", 1e9], ["M", 1e6], ["k", 1e3]] as const) {
    if (value >= size) return `${value / size >= 100 ? (value / size).toFixed(0) : (value / size).toFixed(1)}${unit}`;
  }
  return value >= 100 ? value.toFixed(0) : value.toFixed(1);
}
