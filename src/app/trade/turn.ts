import type { Desk } from "./desk.ts";
import type { Patience } from "./patience.ts";

/** Claims requests inside the transaction of a turn, and sends what was claimed once that is durable. */
export interface Outbound {
  /** Whether there is anything to claim. */
  readonly wants: () => boolean;
  readonly claim: () => void;
  readonly send: () => void;
  /** Whether what comes from outside is still taken in; answers always are. */
  readonly isOpen: () => boolean;
}

/**
 * Gathers what arrives together, writes what comes of it and claims what may be sent, all in one transaction, and sends it
 * after that. Candles close, and answers come, many at a time: one wait for the disk serves several. What the market says
 * comes in frames of its own for every symbol, within a millisecond for those that close together: a turn that has such work
 * may wait until nothing has come for a while (`gather`, ms), and no longer than that in all.
 */
export class Turn {
  readonly #desk: Desk;
  readonly #outbound: Outbound;
  readonly #onError: (error: unknown) => void;
  readonly #patience: { readonly quiet: number; readonly longest: number };
  readonly #monotonic: () => number;
  #works: (() => void)[] = [];
  #isComing = false;
  #isClosed = false;
  /** When the newest market work came, and the oldest that has not been done; monotonic ms, null without any. */
  #newest = 0;
  #oldest: number | null = null;

  /** `onError` hears of a turn that could not be folded or written; nothing of it is durable then. `monotonic` is a clock that is never set, ms. */
  constructor(parts: { desk: Desk; outbound: Outbound; onError: (error: unknown) => void; gather?: Patience["gather"]; monotonic?: () => number }) {
    this.#desk = parts.desk;
    this.#outbound = parts.outbound;
    this.#onError = parts.onError;
    this.#patience = parts.gather ?? { quiet: 0, longest: 0 };
    this.#monotonic = parts.monotonic ?? (() => performance.now());
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
    this.#gather();
  }

  /** Looks at the sockets again and again while market work is coming; each look is an iteration of the event loop. */
  #gather(): void {
    setImmediate(() => {
      const now = this.#monotonic();
      if (this.#oldest !== null && now - this.#newest < this.#patience.quiet && now - this.#oldest < this.#patience.longest) this.#gather();
      else this.#fold();
    });
  }

  /** Has the work done in the next turn, after what was added before it, if anything is taken in then; that of the market together with what comes of it at the same time. */
  add(work: () => void, isOfMarket = false): void {
    if (isOfMarket) {
      this.#newest = this.#monotonic();
      this.#oldest ??= this.#newest;
    }
    this.#add(() => {
      if (this.#outbound.isOpen()) work();
    });
  }

  /** The same for work that goes on after the turn; only what it does before its first wait is in the turn's transaction. */
  do<T>(work: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => this.#add(() => void work().then(resolve, reject)));
  }

  #add(work: () => void): void {
    this.#works.push(work);
    this.soon();
  }

  #fold(): void {
    if (this.#isClosed) return;
    const works = this.#works;
    this.#works = [];
    this.#isComing = false;
    this.#oldest = null;
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
