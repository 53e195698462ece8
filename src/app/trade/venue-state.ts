import type { VenueFailure } from "../../ports/venue.ts";

/** Something about a venue that the owner must hear. */
export interface VenueAlert {
  readonly kind: "limited" | "banned" | "denied" | "distrusted" | "recovered" | "surprise" | "halted" | "foreign" | "price" | "filters" | "key";
  readonly message: string;
}

/** What is known of a venue's willingness: when it may be asked again, whether the key works, whether its answers can be true. */
export class VenueState {
  readonly #alert: (alert: VenueAlert) => void;
  #limitedUntil = 0;
  #ordersLimitedUntil = 0;
  #denied: string | null = null;
  #distrusted: string | null = null;
  /** What is not known at the moment, with the symbol that it concerns; `null` for all of them. */
  readonly #paused = new Map<string, string | null>();
  /** Symbols that are stopped until the owner resumes, and why. */
  readonly #halted = new Map<string, string>();

  constructor(alert: (alert: VenueAlert) => void) {
    this.#alert = alert;
  }

  /** Whether nothing at all may be sent now (clock, ms). */
  blocked(now: number): boolean {
    return this.#denied !== null || now < this.#limitedUntil;
  }

  /** Whether new orders of a symbol may be sent now. */
  mayTrade(now: number, symbol: string): boolean {
    if (this.blocked(now) || now < this.#ordersLimitedUntil || this.#distrusted !== null || this.#halted.has(symbol)) return false;
    for (const concerned of this.#paused.values()) if (concerned === null || concerned === symbol) return false;
    return true;
  }

  /** Why nothing new is sent, a sentence; null when all is well. */
  get trouble(): string | null {
    return this.#denied ?? this.#distrusted ?? (this.#halted.size === 0 ? null : [...this.#halted.values()].join("; "));
  }

  /** The same, and for how long the venue wants to be left alone; sentences (clock, ms). */
  troubles(now: number): readonly string[] {
    const { trouble } = this;
    const limited = now < this.#limitedUntil ? "nothing" : now < this.#ordersLimitedUntil ? "no new order" : null;
    const seconds = Math.ceil((Math.max(this.#limitedUntil, limited === "nothing" ? 0 : this.#ordersLimitedUntil) - now) / 1_000);
    return [...(trouble === null ? [] : [trouble]), ...(limited === null ? [] : [`the venue is over its limits: ${limited} is sent for ${seconds} s`])];
  }

  /** Why a symbol is stopped; null when it is not. */
  haltOf(symbol: string): string | null {
    return this.#halted.get(symbol) ?? null;
  }

  get limitedUntil(): number {
    return this.#limitedUntil;
  }

  failed(failure: VenueFailure, now: number): void {
    if (failure.kind === "limited" && failure.ordersOnly === true) {
      if (failure.until <= this.#ordersLimitedUntil) return;
      this.#ordersLimitedUntil = failure.until;
      this.#alert({ kind: "limited", message: `${failure.message}: no new orders for ${Math.ceil((failure.until - now) / 1_000)} s; cancels and questions go on` });
    } else if (failure.kind === "limited" && failure.until > this.#limitedUntil) {
      this.#limitedUntil = failure.until;
      const seconds = Math.ceil((failure.until - now) / 1_000);
      this.#alert({ kind: failure.ban ? "banned" : "limited", message: `${failure.message}: nothing is sent for ${seconds} s` });
    }
    if (failure.kind === "denied" && this.#denied === null) {
      this.#denied = `the venue refuses the key: ${failure.message}`;
      this.#alert({ kind: "denied", message: `${this.#denied}. Nothing is sent until you have looked at the key and resumed.` });
    }
  }

  /** Something that the venue said cannot be true: nothing new is risked until the owner has looked. */
  distrust(why: string): void {
    if (this.#distrusted !== null) return;
    this.#distrusted = why;
    this.#alert({ kind: "distrusted", message: `${why}. No new orders until you have looked and resumed.` });
  }

  /** Something that had been ruled out, and that is dealt with: the owner hears of it. */
  surprise(message: string): void {
    this.#alert({ kind: "surprise", message });
  }

  /** Nothing new in a symbol until the owner has looked: it is halted, delisted, or its rules cannot be counted with. */
  haltSymbol(symbol: string, why: string): void {
    if (this.#halted.has(symbol)) return;
    this.#halted.set(symbol, why);
    this.#alert({ kind: "halted", message: `${why}. No new orders in ${symbol} until you have looked and resumed; the other symbols go on.` });
  }

  /** The venue has other rules for a symbol, which are taken. */
  filtersChanged(message: string): void {
    this.#alert({ kind: "filters", message });
  }

  /** Something about the key that its owner should do in time. */
  keyNotice(message: string): void {
    this.#alert({ kind: "key", message });
  }

  /** A price that is not acted on yet. */
  doubt(message: string): void {
    this.#alert({ kind: "price", message });
  }

  /** Somebody else does something on the account: nothing is done about it, and the owner hears of it. */
  foreign(message: string): void {
    this.#alert({ kind: "foreign", message });
  }

  /** Nothing new while something is not known, such as a stream that is silent; without a symbol it concerns all of them. */
  pauseFor(what: string, symbol: string | null = null): void {
    this.#paused.set(what, symbol);
  }

  goOnAfter(what: string): void {
    this.#paused.delete(what);
  }

  /** The owner has looked. */
  trustAgain(): void {
    if (this.trouble === null) return;
    this.#denied = null;
    this.#distrusted = null;
    this.#halted.clear();
    this.#alert({ kind: "recovered", message: "trading goes on" });
  }
}
