/** The answer did not come in time. */
export class DeadlineError extends Error {
  override readonly name = "DeadlineError";
}

/** One for all: to make an error for every call that ends well would cost as much as the rest of it. */
const OVER = new Error("the call is over");

/** Our own end of a call. ccxt's timeout ends with the headers: an answer whose body stalls would hang for ever. */
export class Deadline {
  readonly #milliseconds: number;
  readonly #stop = new AbortController();
  readonly #late = Promise.withResolvers<never>();
  #timer: NodeJS.Timeout | undefined;

  /** Starts to run at once. */
  constructor(milliseconds: number) {
    this.#milliseconds = milliseconds;
    // The loser of the race must not end as an unhandled rejection.
    this.#late.promise.catch(() => undefined);
    this.restart();
  }

  /** Aborted when the call is over, in whichever way. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** Runs anew from now, for the usual time or another one in milliseconds. */
  restart(milliseconds = this.#milliseconds): void {
    if (this.#stop.signal.aborted) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#late.reject(new DeadlineError("no answer before the deadline")), milliseconds);
  }

  /** The answer, or the deadline. */
  race<Value>(answer: Promise<Value>): Promise<Value> {
    answer.catch(() => undefined);
    return Promise.race([answer, this.#late.promise]);
  }

  /** Ends the call: what is still under way is given up. */
  end(): void {
    clearTimeout(this.#timer);
    this.#stop.abort(OVER);
  }
}
