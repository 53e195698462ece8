import type { Venue } from "../../ports/venue.ts";
import type { ClockPatience } from "./patience.ts";
import type { VenueState } from "./venue-state.ts";

/**
 * Measures the venue's clock again and again. That it differs from ours does not matter, the offset is kept; that the
 * two come apart while the bot runs means that one of them cannot be trusted, and with it the age of every price.
 */
export class ClockWatch {
  readonly #venue: Venue;
  readonly #state: VenueState;
  readonly #clock: () => number;
  readonly #patience: ClockPatience;
  /** Local minus venue when trading began or was resumed, milliseconds. */
  #reference: number | null = null;
  #next = 0;
  #measuring = false;

  constructor(parts: { venue: Venue; state: VenueState; clock: () => number; patience: ClockPatience }) {
    this.#venue = parts.venue;
    this.#state = parts.state;
    this.#clock = parts.clock;
    this.#patience = parts.patience;
  }

  /** Measures when it is time to. */
  async tick(): Promise<void> {
    const now = this.#clock();
    if (this.#measuring || now < this.#next || this.#state.blocked(now)) return;
    this.#measuring = true;
    this.#next = now + this.#patience.every;
    try {
      const measured = await this.#venue.syncClock();
      if (!measured.ok) this.#state.failed(measured.failure, this.#clock());
      else this.#judge(measured.value);
    } finally {
      this.#measuring = false;
    }
  }

  /** The owner has looked: the offset of the next measurement is the right one. */
  trustAgain(): void {
    this.#reference = null;
    this.#next = 0;
  }

  #judge(offset: number): void {
    this.#reference ??= offset;
    const drift = Math.abs(offset - this.#reference);
    if (drift <= this.#patience.limit) return;
    this.#state.distrust(`the clocks of the venue and of this machine came apart by ${(drift / 1_000).toFixed(1)} s`);
  }
}
