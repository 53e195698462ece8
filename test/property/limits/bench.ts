import { expect } from "vitest";
import { type Bot, createBot } from "../../../src/core/bot.ts";
import { seriesFrom } from "../../../src/core/candle.ts";
import type { Fill } from "../../../src/core/fill.ts";
import { feeUnits, notionalUnits, parseRate } from "../../../src/core/instrument.ts";
import type { DesiredOrder, Order } from "../../../src/core/order.ts";
import { profileWith } from "../../../src/core/profile-overrides.ts";
import { createRandom, type Random } from "../../../src/core/random.ts";
import { RISK_PROFILE_NAMES, type ProfileOverrides, type RiskProfileName } from "../../../src/core/risk-profiles.ts";
import { type BotEvent, step } from "../../../src/core/step.ts";
import type { StrategyView } from "../../../src/core/strategy.ts";
import type { StrategyEntry } from "../../../src/core/strategy-entry.ts";
import type { Treasury } from "../../../src/core/treasury.ts";
import { strategies } from "../../../strategies/index.ts";
import { instrument } from "../../plan.ts";
import { NaiveAccount } from "./naive.ts";

const TIMEFRAME = 4 * 3_600_000;
const NAMES = ["AAA/USD", "BBB/USD", "CCC/USD"];
const FILTERS = { priceStep: 0.01, quantityStep: 0.001, minQuantity: 0.001, minNotional: 1 };
/** Bars of each symbol that have closed before anything is traded: the third has too few for its risk to be known. */
const WARM = [120, 90, 30];
const CAPITAL = 10_000;
const MAKER = 0.001;
const TAKER = 0.002;

/** What a run is made of; money in quote. */
export interface RunChoice {
  readonly seed: number;
  readonly events: number;
  /** `null` runs without a council. */
  readonly profile: RiskProfileName | null;
  readonly overrides?: ProfileOverrides;
  readonly treasury?: Treasury;
  readonly feeIn: "quote" | "received";
}

/** What a run came to, so that a test can tell that it was not an empty one. */
export interface RunCounts {
  approved: number;
  fills: number;
  readonly refused: Map<string, number>;
}

/**
 * Runs a bot of random strategies, a grid and a DCA through random bars, fills in parts and at jumped prices, cancels, rejections,
 * switches and changes of profile. Every approved buy is checked against limits that are worked out anew, and after every event
 * `look` is shown the bot, the naive account and the free cash before.
 */
export function randomRun(choice: RunChoice, look: Look = () => {}): RunCounts {
  return new Run(choice, look).go();
}

/** Is shown the bot and the naive account after an event, and the quote units that were free before it. */
export type Look = (bot: Bot, account: NaiveAccount, freeBefore: number) => void;

class Run {
  readonly #choice: RunChoice;
  readonly #look: Look;
  readonly #random: Random;
  readonly #bot: Bot;
  readonly #account: NaiveAccount;
  readonly #counts: RunCounts = { approved: 0, fills: 0, refused: new Map() };
  readonly #series = NAMES.map((symbol) => instrument(symbol, FILTERS));
  readonly #closes: number[][];
  #time: number;
  #key = 0;

