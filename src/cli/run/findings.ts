import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { z } from "zod";
import { searchResultSchema } from "../../app/optimize/result.ts";
import { backtestOutputSchema } from "../../app/result.ts";
import { statisticsSchema } from "../../app/statistics/result.ts";
import { DAY } from "../../core/timeframe.ts";
import { RunError } from "../../core/user-error.ts";
import type { BacktestFindings, CurvePoint, Interval, SearchFindings } from "../../ports/research.ts";

/** What a child has made: what it printed, its report, and what was noted on the way to it. */
interface Made {
  readonly printed: string;
  readonly notes: readonly string[];
  readonly report: Uint8Array;
  readonly name: string;
}

/** What a backtest that was to begin at `from` (epoch milliseconds) came to, from what the child made of it. */
export function backtestFindings({ printed, notes, report, name, interval, from }: Made & { readonly interval: Interval | null; readonly from: number }): BacktestFindings {
  const { data, result, bounds, warnings } = backtestOutputSchema.parse(JSON.parse(printed));
  const { buyAndHold } = result;
  const symbols = data.symbols.map(({ symbol }) => symbol);
  // The candles begin earlier than the run where agents see some before it.
  const began = Math.max(from, Date.parse(data.from));
  return {
    name,
    quote: symbols[0]?.split("/")[1] ?? "",
    symbols,
    source: [...new Set(data.symbols.map(({ source }) => source))].join(", "),
    synthetic: data.synthetic,
    from: began,
    to: Date.parse(data.to),
    startEquity: result.startEquity,
    finalEquity: result.finalEquity,
    totalReturn: result.totalReturn,
    holdReturn: buyAndHold.totalReturn,
    equalExposureReturn: buyAndHold.equalExposureReturn,
    maxDrawdown: result.maxDrawdown,
    holdDrawdown: buyAndHold.maxDrawdown,
    exposure: result.exposure,
    sharpe: result.sharpe,
    sharpeInterval: interval,
    feesPaid: result.feesPaid,
    fills: result.fills,
    roundTrips: result.roundTrips,
    winRate: result.winRate,
    bounds: bounds ? { totalReturn: bounds.totalReturn, maxDrawdown: bounds.maxDrawdown, tooCoarse: bounds.tooCoarse } : null,
    warnings: [...notes, ...warnings],
    curve: fromStart(curveOf(report), { time: began, equity: result.startEquity, hold: result.startEquity }),
    report: { name: `backtest-${fileName(name)}.html`, bytes: report },
  };
}

/** What a search came to, from what the child made of it. */
export function searchFindings({ printed, notes, report, name }: Made): SearchFindings {
  const { data, search, winner, honesty, warnings } = searchResultSchema.parse(JSON.parse(printed));
  const { anchored } = honesty.walkForward ?? { anchored: null };
  return {
    name,
    symbols: data.symbols.map(({ symbol }) => symbol),
    synthetic: data.synthetic,
    from: Date.parse(data.from),
    to: Date.parse(data.to),
    method: search.method,
    objectives: search.objectives,
    tried: search.done + search.failed,
    failed: search.failed,
    everTried: honesty.trials,
    verdict: honesty.verdict,
    winner: { number: winner.number, parameters: winner.parameters, totalReturn: winner.result.totalReturn, maxDrawdown: winner.result.maxDrawdown, sharpe: winner.result.sharpe },
    sharpeInterval: honesty.intervals.sharpe,
    deflatedSharpe: honesty.deflatedSharpe,
    overfitting: honesty.overfitting?.pbo ?? null,
    outOfSample: anchored && { totalReturn: anchored.totalReturn, sharpe: anchored.sharpe },
    bounds: honesty.bounds.totalReturn,
    rules: honesty.rules.map(({ name: rule, totalReturn, sharpe }) => ({ name: rule, totalReturn, sharpe })),
    bestRule: honesty.bestRule,
    warnings: [...notes, ...warnings],
    flags: winner.flags,
    report: { name: `optimize-${fileName(name)}.html`, bytes: report },
  };
}

/** The 95 % interval of the annual Sharpe ratio in what `stats` printed; null where there is none. */
export function sharpeIntervalOf(printed: string): Interval | null {
  const column = statisticsSchema.parse(JSON.parse(printed)).columns[0];
  return column?.sharpeInterval && column.sharpe !== null ? { estimate: column.sharpe, ...column.sharpeInterval } : null;
}

/** Equity at the start and at the end of each UTC day, as a CSV column, from the samples of a run; read line by line, since they can be a million. */
export async function dailyEquity(path: string): Promise<string> {
  const lines = createInterface({ input: createReadStream(path, "utf8"), crlfDelay: Number.POSITIVE_INFINITY });
  const ends: string[] = [];
  let day = Number.NaN;
  let columns: { readonly time: number; readonly equity: number } | null = null;
  for await (const line of lines) {
    const cells = line.split(",");
    if (columns === null) {
      columns = { time: cells.indexOf("time"), equity: cells.indexOf("equity") };
      continue;
    }
    const [time, equity] = [timeOf(cells[columns.time] ?? ""), cells[columns.equity] ?? ""];
    if (Number.isNaN(time) || equity === "") continue;
    // What closes at midnight belongs to the day that ends.
    const own = Math.floor((time - 1) / DAY);
    if (own === day && ends.length > 1) ends.pop();
    day = own;
    ends.push(equity);
  }
  return ["equity", ...ends, ""].join("\n");
}

const timeOf = (text: string): number => (/^\d+$/.test(text) ? Number(text) : Date.parse(text));

const DATA = /<script type="application\/json" id="report-data">([^<]*)<\/script>/;
const curves = z.object({
  curves: z.object({ time: z.array(z.number()), equity: z.array(z.number()), hold: z.array(z.number().nullable()) }),
});

/** The curves that a report draws: what is shown in the chat is then the same. */
function curveOf(report: Uint8Array): CurvePoint[] {
  const text = DATA.exec(Buffer.from(report).toString("utf8"))?.[1];
  if (text === undefined) throw new RunError("The report of the backtest holds no curves.");
  const { time, equity, hold } = curves.parse(JSON.parse(text)).curves;
  return time.map((at, i) => ({ time: at, equity: equity[i] ?? 0, hold: hold[i] ?? null }));
}

/** A curve with where it began: its first sample is the end of the first bar. */
function fromStart(curve: readonly CurvePoint[], start: CurvePoint): CurvePoint[] {
  const [first] = curve;
  const known = first !== undefined && first.hold !== null;
  return first !== undefined && first.time <= start.time ? [...curve] : [{ ...start, hold: known ? start.hold : null }, ...curve];
}

const fileName = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-").replaceAll(/^-|-$/g, "") || "run";
