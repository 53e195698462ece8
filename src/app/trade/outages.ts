import type { VenueEvent } from "../../ports/venue.ts";
import type { VenueState } from "./venue-state.ts";

interface Outage {
  readonly symbol: string | null;
  /** Whether the owner has heard of it: a start is none that he need hear of. */
  readonly told: boolean;
  /** Whether what was planned and never sent is planned anew at its end. */
  readonly replans: boolean;
  /** Whether what was missing is there again; then everything that happened meanwhile is asked for. */
  back: boolean;
  /** Whether the look that is under way began after that. */
  isLookedAt: boolean;
}

const START = "start";
const RESUME = "resume";
const ACCOUNT = "account";

/** What an outage tells the owner. */
export type OutageAlert = { readonly kind: "stale" | "fresh"; readonly message: string };

/**
 * What is silent or not yet known. Pushes that were missed never come, so an outage is over only when the account was
 * looked at completely after its end; until then nothing new is sent in the symbols that it concerns.
 */
export class Outages {
  readonly #state: VenueState;
  readonly #alert: (alert: OutageAlert) => void;
  readonly #open = new Map<string, Outage>();

  constructor(parts: { state: VenueState; alert: (alert: OutageAlert) => void }) {
    this.#state = parts.state;
    this.#alert = parts.alert;
  }

  /** What is silent now, sentences. */
  get troubles(): readonly string[] {
    return [...this.#open].filter(([, { told }]) => told).map(([what]) => (what === ACCOUNT ? "the account cannot be looked at as a whole" : `${what} is silent`));
  }

  /** Something is silent; without a symbol it concerns all of them. */
  down(what: string, symbol: string | null, reason: string): void {
    const known = this.#open.get(what);
    this.#open.set(what, { symbol, told: true, replans: true, back: false, isLookedAt: false });
    this.#state.pauseFor(what, symbol);
    if (known === undefined || known.back) this.#alert({ kind: "stale", message: `${what}: ${reason}. No new orders until it is back.` });
  }

  /** A run begins: nothing is known of the account yet. */
  begin(): void {
    this.#open.set(START, { symbol: null, told: false, replans: false, back: false, isLookedAt: false });
    this.#state.pauseFor(START);
  }

  /** The bot is ready to catch up with what happened while it was away. */
  begun(): void {
    this.up(START);
  }

  /** The owner resumes: the account is looked at before anything is sent. */
  resume(): void {
    this.#open.set(RESUME, { symbol: null, told: false, replans: true, back: true, isLookedAt: false });
    this.#state.pauseFor(RESUME);
  }

  /** For long the account could not be looked at as a whole, and so nothing is sent: the owner hears of it. The next complete look ends it. */
  blind(): void {
    if (this.#open.has(ACCOUNT)) return;
    this.down(ACCOUNT, null, "it could not be looked at as a whole for long: something of what the venue answers is missing, broken, or not what the books say");
    this.up(ACCOUNT);
  }

  /** It speaks again. */
  up(what: string): void {
    const outage = this.#open.get(what);
    if (outage) outage.back = true;
  }

  /** What has come back and is not caught up with; ask before a look, and hand it to `over` after. */
  back(): readonly string[] {
    for (const outage of this.#open.values()) outage.isLookedAt = outage.back;
    return [...this.#open].filter(([, { back }]) => back).map(([what]) => what);
  }

  /** Whether nothing but these outages, and at least one of them, holds a symbol up. */
  wouldFree(names: readonly string[], symbol: string): boolean {
    const holding = [...this.#open].filter(([, outage]) => outage.replans && (outage.symbol === null || outage.symbol === symbol));
    return holding.length > 0 && holding.every(([what]) => names.includes(what));
  }

  /** Everything that happened meanwhile is known: trading goes on. What fell silent again meanwhile stays, also when it is back already: what it missed then was not asked for. */
  over(names: readonly string[]): void {
    for (const what of names) {
      const outage = this.#open.get(what);
      if (outage?.isLookedAt !== true) continue;
      this.#open.delete(what);
      this.#state.goOnAfter(what);
      if (outage.told) this.#alert({ kind: "fresh", message: `${what} is back and caught up` });
    }
  }
}

/** The name of a stream in an outage. */
export function streamName({ stream, symbol }: Extract<VenueEvent, { type: "down" | "up" }>): string {
  return symbol === undefined ? stream : `${stream} ${symbol}`;
}
