import type { Desk } from "./desk.ts";

/** Claims requests inside the transaction of a turn, and sends what was claimed once that is durable. */
export interface Outbound {
  /** Whether there is anything to claim. */
  readonly wants: () => boolean;
  readonly claim: () => void;
  readonly send: () => void;
}

/**
 * Gathers what arrives in one turn of the event loop, writes what comes of it and claims what may be sent, all in one
 * transaction, and sends it after that. Candles close, and answers come, many at a time: one wait for the disk serves
 * several.
 */
export class Turn {
  readonly #desk: Desk;
  readonly #outbound: Outbound;
  readonly #onError: (error: unknown) => void;
  #works: (() => void)[] = [];
  #isComing = false;
  #isClosed = false;

  /** `onError` hears of a turn that could not be folded or written; nothing of it is durable then. */
  constructor(parts: { desk: Desk; outbound: Outbound; onError: (error: unknown) => void }) {
    this.#desk = parts.desk;
    this.#outbound = parts.outbound;
    this.#onError = parts.onError;
  }

  /** Whether nothing waits to be done. */
  get isIdle(): boolean {
    return !this.#isComing;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Nothing is folded any more: the journal is about to be closed, and what comes now is asked for by the next start. */
  close(): void {
    this.#isClosed = true;
  }

  /** Has what waits in the outbox claimed and sent soon. */
  soon(): void {
    if (this.#isComing || this.#isClosed) return;
    this.#isComing = true;
    setImmediate(() => this.#fold());
  }

  /** Has the work done in the next turn, after what was added before it. */
  add(work: () => void): void {
    this.#works.push(work);
    this.soon();
  }

  /** The same for work that goes on after the turn; only what it does before its first wait is in the turn's transaction. */
  do<T>(work: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => this.add(() => void work().then(resolve, reject)));
  }

  #fold(): void {
    if (this.#isClosed) return;
    const works = this.#works;
    this.#works = [];
    this.#isComing = false;
    const fold = (): void => {
      for (const work of works) work();
    };
    try {
      if (this.#desk.dead) fold();
      else if (works.length > 0 || this.#outbound.wants()) {
        this.#desk.together(() => {
          fold();
          this.#outbound.claim();
        });
      }
    } catch (error) {
      this.#onError(error);
    }
    this.#outbound.send();
  }
}
