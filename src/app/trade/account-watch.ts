import type { Venue } from "../../ports/venue.ts";
import type { Desk } from "./desk.ts";
import type { Outages } from "./outages.ts";
import type { Patience } from "./patience.ts";
import type { Reconciliation } from "./reconciliation.ts";
import { replan } from "./replan.ts";

/** What looks at the account need. `fill` is the fill timeframe, milliseconds. */
export interface AccountWatchParts {
  readonly desk: Desk;
  readonly venue: Venue;
  readonly reconciliation: Reconciliation;
  readonly outages: Outages;
  readonly patience: Patience;
  readonly clock: () => number;
  readonly fill: number;
  /** Whether nothing that is on the wire or of unknown fate can move a balance. */
  readonly quiet: () => boolean;
}

/** Milliseconds for which an outage may at least wait for a complete look before the owner hears of it. */
const LEAST_BLIND = 10_000;

/** Looks at the whole account now and then and after every outage, which only a complete look ends. */
export class AccountWatch {
  readonly #parts: AccountWatchParts;
  #next = 0;
  #looking = false;
  #foreignOrders = 0;
  /** Since when (clock, ms) looks that an outage waits for were not complete; null while none waits. */
  #blindSince: number | null = null;

  constructor(parts: AccountWatchParts) {
    this.#parts = parts;
  }

  get foreignOrders(): number {
    return this.#foreignOrders;
  }

  /** Whether it is time to look. */
  get due(): boolean {
    return !this.#looking && this.#parts.clock() >= this.#next;
  }

  /** Looks at the next turn. */
  soon(): void {
    this.#next = 0;
  }

  async look(): Promise<void> {
    const { desk, venue, reconciliation, outages, patience, clock, fill, quiet } = this.#parts;
    this.#looking = true;
    this.#next = clock() + patience.reconcileEvery;
    try {
      const back = outages.back();
      const report = await reconciliation.run(quiet);
      this.#foreignOrders = report.foreignOrders;
      // What strategies planned while nobody knew the price is planned anew before anything is sent.
      const stale = desk.unsent().filter(({ symbol }) => outages.wouldFree(back, symbol));
      if (report.complete && (await replan(desk, venue, fill, stale))) {
        outages.over(back);
        this.#blindSince = null;
        return;
      }
      // What could not be asked now is asked soon, not at the next regular look.
      this.#next = clock() + patience.askEvery;
      if (back.length === 0) return;
      this.#blindSince ??= clock();
      if (clock() - this.#blindSince >= Math.max(LEAST_BLIND, patience.reconcileEvery)) outages.blind();
    } finally {
      this.#looking = false;
    }
  }
}
