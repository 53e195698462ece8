import { median } from "../../../src/core/statistics/moments.ts";
import type { BootstrapInterval } from "../../../src/core/statistics/bootstrap.ts";
import type { Estimate, JudgedMarket } from "./judge.ts";

const percent = (value: number): string => `${(value * 100).toFixed(Math.abs(value) >= 1 ? 0 : 1)} %`;
const interval = (gap: BootstrapInterval | null, digits: number): string => (gap === null ? "too short" : `${signed(gap.estimate, digits)} [${signed(gap.low, digits)}, ${signed(gap.high, digits)}]`);
const signed = (value: number, digits: number): string => (value < 0 ? "-" : "+") + Math.abs(value).toFixed(digits);
const score = (brier: number | null | undefined): string => (brier === null || brier === undefined ? "" : brier.toFixed(4));

/** A table as Markdown has it, which a terminal shows as well. */
export function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, at) => Math.max(3, title.length, ...rows.map((row) => (row[at] ?? "").length)));
  const line = (cells: readonly string[]): string => `| ${widths.map((width, at) => (at === 0 ? (cells[at] ?? "").padEnd(width) : (cells[at] ?? "").padStart(width))).join(" | ")} |\n`;
  return line(head) + line(widths.map((width, at) => (at === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`))) + rows.map(line).join("");
}

/** Figures over seeds, one a row. */
export function truthTable(figures: readonly Estimate[]): string {
  return markdown(["figure", "mean", "standard error", "seeds"], figures.map(({ name, mean, error, seeds }) => [name, mean.toFixed(3), error.toFixed(3), String(seeds)]));
}

/** Return / deepest drawdown / their ratio of every run, one market a row; of final ones, how much of their time was seen in other markets. */
export function returnsTable(markets: readonly JudgedMarket[], isFinal: boolean): string {
  const names = markets[0]?.runs.map(({ name }) => name) ?? [];
  return markdown(
    ["market", "days", ...names, "best single", "council beats it", "Sharpe gap to it, 95 %", ...(isFinal ? ["days in another's development"] : [])],
    markets.map((market) => [
      market.name,
      market.days.toFixed(0),
      ...names.map((name) => {
        const run = market.runs.find((one) => one.name === name);
        return run ? `${percent(run.totalReturn)} / ${percent(run.maxDrawdown)} / ${run.returnOverDrawdown.toFixed(2)}` : "";
      }),
      market.bestSingle,
      market.beatsBestSingle ? "yes" : "no",
      interval(market.sharpeGap, 2),
      ...(isFinal ? [percent(market.seenElsewhere)] : []),
    ]),
  );
}

/** How well the pool forecasts and how often the stance changes, one market a row. */
export function forecastsTable(markets: readonly JudgedMarket[]): string {
  return markdown(
    ["market", "rounds", "pool", "best agent", "equal", "base rate", "better than the best agent", "better than equal", "better than a coin", "switches a month", "exposure", "halted"],
    markets.map(({ name, brier, switchesPerMonth, exposure, halted }) => {
      const of = (kind: string) => brier?.others.find((other) => other.kind === kind);
      const best = of("best");
      return [
        name,
        String(brier?.rounds ?? 0),
        score(brier?.pool),
        best ? `${score(best.brier)} (${best.name})` : "",
        score(of("equal")?.brier),
        score(of("base")?.brier),
        interval(best?.better ?? null, 4),
        interval(of("equal")?.better ?? null, 4),
        interval(of("coin")?.better ?? null, 4),
        switchesPerMonth === null ? "" : switchesPerMonth.toFixed(1),
        percent(exposure),
        percent(halted),
      ];
    }),
  );
}

/** What the council loses with each agent, one market and agent a row; empty when it was not asked for. */
export function worthTable(markets: readonly JudgedMarket[]): string {
  const rows = markets.flatMap(({ name, worth }) => worth.map(({ agent, returnOverDrawdown, sharpe }) => [name, agent, signed(returnOverDrawdown, 2), interval(sharpe, 2)]));
  return rows.length === 0 ? "" : markdown(["market", "agent", "return over drawdown that it adds", "Sharpe that it adds, 95 %"], rows);
}

/** What all markets together say, in sentences. */
export function verdict(markets: readonly JudgedMarket[]): string[] {
  const count = markets.length;
  if (count === 0) return ["No market was measured."];
  const of = (test: (market: JudgedMarket) => boolean): string => `${markets.filter(test).length} of ${count}`;
  const wins = markets.filter(({ beatsBestSingle }) => beatsBestSingle).length;
  const clear = (side: 1 | -1): number => markets.filter(({ sharpeGap }) => sharpeGap !== null && side * (side === 1 ? sharpeGap.low : sharpeGap.high) > 0).length;
  const best = (kind: string, side: 1 | -1): number =>
    markets.filter(({ brier }) => {
      const better = brier?.others.find((other) => other.kind === kind)?.better;
      return better !== null && better !== undefined && side * (side === 1 ? better.low : better.high) > 0;
    }).length;
  const name = (title: string): string => {
    const values = markets.flatMap(({ runs }) => runs.filter((run) => run.name === title));
    return `${title} ${percent(median(values.map(({ totalReturn }) => totalReturn)) ?? 0)} / ${percent(median(values.map(({ maxDrawdown }) => maxDrawdown)) ?? 0)} / ${(median(values.map(({ returnOverDrawdown }) => returnOverDrawdown)) ?? 0).toFixed(2)}`;
  };
  return [
    `The council beats its best single strategy (of two, chosen in hindsight) by return over drawdown on ${of(({ beatsBestSingle }) => beatsBestSingle)} markets: ${wins > count / 2 ? "on most" : "not on most"}. Beyond chance by Sharpe: better on ${clear(1)}, worse on ${clear(-1)}.`,
    `It beats grid only on ${of((market) => beats(market, "grid only"))}, DCA only on ${of((market) => beats(market, "DCA only"))}, holding on ${of(({ beatsHold }) => beatsHold)}, equal weights on ${of(({ beatsEqual }) => beatsEqual)}.`,
    `Medians of return / deepest drawdown / ratio: ${(markets[0]?.runs ?? []).map((run) => name(run.name)).join("; ")}.`,
    `Forecasts: beyond chance the pool is better than a coin on ${best("coin", 1)} and worse on ${best("coin", -1)} markets, better than its best agent on ${best("best", 1)} and worse on ${best("best", -1)}, better than equal weights on ${best("equal", 1)} and worse on ${best("equal", -1)}.`,
    `The drawdown stop ended trading for good on ${of(({ halted }) => halted > 0)}.`,
  ];
}

function beats({ runs }: JudgedMarket, other: string): boolean {
  const rank = (name: string): number => runs.find((run) => run.name === name)?.rank ?? Number.NaN;
  return rank("council") > rank(other);
}
