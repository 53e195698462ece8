import type { Bot } from "../../core/bot.ts";
import type { Instrument } from "../../core/instrument.ts";
import type { Order } from "../../core/order.ts";
import { redact, redactDeep } from "../../core/redact.ts";
import { type OrderState, advanceOrder, isEnded } from "../../core/order-state.ts";
import type { Output } from "../../core/step.ts";
import type { Batch, FillRow, Journal, OrderRow } from "../../ports/journal.ts";
import { type Consequences, type JournaledEvent, applyEvent, consequencesOf, liveOrder } from "./journaled.ts";
import { OrderRows } from "./order-rows.ts";
import { fillPostings } from "./postings.ts";

/** What a desk is made of. */
export interface DeskParts {
  readonly botId: string;
  readonly venue: string;
  readonly bot: Bot;
  readonly journal: Journal;
  /** What the account held beside the bot's capital when it began, decimal by asset. */
  readonly baseline: () => Readonly<Record<string, string>>;
  /** Hears of everything after it has become durable. */
  readonly onEvent: (event: JournaledEvent, consequences: Consequences) => void;
  readonly onState: (row: OrderRow, from: OrderState, why: string) => void;
}

/** Events with words of a venue, a source or a person; the others are numbers and names. */
const SPEAKING: ReadonlySet<JournaledEvent["type"]> = new Set(["outside", "order", "command", "instruct", "profile"]);

/**
 * The one place where the bot changes: an event is applied, and what came of it is durable in the same call or the
 * desk is dead. After a failed write memory is ahead of the disk, so nothing more is done with it: a restart begins
 * from what is durable.
 */
export class Desk {
  readonly parts: DeskParts;
  readonly #rows = new OrderRows();
  #dead: unknown = null;
  /** What is to be told once a group is durable; null outside a group. */
  #untold: (() => void)[] | null = null;
  #fills = 0;

  constructor(parts: DeskParts) {
    this.parts = parts;
    for (const row of parts.journal.orders()) this.#rows.put(row);
  }

  /** Continues the numbers of fills after a recovery. */
  continueFills(count: number): void {
    this.#fills = count;
  }

  get dead(): boolean {
    return this.#dead !== null;
  }

  /** Every order that has not come to its end. */
  open(): readonly OrderRow[] {
    return this.#rows.open();
  }

  /** Orders that were planned and never sent. */
  unsent(): readonly OrderRow[] {
    return this.#rows.open().filter(({ state }) => state === "INTENT");
  }

  /** Orders that were sent and then held for never placed. */
  givenUp(): readonly OrderRow[] {
    return this.#rows.givenUp();
  }

  row(clientOrderId: string): OrderRow | null {
    return this.#rows.get(clientOrderId);
  }

  rowOfVenueId(symbol: string, venueOrderId: string): OrderRow | null {
    return this.#rows.ofVenueId(symbol, venueOrderId);
  }

  /** The bot's order behind a row; null when the bot holds it for finished. */
  orderOf(row: OrderRow): Order | null {
    return liveOrder(this.parts.bot, row.symbol, row.orderId);
  }

  /** Whether the bot can still book a fill of a row's order, finished or not. */
  remembers(row: OrderRow): boolean {
    const sleeves = this.parts.bot.symbols.get(row.symbol)?.sleeves ?? [];
    return this.orderOf(row) !== null || sleeves.some(({ orders }) => orders.retired.has(row.orderId));
  }

  instrument(symbol: string): Instrument {
    const state = this.parts.bot.symbols.get(symbol);
    if (!state) throw new Error(`no symbol ${symbol} in this bot`);
    return state.instrument;
  }

