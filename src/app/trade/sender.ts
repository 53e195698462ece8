import { setImmediate as nextTurn } from "node:timers/promises";
import type { OrderRow, OutboxEntry } from "../../ports/journal.ts";
import type { Answer, RejectionReason, Venue, VenueOrder, VenueSubmit } from "../../ports/venue.ts";
import { mayBeSent } from "../../core/kill-switch.ts";
import { advanceOrder, isEnded } from "../../core/order-state.ts";
import type { Desk } from "./desk.ts";
import { priceText, quantityText } from "./exact.ts";
import type { Settlement } from "./settlement.ts";
import type { Turn } from "./turn.ts";
import type { VenueState } from "./venue-state.ts";

/**
 * Requests on the wire at the same time, and how many of them are kept for cancels: with answers in a tenth of a second
 * more than any venue lets an account send, and few enough that nothing queues up behind them. A symbol that has nothing
 * on the wire may always send one.
 */
const MOST_AT_ONCE = 12;
const KEPT_FOR_CANCELS = 4;

/** What a sender is made of. */
export interface SenderParts {
  readonly desk: Desk;
  readonly venue: Venue;
  readonly settlement: Settlement;
  readonly state: VenueState;
  readonly turn: Turn;
  readonly clock: () => number;
  /** Whether the session may send anything at all. */
  readonly mayGoOn: () => boolean;
  readonly onRejected: (row: OrderRow, reason: RejectionReason) => void;
  readonly onError: (error: unknown) => void;
}

/**
 * Carries requests from the outbox to the venue: claimed on the disk, then sent, then answered on the disk. What is
 * not a definite answer leaves the order UNKNOWN, to be asked after; nothing is ever sent a second time from here.
 */
export class Sender {
  readonly #desk: Desk;
  readonly #venue: Venue;
  readonly #settlement: Settlement;
  readonly #state: VenueState;
  readonly #turn: Turn;
  readonly #clock: () => number;
  readonly #mayGoOn: () => boolean;
  readonly #onError: (error: unknown) => void;
  readonly #onRejected: (row: OrderRow, reason: RejectionReason) => void;
  /** The symbol of every request on the wire. */
  readonly #active = new Map<Promise<void>, string>();
  #claimed: readonly OutboxEntry[] = [];

  constructor(parts: SenderParts) {
    this.#desk = parts.desk;
    this.#venue = parts.venue;
    this.#settlement = parts.settlement;
    this.#state = parts.state;
    this.#turn = parts.turn;
    this.#clock = parts.clock;
    this.#mayGoOn = parts.mayGoOn;
    this.#onError = parts.onError;
    this.#onRejected = parts.onRejected;
  }

  get active(): number {
    return this.#active.size;
  }

  /** Whether anything that waits may be sent now. */
  wants(): boolean {
    const waiting = this.#desk.parts.journal.outbox("waiting");
    return this.#unsentCancels(waiting).length > 0 || this.#choose(waiting).length > 0;
  }

  /** Claims what waits, as far as the venue lets us: at most one new order of a symbol at a time. Called inside a turn. */
  claim(): void {
    const waiting = this.#desk.parts.journal.outbox("waiting");
    // Taken back, not sent: while new orders are held up, a cancel would wait for a submit that never goes out.
    for (const row of this.#unsentCancels(waiting)) this.#desk.end(row, "NOT_PLACED", "canceled before it was sent", this.#venue.now());
    const chosen = this.#choose(waiting);
    if (chosen.length === 0) return;
    this.#claimed = this.#desk.parts.journal.claim(chosen);
    for (const { clientOrderId } of this.#claimed) this.#desk.refreshRow(clientOrderId);
  }

  /** Sends what was claimed; called once that is durable. */
  send(): void {
    const claimed = this.#claimed;
    this.#claimed = [];
    if (this.#desk.dead) return;
    for (const entry of claimed) {
      const job = this.#send(entry).catch(this.#onError).finally(() => {
        this.#active.delete(job);
        this.#turn.soon();
      });
      this.#active.set(job, this.#desk.row(entry.clientOrderId)?.symbol ?? "");
    }
    // The next order of a symbol goes once the event loop has taken in what has arrived meanwhile.
    if (claimed.length > 0) this.#turn.soon();
  }

  #unsentCancels(waiting: readonly OutboxEntry[]): readonly OrderRow[] {
    return waiting.flatMap(({ action, clientOrderId }) => {
      const row = action === "cancel" ? this.#desk.row(clientOrderId) : null;
      return row?.state === "INTENT" ? [row] : [];
    });
  }

