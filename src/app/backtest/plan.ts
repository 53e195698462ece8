import type { BotPlan } from "../../core/bot.ts";
import type { CandleSeries } from "../../core/candle.ts";
import { type FillModel, feesOf } from "../../core/fill-model.ts";
import type { Instrument } from "../../core/instrument.ts";
import type { OutsideItem } from "../../core/outside.ts";

/** What is held of a symbol whose candles end before the run does: worth its last close for ever, or nothing from then on. */
export const DELISTINGS = ["last-close", "worthless"] as const;
export type Delisting = (typeof DELISTINGS)[number];

/** One symbol's data for a run. */
export interface BacktestMarket {
  readonly instrument: Instrument;
  /** Candles that fill orders. */
  readonly series: CandleSeries;
  /** Bars that agents decide on, resampled from the same candles. */
  readonly bars: CandleSeries;
  /** First fill candle that is traded; what lies before it only warms the agents up. */
  readonly from: number;
  /** Epoch milliseconds from which it is not traded any more, though others are; absent for what goes on to the end. */
  readonly delisted?: number;
}

/** All that a run needs; the same plan gives the same run. */
export interface BacktestPlan {
  readonly bot: Omit<BotPlan, "symbols">;
  readonly markets: readonly BacktestMarket[];
  readonly fillModel: FillModel;
  /** What is held of a delisted symbol is worth; its last close when absent. */
  readonly delisting?: Delisting;
  /** What was published outside the market, by the time from which it may be known; nothing when absent. */
  readonly outside?: readonly OutsideItem[];
  /**
   * What of the run is kept: every fill, sample and decision with its votes; the same but of a long run of many symbols
   * only a part of the decisions; or what figures are made of alone. `everything` when absent.
   */
  readonly keeps?: "everything" | "thinned" | "figures";
}

/** What a taker pays in a market of a plan, fraction of the notional. */
export function takerFeeOf({ bot }: BacktestPlan, { instrument }: BacktestMarket): number {
  return feesOf(bot.fees, instrument.symbol).taker;
}