  /** Applies an event, writes everything that came of it in one transaction, and tells of it. */
  handle(said: JournaledEvent, ended?: { readonly row: OrderRow; readonly state: OrderState }): Output {
    this.#assertAlive();
    const { bot, botId } = this.parts;
    // Before it is applied: what comes of it must come out again of what is journaled.
    const event = SPEAKING.has(said.type) ? redactDeep(said) : said;
    const output = applyEvent(bot, event);
    const consequences = consequencesOf(botId, output);
    const rows = consequences.requests.filter(({ type }) => type === "submit").map((request) => this.#intent(request, event.time));
    if (ended) rows.push({ ...ended.row, state: ended.state, reserved: 0, changedAt: event.time });
    const fill = event.type === "fill" ? this.#fillOf(event) : null;
    if (fill) rows.push(fill.row);
    this.#commit({
      events: [{ time: event.time, type: event.type, payload: { event, ...consequences } }],
      orders: rows,
      outbox: consequences.requests.map(({ type, clientOrderId }) => ({ action: type, clientOrderId })),
      ...(fill ? { fills: [fill.fill], postings: [fill.postings] } : {}),
    });
    for (const row of rows) this.#rows.put(row);
    this.#tell(() => this.parts.onEvent(event, consequences));
    return output;
  }

  /** Everything that is handled inside becomes durable at once, and is told of after that. Nothing may be sent from inside. */
  together(work: () => void): void {
    this.#assertAlive();
    const untold: (() => void)[] = [];
    this.#untold = untold;
    try {
      this.parts.journal.together(() => {
        work();
        // Work that has failed out of sight leaves half of a batch behind: nothing of the group may stay.
        this.#assertAlive();
      });
    } catch (error) {
      // Whatever went wrong: memory may be ahead of the disk.
      this.#dead ??= error;
      throw error;
    } finally {
      this.#untold = null;
    }
    for (const tell of untold) tell();
  }

  #tell(tell: () => void): void {
    if (this.#untold) this.#untold.push(tell);
    else tell();
  }

  /** Books a trade: the next fill of an order, exactly once. */
  fill(trade: Omit<Extract<JournaledEvent, { type: "fill" }>, "type" | "id">): void {
    this.#fills += 1;
    this.handle({ type: "fill", id: this.#fills, ...trade });
  }

  /** Moves an order to another state, durably, with the reason. Ends of orders go through `end`. */
  move(row: OrderRow, change: Partial<Pick<OrderRow, "state" | "venueOrderId" | "sentAt">>, said: string, now: number, settled?: Batch["settled"]): OrderRow {
    this.#assertAlive();
    const why = redact(said);
    const current = this.#rows.get(row.clientOrderId) ?? row;
    const next: OrderRow = { ...current, ...change, changedAt: now };
    this.#commit({
      events: [{ time: now, type: "order-state", payload: { clientOrderId: row.clientOrderId, from: current.state, to: next.state, venueOrderId: next.venueOrderId, why } }],
      orders: [next],
      ...(settled ? { settled } : {}),
    });
    this.#rows.put(next);
    if (next.state !== current.state) this.#tell(() => this.parts.onState(next, current.state, why));
    return next;
  }

  /** Ends an order that is not filled completely, for the journal and for the bot. */
  end(row: OrderRow, state: "CANCELED" | "REJECTED" | "EXPIRED" | "NOT_PLACED", reason: string, now: number): void {
    const why = redact(reason);
    const current = this.#rows.get(row.clientOrderId) ?? row;
    if (isEnded(current.state)) return;
    const status = state === "REJECTED" ? "rejected" : "canceled";
    this.handle({ type: "order", symbol: current.symbol, orderId: current.orderId, status, time: now, reason: why }, { row: current, state });
    this.#tell(() => this.parts.onState({ ...current, state }, current.state, why));
  }

  /** Takes over what the journal changed when it claimed an entry of the outbox. */
  refreshRow(clientOrderId: string): void {
    const row = this.parts.journal.order(clientOrderId);
    const before = this.#rows.get(clientOrderId);
    if (!row) return;
    this.#rows.put(row);
    if (before && before.state !== row.state) this.#tell(() => this.parts.onState(row, before.state, "claimed"));
  }

  /** Puts the cancel of an order into the outbox once more, after a look at the order, unless one waits there still. */
  cancelAgain(row: OrderRow, now: number): void {
    this.#assertAlive();
    const { clientOrderId } = row;
    if (this.parts.journal.outbox("waiting").some((entry) => entry.action === "cancel" && entry.clientOrderId === clientOrderId)) return;
    this.#commit({
      events: [{ time: now, type: "cancel-again", payload: { clientOrderId } }],
      outbox: [{ action: "cancel", clientOrderId }],
    });
  }

  /** Notes something that is no event of the bot. */
  note(type: string, payload: Record<string, unknown>, now: number, extra: Batch = {}): void {
    this.#assertAlive();
    this.#commit({ ...extra, events: [{ time: now, type, payload: redactDeep(payload) }] });
  }

  /** Notes how requests of the outbox were answered. */
  settle(settled: NonNullable<Batch["settled"]>): void {
    if (settled.length > 0) this.#commit({ settled });
  }

  #intent(request: Consequences["requests"][number], now: number): OrderRow {
    const { clientOrderId, orderId, symbol, strategy, key, side, orderType, ticks, steps, reserved } = request;
    return {
      clientOrderId, orderId, venue: this.parts.venue, symbol, strategy, key, attempt: 0, side, type: orderType, ticks, steps,
      state: "INTENT", filledSteps: 0, reserved, venueOrderId: null, sentAt: 0, changedAt: now,
    };
  }

  #fillOf(event: Extract<JournaledEvent, { type: "fill" }>): { row: OrderRow; fill: FillRow; postings: ReturnType<typeof fillPostings> } {
    const { venue } = this.parts;
    const row = this.#rows.ofOrderId(event.orderId);
    if (!row) throw new Error(`a fill for the unknown order ${event.orderId}`);
    const instrument = this.instrument(event.symbol);
    const filledSteps = row.filledSteps + event.steps;
    const { state } = advanceOrder(row, { type: "filled", steps: event.steps }).order;
    const order = this.orderOf(row);
    return {
      row: { ...row, filledSteps, state, reserved: order?.reserved ?? 0, changedAt: event.time },
      fill: {
        venue,
        symbol: event.symbol,
        tradeId: event.tradeId,
        clientOrderId: row.clientOrderId,
        ticks: event.ticks,
        steps: event.steps,
        feeUnits: event.feeUnits,
        feeCurrency: event.feeCurrency === "base" ? instrument.base : instrument.quote,
        time: event.time,
      },
      postings: fillPostings(venue, instrument, event),
    };
  }

  #commit(batch: Batch): void {
    try {
      this.parts.journal.commit(batch);
    } catch (error) {
      this.#dead = error;
      throw error;
    }
  }

  #assertAlive(): void {
    if (this.#dead !== null) throw new Error("the journal could not be written: this desk has stopped", { cause: this.#dead });
  }
}
