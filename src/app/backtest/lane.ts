import type { SleeveState, SymbolState } from "../../core/bot.ts";
import { type CandleBlocks, blocksOf, endBeforeIn, openTime } from "../../core/candle-blocks.ts";
import { type Fees, type FillModel, feesOf } from "../../core/fill-model.ts";
import type { Order } from "../../core/order.ts";
import { type FeeSchedule, feeSchedule } from "../../core/simulator/execute.ts";
import { type Market, createMarket, rest } from "../../core/simulator/market.ts";
import { nextHit } from "../../core/simulator/walk.ts";
import type { BacktestMarket } from "./plan.ts";
import type { DecisionTrail } from "./record.ts";

/** A strategy of the lane's symbol, with its price levels as they were last seen. */
export interface LaneSleeve {
  readonly sleeve: SleeveState;
  ladder: readonly number[] | null;
}

/** One symbol of a run: its simulated venue, its candles, and how far both have come. */
export interface Lane extends DecisionTrail {
  readonly symbol: string;
  readonly market: Market;
  /** What its fills pay. */
  readonly fees: FeeSchedule;
  readonly data: BacktestMarket;
  readonly state: SymbolState;
  readonly sleeves: readonly LaneSleeve[];
  readonly blocks: CandleBlocks;
  /** Next fill candle. */
  cursor: number;
  /** Next decision bar. */
  bar: number;
  /** The next bar whose close is told, when closes at or under the one and at or over the other are heard. */
  heard: number;
  heardBelow: number;
  heardAbove: number;
  /** From the cursor to here no candle goes to `below` or `above`: what has been searched is not searched again. */
  quiet: number;
  below: number;
  above: number;
  /** Base held, as of the last stocktaking. */
  held: number;
  /** What that was worth at the last sample, quote, and its shares of the equity at all of them, summed up. */
  value: number;
  exposures: number;
  /** Delisted, and what is held of it counts for nothing. */
  isWorthless: boolean;
}

/** A lane at its first candle. */
export function createLane(data: BacktestMarket, model: FillModel, fees: Fees, state: SymbolState): Lane {
  return {
    symbol: data.instrument.symbol,
    market: createMarket(data.instrument, model),
    fees: feeSchedule(feesOf(fees, data.instrument.symbol)),
    data,
    state,
    sleeves: state.sleeves.map((sleeve) => ({ sleeve, ladder: null })),
    blocks: blocksOf(data.series),
    cursor: data.from,
    bar: 0,
    heard: -1,
    heardBelow: Number.POSITIVE_INFINITY,
    heardAbove: Number.NEGATIVE_INFINITY,
    quiet: data.from,
    below: Number.NEGATIVE_INFINITY,
    above: Number.POSITIVE_INFINITY,
    held: 0,
    value: 0,
    exposures: 0,
    isWorthless: false,
    stance: null,
    passed: 0,
  };
}

/** The last close before the cursor, quote; the first open when there is none, and nothing for what is worthless. */
export function priceBefore({ data: { series, from }, cursor, isWorthless }: Lane): number {
  if (isWorthless) return 0;
  return (cursor > from ? series.close[cursor - 1] : series.open[from]) ?? Number.NaN;
}

/** Close time of a decision bar of the lane, the next one unless told, epoch milliseconds; infinity when there is none. */
export function barEnd({ data: { bars }, bar: next }: Lane, bar = next): number {
  return bar < bars.length ? (bars.time[bar] as number) + bars.timeframe : Number.POSITIVE_INFINITY;
}

/** Candles that are searched at once, so that a far hit is not looked for all the way each time that the levels change. */
const AHEAD = 1_440;

/** Open time of the lane's next eventful candle before `time`, which is then at `quiet`; else infinity. */
export function hitTime(lane: Lane, time: number): number {
  const { market, blocks, cursor } = lane;
  const { series } = lane.data;
  const { hitBelow, hitAbove } = market;
  // What did not come near the old levels does not come near those that lie outside them.
  if (lane.quiet < cursor || hitBelow > lane.below || hitAbove < lane.above) lane.quiet = cursor;
  lane.below = hitBelow;
  lane.above = hitAbove;
  if (lane.quiet >= series.length || openTime(series, blocks, lane.quiet) >= time) return Number.POSITIVE_INFINITY;
  for (;;) {
    const end = Math.min(series.length, lane.quiet + AHEAD);
    lane.quiet = nextHit(market, series, lane.quiet, end, blocks);
    const found = lane.quiet < series.length ? openTime(series, blocks, lane.quiet) : Number.POSITIVE_INFINITY;
    if (found >= time) return Number.POSITIVE_INFINITY;
    if (lane.quiet < end) return found;
  }
}

/** Moves a lane on to its first candle that opens at or after `time`. */
export function moveTo(lane: Lane, time: number): void {
  lane.cursor = endBeforeIn(lane.data.series, lane.blocks, lane.cursor, time);
  lane.market.nextBar = lane.cursor;
}

/**
 * Rests an order. What a candle of one symbol, which is being walked, gives birth to in another counts from that one's next
 * candle: those that open together are walked in turn.
 */
export function restIn(lane: Lane, order: Order, walked: Lane | null): void {
  const { market, data } = lane;
  if (walked !== null && walked !== lane) {
    const time = walked.data.series.time[walked.cursor - 1] as number;
    moveTo(lane, time);
    if ((data.series.time[lane.cursor] ?? Number.POSITIVE_INFINITY) <= time) market.nextBar += 1;
  }
  rest(market, order);
  if (!market.walking) market.nextBar = lane.cursor;
}
