import { isPossible } from "../../../core/candle-check.ts";
import type { Candle } from "../../../core/candle.ts";
import type { Answer } from "../../../ports/venue.ts";

/** How candles of one symbol are closed. Times in milliseconds. */
export interface Closing {
  readonly timeframe: number;
  /** Closed candles that open at or after a time, oldest first, over REST. */
  readonly read: (since: number) => Promise<Answer<readonly Candle[]>>;
  readonly emit: (candle: Candle) => void;
  /** Whether the venue says in its messages that a candle is final. */
  readonly flagged: boolean;
}

/** How long after its end a candle may be missing before it is read over REST, and between two such reads. */
const GRACE = 1_500;
const BETWEEN_READS = 1_000;

/** Makes each candle of a stream come out once, in order, and only when it has closed; holes are read over REST. */
export class ClosedCandles {
  readonly #closing: Closing;
  /** Open time of the last candle given out. */
  #last: number | null = null;
  /** The newest row of this connection, which has not closed. */
  #current: Candle | null = null;
  /** Open time of the newest candle that is known to have closed. */
  #closedUpTo = 0;
  #reading = false;
  #readAt = 0;

  constructor(closing: Closing) {
    this.#closing = closing;
  }

  /** A candle that the venue calls final. */
  final(candle: Candle): void {
    this.#anchor(candle.time);
    this.#closedUpTo = Math.max(this.#closedUpTo, candle.time);
    if (isSound(candle) && candle.time === this.#next()) this.#give(candle);
    else this.#fill();
  }

  /** A candle as it is so far. */
  row(candle: Candle): void {
    const { timeframe, flagged } = this.#closing;
    this.#anchor(candle.time);
    const before = this.#current;
    if (before && candle.time < before.time) return;
    this.#current = candle;
    // A candle that a later one follows has closed. In one connection its last row is complete when there are no final ones.
    if (before && candle.time > before.time && !flagged && isSound(before) && before.time === this.#next()) this.#give(before);
    this.#closedUpTo = Math.max(this.#closedUpTo, candle.time - timeframe);
    // The final message of the candle before may come right after the first row of this one.
    if (!flagged) this.#fill();
  }

  /** The connection ended: what the newest row said is not what the candle became. */
  interrupted(): void {
    this.#current = null;
  }

  /** To be called now and then with the venue's time: reads what is overdue. */
  tick(now: number, localNow: number): void {
    const next = this.#next();
    if (next === null || localNow - this.#readAt < BETWEEN_READS) return;
    if (next + this.#closing.timeframe + GRACE <= now) this.#closedUpTo = Math.max(this.#closedUpTo, next);
    this.#fill();
  }

  /** The first message says which candle is under way; the one after the last given out comes next. */
  #anchor(time: number): void {
    this.#last ??= time - this.#closing.timeframe;
  }

  #next(): number | null {
    return this.#last === null ? null : this.#last + this.#closing.timeframe;
  }

  #give(candle: Candle): void {
    if (this.#last !== null && candle.time <= this.#last) return;
    this.#last = candle.time;
    this.#closing.emit(candle);
  }

  #fill(): void {
    const next = this.#next();
    if (this.#reading || next === null || next > this.#closedUpTo) return;
    this.#reading = true;
    this.#readAt = Date.now();
    void this.#closing.read(next).then((answer) => {
      this.#reading = false;
      // What could not be read is asked for again at a later tick.
      if (answer.ok) for (const candle of answer.value) this.#give(candle);
    });
  }
}

function isSound({ open, high, low, close, volume }: Candle): boolean {
  return isPossible(open, high, low, close, volume);
}
