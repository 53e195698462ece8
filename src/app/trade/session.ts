import { setTimeout as sleep } from "node:timers/promises";
import { type Bot, type Hold, STOP } from "../../core/bot.ts";
import { redact } from "../../core/redact.ts";
import type { RiskProfileName } from "../../core/risk-profiles.ts";
import { RunError } from "../../core/user-error.ts";
import { LeaseLostError } from "../../ports/journal.ts";
import type { ExtremesView } from "../../ports/operator.ts";
import type { VenueEvent } from "../../ports/venue.ts";
import { keyWatchOf } from "../keys/key-watch.ts";
import { AccountWatch } from "./account-watch.ts";
import { Baseline } from "./baseline.ts";
import { CandleIntake } from "./candle-intake.ts";
import { idPrefix } from "./client-order-id.ts";
import { Desk } from "./desk.ts";
import { Guards } from "./guards.ts";
import { Housekeeping } from "./housekeeping.ts";
import type { Instruction, JournaledEvent } from "./journaled.ts";
import { LevelWatch } from "./level-watch.ts";
import { type OutsideNews, hearOutside } from "./outside-news.ts";
import type { SessionParts } from "./parts.ts";
import { Locks } from "./locks.ts";
import { cancelUnwatched } from "./last-resort.ts";
import { takeUpLeftovers } from "./leftovers.ts";
import { Outages, streamName } from "./outages.ts";
import { PriceTrail } from "./price-trail.ts";
import { Reconciliation } from "./reconciliation.ts";
import { replan } from "./replan.ts";
import { Sender } from "./sender.ts";
import { Settlement } from "./settlement.ts";
import { type Started, begin } from "./start.ts";
import { Turn } from "./turn.ts";
import { timeframesOf } from "./venue-candles.ts";
import { VenueState } from "./venue-state.ts";

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
  readonly #guards: Guards;
  readonly #account: AccountWatch;
  readonly #baseline: Baseline;
  readonly #levels: LevelWatch;
  readonly #trail = new PriceTrail();
  readonly #housekeeping: Housekeeping;
  readonly #jobs = new Set<Promise<unknown>>();
  #timer: NodeJS.Timeout | undefined;
  readonly #turn: Turn;
  #stopped = false;
  #failure: unknown = null;
  #rescue: Promise<void> = Promise.resolve();

  private constructor(parts: SessionParts, started: Started) {
    this.#parts = parts;
    this.#started = started;
    const { venue, clock, patience, listener, journal, botId } = parts;
    this.#state = new VenueState((alert) => listener.alert(alert));
    this.#outages = new Outages({ state: this.#state, alert: (alert) => listener.alert(alert) });
    this.#baseline = new Baseline(started.baseline);
    this.#desk = new Desk({
      botId,
      venue: venue.name,
      bot: started.bot,
      journal,
      baseline: () => this.#baseline.amounts,
      onEvent: (event, consequences) => listener.event(event, consequences),
      onState: (row, from, why) => {
        listener.state(row, from, why);
        // Our own cancels go by way of CANCELING.
        if (row.state === "CANCELED" && (from === "OPEN" || from === "PARTIAL")) this.#state.foreign(`${row.symbol}: order ${row.key} was canceled, and not by the bot`);
      },
    });
    this.#desk.continueFills(started.fills);
    const onError = (error: unknown): void => this.#fail(error);
    this.#turn = new Turn({ desk: this.#desk, outbound: { wants: () => this.#sender.wants(), claim: () => this.#sender.claim(), send: () => this.#sender.send(), isOpen: () => !this.#stopped && this.#failure === null }, onError, ...(patience.gather ? { gather: patience.gather } : {}) });
    const shared = { venue, state: this.#state, clock, desk: this.#desk, locks: new Locks({ venue, desk: this.#desk }) };
    const isOurTime = parts.mode !== "replay" && parts.definition.trade.url === undefined;
    this.#guards = new Guards({ ...shared, patience, handle: (event) => this.#handle(event), key: keyWatchOf(parts, this.#state) }, isOurTime);
    this.#settlement = new Settlement({ ...shared, patience });
    this.#sender = new Sender({ ...shared, turn: this.#turn, settlement: this.#settlement, mayGoOn: () => this.#failure === null, onError, onRejected: (row, reason) => this.#guards.rejected(row, reason) });
    this.#reconciliation = new Reconciliation({ ...shared, settlement: this.#settlement, baseline: this.#baseline });
    this.#account = new AccountWatch({ ...shared, patience, reconciliation: this.#reconciliation, outages: this.#outages, fill: timeframesOf(parts.definition).fill, quiet: () => this.#quiet() });
    this.#housekeeping = new Housekeeping(journal, timeframesOf(parts.definition).fill, () => venue.now());
    this.#levels = new LevelWatch(started.bot, timeframesOf(parts.definition).fill);
    this.#candles = new CandleIntake({
      venue,
      ...timeframesOf(parts.definition),
      handle: (event) => this.#handle(event),
      spawn: (job) => this.#spawn(job),
      seen: (symbol, candle, timeframe) => this.#trail.candle(symbol, candle, timeframe),
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
    return this.#account.foreignOrders;
  }

  /** Whether what comes of the last events has yet to be sent, or is on the wire. */
  get isAnswering(): boolean {
    return this.#failure === null && (!this.#turn.isIdle || this.#sender.active > 0);
  }

  /** Why nothing new is sent now, sentences; empty while all is well. */
  get troubles(): readonly string[] {
    return [...this.#state.troubles(this.#parts.clock()), ...this.#outages.troubles];
  }

  /** How far a symbol's price went at or after a time, epoch milliseconds: prices and candles that were believed. */
  extremes(symbol: string, since: number): ExtremesView {
    return this.#trail.since(symbol, since);
  }

  /** Why the session cannot go on; null while it can. */
  get failure(): unknown {
    return this.#failure;
  }

  async #run(): Promise<void> {
    const { venue, patience } = this.#parts;
    const { fill } = timeframesOf(this.#parts.definition);
    this.#outages.begin();
    takeUpLeftovers(this.#desk, venue, this.#started.age);
    await this.#account.look();
    const unsent = this.#desk.unsent();
    await this.#candles.warmUp(this.#started);
    // The last stop took all orders back, and only that: the owner did not turn the switch.
    if (this.#started.lastCommandBy === STOP) this.#handle({ type: "command", command: "run", time: venue.now(), by: STOP });
    if (!(await replan(this.#desk, venue, fill, unsent))) throw new RunError("The venue did not answer when asked for the last price.");
    await venue.listen([...this.bot.symbols.keys()], fill, (event) => this.#turn.add(() => this.#fold(event), event.type === "candle" || event.type === "price"));
    // What happened before the streams stood was pushed to nobody: the first look asks for it, and only then is something sent.
    this.#outages.begun();
    this.#account.soon();
    this.#timer = setInterval(() => this.#tick(), patience.tickEvery);
    this.#tick();
  }

  /** Turns the owner's switch, durably; it survives a restart. */
  command(command: Hold, by: string): void {
    const now = this.#parts.venue.now();
    if (command === "run") {
      this.#state.trustAgain();
      this.#guards.trustAgain();
      this.#settlement.trustAgain();
      this.#baseline.acceptNext();
      this.#outages.resume();
      this.#account.soon();
    }
    const setting = command === "run" ? "OFF" : command.toUpperCase();
    this.#desk.note("kill-switch", { to: setting, by }, now, { settings: [{ name: "kill-switch", value: setting }] });
    this.#handle({ type: "command", command, time: now, by });
  }

  /** Instructs a strategy, durably; it survives a restart. What was refused of it at once, in words. */
  instruct(symbol: string, strategy: string, instruction: Instruction, by: string): readonly string[] {
    const time = this.#parts.venue.now();
    const { last } = this.#trail.since(symbol, time);
    // What is ordered now is sized and judged by the price of now, not by that of the last bar or fill.
    if (last !== null && this.bot.symbols.has(symbol)) this.#handle({ type: "price", symbol, price: last.price, time });
    return this.#order({ type: "instruct", symbol, strategy, instruction, time, by });
  }

  /** Puts another risk profile in force, durably; it survives a restart. */
  profile(profile: RiskProfileName, by: string): readonly string[] {
    return this.#order({ type: "profile", profile, time: this.#parts.venue.now(), by });
  }

  #order(event: JournaledEvent): readonly string[] {
    const { notices } = this.#desk.handle(event);
    this.#turn.soon();
    return notices.filter(({ type }) => type === "refused").map(({ detail }) => detail);
  }

  /** Tells the bot what was learned outside, durably, from its next decision on; one that has stopped hears nothing. */
  hear(news: OutsideNews): void {
    this.#turn.add(() => hearOutside(this.#desk, news, this.#parts.venue.now()));
  }

  /** Whether nothing is on its way: no request, no question, no order of unknown fate. */
  settled(): boolean {
    const waiting = this.#parts.journal.outbox("waiting").length;
    return (
      waiting === 0 && this.#turn.isIdle && this.#sender.active === 0 && this.#jobs.size === 0 &&
      this.#desk.open().every(({ state }) => state === "OPEN" || state === "PARTIAL")
    );
  }

  /** Stops: nothing new is taken in, what is on the wire is answered, open orders are kept or canceled. */
  async stop(orders: "keep" | "cancel"): Promise<void> {
    if (this.#stopped) return;
    if (orders === "cancel" && this.#failure === null) this.#handle({ type: "command", command: "cancel", time: this.#parts.venue.now(), by: STOP });
    this.#stopped = true;
    clearInterval(this.#timer);
    this.#turn.soon();
    // What is not answered by then stays SENDING in the journal, and the next start asks after it.
    await Promise.race([Promise.allSettled([this.#sender.idle(), ...this.#jobs, this.#rescue]), sleep(LONGEST_DRAIN, undefined, { ref: false })]);
    this.#turn.close();
    await this.#parts.venue.close();
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
        if (!this.#guards.accept(event)) break;
        this.#trail.quote(event.symbol, event.bid, event.time);
        for (const touch of this.#levels.touches(event.symbol, event, event.time)) this.#handle({ type: "touch", ...touch, time: event.time });
        break;
      case "down":
        this.#outages.down(streamName(event), event.symbol ?? null, event.reason);
        break;
      case "up":
        this.#outages.up(streamName(event));
        this.#account.soon();
        break;
    }
  }

  #tick(): void {
    if (this.#stopped || this.#failure !== null) return;
    if (!this.isAnswering) this.#housekeeping.atRest();
    this.#turn.soon();
    this.#candles.retry();
    this.#spawn(this.#settlement.tick());
    this.#spawn(this.#guards.tick());
    if (this.#account.due) this.#spawn(this.#account.look());
  }

  /** Whether nothing that is on the wire or of unknown fate can move a balance. What was never sent cannot. */
  #quiet(): boolean {
    return this.#sender.active === 0 && this.#desk.open().every(({ state }) => state === "OPEN" || state === "PARTIAL" || state === "INTENT");
  }

  #handle(event: JournaledEvent): void {
    this.#desk.handle(event);
    this.#turn.soon();
  }

  #spawn(job: Promise<unknown>): void {
    const tracked = job.catch((error: unknown) => this.#fail(error)).finally(() => {
      this.#jobs.delete(tracked);
      this.#turn.soon();
    });
    this.#jobs.add(tracked);
  }

  /** Memory and disk may differ now: nothing more is sent; a restart begins from the disk. */
  #fail(error: unknown): void {
    // Whatever was still under way when the drain was over finds everything closed: that is no failure.
    if (this.#failure !== null || this.#turn.isClosed) return;
    this.#failure = error;
    clearInterval(this.#timer);
    const message = redact(error instanceof Error ? error.message : String(error));
    this.#parts.listener.alert({ kind: "error", message });
    // Who has taken the journal has taken the orders too.
    if (!(error instanceof LeaseLostError)) this.#rescue = this.#cancelUnwatched();
  }

  async #cancelUnwatched(): Promise<void> {
    const { venue, botId, patience, listener } = this.#parts;
    await this.#sender.idle();
    listener.alert({ kind: "error", message: await cancelUnwatched(venue, this.bot.symbols.keys(), idPrefix(botId), patience.askEvery) });
  }
}
