import type { Candle } from "../../core/candle.ts";
import { isCandleNear, isSameCandle } from "../../core/price-breaker.ts";
import { barStart } from "../../core/resample.ts";
import type { Venue } from "../../ports/venue.ts";
import { CandleFeed } from "./candle-feed.ts";
import type { JournaledEvent } from "./journaled.ts";
import type { Started } from "./start.ts";
import { fetchAll } from "./venue-candles.ts";

/** What candles need of the session around them. Timeframes in milliseconds. */
export interface CandleIntakeParts {
  readonly venue: Venue;
  readonly fill: number;
  readonly decision: number;
  readonly handle: (event: JournaledEvent) => void;
  readonly spawn: (job: Promise<unknown>) => void;
  /** Hears of every candle that is believed, with its timeframe. */
  readonly seen: (symbol: string, candle: Candle, timeframe: number) => void;
  readonly alert: (message: string) => void;
}

/** Brings a venue's candles to the bot: those before it began, those that are pushed, and those that were missed. */
export class CandleIntake {
  readonly #parts: CandleIntakeParts;
  readonly #feed: CandleFeed;
  /** By symbol: the last close that was believed. */
  readonly #closes = new Map<string, number>();
  /** By symbol: candles that jump, and those after them, until a second report has come. */
  readonly #doubted = new Map<string, readonly Candle[]>();

  constructor(parts: CandleIntakeParts) {
    this.#parts = parts;
    this.#feed = new CandleFeed({
      fillTimeframe: parts.fill,
      decisionTimeframe: parts.decision,
      events: {
        bar: (symbol, bar) => this.#bar(symbol, bar),
        candle: (symbol, candle) => {
          this.#closes.set(symbol, candle.close);
          parts.seen(symbol, candle, parts.fill);
        },
        incomplete: (symbol, time) => parts.alert(`${symbol}: the venue has no full bar for ${new Date(time).toISOString()}: nothing was decided on it`),
        gap: (symbol, from, to) => parts.spawn(this.#backfill(symbol, from, to)),
      },
    });
  }

  /** Shows the bot what happened before it began, or while it was away, and takes up the bar that is being made now. */
  async warmUp({ bot, begun, lastBar, warmup }: Started): Promise<void> {
    const { venue, fill, decision, handle } = this.#parts;
    const now = venue.now();
    const open = barStart(now, decision);
    for (const [symbol, { candles }] of bot.symbols) {
      for (let back = candles.length - 1; back >= 0; back -= 1) this.#parts.seen(symbol, candles.at(back), decision);
      const last = lastBar.get(symbol);
      const since = last === undefined ? open - warmup * decision : last + decision;
      this.#show(symbol, await fetchAll(venue, symbol, decision, since, open), last !== undefined);
      const price = bot.symbols.get(symbol)?.price ?? Number.NaN;
      if (bot.plan.profile === null && !begun.has(symbol) && Number.isFinite(price)) handle({ type: "begin", symbol, time: now, close: price });
      this.#closes.set(symbol, price);
      this.#feed.begin(symbol, open);
      this.#feed.filled(symbol, await fetchAll(venue, symbol, fill, open, barStart(now, fill)));
    }
  }

  /** A closed candle from a stream. */
  accept(symbol: string, candle: Candle): void {
    if (candle.time < this.#feed.next(symbol)) return;
    const doubted = this.#doubted.get(symbol);
    const last = this.#closes.get(symbol) ?? Number.NaN;
    if (!doubted && isCandleNear(last, candle)) {
      this.#feed.accept(symbol, candle);
      return;
    }
    if (!doubted) this.#parts.alert(`${symbol}: the candle of ${new Date(candle.time).toISOString()} jumps from ${last} to ${candle.low}..${candle.high}: the venue is asked for it again`);
    this.#doubted.set(symbol, [...(doubted ?? []), candle]);
    this.#parts.spawn(this.#confirm(symbol));
  }

  /**
   * A second report decides: what it says within the limit, or just as it was pushed, counts. The newest candle may not
   * be in the lists yet, so what is still in doubt is asked for again when the next one comes.
   */
  async #confirm(symbol: string): Promise<void> {
    const { venue, fill } = this.#parts;
    const answer = await venue.candles(symbol, fill, this.#feed.next(symbol), MOST_ASKED);
    if (!answer.ok) return;
    const doubted = this.#doubted.get(symbol) ?? [];
    for (const asked of answer.value) {
      const pushed = doubted.find(({ time }) => time === asked.time);
      if (isCandleNear(this.#closes.get(symbol) ?? Number.NaN, asked) || (pushed && isSameCandle(asked, pushed))) this.#feed.accept(symbol, asked);
    }
    const left = doubted.filter(({ time }) => time >= this.#feed.next(symbol));
    if (left.length > 0) this.#doubted.set(symbol, left);
    else this.#doubted.delete(symbol);
  }

  /** Asks again for what is missing. */
  retry(): void {
    this.#feed.retry();
  }

  /** Bars that closed without us are only shown; a restarted bot decides on the newest, which is still in force. */
  #show(symbol: string, bars: readonly Candle[], decide: boolean): void {
    for (const bar of bars) this.#parts.seen(symbol, bar, this.#parts.decision);
    const newest = decide ? bars.at(-1) : undefined;
    const shown = newest ? bars.slice(0, -1) : bars;
    const last = shown.at(-1);
    if (last) this.#parts.handle({ type: "bars", symbol, time: last.time + this.#parts.decision, candles: [...shown] });
    if (newest) this.#bar(symbol, newest);
  }

  #bar(symbol: string, candle: Candle): void {
    this.#parts.handle({ type: "candle", symbol, time: candle.time + this.#parts.decision, candle });
  }

  async #backfill(symbol: string, from: number, to: number): Promise<void> {
    try {
      const { venue, fill } = this.#parts;
      let candles = await fetchAll(venue, symbol, fill, from, to);
      if (candles.length < (to - from) / fill) {
        // By a clock that lags the newest of them have not closed yet, though the venue has sent a later one.
        await venue.syncClock();
        candles = await fetchAll(venue, symbol, fill, from, to);
      }
      this.#feed.filled(symbol, candles);
    } catch {
      // The venue did not answer: it is asked again with the next turn.
      this.#feed.failed(symbol);
    }
  }
}

/** Candles that are asked for at once when some are in doubt. */
const MOST_ASKED = 1_000;
