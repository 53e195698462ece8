import { setTimeout as sleep } from "node:timers/promises";
import type { Bot, Hold } from "../../core/bot.ts";
import { RunError } from "../../core/user-error.ts";
import type { OrderRow } from "../../ports/journal.ts";
import type { VenueEvent } from "../../ports/venue.ts";
import { CandleIntake } from "./candle-intake.ts";
import { ClockWatch } from "./clock-watch.ts";
import { Desk } from "./desk.ts";
import type { JournaledEvent } from "./journaled.ts";
import { touchesAt } from "./level-watch.ts";
import type { SessionParts } from "./parts.ts";
import { Locks } from "./locks.ts";
import { Outages } from "./outages.ts";
import { PriceWatch } from "./price-watch.ts";
import { Reconciliation } from "./reconciliation.ts";
import { replan } from "./replan.ts";
import { Sender } from "./sender.ts";
import { Settlement } from "./settlement.ts";
import { type Started, begin } from "./start.ts";
import { timeframesOf } from "./venue-candles.ts";
import { VenueState } from "./venue-state.ts";

/** Who turns the switch when a stop takes orders back. */
const STOP = "stop";
/** The longest that a stop waits for answers, ms. */
const LONGEST_DRAIN = 4_000;

/** A bot that trades on one venue: starts by recovering, then folds what the venue pushes, sends what comes of it, and keeps asking what is uncertain. */
export class Session {
  readonly #parts: SessionParts;
  readonly #started: Started;
  readonly #state: VenueState;
  readonly #candles: CandleIntake;
  readonly #desk: Desk;
  readonly #sender: Sender;
  readonly #settlement: Settlement;
  readonly #reconciliation: Reconciliation;
  readonly #outages: Outages;
  readonly #clockWatch: ClockWatch | null;
  readonly #prices: PriceWatch;
  readonly #jobs = new Set<Promise<unknown>>();
  #timer: NodeJS.Timeout | undefined;
  #nextLook = 0;
  #looking = false;
  #stopped = false;
  #foreignOrders = 0;
  #failure: unknown = null;

