import type { Bot } from "../../core/bot.ts";
import type { CandleSeries } from "../../core/candle.ts";
import { BLOCK, type CandleBlocks, blocksOf, endBeforeIn, openTime } from "../../core/candle-blocks.ts";
import { baseUnitsOf } from "../../core/ledger.ts";
import { DAY } from "../../core/timeframe.ts";
import { cashOf } from "../../core/valuation.ts";

/** A market whose closes value what is held. */
export interface MarkedMarket {
  readonly symbol: string;
  readonly series: CandleSeries;
  /** First and one past the last bar that is traded. */
  readonly from: number;
  readonly to: number;
}

interface Cursor {
  readonly market: MarkedMarket;
  readonly blocks: CandleBlocks;
  next: number;
  price: number;
  base: number;
}

/**
 * Values the account at the close of every fill candle, and keeps what statistics need: the highest equity, the
 * deepest fall, the longest time under water, and the equity at the end of each UTC day.
 */
export class EquityMarker {
  readonly daily: number[] = [];
  maxDrawdown = 0;
  longestUnderWater = 0;
  equity: number;
  readonly #bot: Bot;
  readonly #cursors: Cursor[];
  #peak: number;
  #peakTime: number;
  #dayEnd: number;

  constructor(bot: Bot, markets: readonly MarkedMarket[], startTime: number) {
    this.#bot = bot;
    this.#cursors = markets.map((market) => ({
      market,
      blocks: blocksOf(market.series),
      next: market.from,
      price: market.series.open[market.from] ?? 0,
      base: 0,
    }));
    this.equity = cashOf(bot);
    this.#peak = this.equity;
    this.#peakTime = startTime;
    this.#dayEnd = (Math.floor(startTime / DAY) + 1) * DAY;
  }

  /** Marks every candle that opens before `time`, with what is held now. Call it before holdings change. */
  advance(time: number): void {
    const cash = cashOf(this.#bot);
    for (const cursor of this.#cursors) cursor.base = this.#held(cursor.market.symbol);
    const only = this.#cursors[0];
    if (only && this.#cursors.length === 1) this.#markOne(only, time, cash);
    else this.#markAll(time, cash);
  }

  /** Closes the books of the last day. */
  finish(endTime: number): void {
    this.advance(Number.POSITIVE_INFINITY);
    this.daily.push(this.equity);
    this.longestUnderWater = Math.max(this.longestUnderWater, this.equity < this.#peak ? endTime - this.#peakTime : 0);
  }

  /** The last close of a symbol that has been marked. */
  price(symbol: string): number {
    return this.#cursors.find((cursor) => cursor.market.symbol === symbol)?.price ?? Number.NaN;
  }

  #held(symbol: string): number {
    const state = this.#bot.symbols.get(symbol);
    if (!state) return 0;
    let units = 0;
    for (const { account } of state.sleeves) units += baseUnitsOf(account);
    return units / state.instrument.baseScale;
  }

  /** One symbol: day by day. */
  #markOne(cursor: Cursor, until: number, cash: number): void {
    const { blocks } = cursor;
    const { series, to } = cursor.market;
    const end = Math.min(to, endBeforeIn(series, blocks, cursor.next, until));
    if (end <= cursor.next) return;
    for (let index = cursor.next; index < end; ) {
      const opened = openTime(series, blocks, index);
      if (opened >= this.#dayEnd) this.#endDay(this.equity, opened);
      const stop = Math.min(end, endBeforeIn(series, blocks, index, this.#dayEnd));
      this.#markStretch(series, blocks, index, stop, cash, cursor.base);
      index = stop;
    }
    cursor.price = series.close[end - 1] as number;
    cursor.next = end;
  }

  /** The loop that a backtest of one symbol spends its quiet candles in: cash and base are the same all through it. */
  #markStretch({ time, close }: CandleSeries, { highestClose, lowestClose }: CandleBlocks, from: number, to: number, cash: number, base: number): void {
    let peak = this.#peak;
    let equity = this.equity;
    // What lies under it is a deeper fall than any before.
    let floor = peak * (1 - this.maxDrawdown);
    for (let index = from; index < to; ) {
      // A block that reaches no new high and no new depth changes neither: only its last close is of interest.
      if (index % BLOCK === 0 && index + BLOCK <= to) {
        const block = index / BLOCK;
        if (cash + base * (highestClose[block] as number) < peak && cash + base * (lowestClose[block] as number) >= floor) {
          index += BLOCK;
          equity = cash + base * (close[index - 1] as number);
          continue;
        }
      }
      const value = cash + base * (close[index] as number);
      if (value >= peak) {
        if (equity < peak) this.#surface(time[index] as number);
        peak = value;
        this.#peakTime = time[index] as number;
        floor = peak * (1 - this.maxDrawdown);
      } else if (value < floor) {
        this.maxDrawdown = 1 - value / peak;
        floor = peak * (1 - this.maxDrawdown);
      }
      equity = value;
      index += 1;
    }
    this.#peak = peak;
    this.equity = equity;
  }

  /** Several symbols: time by time, each valued at its last close. */
  #markAll(until: number, cash: number): void {
    for (;;) {
      let now = Number.POSITIVE_INFINITY;
      for (const { market, next } of this.#cursors) {
        if (next < market.to) now = Math.min(now, market.series.time[next] as number);
      }
      if (now >= until) return;
      if (now >= this.#dayEnd) this.#endDay(this.equity, now);
      let equity = cash;
      for (const cursor of this.#cursors) {
        const { series, to } = cursor.market;
        if (cursor.next < to && series.time[cursor.next] === now) {
          cursor.price = series.close[cursor.next] as number;
          cursor.next += 1;
        }
        equity += cursor.base * cursor.price;
      }
      if (equity >= this.#peak) {
        if (this.equity < this.#peak) this.#surface(now);
        this.#peak = equity;
        this.#peakTime = now;
      } else this.maxDrawdown = Math.max(this.maxDrawdown, 1 - equity / this.#peak);
      this.equity = equity;
    }
  }

  /** A high is reached again: the time since the last one was spent under water. Standing level with it is not. */
  #surface(now: number): void {
    this.longestUnderWater = Math.max(this.longestUnderWater, now - this.#peakTime);
  }

  /** A day without candles repeats the equity of the day before: nothing was earned in it. */
  #endDay(equity: number, now: number): void {
    while (now >= this.#dayEnd) {
      this.daily.push(equity);
      this.#dayEnd += DAY;
    }
  }
}
