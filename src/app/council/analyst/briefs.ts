import type { AnalystParams } from "../../../core/analyst.ts";
import { CandleView } from "../../../core/candle-view.ts";
import type { Decision } from "../../../core/decision.ts";
import { Indicators } from "../../../core/indicators/indicators.ts";
import type { BacktestMarket, BacktestPlan } from "../../backtest/plan.ts";
import type { RunRecord } from "../../backtest/record.ts";
import { type Brief, briefOf } from "./brief.ts";

/** A brief with the decision that it is of. */
export interface BriefAt {
  readonly symbol: string;
  /** The decision, epoch milliseconds. */
  readonly time: number;
  /** Length of a decision bar, milliseconds. */
  readonly timeframe: number;
  /** Bar of the decision in the market's bars. */
  readonly bar: number;
  readonly brief: Brief;
}

/** Whether the analyst is asked about a decision: by the clock, so that a restart does not ask anew and a backtest asks about the same ones. */
export function isDue(time: number, timeframe: number, every: number): boolean {
  return Math.floor(time / timeframe) % every === 0;
}

/** The briefs of a run's decisions that the analyst is asked about, in their order. */
export function briefsOf({ markets }: BacktestPlan, { decisions }: RunRecord, { every }: Pick<AnalystParams, "every">, masked: boolean): readonly BriefAt[] {
  const briefs: BriefAt[] = [];
  for (const market of markets) {
    const { bars, instrument } = market;
    const candles = new CandleView(bars, 0);
    const indicators = new Indicators(bars, 0);
    let length = 0;
    for (const decision of decisions) {
      if (decision.symbol !== instrument.symbol || !isDue(decision.time, bars.timeframe, every)) continue;
      length = barsBefore(market, decision, length);
      candles.reveal(length);
      indicators.reveal(length);
      const brief = briefOf(decision, { candles, indicators }, masked);
      if (brief !== null) briefs.push({ symbol: decision.symbol, time: decision.time, timeframe: bars.timeframe, bar: length - 1, brief });
    }
  }
  return briefs.sort((a, b) => a.time - b.time);
}

/** Bars that had closed at a decision, counted on from those of the last one. */
function barsBefore({ bars }: BacktestMarket, { time }: Decision, from: number): number {
  let length = from;
  while (length < bars.length && (bars.time[length] as number) + bars.timeframe <= time) length += 1;
  return length;
}
