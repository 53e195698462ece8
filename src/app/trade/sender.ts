import type { OrderRow, OutboxEntry } from "../../ports/journal.ts";
import type { Answer, RejectionReason, Venue, VenueOrder, VenueSubmit } from "../../ports/venue.ts";
import { advanceOrder, isEnded } from "../../core/order-state.ts";
import type { Desk } from "./desk.ts";
import { priceText, quantityText } from "./exact.ts";
import type { Settlement } from "./settlement.ts";
import type { VenueState } from "./venue-state.ts";

/** Requests on the wire at the same time, and how many of them are kept for cancels. */
const MOST_AT_ONCE = 24;
const KEPT_FOR_CANCELS = 6;

/**
 * Carries requests from the outbox to the venue: claimed on the disk, then sent, then answered on the disk. What is
 * not a definite answer leaves the order UNKNOWN, to be asked after; nothing is ever sent a second time from here.
 */
export class Sender {
  readonly #desk: Desk;
  readonly #venue: Venue;
  readonly #settlement: Settlement;
  readonly #state: VenueState;
  readonly #clock: () => number;
  readonly #onRejected: (row: OrderRow, reason: RejectionReason) => void;
  readonly #active = new Set<Promise<void>>();

  constructor(parts: { desk: Desk; venue: Venue; settlement: Settlement; state: VenueState; clock: () => number; onRejected: (row: OrderRow, reason: RejectionReason) => void }) {
    this.#desk = parts.desk;
    this.#venue = parts.venue;
    this.#settlement = parts.settlement;
    this.#state = parts.state;
    this.#clock = parts.clock;
    this.#onRejected = parts.onRejected;
  }

  get active(): number {
    return this.#active.size;
  }

