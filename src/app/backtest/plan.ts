import type { BotPlan } from "../../core/bot.ts";
import type { CandleSeries } from "../../core/candle.ts";
import type { FillModel } from "../../core/fill-model.ts";
import type { Instrument } from "../../core/instrument.ts";
import type { OutsideItem } from "../../core/outside.ts";

/** One symbol's data for a run. */
export interface BacktestMarket {
  readonly instrument: Instrument;
  /** Candles that fill orders. */
  readonly series: CandleSeries;
  /** Bars that agents decide on, resampled from the same candles. */
  readonly bars: CandleSeries;
  /** First fill candle that is traded; what lies before it only warms the agents up. */
  readonly from: number;
}

/** All that a run needs; the same plan gives the same run. */
export interface BacktestPlan {
  readonly bot: Omit<BotPlan, "symbols">;
  readonly markets: readonly BacktestMarket[];
  readonly fillModel: FillModel;
  /** What was published outside the market, by the time from which it may be known; nothing when absent. */
  readonly outside?: readonly OutsideItem[];
  /** What of the run is kept: every fill, sample and decision with its votes, or what figures are made of alone; `everything` when absent. */
  readonly keeps?: "everything" | "figures";
}
