import type { OrderRow } from "../../ports/journal.ts";
import type { RejectionReason, VenueEvent } from "../../ports/venue.ts";
import type { KeyWatch } from "../keys/key-watch.ts";
import { ClockWatch } from "./clock-watch.ts";
import { FilterWatch, type FilterWatchParts } from "./filter-watch.ts";
import { PriceWatch } from "./price-watch.ts";

/** What the guards are made of; `key` is null where there is no key to watch. */
export interface GuardsParts extends FilterWatchParts {
  readonly key: KeyWatch | null;
}

/** What watches over the venue's word beside its orders: its clock, its prices, its filters, what it allows to the key. */
export class Guards {
  readonly #parts: GuardsParts;
  readonly #clock: ClockWatch | null;
  readonly #prices: PriceWatch;
  readonly #filters: FilterWatch;

  /** `isOurTime` is false for a local exchange, whose market time may run faster than any clock. */
  constructor(parts: GuardsParts, isOurTime: boolean) {
    const { patience, desk, state } = parts;
    this.#parts = parts;
    this.#clock = patience.clock && isOurTime ? new ClockWatch({ ...parts, patience: patience.clock }) : null;
    this.#prices = new PriceWatch(desk.parts.bot, state);
    this.#filters = new FilterWatch(parts);
  }

  /** Whether a quote may be acted on. */
  accept(quote: Extract<VenueEvent, { type: "price" }>): boolean {
    return this.#prices.accept(quote);
  }

  /** A venue turned an order down: what stands behind some reasons stops the symbol or has to be asked for. */
  rejected({ symbol }: OrderRow, reason: RejectionReason): void {
    if (reason === "filter") this.#filters.rejected();
    if (reason === "market-closed") this.#parts.state.haltSymbol(symbol, `${this.#parts.venue.name} does not trade ${symbol} at the moment`);
  }

  /** Asks what it is time to ask. */
  async tick(): Promise<void> {
    await this.#clock?.tick();
    await this.#filters.tick();
    await this.#parts.key?.tick();
  }

  /** The owner has looked. */
  trustAgain(): void {
    this.#clock?.trustAgain();
    this.#parts.key?.trustAgain();
  }
}
