import type { CandleSeries } from "../../core/candle.ts";
import { formatTimeframe } from "../../core/timeframe.ts";
import type { BacktestPlan } from "./plan.ts";
import type { RunRecord } from "./record.ts";

/** A grid step under this many median candle ranges is filled by guesses about the inside of candles. */
const LEAST_RANGES = 3;
const SAMPLES = 5_000;

/** Warns of grids whose steps are too fine for the candles that fill them. */
export function gridWarnings(record: RunRecord, plan: BacktestPlan): string[] {
  const fine: { readonly symbol: string; readonly narrowest: number; readonly range: number; readonly timeframe: number }[] = [];
  for (const { instrument, series } of plan.markets) {
    let narrowest = Number.POSITIVE_INFINITY;
    for (const { symbol, strategy, prices } of record.ladders) {
      if (symbol !== instrument.symbol || strategy !== "grid") continue;
      for (let i = 1; i < prices.length; i++) narrowest = Math.min(narrowest, (prices[i] as number) / (prices[i - 1] as number) - 1);
    }
    const range = medianRange(series);
    if (Number.isFinite(narrowest) && narrowest < LEAST_RANGES * range) {
      fine.push({ symbol: instrument.symbol, narrowest, range, timeframe: series.timeframe });
    }
  }
  if (fine.length <= MOST_NAMED) return fine.map((one) => `grid on ${one.symbol}: its ${fineness(one)}: ${FINE_ADVICE}`);
  // Of many symbols one sentence, with the worst of them.
  const [worst] = fine.toSorted((a, b) => a.narrowest / a.range - b.narrowest / b.range);
  return worst ? [`grid on ${fine.length} of ${plan.markets.length} symbols: the finest on ${worst.symbol}, whose ${fineness(worst)}: ${FINE_ADVICE}`] : [];
}

const MOST_NAMED = 3;
const FINE_ADVICE = "fills inside candles are a guess; use fewer levels, finer candles, and --bounds";

const fineness = ({ narrowest, range, timeframe }: { readonly narrowest: number; readonly range: number; readonly timeframe: number }): string =>
  `narrowest step is ${percent(narrowest)}, under three times the median range of a ${formatTimeframe(timeframe)} candle (${percent(range)})`;

/** Says when a veto stopped the bot, and for how much of the run: what follows is no result of trading. */
export function haltWarnings(record: RunRecord): string[] {
  const { firstHalt: first, stances, decisions } = record.counts;
  if (!first) return [];
  const share = Math.round((100 * (stances["halt"] ?? 0)) / decisions);
  const limits = first.vetoes.map(({ agent, limit }) => `${agent}: ${limit}`).join("; ");
  return [
    `halted from ${new Date(first.time).toISOString().slice(0, 16).replace("T", " ")} UTC (${limits}): everything was sold, and ${share} % of the decisions were to stay out; a backtest has no owner who would let it go on`,
  ];
}

/** Median of high over low less 1, of evenly spread candles. */
function medianRange(series: CandleSeries): number {
  const stride = Math.max(1, Math.floor(series.length / SAMPLES));
  const ranges: number[] = [];
  for (let i = 0; i < series.length; i += stride) ranges.push((series.high[i] as number) / (series.low[i] as number) - 1);
  ranges.sort((a, b) => a - b);
  return ranges[Math.floor(ranges.length / 2)] ?? 0;
}

const percent = (value: number): string => `${(value * 100).toFixed(3)} %`;