  /** What may be sent now. What takes risk away goes before what adds some, however long that has waited. */
  #choose(waiting: readonly OutboxEntry[]): readonly number[] {
    const now = this.#clock();
    if (waiting.length === 0 || !this.#mayGoOn() || this.#state.blocked(now)) return [];
    const killSwitch = this.#desk.parts.journal.setting("kill-switch");
    const busy = new Set(this.#active.values());
    const chosen: number[] = [];
    const submitting = new Set<string>();
    for (const action of ["cancel", "submit"] as const) {
      const most = action === "cancel" ? MOST_AT_ONCE : MOST_AT_ONCE - KEPT_FOR_CANCELS;
      for (const entry of waiting) {
        const row = entry.action === action ? this.#desk.row(entry.clientOrderId) : null;
        if (!row) continue;
        const { symbol } = row;
        const isRoom = this.#active.size + chosen.length < most || !busy.has(symbol);
        // Signing takes its time: the twentieth order of a grid must not hold up the first of another symbol.
        if (!isRoom || submitting.has(symbol)) continue;
        if (action === "cancel" ? !mayCancel(row) : !mayBeSent(action, row, killSwitch) || !this.#state.mayTrade(now, symbol)) continue;
        chosen.push(entry.id);
        busy.add(symbol);
        if (action === "submit") submitting.add(symbol);
      }
    }
    return chosen;
  }

  /** Waits until nothing is on the wire. */
  async idle(): Promise<void> {
    while (this.#active.size > 0 || !this.#turn.isIdle) {
      await Promise.all(this.#active.keys());
      await nextTurn();
    }
  }

  async #send(entry: OutboxEntry): Promise<void> {
    const row = this.#desk.row(entry.clientOrderId);
    if (!row || isEnded(row.state)) {
      this.#desk.settle([{ id: entry.id, state: "done" }]);
      return;
    }
    if (entry.action === "submit") await this.#submit(entry, row);
    else await this.#cancel(entry, row);
  }

  async #submit(entry: OutboxEntry, row: OrderRow): Promise<void> {
    const answer = await this.#venue.submit(this.#wire(row));
    await this.#turn.do(() => this.#submitted(entry, row, answer));
  }

  async #submitted(entry: OutboxEntry, row: OrderRow, answer: Answer<VenueOrder>): Promise<void> {
    if (this.#desk.dead) return;
    const current = this.#desk.row(row.clientOrderId) ?? row;
    if (answer.ok) {
      await this.#settlement.report(current, answer.value, [{ id: entry.id, state: "done" }]);
      return;
    }
    const { failure } = answer;
    this.#state.failed(failure, this.#clock());
    const isRefused = (failure.kind === "rejected" && failure.reason !== "duplicate-client-order-id") || failure.kind === "denied";
    // A refusal of an order that a stream has shown already is not believed: it is asked after.
    if (isRefused && advanceOrder(current, { type: "submit-refused" }).order.state === "REJECTED") {
      this.#desk.settle([{ id: entry.id, state: "done" }]);
      if (failure.kind === "rejected") this.#onRejected(current, failure.reason);
      this.#desk.end(current, "REJECTED", failure.kind === "rejected" ? failure.reason : "denied", this.#venue.now());
      return;
    }
    await this.#unanswered(entry, current, "unanswered", failure.message);
  }

  async #cancel(entry: OutboxEntry, row: OrderRow): Promise<void> {
    const answer = await this.#venue.cancel(row.symbol, row.clientOrderId);
    await this.#turn.do(() => this.#canceled(entry, row, answer));
  }

  async #canceled(entry: OutboxEntry, row: OrderRow, answer: Answer<VenueOrder>): Promise<void> {
    if (this.#desk.dead) return;
    const current = this.#desk.row(row.clientOrderId) ?? row;
    if (isEnded(current.state)) {
      this.#desk.settle([{ id: entry.id, state: "done" }]);
      return;
    }
    if (answer.ok) {
      await this.#settlement.report(current, answer.value, [{ id: entry.id, state: "done" }]);
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
      this.#desk.settle([{ id: entry.id, state: isEnded(state) ? "done" : "unknown" }]);
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

/** A cancel waits for the answer to its submit: before that the venue may not know the order. */
function mayCancel({ state }: OrderRow): boolean {
  return state !== "INTENT" && state !== "SENDING" && state !== "UNKNOWN";
}