  /** Claims and sends what waits, as far as the venue lets us. */
  pump(onError: (error: unknown) => void): void {
    if (this.#desk.dead) return;
    const waiting = this.#desk.parts.journal.outbox("waiting");
    if (waiting.length === 0) return;
    this.#withdraw(waiting);
    for (const entry of this.#claim()) {
      this.#desk.refreshRow(entry.clientOrderId);
      const job = this.#send(entry).catch(onError).finally(() => {
        this.#active.delete(job);
        this.#goOn(onError);
      });
      this.#active.add(job);
    }
  }

  /** Claims what may be sent now, all of it in one transaction. */
  #claim(): readonly OutboxEntry[] {
    const now = this.#clock();
    const { journal } = this.#desk.parts;
    if (this.#active.size >= MOST_AT_ONCE || this.#state.blocked(now)) return [];
    return journal.together(() => {
      const claimed: OutboxEntry[] = [];
      for (let room = MOST_AT_ONCE - this.#active.size; room > 0; room--) {
        // What takes risk away goes before what adds some, however long that has waited.
        const entry =
          journal.claim((waiting) => waiting.action === "cancel" && this.#mayCancel(waiting)) ??
          (room > KEPT_FOR_CANCELS ? journal.claim((waiting) => this.#maySubmit(waiting, now)) : null);
        if (entry === null) break;
        claimed.push(entry);
      }
      return claimed;
    });
  }

  /** What the journal refuses here has no caller who could hear of it. */
  #goOn(onError: (error: unknown) => void): void {
    try {
      this.pump(onError);
    } catch (error) {
      onError(error);
    }
  }

  /** Takes back what was never sent: while new orders are held up, its cancel would wait for a submit that never goes out. */
  #withdraw(waiting: readonly OutboxEntry[]): void {
    for (const { action, clientOrderId } of waiting) {
      const row = action === "cancel" ? this.#desk.row(clientOrderId) : null;
      if (row?.state === "INTENT") this.#desk.end(row, "NOT_PLACED", "canceled before it was sent", this.#venue.now());
    }
  }

  /** A cancel waits for the answer to its submit: before that the venue may not know the order. */
  #mayCancel({ clientOrderId }: OutboxEntry): boolean {
    const state = this.#desk.row(clientOrderId)?.state;
    return state !== "INTENT" && state !== "SENDING" && state !== "UNKNOWN";
  }

  #maySubmit({ action, clientOrderId }: OutboxEntry, now: number): boolean {
    const row = this.#desk.row(clientOrderId);
    return action === "submit" && row !== null && this.#state.mayTrade(now, row.symbol);
  }

  /** Waits until nothing is on the wire. */
  async idle(): Promise<void> {
    while (this.#active.size > 0) await Promise.all([...this.#active]);
  }

  async #send(entry: OutboxEntry): Promise<void> {
    const row = this.#desk.row(entry.clientOrderId);
    if (!row || isEnded(row.state)) {
      this.#desk.settle(entry.id, "done");
      return;
    }
    if (entry.action === "submit") await this.#submit(entry, row);
    else await this.#cancel(entry, row);
  }

  async #submit(entry: OutboxEntry, row: OrderRow): Promise<void> {
    const answer = await this.#venue.submit(this.#wire(row));
    if (this.#desk.dead) return;
    const current = this.#desk.row(row.clientOrderId) ?? row;
    if (answer.ok) {
      this.#desk.settle(entry.id, "done");
      await this.#settlement.report(current, answer.value);
      return;
    }
    const { failure } = answer;
    this.#state.failed(failure, this.#clock());
    const isRefused = (failure.kind === "rejected" && failure.reason !== "duplicate-client-order-id") || failure.kind === "denied";
    // A refusal of an order that a stream has shown already is not believed: it is asked after.
    if (isRefused && advanceOrder(current, { type: "submit-refused" }).order.state === "REJECTED") {
      this.#desk.settle(entry.id, "done");
      if (failure.kind === "rejected") this.#onRejected(current, failure.reason);
      this.#desk.end(current, "REJECTED", failure.kind === "rejected" ? failure.reason : "denied", this.#venue.now());
      return;
    }
    await this.#unanswered(entry, current, "unanswered", failure.message);
  }

  async #cancel(entry: OutboxEntry, row: OrderRow): Promise<void> {
    const answer: Answer<VenueOrder> = await this.#venue.cancel(row.symbol, row.clientOrderId);
    if (this.#desk.dead) return;
    const current = this.#desk.row(row.clientOrderId) ?? row;
    if (isEnded(current.state)) {
      this.#desk.settle(entry.id, "done");
      return;
    }
    if (answer.ok) {
      this.#desk.settle(entry.id, "done");
      await this.#settlement.report(current, answer.value);
      return;
    }
    this.#state.failed(answer.failure, this.#clock());
    // Whatever it said: the order may be filled, gone or still there. Only the venue knows.
    const { kind, message } = answer.failure;
    await this.#unanswered(entry, current, kind === "not-found" || kind === "rejected" ? "cancel-refused" : "unanswered", message);
  }

  /** Nothing definite came back. What a stream has shown meanwhile stays known; only an order of unknown fate is asked after. */
  async #unanswered(entry: OutboxEntry, row: OrderRow, type: "unanswered" | "cancel-refused", why: string): Promise<void> {
    const { state } = advanceOrder(row, { type }).order;
    if (state === row.state) {
      this.#desk.settle(entry.id, isEnded(state) ? "done" : "unknown");
      return;
    }
    const asked = this.#desk.move(row, { state }, why, this.#venue.now(), [{ id: entry.id, state: "unknown" }]);
    await this.#settlement.lookUp(asked);
  }

  #wire(row: OrderRow): VenueSubmit {
    const instrument = this.#desk.instrument(row.symbol);
    const order = this.#desk.orderOf(row);
    return {
      clientOrderId: row.clientOrderId,
      symbol: row.symbol,
      side: row.side,
      type: row.type,
      quantity: quantityText(instrument, row.steps),
      ...(row.type === "limit" ? { price: priceText(instrument, row.ticks) } : {}),
      postOnly: order?.desired.postOnly === true,
    };
  }
}
