import type { BacktestOutput } from "../../app/result.ts";
import { count, counted, decimal, percent, quantity, quoteOf, share, signed } from "./format.ts";
import { type Column, type Painter, fit, plain, tableLines, wrap } from "./terminal.ts";

/** Rows that a terminal table has at the most; of more the first and the last are shown, or the sums. */
const MOST_ROWS = 12;

/** Of a run of several symbols a line for each, the best first; of many the best and the worst. */
export function symbolLines(output: BacktestOutput, width: number, paint: Painter): string[] {
  const all = output.result.symbols.toSorted((a, b) => b.profit - a.profit);
  if (all.length < 2) return [];
  const half = MOST_ROWS / 2;
  const list = all.length > MOST_ROWS ? [...all.slice(0, half), ...all.slice(-half)] : all;
  const { currency, digits } = quoteOf(output);
  const day = (time: number): string => new Date(time).toISOString().slice(0, 10);
  const right = (head: string, drop: number, cells: readonly string[]): Column => ({ head, align: "right", cells, drop });
  const lines = tableLines(
    [
      { head: "symbol", align: "left", drop: 0, cells: list.map(({ symbol }) => fit(symbol, 16)) },
      ...edge("from", 3, list.map(({ from, beganLate }) => (beganLate ? day(from) : ""))),
      ...edge("delisted", 1, list.map(({ to, delisted }) => (delisted ? day(to) : ""))),
      right("profit", 0, list.map(({ profit }) => signed(profit, digits))),
      right("held alone", 2, list.map(({ buyAndHold }) => percent(buyAndHold))),
      right("exposure", 4, list.map(({ exposure }) => share(exposure, 1))),
      right("fills", 5, list.map(({ fills }) => count(fills))),
    ],
    width - 2,
  );
  const between = all.length > list.length ? [...lines.slice(0, half + 1), paint("dim", `and ${counted(all.length - list.length, "symbol")} between: in the report and the JSON`), ...lines.slice(half + 1)] : lines;
  return titled(`Symbols (profit in ${currency})`, between, paint);
}

/** A column of days; none where every symbol was there from the beginning to the end. */
function edge(head: string, drop: number, cells: readonly string[]): Column[] {
  return cells.some((cell) => cell !== "") ? [{ head, align: "left", drop, cells }] : [];
}

/** A line for each strategy on each symbol, of many symbols for each strategy, under a title; money in quote, named in the title. */
export function strategyLines(output: BacktestOutput, width: number, paint: Painter): string[] {
  const every = output.result.strategies;
  const list = every.length > MOST_ROWS ? together(every) : every;
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
    right("base held", 4, list.map(({ baseHeld }) => (Number.isNaN(baseHeld) ? "" : quantity(baseHeld)))),
  ];
  return titled(`Strategies (profit and fees in ${currency})`, tableLines(columns, width - 2), paint);
}

/** The strategies with their symbols added up; what is held of different assets is not. */
function together(every: BacktestOutput["result"]["strategies"]): BacktestOutput["result"]["strategies"] {
  const symbols = new Set(every.map(({ symbol }) => symbol)).size;
  return [...new Set(every.map(({ strategy }) => strategy))].map((strategy) => {
    const own = every.filter((one) => one.strategy === strategy);
    const sum = (of: (one: (typeof every)[number]) => number): number => own.reduce((total, one) => total + of(one), 0);
    return {
      symbol: counted(symbols, "symbol"), strategy, baseHeld: Number.NaN,
      fills: sum(({ fills }) => fills), roundTrips: sum(({ roundTrips }) => roundTrips),
      closedProfit: sum(({ closedProfit }) => closedProfit), unrealisedProfit: sum(({ unrealisedProfit }) => unrealisedProfit), feesPaid: sum(({ feesPaid }) => feesPaid),
    };
  });
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