  constructor(choice: RunChoice, look: Look) {
    this.#choice = choice;
    this.#look = look;
    this.#random = createRandom(choice.seed);
    this.#closes = WARM.map((warm) => this.#path(warm + choice.events));
    // All end their warm-up with the same bar; the last begins late.
    const start = (i: number): number => (WARM[0]! - WARM[i]!) * TIMEFRAME;
    const bars = this.#closes.map((closes, i) => seriesFrom(closes.map((close, at) => ({ time: start(i) + at * TIMEFRAME, open: close, high: close * 1.01, low: close * 0.99, close, volume: 100 })), TIMEFRAME));
    const chosen = ["grid", "dca"].map((name) => strategies.find((entry) => entry.name === name)!);
    this.#bot = createBot({
      capitalUnits: CAPITAL * this.#series[0]!.quoteScale,
      fees: { maker: MAKER, taker: TAKER, currency: choice.feeIn, slippage: 0 },
      symbols: this.#series.map((one, i) => ({ instrument: one, bars: bars[i]! })),
      agents: choice.profile === null ? [] : [{ name: "whim", warmup: 1, vote: () => ({ score: this.#random.uniform() * 2 - 1, confidence: 1, reason: "a whim", evidence: {}, ranging: this.#random.uniform() * 2 - 1 }) }],
      coordinator: { weights: {}, quorum: 0.5, enter: 0.25, leave: 0.1, dwell: 1 },
      profile: choice.profile === null ? null : profileWith(choice.profile, choice.overrides ?? {}),
      ...(choice.overrides ? { overrides: choice.overrides } : {}),
      ...(choice.treasury ? { treasury: choice.treasury } : {}),
      strategies: [{ entry: this.#whimsical(), params: {} }, ...chosen.map((entry) => ({ entry, params: entry.params.parse({}) }))],
    });
    this.#account = new NaiveAccount(this.#bot.ledger.quoteFree, this.#series[0]!, TIMEFRAME, NAMES);
    this.#time = WARM[0]! * TIMEFRAME;
    NAMES.forEach((symbol, i) => {
      const state = this.#bot.symbols.get(symbol)!;
      state.candles.reveal(WARM[i]!);
      state.indicators.reveal(WARM[i]!);
      for (let at = 0; at < WARM[i]!; at++) this.#account.of(symbol).closes.set(bars[i]!.time[at]!, bars[i]!.close[at]!);
    });
  }

  go(): RunCounts {
    if (this.#choice.profile === null) for (const [i, symbol] of NAMES.entries()) this.#begin(symbol, this.#closes[i]![WARM[i]! - 1]!);
    for (let turn = 0; turn < this.#choice.events; turn++) {
      const dice = this.#random.uniform();
      if (dice < 0.25 || turn === 0) this.#bars();
      else if (dice < 0.65) this.#fillSomething();
      else if (dice < 0.85) this.#answerSomething();
      else if (dice < 0.9) this.#switch();
      else if (dice < 0.94) this.#changeProfile();
      else this.#outage();
    }
    return this.#counts;
  }

  /** A walk with days that jump, on whole cents. */
  #path(length: number): number[] {
    let price = 100;
    return Array.from({ length }, () => {
      price = Math.max(5, price * (1 + 0.01 * this.#random.normal() + (this.#random.uniform() < 0.03 ? 0.1 * this.#random.normal() : 0)));
      return Math.round(price * 100) / 100;
    });
  }

  /** Wants what comes to its mind, far more than any limit allows, and forgets some of it again. */
  #whimsical(): StrategyEntry {
    const start = (_: unknown, view: StrategyView): ReturnType<StrategyEntry["start"]> => {
      let wishes: DesiredOrder[] = [];
      return {
        name: "whim", suits: { range: 1, accumulate: 1 },
        evolve: () => {
          wishes = wishes.filter(() => this.#random.uniform() < 0.8);
          for (let i = this.#random.integer(3); i > 0; i--) wishes.push(this.#wish(view));
          return true;
        },
        desired: () => wishes,
        watch: () => null, ladder: () => [], warnings: () => [],
      };
    };
    return { name: "whim", title: "anything", params: strategies[0]!.params, suits: { range: 1, accumulate: 1 }, start };
  }

  #wish(view: StrategyView): DesiredOrder {
    const side = this.#random.uniform() < 0.7 ? "buy" : "sell";
    const type = this.#random.uniform() < 0.4 ? "market" : "limit";
    // Some are meant to be just at the floor: a little more or less than what is free above it.
    const { cash, reserve } = view.portfolio();
    const edge = Math.max(0, cash - reserve) * (0.994 + 0.006 * this.#random.uniform());
    const size = this.#random.uniform() < 0.3 ? edge : this.#random.uniform() ** 3 * CAPITAL;
    const quantity = side === "buy" ? Math.max(0.02, size / view.price) : view.held("all") * this.#random.uniform();
    const away = 1 + (side === "buy" ? -0.03 : 0.03) * this.#random.uniform();
    this.#key += 1;
    return { key: `k${this.#key}`, side, type, ...(type === "limit" ? { price: view.price * away } : {}), quantity, lots: [{ lot: "all", quantity }], reason: "a whim" };
  }

  #bars(): void {
    this.#time += TIMEFRAME;
    for (const [i, symbol] of NAMES.entries()) {
      if (this.#random.uniform() < 0.1) continue;
      const at = this.#bot.symbols.get(symbol)!.candles.length;
      const close = this.#closes[i]![at];
      if (close === undefined) continue;
      const known = this.#account.of(symbol);
      known.closes.set((WARM[0]! - WARM[i]! + at) * TIMEFRAME, close);
      known.price = close;
      this.#step({ type: "candle", symbol, time: this.#time, close });
    }
  }

  #begin(symbol: string, close: number): void {
    this.#account.of(symbol).price = close;
    this.#step({ type: "begin", symbol, time: this.#time, close });
  }

  #live(): Order[] {
    return [...this.#bot.symbols.values()].flatMap(({ sleeves }) => sleeves.flatMap(({ orders }) => [...orders.live.values()]));
  }

  #fillSomething(): void {
    const live = this.#live();
    const order = live[this.#random.integer(Math.max(1, live.length))];
    if (!order) return;
    const { instrument: one } = this.#bot.symbols.get(order.sleeve.symbol)!;
    const known = this.#account.of(order.sleeve.symbol);
    const jumped = known.price * (0.97 + 0.06 * this.#random.uniform());
    // A limit is filled at its price or a better one, a market order where the market went to.
    const better = this.#random.integer(50) * (order.desired.side === "buy" ? -1 : 1);
    const ticks = order.desired.type === "market" ? Math.max(1, Math.round(jumped * 100)) : Math.max(1, order.ticks + better);
    const rate = parseRate(order.desired.type === "market" ? TAKER : MAKER);
    const inQuote = this.#choice.feeIn === "quote" || order.desired.side === "sell";
    const left = order.steps - order.filled;
    let steps = this.#random.uniform() < 0.5 ? left : 1 + this.#random.integer(left);
    const cost = (count: number): number => notionalUnits(one, ticks, count) + (inQuote ? feeUnits(notionalUnits(one, ticks, count), rate) : 0);
    // As the simulator and paper have it: a buy gets no more than what was set aside for it.
    if (order.desired.side === "buy") while (steps > 0 && cost(steps) > order.reserved) steps = Math.floor(steps * 0.98);
    if (steps <= 0) {
      this.#answer(order, "canceled");
      return;
    }
    const notional = notionalUnits(one, ticks, steps);
    const fee = inQuote ? feeUnits(notional, rate) : feeUnits(steps * one.stepUnits, rate);
    const complete = steps === left;
    known.price = ticks / 100;
    if (order.desired.side === "buy") {
      this.#account.pay(order, notional + (inQuote ? fee : 0));
      known.held += steps * one.stepUnits - (inQuote ? 0 : fee);
    } else {
      this.#account.free += notional - fee;
      known.held -= steps * one.stepUnits;
    }
    if (complete) this.#account.end(order);
    this.#counts.fills += 1;
    const fill: Fill = {
      id: this.#counts.fills, orderId: order.id, symbol: order.sleeve.symbol, strategy: order.sleeve.strategy, key: order.desired.key, side: order.desired.side,
      time: this.#time, ticks, steps, liquidity: "maker", feeUnits: fee, feeCurrency: inQuote ? "quote" : "base", complete,
    };
    this.#step({ type: "fill", fill });
  }

  #answerSomething(): void {
    const waiting = this.#live().filter(({ status }) => status === "canceling");
    const order = waiting[this.#random.integer(Math.max(1, waiting.length))];
    if (order) this.#answer(order, "canceled");
    else if (this.#random.uniform() < 0.2) {
      const fresh = this.#live().find(({ filled }) => filled === 0);
      if (fresh) this.#answer(fresh, "rejected");
    }
  }

  #answer(order: Order, status: "canceled" | "rejected"): void {
    this.#account.end(order);
    this.#step({ type: "order", order, status, time: this.#time });
  }

  #switch(): void {
    const command = (["pause", "cancel", "flatten", "run", "run", "run"] as const)[this.#random.integer(6)]!;
    this.#step({ type: "command", command, time: this.#time, by: "test" });
    if (command !== "run") this.#step({ type: "command", command: "run", time: this.#time, by: "test" });
  }

  #changeProfile(): void {
    this.#step({ type: "profile", profile: RISK_PROFILE_NAMES[this.#random.integer(5)]!, time: this.#time, by: "test" });
  }

  /** The market was somewhere else when the connection came back. */
  #outage(): void {
    const symbol = NAMES[this.#random.integer(3)]!;
    const known = this.#account.of(symbol);
    if (!Number.isFinite(known.price)) return;
    known.price = Math.max(1, Math.round(known.price * (0.8 + 0.5 * this.#random.uniform()) * 100) / 100);
    this.#step({ type: "price", symbol, price: known.price, time: this.#time });
  }

  #step(event: BotEvent): void {
    const freeBefore = this.#bot.ledger.quoteFree;
    const { requests, notices } = step(this.#bot, event);
    for (const { type, order } of requests) {
      if (type === "cancel") continue;
      this.#counts.approved += 1;
      if (order.desired.side === "buy") this.#account.approve(order, this.#bot.profile, this.#choice.treasury?.reserve, this.#choice.feeIn === "quote" ? TAKER : 0);
    }
    for (const { type, reason } of notices) if (type === "refused") this.#counts.refused.set(reason, (this.#counts.refused.get(reason) ?? 0) + 1);
    expect(this.#bot.ledger.quoteFree).toBe(this.#account.free);
    this.#look(this.#bot, this.#account, freeBefore);
  }
}
