import type { Candle } from "../../core/candle.ts";
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
  readonly alert: (message: string) => void;
}

/** Brings a venue's candles to the bot: those before it began, those that are pushed, and those that were missed. */
export class CandleIntake {
  readonly #parts: CandleIntakeParts;
  readonly #feed: CandleFeed;

  constructor(parts: CandleIntakeParts) {
    this.#parts = parts;
    this.#feed = new CandleFeed({
      fillTimeframe: parts.fill,
      decisionTimeframe: parts.decision,
      events: {
        bar: (symbol, bar) => this.#bar(symbol, bar),
        candle: () => undefined,
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
    for (const symbol of bot.symbols.keys()) {
      const last = lastBar.get(symbol);
      const since = last === undefined ? open - warmup * decision : last + decision;
      this.#show(symbol, await fetchAll(venue, symbol, decision, since, open), last !== undefined);
      const price = bot.symbols.get(symbol)?.price ?? Number.NaN;
      if (bot.plan.profile === null && !begun.has(symbol) && Number.isFinite(price)) handle({ type: "begin", symbol, time: now, close: price });
      this.#feed.begin(symbol, open);
      this.#feed.filled(symbol, await fetchAll(venue, symbol, fill, open, barStart(now, fill)));
    }
  }

  /** A closed candle from a stream. */
  accept(symbol: string, candle: Candle): void {
    this.#feed.accept(symbol, candle);
  }

  /** Asks again for what is missing. */
  retry(): void {
    this.#feed.retry();
  }

  /** Bars that closed without us are only shown; a restarted bot decides on the newest, which is still in force. */
  #show(symbol: string, bars: readonly Candle[], decide: boolean): void {
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
      this.#feed.filled(symbol, await fetchAll(this.#parts.venue, symbol, this.#parts.fill, from, to));
    } catch {
      // The venue did not answer: it is asked again with the next turn.
      this.#feed.failed(symbol);
    }
  }
}
