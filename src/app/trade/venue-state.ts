import type { VenueFailure } from "../../ports/venue.ts";

/** Something about a venue that the owner must hear. */
export interface VenueAlert {
  readonly kind: "limited" | "banned" | "denied" | "distrusted" | "recovered";
  readonly message: string;
}

/** What is known of a venue's willingness: when it may be asked again, whether the key works, whether its answers can be true. */
export class VenueState {
  readonly #alert: (alert: VenueAlert) => void;
  #limitedUntil = 0;
  #denied: string | null = null;
  #distrusted: string | null = null;
  readonly #paused = new Set<string>();

  constructor(alert: (alert: VenueAlert) => void) {
    this.#alert = alert;
  }

  /** Whether nothing at all may be sent now (clock, ms). */
  blocked(now: number): boolean {
    return this.#denied !== null || now < this.#limitedUntil;
  }

  /** Whether new orders may be sent now. */
  mayTrade(now: number): boolean {
    return !this.blocked(now) && this.#distrusted === null && this.#paused.size === 0;
  }

  /** Why nothing new is sent, a sentence; null when all is well. */
  get trouble(): string | null {
    return this.#denied ?? this.#distrusted;
  }

  get limitedUntil(): number {
    return this.#limitedUntil;
  }

  failed(failure: VenueFailure, now: number): void {
    if (failure.kind === "limited" && failure.until > this.#limitedUntil) {
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

  /** Nothing new while something is not known, such as a stream that is silent. */
  pauseFor(what: string): void {
    this.#paused.add(what);
  }

  goOnAfter(what: string): void {
    this.#paused.delete(what);
  }

  /** The owner has looked. */
  trustAgain(): void {
    if (this.trouble === null) return;
    this.#denied = null;
    this.#distrusted = null;
    this.#alert({ kind: "recovered", message: "trading goes on" });
  }
}
