import type { Batch, OrderRow } from "../../ports/journal.ts";
import type { Answer, Venue, VenueOrder, VenueTrade } from "../../ports/venue.ts";
import { advanceOrder, isEnded } from "../../core/order-state.ts";
import type { Desk } from "./desk.ts";
import { EarlyTrades } from "./early-trades.ts";
import { stepsOf } from "./exact.ts";
import type { Locks } from "./locks.ts";
import type { Patience } from "./patience.ts";
import type { VenueState } from "./venue-state.ts";

/** How often and since when (clock, ms) a venue has not found an order. */
interface Search {
  tries: number;
  readonly since: number;
  next: number;
  /** Whether the owner has heard of what may be its trace. */
  isTold: boolean;
}

/**
 * Finds out what became of orders: after an answer that said nothing, at start-up, after a reconnect. It books the
 * trades of an order before it ends it, and it holds an order for never placed only after looking often and long enough.
 */
export class Settlement {
  readonly #desk: Desk;
  readonly #venue: Venue;
  readonly #state: VenueState;
  readonly #locks: Locks;
  readonly #patience: Patience;
  readonly #clock: () => number;
  readonly #searches = new Map<string, Search>();
  readonly #busy = new Set<string>();
  readonly #early: EarlyTrades;
  /** The trade for which each order that was given up was asked after last. */
  readonly #asked = new Map<string, string>();

  constructor(parts: { desk: Desk; venue: Venue; state: VenueState; locks: Locks; patience: Patience; clock: () => number }) {
    this.#locks = parts.locks;
    this.#desk = parts.desk;
    this.#venue = parts.venue;
    this.#state = parts.state;
    this.#patience = parts.patience;
    this.#clock = parts.clock;
    this.#early = new EarlyTrades(parts.desk, parts.clock);
  }

