import type { SymbolState } from "../../core/bot.ts";
import type { InstrumentFilters } from "../../core/instrument.ts";
import { hasOtherSteps, instrumentAfter } from "../../core/refilter.ts";
import type { Venue } from "../../ports/venue.ts";
import type { Desk } from "./desk.ts";
import type { JournaledEvent } from "./journaled.ts";
import { FILTERS_EVERY, type Patience } from "./patience.ts";
import type { VenueState } from "./venue-state.ts";

/** What a watch over filters is made of. */
export interface FilterWatchParts {
  readonly desk: Desk;
  readonly venue: Venue;
  readonly state: VenueState;
  readonly clock: () => number;
  readonly patience: Patience;
  readonly handle: (event: JournaledEvent) => void;
}

/**
 * Looks after the venue's filters: now and then, and soon after an order was rejected by one. Other minimums are taken
 * at once. Other steps need a symbol at rest: what is open is canceled first, since its quantities are counted in the old ones.
 */
export class FilterWatch {
  readonly #parts: FilterWatchParts;
  /** Filters that wait until nothing is open, by symbol. */
  readonly #coming = new Map<string, InstrumentFilters>();
  #next: number;
  #notBefore = 0;
  #looking = false;

  constructor(parts: FilterWatchParts) {
    this.#parts = parts;
    // Genesis has just asked; what a restarted bot was suspended for is looked at first of all.
    this.#next = parts.clock() + (this.#symbols().some(({ suspended }) => suspended) ? 0 : this.#every);
  }

  /** A filter rejected an order: the filters are looked at soon, however many are rejected. */
  rejected(): void {
    this.#next = Math.min(this.#next, this.#notBefore);
  }

  /** Takes filters whose symbol has come to rest, and looks again when it is time to. */
  async tick(): Promise<void> {
    const { desk, state, clock } = this.#parts;
    for (const [symbol, filters] of this.#coming) {
      if (desk.open().every((row) => row.symbol !== symbol)) this.#take(symbol, filters);
    }
    const now = clock();
    if (this.#looking || now < this.#next || now < this.#notBefore || state.blocked(now)) return;
    this.#looking = true;
    try {
      await this.#look();
    } finally {
      this.#looking = false;
    }
  }

  async #look(): Promise<void> {
    const { desk, venue, state, clock, patience } = this.#parts;
    this.#notBefore = clock() + patience.askEvery;
    const answer = await venue.instruments(this.#symbols().map(({ symbol }) => symbol));
    this.#notBefore = clock() + patience.askEvery;
    this.#next = clock() + (answer.ok ? this.#every : patience.askEvery);
    if (desk.dead) return;
    if (!answer.ok) {
      state.failed(answer.failure, clock());
      return;
    }
    for (const symbol of this.#symbols()) {
      const filters = answer.value.get(symbol.symbol);
      if (filters) this.#compare(symbol, filters);
      else state.haltSymbol(symbol.symbol, `${venue.name} lists ${symbol.symbol} no more`);
    }
  }

  #compare(symbol: SymbolState, filters: InstrumentFilters): void {
    const { venue, state, handle } = this.#parts;
    const { symbol: name, instrument, suspended } = symbol;
    if (!suspended && isSame(instrument.filters, filters)) return;
    const made = instrumentAfter(instrument, filters);
    if (typeof made === "string") {
      state.haltSymbol(name, `${venue.name} changed the filters of ${name}, and the books cannot count them: ${made}`);
      return;
    }
    if (!hasOtherSteps(instrument.filters, filters) && !suspended) {
      state.filtersChanged(`${name}: ${changeOf(instrument.filters, filters)}`);
      this.#take(name, filters);
      return;
    }
    this.#coming.set(name, filters);
    if (suspended) return;
    state.filtersChanged(`${name}: ${changeOf(instrument.filters, filters)}. Its orders are canceled and placed anew.`);
    handle({ type: "suspend", symbol: name, time: venue.now() });
  }

  #take(symbol: string, filters: InstrumentFilters): void {
    const { venue, handle } = this.#parts;
    this.#coming.delete(symbol);
    handle({ type: "filters", symbol, filters, time: venue.now() });
  }

  #symbols(): readonly SymbolState[] {
    return [...this.#parts.desk.parts.bot.symbols.values()];
  }

  get #every(): number {
    return this.#parts.patience.filtersEvery ?? FILTERS_EVERY;
  }
}

const NAMES = ["priceStep", "quantityStep", "minQuantity", "minNotional"] as const;

function isSame(a: InstrumentFilters, b: InstrumentFilters): boolean {
  return NAMES.every((name) => a[name] === b[name]);
}

function changeOf(a: InstrumentFilters, b: InstrumentFilters): string {
  return NAMES.filter((name) => a[name] !== b[name]).map((name) => `${name} from ${a[name]} to ${b[name]}`).join(", ");
}
