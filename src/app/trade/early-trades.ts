import type { OrderRow } from "../../ports/journal.ts";
import type { VenueTrade } from "../../ports/venue.ts";
import type { Desk } from "./desk.ts";
import { stepsOf, ticksOf } from "./exact.ts";
import { type Booked, bookTrade } from "./trades.ts";

/** Trades of nobody's orders (the owner's own) that are remembered, in case they turn out to be ours. */
const MOST_EARLY = 1_000;

/**
 * Trades whose order is not known yet, or whose fee is not. A venue names a trade's order by its own id, which is not
 * known of an order whose answer was lost: a trade may be all that such an order has left.
 */
export class EarlyTrades {
  readonly #desk: Desk;
  readonly #clock: () => number;
  /** With when each was heard first, clock ms. */
  readonly #kept = new Map<string, { readonly trade: VenueTrade; readonly heard: number }>();
  #trusted = Number.NEGATIVE_INFINITY;

  constructor(desk: Desk, clock: () => number) {
    this.#desk = desk;
    this.#clock = clock;
  }

  /** Books a trade, or keeps it until it can be booked. */
  hear(trade: VenueTrade): Booked {
    const booked = bookTrade(this.#desk, trade);
    if (booked === "unknown-order" || booked === "no-fee") this.#keep(trade);
    else this.#kept.delete(nameOf(trade));
    return booked;
  }

  /** Books what is kept of a symbol and can be booked by now. */
  retry(symbol: string): void {
    for (const { trade } of [...this.#kept.values()]) if (trade.symbol === symbol) this.hear(trade);
  }

  /** Whether a trade is kept and may yet be booked: an order is open that it could belong to. */
  mayBeOurs(trade: VenueTrade): boolean {
    if (!this.#kept.has(nameOf(trade))) return false;
    return this.#desk.open().some((row) => row.symbol === trade.symbol && (row.venueOrderId === null || row.venueOrderId === trade.venueOrderId));
  }

  /** The newest trade of no order that is known, heard since an order was sent, that could be one of it; null when there is none. */
  traceOf(row: OrderRow): VenueTrade | null {
    const instrument = this.#desk.instrument(row.symbol);
    let newest: VenueTrade | null = null;
    for (const { trade, heard } of this.#kept.values()) {
      if (trade.symbol !== row.symbol || trade.side !== row.side || heard < row.sentAt || heard <= this.#trusted) continue;
      if (this.#desk.rowOfVenueId(trade.symbol, trade.venueOrderId) !== null) continue;
      const steps = stepsOf(instrument, trade.quantity);
      const ticks = ticksOf(instrument, trade.price);
      if (steps === null || ticks === null || row.filledSteps + steps > row.steps) continue;
      if (row.type === "market" || (row.side === "buy" ? ticks <= row.ticks : ticks >= row.ticks)) newest = trade;
    }
    return newest;
  }

  /** The owner has looked: what was heard until now is no trace of an order that is not found. */
  trustAgain(): void {
    this.#trusted = this.#clock();
  }

  #keep(trade: VenueTrade): void {
    const name = nameOf(trade);
    this.#kept.set(name, { trade, heard: this.#kept.get(name)?.heard ?? this.#clock() });
    if (this.#kept.size <= MOST_EARLY) return;
    for (const oldest of this.#kept.keys()) {
      this.#kept.delete(oldest);
      return;
    }
  }
}

function nameOf({ symbol, id }: VenueTrade): string {
  return `${symbol} ${id}`;
}
