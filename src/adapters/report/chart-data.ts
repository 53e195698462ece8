import type { CandleSeries } from "../../core/candle.ts";
import { formatTimeframe } from "../../core/timeframe.ts";
import { type Curves, curvesOf } from "./curves.ts";
import { type DisplayBars, resampleForDisplay } from "./downsample.ts";
import { fillMarks } from "./fill-marks.ts";
import { count, counted, priceDigits, quoteOf } from "./format.ts";
import { type LadderRun, ladderRuns } from "./ladder-runs.ts";
import { type DecisionEntry, type VoteRow, decisionEntries, voteRows } from "./council-data.ts";
import type { Run } from "./run.ts";
import { TextTable } from "./text-table.ts";

/** What the charts of one symbol are drawn from; the client scripts read it by these names. */
export interface SymbolCharts {
  readonly symbol: string;
  /** Decimals of the price axis. */
  readonly digits: number;
  readonly timeframe: string;
  readonly ownTimeframe: string;
  /** Length of a bar in milliseconds. */
  readonly step: number;
  readonly bars: Omit<DisplayBars, "timeframe">;
  /** bar, 1 buy or -1 sell, price, quantity, fills, text of strategy, text of reason */
  readonly fills: readonly (readonly number[])[];
  readonly ladders: readonly LadderRun[];
  readonly decisions: readonly DecisionEntry[];
  readonly levels: readonly (readonly (readonly number[])[])[];
  readonly agents: readonly VoteRow[];
  /** What was left out to keep the page small, one sentence each. */
  readonly notes: readonly string[];
}

/** All that the client scripts draw. */
export interface ChartData {
  readonly currency: string;
  readonly moneyDigits: number;
  readonly texts: readonly string[];
  readonly symbols: readonly SymbolCharts[];
  readonly curves: Curves;
}

const MOST_BARS = 3_000;
const MOST_MARKS = 2_000;
const MOST_POINTS = 3_000;
const VOTE_BYTES = 1_200_000;
const DECISION_BYTES = 300_000;
const MOST_LADDER_PRICES = 20_000;
const MOST_LEVELS = 12_000;
/** Beyond this many symbols, what each has by itself outgrows the page, and its words are more than anybody reads: they share less. */
const CROWD = 4;
const CROWD_SHARE = 0.55;

/** Reduces a run to what its charts can show, within a budget that symbols share. */
export function chartData(output: Run, series: ReadonlyMap<string, CandleSeries>): ChartData {
  const texts = new TextTable();
  const drawn = output.data.symbols.flatMap(({ symbol }) => {
    const candles = series.get(symbol);
    return candles === undefined || candles.length === 0 ? [] : [{ symbol, candles }];
  });
  const part = Math.min(1, Math.max(CROWD_SHARE, CROWD / Math.max(1, drawn.length))) / Math.max(1, drawn.length);
  const symbols = drawn.map(({ symbol, candles }) => symbolCharts(output, symbol, candles, texts, part));
  const quote = quoteOf(output);
  return {
    currency: quote.currency,
    moneyDigits: quote.digits,
    texts: texts.list,
    symbols,
    curves: shortened(curvesOf(output, series, MOST_POINTS)),
  };
}

function symbolCharts(
  output: Run,
  symbol: string,
  candles: CandleSeries,
  texts: TextTable,
  part: number,
): SymbolCharts {
  const of = <T extends { readonly symbol: string }>(list: readonly T[]): T[] =>
    list.filter((one) => one.symbol === symbol);
  // Beyond three symbols the bars shrink too, down to a readable few hundred.
  const bars = resampleForDisplay(candles, Math.max(240, Math.floor(MOST_BARS * Math.min(1, 3 * part))));
  const { timeframe, time } = bars;
  const fills = fillMarks(of(output.fills), time, Math.max(50, Math.floor(MOST_MARKS * part)));
  const votes = voteRows(of(output.votes), time, timeframe, texts, VOTE_BYTES * part);
  const decided = decisionEntries(of(output.decisions), time, timeframe, texts, {
    bytes: DECISION_BYTES * part,
    levels: MOST_LEVELS * part,
  });
  const ladders = ladderRuns(of(output.ladders), time, MOST_LADDER_PRICES * part);
  const kept = output.decisions.length;
  const notes = [
    kept < output.result.decisions ? `Of ${counted(output.result.decisions, "decision")} of all symbols this page has ${count(kept)}: each change of a stance, and some between.` : "",
    fills.merged ? `${counted(fills.fills, "fill")}: those of one side in one bar are drawn as one mark at their average price.` : "",
    fills.hidden > 0 ? `${counted(fills.hidden, "fill")} of them are not drawn.` : "",
    votes.threshold > 0 ? `Votes are drawn where they changed by ${votes.threshold} or more (score times confidence).` : "",
    decided.threshold > 0 ? `Decisions are drawn where the stance changed, or a number by ${decided.threshold} or more.` : "",
    decided.levelsThinned ? "Support and resistance are drawn at a part of their changes." : "",
    ladders.thinned ? "The ladder is drawn at a part of its changes." : "",
  ].filter((note) => note !== "");
  return {
    symbol,
    digits: priceDigits(candles.close[candles.length - 1] as number),
    timeframe: formatTimeframe(timeframe),
    ownTimeframe: formatTimeframe(candles.timeframe),
    step: timeframe,
    bars: {
      time,
      open: bars.open.map(nine),
      high: bars.high.map(nine),
      low: bars.low.map(nine),
      close: bars.close.map(nine),
    },
    fills: fills.marks.map((mark) => [
      mark.bar,
      mark.side === "buy" ? 1 : -1,
      nine(mark.price),
      nine(mark.quantity),
      mark.fills,
      texts.index(mark.strategy),
      texts.index(mark.reason),
    ]),
    ladders: ladders.runs,
    decisions: decided.entries,
    levels: decided.levels,
    agents: votes.rows,
    notes,
  };
}

/** Nine significant digits: what floating point adds beyond them only makes the page longer. */
function nine(value: number): number {
  return Number(value.toPrecision(9));
}

function shortened(curves: Curves): Curves {
  const optional = (value: number | null): number | null => (value === null ? null : Number(value.toPrecision(8)));
  const fraction = (value: number): number => Math.round(value * 1e6) / 1e6;
  return {
    ...curves,
    equity: curves.equity.map((value) => Number(value.toPrecision(8))),
    hold: curves.hold.map(optional),
    drawdown: curves.drawdown.map(fraction),
    holdDrawdown: curves.holdDrawdown.map((value) => (value === null ? null : fraction(value))),
  };
}
