import { setTimeout as sleep } from "node:timers/promises";
import { redact } from "../../../core/redact.ts";
import type { Sockets, Watch } from "./sockets.ts";

/** One stream: what it is called outside, what it does over and over, and whom it tells. */
export interface StreamPlan {
  /** Each waits for the next message and passes it on; true when it brought something sound. Throws when the stream broke. */
  readonly rounds: readonly (() => Promise<boolean>)[];
  readonly own: RegExp;
  /** A quiet stream may be sound as long as its socket lives (orders), or must bring something itself (prices). */
  readonly liveness: "socket" | "messages";
  /** Whether the venue answers a subscription after it is sent; else it is in force when the request is out. */
  readonly acknowledged: boolean;
  readonly staleAfterMs: number;
  readonly onDown: (reason: string) => void;
  readonly onUp: () => void;
  /** A connection ended: what it brought last may not have been complete. */
  readonly onBroken?: () => void;
}

const FIRST_WAIT = 100;
const LONGEST_WAIT = 30_000;
const LONGEST_TICK = 250;

/** Keeps one stream going: waits for messages, notices silence, drops the socket, connects again with back-off. */
export class Stream {
  readonly #plan: StreamPlan;
  readonly #sockets: Sockets;
  readonly #stop = new AbortController();
  readonly #watches: readonly Watch[];
  readonly #ready = Promise.withResolvers<undefined>();
  #state: "starting" | "up" | "down" = "starting";
  #failures = 0;
  #upAt = 0;
  #freshAt = Date.now();
  /** Ends the waiting of each round that waits. */
  readonly #waiting = new Set<(error: Error) => void>();

  constructor(plan: StreamPlan, sockets: Sockets) {
    this.#plan = plan;
    this.#sockets = sockets;
    this.#watches = plan.rounds.map(() => ({ own: plan.own, url: null, since: null }));
  }

  /** Settles when the stream is up for the first time, or has been told down. */
  get settled(): Promise<undefined> {
    return this.#ready.promise;
  }

  /** Runs until `stop`. */
  async run(): Promise<void> {
    this.#freshAt = Date.now();
    await Promise.all([this.#watchdog(), ...this.#plan.rounds.map((round, index) => this.#loop(round, this.#watches[index] as Watch))]);
  }

  stop(): void {
    this.#stop.abort();
    this.#ready.resolve(undefined);
    this.#break("closed");
  }

  async #loop(round: () => Promise<boolean>, watch: Watch): Promise<void> {
    while (!this.#stop.signal.aborted) {
      try {
        const message = this.#sockets.run(watch, round);
        // When the race is lost, what ccxt still waits for may fail later.
        message.catch(() => undefined);
        if (await this.#orBroken(message)) this.#alive();
      } catch (error) {
        watch.since = null;
        if (this.#isStopped()) return;
        // A venue that takes us in only to throw us out at once must not be stormed.
        if (this.#state === "up" && Date.now() - this.#upAt > this.#plan.staleAfterMs) this.#failures = 0;
        this.#down(redact(error instanceof Error ? error.message : String(error)));
        this.#plan.onBroken?.();
        await this.#pause(Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** Math.min(this.#failures++, 10)));
        this.#freshAt = Date.now();
      }
    }
  }

  /** The message, unless the stream breaks first. A race with one promise that outlives it would keep something of every message. */
  #orBroken(message: Promise<boolean>): Promise<boolean> {
    const { promise, resolve, reject } = Promise.withResolvers<boolean>();
    this.#waiting.add(reject);
    message.then(resolve, reject).finally(() => this.#waiting.delete(reject)).catch(() => undefined);
    return promise;
  }

  async #watchdog(): Promise<void> {
    const { staleAfterMs, liveness, acknowledged } = this.#plan;
    const tick = Math.max(5, Math.min(LONGEST_TICK, staleAfterMs / 8));
    for (;;) {
      await this.#pause(tick);
      if (this.#stop.signal.aborted) return;
      if (liveness === "socket") {
        for (const watch of this.#watches) this.#freshAt = Math.max(this.#freshAt, this.#sockets.aliveAt(watch));
        if (this.#state !== "up" && this.#watches.every((watch) => this.#sockets.isSubscribed(watch, acknowledged))) this.#up();
      }
      if (Date.now() - this.#freshAt > staleAfterMs) this.#break(`nothing came for ${staleAfterMs} ms`);
    }
  }

  #isStopped(): boolean {
    return this.#stop.signal.aborted;
  }

  #alive(): void {
    this.#freshAt = Date.now();
    // A first message may be from before the other rounds of a private stream are subscribed.
    if (this.#plan.liveness === "messages") this.#up();
  }

  #up(): void {
    if (this.#state === "up") return;
    const wasDown = this.#state === "down";
    this.#state = "up";
    this.#upAt = Date.now();
    if (wasDown) this.#plan.onUp();
    this.#ready.resolve(undefined);
  }

  #down(reason: string): void {
    if (this.#state !== "down") this.#plan.onDown(reason);
    this.#state = "down";
    this.#ready.resolve(undefined);
  }

  #break(reason: string): void {
    this.#freshAt = Date.now();
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const watch of this.#watches) this.#sockets.drop(watch, reason);
    for (const reject of waiting) reject(new Error(reason));
  }

  async #pause(milliseconds: number): Promise<void> {
    await sleep(milliseconds, undefined, { signal: this.#stop.signal }).catch(() => undefined);
  }
}