  private constructor(parts: SessionParts, started: Started) {
    this.#parts = parts;
    this.#started = started;
    const { venue, clock, patience, listener, journal, botId } = parts;
    this.#state = new VenueState((alert) => listener.alert(alert));
    this.#prices = new PriceWatch(started.bot, this.#state);
    this.#outages = new Outages({ state: this.#state, alert: (alert) => listener.alert(alert) });
    this.#desk = new Desk({
      botId,
      venue: venue.name,
      bot: started.bot,
      journal,
      baseline: () => started.baseline,
      onEvent: (event, consequences) => listener.event(event, consequences),
      onState: (row, from, why) => listener.state(row, from, why),
    });
    this.#desk.continueFills(started.fills);
    const shared = { venue, state: this.#state, clock, desk: this.#desk, locks: new Locks({ venue, desk: this.#desk }) };
    // A local exchange has a market time of its own, which may run faster than any clock.
    const isOurTime = parts.mode !== "replay" && parts.definition.trade.url === undefined;
    this.#clockWatch = patience.clock && isOurTime ? new ClockWatch({ ...shared, patience: patience.clock }) : null;
    this.#settlement = new Settlement({ ...shared, patience });
    this.#sender = new Sender({ ...shared, settlement: this.#settlement });
    this.#reconciliation = new Reconciliation({ ...shared, settlement: this.#settlement });
    this.#candles = new CandleIntake({
      venue,
      ...timeframesOf(parts.definition),
      handle: (event) => this.#handle(event),
      spawn: (job) => this.#spawn(job),
      alert: (message) => listener.alert({ kind: "gap", message }),
    });
  }

  /** Recovers, settles what was open, warms up, and begins to trade. Throws what the owner has to put right first. */
  static async start(parts: SessionParts): Promise<Session> {
    const session = new Session(parts, await begin(parts));
    parts.listener.ready?.(session.bot);
    await session.#run();
    return session;
  }

  get bot(): Bot {
    return this.#started.bot;
  }

  get desk(): Desk {
    return this.#desk;
  }

  get foreignOrders(): number {
    return this.#foreignOrders;
  }

  /** Why nothing new is sent now, sentences; empty while all is well. */
  get troubles(): readonly string[] {
    return [...this.#state.troubles(this.#parts.clock()), ...this.#outages.names.map((what) => `${what} is silent`)];
  }

  /** Why the session cannot go on; null while it can. */
  get failure(): unknown {
    return this.#failure;
  }

  async #run(): Promise<void> {
    const { venue, patience } = this.#parts;
    const { fill } = timeframesOf(this.#parts.definition);
    this.#outages.begin();
    await this.#settleFirst();
    const unsent = this.#unsent();
    await this.#candles.warmUp(this.#started);
    // The last stop took all orders back, and only that: the owner did not turn the switch.
    if (this.#started.lastCommandBy === STOP) this.#handle({ type: "command", command: "run", time: venue.now(), by: STOP });
    if (!(await replan(this.#desk, venue, fill, unsent))) throw new RunError("The venue did not answer when asked for the last price.");
    await venue.listen([...this.bot.symbols.keys()], fill, (event) => this.#hear(event));
    // What happened before the streams stood was pushed to nobody: the first look asks for it, and only then is something sent.
    this.#outages.begun();
    this.#nextLook = 0;
    this.#timer = setInterval(() => this.#tick(), patience.tickEvery);
    this.#tick();
  }

  /** Turns the owner's switch, durably; it survives a restart. */
  command(command: Hold, by: string): void {
    const now = this.#parts.venue.now();
    if (command === "run") {
      this.#state.trustAgain();
      this.#clockWatch?.trustAgain();
    }
    const setting = command === "run" ? "OFF" : command.toUpperCase();
    this.#desk.note("kill-switch", { to: setting, by }, now, { settings: [{ name: "kill-switch", value: setting }] });
    this.#desk.handle({ type: "command", command, time: now, by });
    // What was never sent needs no cancel.
    for (const row of this.#unsent()) if (this.#desk.orderOf(row)?.status === "canceling") this.#desk.end(row, "NOT_PLACED", "taken back before it was sent", now);
    this.#pump();
  }

  /** Whether nothing is on its way: no request, no question, no order of unknown fate. */
  settled(): boolean {
    const waiting = this.#parts.journal.outbox("waiting").length;
    return (
      waiting === 0 && this.#sender.active === 0 && this.#jobs.size === 0 &&
      this.#desk.open().every(({ state }) => state === "OPEN" || state === "PARTIAL")
    );
  }

  /** Stops: nothing new is taken in, what is on the wire is answered, open orders are kept or canceled. */
  async stop(orders: "keep" | "cancel"): Promise<void> {
    if (this.#stopped) return;
    if (orders === "cancel" && this.#failure === null) this.#cancelAll();
    this.#stopped = true;
    clearInterval(this.#timer);
    if (this.#failure === null) this.#sender.pump((error) => this.#fail(error));
    // What is not answered by then stays SENDING in the journal, and the next start asks after it.
    await Promise.race([this.#drained(), sleep(LONGEST_DRAIN, undefined, { ref: false })]);
    await this.#parts.venue.close();
  }

  async #drained(): Promise<void> {
    await this.#sender.idle();
    await Promise.allSettled([...this.#jobs]);
  }

  #cancelAll(): void {
    const now = this.#parts.venue.now();
    this.#handle({ type: "command", command: "cancel", time: now, by: STOP });
  }

  /** Orders whose fate was open when the last run ended, before anything else is done. */
  async #settleFirst(): Promise<void> {
    const { venue, journal } = this.#parts;
    for (const row of this.#desk.open()) {
      if (row.state === "SENDING") this.#desk.move(row, { state: "UNKNOWN" }, "the last run ended while it was sent", venue.now());
      else if (row.state === "CANCELING") this.#desk.move(row, { state: "UNKNOWN" }, "the last run ended while it was canceled", venue.now());
    }
    for (const { id } of journal.outbox("claimed")) this.#desk.settle(id, "unknown");
    await this.#look();
  }

  #hear(event: VenueEvent): void {
    if (this.#stopped || this.#failure !== null) return;
    try {
      this.#fold(event);
    } catch (error) {
      this.#fail(error);
    }
    this.#pump();
  }

  #fold(event: VenueEvent): void {
    switch (event.type) {
      case "trade":
        this.#settlement.trade(event.trade);
        break;
      case "order": {
        const row = event.order.clientOrderId === undefined ? null : this.#desk.row(event.order.clientOrderId);
        if (row) this.#spawn(this.#settlement.report(row, event.order));
        break;
      }
      case "candle":
        this.#candles.accept(event.symbol, event.candle);
        break;
      case "price":
        if (!this.#prices.accept(event)) break;
        for (const touch of touchesAt(this.#desk.parts.bot, event.symbol, event)) this.#handle({ type: "touch", ...touch, time: event.time });
        break;
      case "down":
        this.#outages.down(streamName(event), event.symbol ?? null, event.reason);
        break;
      case "up":
        this.#outages.up(streamName(event));
        this.#nextLook = 0;
        break;
    }
  }

  #tick(): void {
    if (this.#stopped || this.#failure !== null) return;
    this.#pump();
    this.#candles.retry();
    this.#spawn(this.#settlement.tick());
    if (this.#clockWatch) this.#spawn(this.#clockWatch.tick());
    if (this.#parts.clock() >= this.#nextLook && !this.#looking) this.#spawn(this.#look());
  }

  async #look(): Promise<boolean> {
    this.#looking = true;
    this.#nextLook = this.#parts.clock() + this.#parts.patience.reconcileEvery;
    try {
      const back = this.#outages.back();
      const report = await this.#reconciliation.run(() => this.#quiet());
      this.#foreignOrders = report.foreignOrders;
      const complete = report.complete && (await this.#replanAfter(back));
      if (complete) this.#outages.over(back);
      // What could not be asked now is asked soon, not at the next regular look.
      else this.#nextLook = this.#parts.clock() + this.#parts.patience.askEvery;
      return complete;
    } finally {
      this.#looking = false;
    }
  }

  /** What strategies planned while nobody knew the price is planned anew before anything is sent. */
  async #replanAfter(back: readonly string[]): Promise<boolean> {
    const { venue, definition } = this.#parts;
    return replan(this.#desk, venue, timeframesOf(definition).fill, this.#unsent().filter(({ symbol }) => this.#outages.wouldFree(back, symbol)));
  }

  #unsent(): readonly OrderRow[] {
    return this.#desk.open().filter(({ state }) => state === "INTENT");
  }

  /** Whether nothing that is on the wire or of unknown fate can move a balance. What was never sent cannot. */
  #quiet(): boolean {
    return this.#sender.active === 0 && this.#desk.open().every(({ state }) => state === "OPEN" || state === "PARTIAL" || state === "INTENT");
  }

  #handle(event: JournaledEvent): void {
    this.#desk.handle(event);
    this.#pump();
  }

  #pump(): void {
    if (this.#stopped || this.#failure !== null) return;
    try {
      this.#sender.pump((error) => this.#fail(error));
    } catch (error) {
      this.#fail(error);
    }
  }

  #spawn(job: Promise<unknown>): void {
    const tracked = job.catch((error: unknown) => this.#fail(error)).finally(() => {
      this.#jobs.delete(tracked);
      this.#pump();
    });
    this.#jobs.add(tracked);
  }

  /** Memory and disk may differ now: nothing more is sent; a restart begins from the disk. */
  #fail(error: unknown): void {
    if (this.#failure !== null) return;
    this.#failure = error;
    clearInterval(this.#timer);
    const message = error instanceof Error ? error.message : String(error);
    this.#parts.listener.alert({ kind: "error", message });
  }
}

function streamName({ stream, symbol }: Extract<VenueEvent, { type: "down" | "up" }>): string {
  return symbol === undefined ? stream : `${stream} ${symbol}`;
}
