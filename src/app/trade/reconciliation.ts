import { isEnded } from "../../core/order-state.ts";
import type { Venue, VenueOrder } from "../../ports/venue.ts";
import { type Baseline, textOf } from "./baseline.ts";
import { idPrefix } from "./client-order-id.ts";
import type { Desk } from "./desk.ts";
import { discrepancies } from "./holdings.ts";
import type { Locks } from "./locks.ts";
import type { Settlement } from "./settlement.ts";
import type { VenueState } from "./venue-state.ts";

/** What a look at the whole account came to. */
export interface AccountReport {
  /** Whether the venue answered everything. */
  readonly complete: boolean;
  /** Open orders that are not ours: seen, never touched. */
  readonly foreignOrders: number;
}

/**
 * Compares the account with the books: open orders, trades, balances. What is ours and known is settled, what is ours
 * and unknown is canceled, what is foreign is left alone; a balance that nothing explains stops new orders.
 */
export class Reconciliation {
  readonly #desk: Desk;
  readonly #venue: Venue;
  readonly #settlement: Settlement;
  readonly #state: VenueState;
  readonly #locks: Locks;
  readonly #clock: () => number;
  readonly #baseline: Baseline;
  readonly #foreign = new Set<string>();
  #suspect = "";
  /** Open orders of all symbols as this look has found them. */
  #standing: VenueOrder[] = [];

  constructor(parts: { desk: Desk; venue: Venue; settlement: Settlement; state: VenueState; locks: Locks; clock: () => number; baseline: Baseline }) {
    this.#locks = parts.locks;
    this.#desk = parts.desk;
    this.#venue = parts.venue;
    this.#settlement = parts.settlement;
    this.#state = parts.state;
    this.#clock = parts.clock;
    this.#baseline = parts.baseline;
  }

  /** Looks at every symbol, then at the balances. `settled` says that nothing is on its way, so that balances must agree. */
  async run(settled: () => boolean): Promise<AccountReport> {
    let complete = true;
    let foreignOrders = 0;
    this.#standing = [];
    for (const symbol of this.#desk.parts.bot.symbols.keys()) {
      const foreign = await this.#symbol(symbol);
      if (foreign === null) complete = false;
      else foreignOrders += foreign;
    }
    if (complete && settled()) complete = await this.#balances(settled);
    return { complete, foreignOrders };
  }

  async #symbol(symbol: string): Promise<number | null> {
    if (this.#state.blocked(this.#clock())) return null;
    const before = new Set(this.#desk.open().map(({ clientOrderId }) => clientOrderId));
    const answer = await this.#venue.openOrders(symbol);
    if (!answer.ok) {
      this.#state.failed(answer.failure, this.#clock());
      return null;
    }
    this.#standing.push(...answer.value);
    const prefix = idPrefix(this.#desk.parts.botId);
    const seen = new Set<string>();
    let foreign = 0;
    for (const order of answer.value) {
      const id = order.clientOrderId;
      if (id === undefined || !id.startsWith(prefix)) {
        foreign += 1;
        this.#tellForeign(order);
        continue;
      }
      seen.add(id);
      const row = this.#desk.row(id);
      if (row === null || isEnded(row.state)) await this.#stray(symbol, id);
      else if (row.state !== "INTENT" && row.state !== "SENDING") await this.#settlement.report(row, order);
    }
    if (!(await this.#settlement.catchUp(symbol))) return null;
    await this.#settlement.askGivenUp(symbol);
    for (const row of this.#desk.open()) {
      const isOut = row.symbol === symbol && before.has(row.clientOrderId) && !seen.has(row.clientOrderId);
      // Not among the open ones: filled, canceled by somebody, or never there.
      if (isOut && row.state !== "INTENT" && row.state !== "SENDING") await this.#settlement.lookUp(row);
    }
    return foreign;
  }

  /** An order under our prefix that the books do not have open: left by a run whose journal is gone, or called ended too early. */
  async #stray(symbol: string, clientOrderId: string): Promise<void> {
    const found = await this.#venue.order(symbol, clientOrderId);
    if (this.#desk.dead) return;
    if (!found.ok) {
      this.#state.failed(found.failure, this.#clock());
      return;
    }
    const row = this.#desk.row(clientOrderId);
    if (row) await this.#settlement.report(row, found.value);
    // The list may be older than the end of the order.
    if (found.value.status !== "open") return;
    // One that was held for never placed is of unknown fate now: its end is seen to like that of any other.
    const known = this.#desk.row(clientOrderId);
    if (known !== null && !isEnded(known.state)) return;
    this.#desk.note("stray-order", { symbol, clientOrderId }, this.#venue.now());
    this.#state.surprise(`${symbol} order ${row?.key ?? clientOrderId} stands though the books have no such order open: it is canceled`);
    const answer = await this.#venue.cancel(symbol, clientOrderId);
    if (!answer.ok) this.#state.failed(answer.failure, this.#clock());
  }

  async #balances(settled: () => boolean): Promise<boolean> {
    const sequence = this.#desk.parts.journal.lastSequence;
    const answer = await this.#venue.balances();
    if (!answer.ok) {
      this.#state.failed(answer.failure, this.#clock());
      return false;
    }
    // Something happened while the answer was on its way: it says nothing about now.
    if (!settled() || this.#desk.parts.journal.lastSequence !== sequence) return true;
    const found = discrepancies(this.#desk.parts.bot, answer.value, this.#desk.parts.baseline());
    const text = textOf(found);
    // Once may be a fill whose trade is on its way; the same difference twice is not.
    const wrong = text !== "" && text === this.#suspect ? this.#baseline.take(this.#desk, found, this.#venue.now()) : null;
    if (wrong !== null) this.#state.distrust(wrong);
    if (text === "") this.#baseline.agree();
    if (text === "") this.#locks.keepUsual(answer.value, this.#standing);
    this.#suspect = text;
    return text === "";
  }

  #tellForeign({ symbol, venueOrderId, side, quantity, price }: VenueOrder): void {
    const name = `${symbol} ${venueOrderId}`;
    if (this.#foreign.has(name)) return;
    this.#foreign.add(name);
    this.#state.foreign(`${symbol}: order ${venueOrderId} is not the bot's (${side} ${quantity}${price === undefined ? "" : ` at ${price}`}): it is left alone`);
  }
}