  /** A trade from a stream or a question. */
  trade(trade: VenueTrade): void {
    if (this.#early.hear(trade) === "impossible") this.#state.distrust(`${trade.symbol} trade ${trade.id} cannot be: ${trade.side} ${trade.quantity} at ${trade.price}`);
  }

  /**
   * What a venue said of an order of ours, whether it stands or has ended: an acknowledgement, a push or the answer to a
   * question. `answered` is the request that it answers, settled in the same transaction as what is learned.
   */
  async report(row: OrderRow, order: VenueOrder, answered: NonNullable<Batch["settled"]> = []): Promise<void> {
    const filled = stepsOf(this.#desk.instrument(row.symbol), order.filled);
    if (filled === null) {
      this.#desk.settle(answered);
      this.#state.distrust(`${row.symbol} order ${row.key}: the venue says ${order.filled} are filled, which is on no step`);
      return;
    }
    this.#searches.delete(row.clientOrderId);
    const current = this.#learn(this.#desk.row(row.clientOrderId) ?? row, order, filled, answered);
    if (isEnded(current.state)) {
      // Its last trade is on its way by another channel, or is never going to come: asked for, it is booked all the same.
      if (this.#booked(current) < filled) await this.catchUp(current.symbol);
    } else if (order.status !== "open") await this.#close(current, order, filled);
  }

  /** Takes down the venue's id and that an order stands; its end waits for its trades. */
  #learn(row: OrderRow, order: VenueOrder, filledSteps: number, answered: NonNullable<Batch["settled"]>): OrderRow {
    const now = this.#venue.now();
    const { order: next, surprise } = advanceOrder(row, { type: "reported", status: order.status, filledSteps });
    if (surprise === "overfilled") this.#state.distrust(`${row.symbol} order ${row.key}: the venue says ${order.filled} of ${order.quantity} are filled, more than was ordered`);
    if (surprise === "there-after-all") this.#state.surprise(`${row.symbol} order ${row.key}: the venue knows it, though it had been held for ${row.state}`);
    const state = isEnded(next.state) ? row.state : next.state;
    if (row.venueOrderId !== null && state === row.state) {
      this.#desk.settle(answered);
      return row;
    }
    const current = this.#desk.move(row, { venueOrderId: order.venueOrderId, state }, row.venueOrderId === null ? "the venue knows it" : "found open", now, answered);
    if (row.venueOrderId === null) this.#early.retry(row.symbol);
    if (row.state === "UNKNOWN" && order.status === "open") {
      const wanted = this.#desk.orderOf(current);
      // Its cancel was answered by nothing and it still stands, or the bot had given it up and has planned without it.
      if (wanted === null || wanted.status === "canceling") this.#desk.cancelAgain(current, now);
    }
    return this.#desk.row(row.clientOrderId) ?? current;
  }

  /** Asks after an order by its id, unless it is being asked after already. */
  async lookUp(row: OrderRow): Promise<void> {
    const id = row.clientOrderId;
    if (this.#busy.has(id) || this.#state.blocked(this.#clock())) return;
    this.#busy.add(id);
    try {
      const answer = await this.#venue.order(row.symbol, id);
      const current = this.#desk.row(id);
      if (!current || isEnded(current.state) || this.#desk.dead) return;
      if (answer.ok) await this.report(current, answer.value);
      else await this.#notAnswered(current, answer);
    } finally {
      this.#busy.delete(id);
    }
  }

  /** Looks after every order whose fate is open and whose time has come. */
  async tick(): Promise<void> {
    const now = this.#clock();
    for (const row of this.#desk.open()) {
      if (row.state !== "UNKNOWN") continue;
      const search = this.#searches.get(row.clientOrderId);
      if (search === undefined || now >= search.next) await this.lookUp(row);
    }
  }

  /** Asks after orders that were given up when a trade of no known order may be one of theirs; once for each trade. */
  async askGivenUp(symbol: string): Promise<void> {
    for (const row of this.#desk.givenUp()) {
      const trade = row.symbol === symbol ? this.#early.traceOf(row) : null;
      if (trade === null || this.#asked.get(row.clientOrderId) === trade.id) continue;
      const answer = await this.#venue.order(symbol, row.clientOrderId);
      if (this.#desk.dead) return;
      if (answer.ok) await this.report(this.#desk.row(row.clientOrderId) ?? row, answer.value);
      else if (answer.failure.kind !== "not-found") {
        this.#state.failed(answer.failure, this.#clock());
        return;
      }
      this.#asked.set(row.clientOrderId, trade.id);
    }
  }

  /** Books every trade of a symbol since what is booked, with an overlap. */
  async catchUp(symbol: string): Promise<boolean> {
    if (this.#state.blocked(this.#clock())) return false;
    const { journal, venue } = this.#desk.parts;
    const cursor = journal.cursor(`trade ${venue} ${symbol}`);
    const since = Number(journal.cursor("start") ?? 0);
    const answer = await this.#venue.trades(symbol, cursor === null ? { since } : { afterId: cursor, since });
    if (this.#desk.dead) return false;
    if (!answer.ok) {
      this.#state.failed(answer.failure, this.#clock());
      return false;
    }
    for (const trade of answer.value) this.trade(trade);
    this.#early.retry(symbol);
    const last = answer.value.at(-1);
    // The cursor passes a trade only when it was booked or is surely not ours.
    if (last && !answer.value.some((trade) => this.#early.mayBeOurs(trade))) {
      this.#desk.note("cursor", { symbol, tradeId: last.id }, this.#venue.now(), { cursors: [{ name: `trade ${venue} ${symbol}`, value: last.id }] });
    }
    return true;
  }

  /** Ends an order that the venue has ended, after the trades that belong to it. */
  async #close(row: OrderRow, order: VenueOrder, filled: number): Promise<void> {
    if (this.#booked(row) < filled) await this.catchUp(row.symbol);
    const current = this.#desk.row(row.clientOrderId);
    if (!current || isEnded(current.state) || this.#desk.dead) return;
    const { order: next } = advanceOrder(current, { type: "reported", status: order.status, filledSteps: filled });
    const { state } = next;
    if (state === "CANCELED" || state === "EXPIRED" || state === "REJECTED") this.#desk.end(current, state, order.status, this.#venue.now());
    // Its trades are still on their way: it is asked after again.
    else this.#again(current, this.#patience.tradesEvery);
  }

  #booked(row: OrderRow): number {
    return this.#desk.row(row.clientOrderId)?.filledSteps ?? row.filledSteps;
  }

  async #notAnswered(row: OrderRow, answer: Extract<Answer<VenueOrder>, { ok: false }>): Promise<void> {
    const { failure } = answer;
    const now = this.#clock();
    if (failure.kind !== "not-found") {
      this.#state.failed(failure, now);
      this.#again(row, this.#patience.askEvery);
      return;
    }
    const search = this.#searches.get(row.clientOrderId) ?? { tries: 0, since: now, next: 0, isTold: false };
    search.tries += 1;
    search.next = now + this.#patience.askEvery;
    this.#searches.set(row.clientOrderId, search);
    const { tries, span, afterSend } = this.#patience.notFound;
    if (search.tries < tries || now - search.since < span || now - row.sentAt < afterSend) return;
    // Trades are asked for last: an order that filled after its lock was looked for has left one by then.
    if ((await this.#hasTrace(row, search)) || !(await this.catchUp(row.symbol)) || this.#hasTraded(row, search) || !(await this.#isStillMissing(row))) return;
    const current = this.#desk.row(row.clientOrderId);
    if (!current || isEnded(current.state) || current.venueOrderId !== null || this.#desk.dead) return;
    const { order } = advanceOrder(current, { type: "not-placed" });
    if (order.state !== "NOT_PLACED") return;
    this.#searches.delete(row.clientOrderId);
    this.#desk.end(current, order.state, `not found ${search.tries} times`, this.#venue.now());
  }

  /**
   * Whether the account shows a trace of an order that is not found. One that turns up in the list of open ones stands;
   * one whose money may be locked keeps its level until the lock is gone or it shows up.
   */
  async #hasTrace(row: OrderRow, search: Search): Promise<boolean> {
    const answer = await this.#locks.traceOf(row);
    if (!answer.ok) {
      this.#state.failed(answer.failure, this.#clock());
      return true;
    }
    const trace = answer.value;
    if (trace === "none") return false;
    if (trace === "moving") return true;
    if (trace !== "locked") await this.#found(row, trace);
    else this.#tell(search, `${row.symbol} order ${row.key} is not found, and the venue may have locked what it needs: it is held for sent until the lock is gone`);
    return true;
  }

  /** Whether a trade that belongs to no order that is known may be one of an order that is not found. */
  #hasTraded(row: OrderRow, search: Search): boolean {
    const current = this.#desk.row(row.clientOrderId) ?? row;
    const trade = this.#early.traceOf(current);
    if (trade === null) return false;
    this.#tell(search, `${row.symbol} order ${row.key} is not found, and trade ${trade.id} (${trade.side} ${trade.quantity} at ${trade.price}) may be its own: it is held for sent until it is found, or you have looked and resumed`);
    return true;
  }

  #tell(search: Search, message: string): void {
    if (search.isTold) return;
    search.isTold = true;
    this.#state.surprise(message);
  }

  /** The owner has looked: trades that he was told of are not those of an order that is searched for. */
  trustAgain(): void {
    const told = [...this.#searches.values()].filter(({ isTold }) => isTold);
    if (told.length > 0) this.#early.trustAgain();
    // He hears of what comes after that.
    for (const search of told) search.isTold = false;
  }

  /** Whether an order is not found once more, after its account showed no trace of it: what hid it may have ended in between. */
  async #isStillMissing(row: OrderRow): Promise<boolean> {
    const answer = await this.#venue.order(row.symbol, row.clientOrderId);
    if (!answer.ok) {
      if (answer.failure.kind !== "not-found") this.#state.failed(answer.failure, this.#clock());
      return answer.failure.kind === "not-found";
    }
    await this.#found(row, answer.value);
    return false;
  }

  /** Reports an order that was found after all, unless it has ended in the books meanwhile. */
  async #found(row: OrderRow, order: VenueOrder): Promise<void> {
    const current = this.#desk.row(row.clientOrderId);
    if (current && !isEnded(current.state) && !this.#desk.dead) await this.report(current, order);
  }

  /** Marks an order for another question after a while. */
  #again(row: OrderRow, after: number): void {
    if (row.state !== "UNKNOWN") this.#desk.move(row, { state: "UNKNOWN" }, "to be asked after again", this.#venue.now());
    const now = this.#clock();
    const search = this.#searches.get(row.clientOrderId);
    if (search) search.next = now + after;
    else this.#searches.set(row.clientOrderId, { tries: 0, since: now, next: now + after, isTold: false });
  }
}
