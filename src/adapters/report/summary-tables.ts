import type { BacktestOutput } from "../../app/result.ts";
import { count, counted, decimal, percent, quantity, quoteOf, share, signed } from "./format.ts";
import { type Column, type Painter, fit, plain, tableLines, wrap } from "./terminal.ts";

/** A line for each strategy on each symbol, under a title; money in quote, named in the title. */
export function strategyLines(output: BacktestOutput, width: number, paint: Painter): string[] {
  const list = output.result.strategies;
  if (list.length === 0) return [];
  const { currency, digits } = quoteOf(output);
  const right = (head: string, drop: number, cells: readonly string[]): Column => ({ head, align: "right", cells, drop });
  const columns: Column[] = [
    { head: "symbol", align: "left", drop: 0, cells: list.map(({ symbol }) => fit(symbol, 16)) },
    { head: "strategy", align: "left", drop: 0, cells: list.map(({ strategy }) => fit(strategy, 16)) },
    right("fills", 1, list.map(({ fills }) => count(fills))),
    right("trips", 3, list.map(({ roundTrips }) => count(roundTrips))),
    right("closed", 0, list.map(({ closedProfit }) => signed(closedProfit, digits))),
    right("open", 0, list.map(({ unrealisedProfit }) => signed(unrealisedProfit, digits))),
    right("fees", 2, list.map(({ feesPaid }) => decimal(feesPaid, digits))),
    right("base held", 4, list.map(({ baseHeld }) => quantity(baseHeld))),
  ];
  return titled(`Strategies (profit and fees in ${currency})`, tableLines(columns, width - 2), paint);
}

/** Refused and rejected orders by reason, the commonest first; nothing where there were none. */
export function refusedLines(output: BacktestOutput, width: number, paint: Painter): string[] {
  const entries = Object.entries(output.result.refused).sort(([, a], [, b]) => b - a);
  if (entries.length === 0) return [];
  const size = Math.max(...entries.map(([, times]) => count(times).length));
  const lines = entries.slice(0, 8).map(([reason, times]) => `${count(times).padStart(size)}  ${fit(reason, width - 4 - size)}`);
  if (entries.length > 8) lines.push(`${" ".repeat(size)}  and ${counted(entries.length - 8, "other reason")}`);
  return [paint("bold", "Refused orders"), ...lines.map((line) => `  ${line}`), ""];
}

/** The span of the figures over the fill models; nothing where they were not asked for. */
export function boundsLines(output: BacktestOutput, width: number, paint: Painter): string[] {
  const { bounds } = output;
  if (bounds === undefined) return [];
  const spans = [bounds.totalReturn, bounds.maxDrawdown];
  const column = (head: string, pick: "least" | "base" | "most"): Column => ({
    head,
    align: "right",
    drop: 0,
    cells: [...spans.map((span) => percent(span[pick])), count(bounds.fills[pick])],
  });
  const columns: Column[] = [
    { head: "", align: "left", drop: 0, cells: ["Return", "Max drawdown", "Fills"] },
    column("least", "least"),
    column("this run", "base"),
    column("most", "most"),
  ];
  const note = `The returns lie ${share(bounds.spread)} apart.${bounds.tooCoarse ? " The candles are too coarse for this strategy: use a shorter timeframe." : ""}`;
  const notes = wrap(note, width - 2).map((line) => (bounds.tooCoarse ? paint("yellow", line) : line));
  return titled(`Bounds over ${counted(bounds.runs.length, "fill model")}`, [...tableLines(columns, width - 2), ...notes], paint);
}

function titled(title: string, [head = "", ...body]: readonly string[], paint: Painter): string[] {
  return [paint("bold", plain(title)), `  ${paint("dim", head)}`, ...body.map((line) => `  ${line}`), ""];
}
