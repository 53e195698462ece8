import type { Candle } from "../../core/candle.ts";
import { isPossible } from "../../core/candle-check.ts";
import { DAY } from "../../core/timeframe.ts";
import { RunError } from "../../core/user-error.ts";
import type { ReadPage } from "./page.ts";

/** What a walk reads, and up to when. Times in epoch milliseconds. */
export interface Market {
  readonly exchange: string;
  readonly timeframe: string;
  /** Length of a candle in milliseconds. */
  readonly length: number;
  /** The venue's time when the download began; a candle that ends later has not closed. */
  readonly now: number;
  /** Whether the venue has candles of a day, by which a listing is found quickly. */
  readonly hasDays: boolean;
  readonly read: ReadPage;
}

/** The fewest candles that a page covers at any venue known (OKX's history): after an empty page no more is skipped. */
const SURE = 100;

/** Reads spans of candles page by page. Throws as `market.read` does. */
export class Walk {
  readonly #market: Market;
  readonly notes = new Set<string>();
  /** Open time of the candle that was left out because it had not closed. */
  unclosed: number | null = null;
  /** Close of the day in which the venue is known to have traded. */
  #dayEnds = 0;

  constructor(market: Market) {
    this.#market = market;
  }

  /** The closed candles from `from` to `to` (exclusive), a page at a time, each with the time up to which the span is read. */
  async *pages(from: number, to: number): AsyncGenerator<{ readonly candles: readonly Candle[]; readonly reached: number }> {
    for (let since = from; since < to; ) {
      const page = await this.#market.read(this.#market.timeframe, since);
      const { candles, reached } = this.#take(page, since, to);
      since = reached ?? (await this.#nextTraded(since, to));
      yield { candles, reached: Math.min(since, to) };
    }
  }

  /** A time from `from` to `to` before which the venue has no candles. */
  async earliest(from: number, to: number): Promise<number> {
    const page = await this.#market.read(this.#market.timeframe, from);
    const first = page.find(({ time }) => time >= from);
    return first ? Math.min(first.time, to) : this.#nextTraded(from, to);
  }

  /** The closed candles of a page inside the span, and where to go on; `null` when it held none at all. */
  #take(page: readonly Candle[], since: number, to: number): { readonly candles: Candle[]; readonly reached: number | null } {
    const { exchange, length, now } = this.#market;
    const candles: Candle[] = [];
    let reached: number | null = null;
    for (const candle of page) {
      if (candle.time < (reached ?? since)) {
        this.notes.add(`${exchange} sent candles twice or of before what was asked for; they were left out`);
        continue;
      }
      if (candle.time >= to) return { candles, reached: to };
      reached = candle.time + length;
      if (reached > now) {
        this.unclosed = candle.time;
        this.notes.add(`the candle of ${new Date(candle.time).toISOString()} had not closed and was left out`);
        break;
      }
      if (!isPossible(candle.open, candle.high, candle.low, candle.close, candle.volume)) {
        throw new RunError(`${exchange} sent an impossible candle of ${new Date(candle.time).toISOString()}: ${JSON.stringify(candle)}`);
      }
      candles.push(candle);
    }
    return { candles, reached };
  }

  /** Where to go on after an empty page at `since`: before the listing, after the delisting, or in a long stop of the venue. */
  async #nextTraded(since: number, to: number): Promise<number> {
    const { length, hasDays, read } = this.#market;
    const next = since + SURE * length;
    if (!hasDays || length >= DAY || next < this.#dayEnds) return Math.min(next, to);
    // A day's candle opens up to a day before the first candle in it.
    for (let days = since - DAY; days < to; days += SURE * DAY) {
      const day = (await read("1d", Math.max(0, days))).find(({ time }) => time + DAY > next);
      if (!day) continue;
      this.#dayEnds = day.time + DAY;
      return Math.min(Math.max(next, day.time), to);
    }
    return to;
  }
}
