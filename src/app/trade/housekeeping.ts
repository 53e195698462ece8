import type { Journal } from "../../ports/journal.ts";

/** Before candles close nothing is begun that they would have to wait for, ms. */
const CLEAR_BEFORE_CLOSE = 250;

/** Has the journal do what can wait while nothing else is to be done, away from the closes of candles. */
export class Housekeeping {
  readonly #journal: Journal;
  readonly #fill: number;
  readonly #now: () => number;

  /** `fill` is the timeframe of the candles, ms; `now` the venue's time, epoch ms. */
  constructor(journal: Journal, fill: number, now: () => number) {
    this.#journal = journal;
    this.#fill = fill;
    this.#now = now;
  }

  /** Call it now and then while no request is on its way. */
  atRest(): void {
    if (this.#fill - (this.#now() % this.#fill) > Math.min(CLEAR_BEFORE_CLOSE, this.#fill / 2)) this.#journal.tidy();
  }
}
