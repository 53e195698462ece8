import type { Bot, SymbolState } from "../../core/bot.ts";
import type { CandleSeries } from "../../core/candle.ts";
import { BLOCK_BITS, type CandleBlocks, blocksOf, endBeforeIn, openTime } from "../../core/candle-blocks.ts";
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
  /** Epoch milliseconds from which what is held of it counts for nothing; absent for what keeps its last close. */
  readonly worthlessFrom?: number;
}

interface Cursor {
  readonly market: MarkedMarket;
  readonly blocks: CandleBlocks;
  /** Absent where the bot does not trade it. */
  readonly state: SymbolState | undefined;
  next: number;
  price: number;
  base: number;
}

/** Whether the bars of all markets have the same times, one after the other without a gap. */
export function areAligned(markets: readonly Pick<MarkedMarket, "series" | "from" | "to">[]): boolean {
  const first = markets[0];
  if (markets.length === 1 || !first) return true;
  const { start } = blocksOf(first.series);
  return markets.every(({ series, from, to }) => {
    const blocks = blocksOf(series);
    return blocks.isEven && blocks.start === start && series.timeframe === first.series.timeframe && from === first.from && to === first.to;
  });
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
  /** Whether the bars of all symbols have the same times: then one place is the place of all. */
  readonly #isAligned: boolean;
  #peak: number;
  #peakTime: number;
  #dayEnd: number;
  /** What opens before it has been marked. */
  #marked = Number.NEGATIVE_INFINITY;
  /** Place of the first candle that opens at the day's end or later; 0 before it is known. */
  #dayStop = 0;

  constructor(bot: Bot, markets: readonly MarkedMarket[], startTime: number) {
    this.#bot = bot;
    this.#cursors = markets.map((market) => ({
      market,
      blocks: blocksOf(market.series),
      state: bot.symbols.get(market.symbol),
      next: market.from,
      price: market.series.open[market.from] ?? 0,
      base: 0,
    }));
    this.#isAligned = areAligned(markets);
    this.equity = cashOf(bot);
    this.#peak = this.equity;
    this.#peakTime = startTime;
    this.#dayEnd = (Math.floor(startTime / DAY) + 1) * DAY;
  }

  /** Marks every candle that opens before `time`, with what is held now. Call it before holdings change. */
  advance(time: number): void {
    // Many symbols are filled in candles that open together: after the first of them nothing is left to mark.
    if (time <= this.#marked) return;
    this.#marked = time;
    const cash = cashOf(this.#bot);
    for (const cursor of this.#cursors) cursor.base = heldOf(cursor.state);
    const first = this.#cursors[0];
    if (first && this.#isAligned) this.#markDays(first, time, cash);
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

  /** One symbol, or several whose bars have the same times: day by day. */
  #markDays(first: Cursor, until: number, cash: number): void {
    const { blocks } = first;
    const { series, to } = first.market;
    const end = Math.min(to, endBeforeIn(series, blocks, first.next, until));
    if (end <= first.next) return;
    for (let index = first.next; index < end; ) {
      if (index >= this.#dayStop) {
        const opened = openTime(series, blocks, index);
        if (opened >= this.#dayEnd) this.#endDay(this.equity, opened);
        this.#dayStop = endBeforeIn(series, blocks, index, this.#dayEnd);
      }
      const stop = Math.min(end, this.#dayStop);
      if (this.#cursors.length === 1) this.#markStretch(series, blocks, index, stop, cash, first.base);
      else this.#markStretchOfAll(series.time, index, stop, cash);
      index = stop;
    }
    for (const cursor of this.#cursors) {
      cursor.price = cursor.market.series.close[end - 1] as number;
      cursor.next = end;
    }
  }

  /** The loop that a backtest of one symbol spends its quiet candles in: cash and base are the same all through it. */
  #markStretch({ time, close }: CandleSeries, { highestClose, lowestClose }: CandleBlocks, from: number, to: number, cash: number, base: number): void {
    if (base === 0) {
      this.#markCash(time[from] as number, time[to - 1] as number, cash);
      return;
    }
    let peak = this.#peak;
    let equity = this.equity;
    // What lies under it is a deeper fall than any before.
    let floor = peak * (1 - this.maxDrawdown);
    for (let index = from; index < to; ) {
      const block = index >> BLOCK_BITS;
      // A block that reaches no new high and no new depth changes neither, and no part of it does: it is all under water.
      if (block < highestClose.length && cash + base * (highestClose[block] as number) < peak && cash + base * (lowestClose[block] as number) >= floor) {
        index = (block + 1) << BLOCK_BITS;
        equity = Number.NEGATIVE_INFINITY;
        continue;
      }
      for (const end = Math.min(to, (block + 1) << BLOCK_BITS); index < end; index++) {
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
      }
    }
    this.#peak = peak;
    this.equity = cash + base * (close[to - 1] as number);
  }

  /** A stretch in which nothing is held: every close of it is worth the same. */
  #markCash(first: number, last: number, cash: number): void {
    if (cash >= this.#peak) {
      if (this.equity < this.#peak) this.#surface(first);
      this.#peak = cash;
      this.#peakTime = last;
    } else if (cash < this.#peak * (1 - this.maxDrawdown)) this.maxDrawdown = 1 - cash / this.#peak;
    this.equity = cash;
  }

  /** The same for several symbols: what no mixture of a block's closes comes to is not looked for in it. */
  #markStretchOfAll(time: Float64Array, from: number, to: number, cash: number): void {
    for (let index = from; index < to; ) {
      const block = index >> BLOCK_BITS;
      const end = Math.min(to, (block + 1) << BLOCK_BITS);
      let most = cash;
      let least = cash;
      for (const { base, blocks } of this.#cursors) {
        most += base * (blocks.highestClose[block] ?? Number.POSITIVE_INFINITY);
        least += base * (blocks.lowestClose[block] ?? 0);
      }
      if (most < this.#peak && 1 - least / this.#peak <= this.maxDrawdown) {
        index = end;
        this.equity = this.#equityAt(end - 1, cash);
      }
      for (; index < end; index++) this.#mark(this.#equityAt(index, cash), time[index] as number);
    }
  }

  #equityAt(index: number, cash: number): number {
    let equity = cash;
    for (const { base, market } of this.#cursors) equity += base * (market.series.close[index] as number);
    return equity;
  }

  #mark(equity: number, now: number): void {
    if (equity >= this.#peak) {
      if (this.equity < this.#peak) this.#surface(now);
      this.#peak = equity;
      this.#peakTime = now;
    } else this.maxDrawdown = Math.max(this.maxDrawdown, 1 - equity / this.#peak);
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
        const { series, to, worthlessFrom } = cursor.market;
        if (cursor.next < to && series.time[cursor.next] === now) {
          cursor.price = series.close[cursor.next] as number;
          cursor.next += 1;
        } else if (cursor.next === to && now >= (worthlessFrom ?? Number.POSITIVE_INFINITY)) cursor.price = 0;
        equity += cursor.base * cursor.price;
      }
      this.#mark(equity, now);
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

/** Base held of a symbol. */
function heldOf(state: SymbolState | undefined): number {
  if (!state) return 0;
  let units = 0;
  for (const { account } of state.sleeves) units += baseUnitsOf(account);
  return units / state.instrument.baseScale;
}
