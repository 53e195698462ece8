import { isEnded } from "../../core/order-state.ts";
import type { OrderRow } from "../../ports/journal.ts";

/** Finished orders that are remembered for late fills. */
const MOST_FINISHED = 2_000;

/** The orders of a bot in memory: all that are open, and the newest that are finished. */
export class OrderRows {
  readonly #rows = new Map<string, OrderRow>();
  readonly #byOrderId = new Map<number, string>();
  readonly #byVenueId = new Map<string, string>();
  readonly #open = new Set<string>();
  readonly #finished = new Set<string>();

  get(clientOrderId: string): OrderRow | null {
    return this.#rows.get(clientOrderId) ?? null;
  }

  ofOrderId(orderId: number): OrderRow | null {
    return this.#named(this.#byOrderId.get(orderId));
  }

  ofVenueId(symbol: string, venueOrderId: string): OrderRow | null {
    return this.#named(this.#byVenueId.get(`${symbol} ${venueOrderId}`));
  }

  open(): readonly OrderRow[] {
    return [...this.#open].flatMap((id) => this.#rows.get(id) ?? []);
  }

  /** The newest that were sent and given up: nobody found them. */
  givenUp(): readonly OrderRow[] {
    return [...this.#finished].flatMap((id) => this.#rows.get(id) ?? []).filter(({ state, sentAt }) => state === "NOT_PLACED" && sentAt > 0);
  }

  put(row: OrderRow): void {
    const { clientOrderId, venueOrderId } = row;
    this.#rows.set(clientOrderId, row);
    this.#byOrderId.set(row.orderId, clientOrderId);
    if (venueOrderId !== null) this.#byVenueId.set(`${row.symbol} ${venueOrderId}`, clientOrderId);
    if (!isEnded(row.state)) {
      this.#open.add(clientOrderId);
      return;
    }
    this.#open.delete(clientOrderId);
    this.#finished.add(clientOrderId);
    if (this.#finished.size > MOST_FINISHED) this.#forgetOldest();
  }

  #named(clientOrderId: string | undefined): OrderRow | null {
    return clientOrderId === undefined ? null : this.get(clientOrderId);
  }

  #forgetOldest(): void {
    for (const oldest of this.#finished) {
      const row = this.#rows.get(oldest);
      this.#finished.delete(oldest);
      this.#rows.delete(oldest);
      if (row) {
        this.#byOrderId.delete(row.orderId);
        this.#byVenueId.delete(`${row.symbol} ${row.venueOrderId ?? ""}`);
      }
      return;
    }
  }
}
