import type { Bot, SleeveState } from "../../core/bot.ts";
import type { Decision } from "../../core/decision.ts";
import type { Fill } from "../../core/fill.ts";
import type { Output } from "../../core/step.ts";
import { cashOf, inventoryOf } from "../../core/valuation.ts";
import type { EquityMarker } from "./equity-marker.ts";
import type { BacktestPlan } from "./plan.ts";

/** A fill with the reason of its order. */
export type ReasonedFill = Fill & { readonly reason: string };

/** One sample of the account at a decision. Money in quote. */
export interface EquitySample {
  readonly time: number;
  readonly equity: number;
  readonly cash: number;
  readonly inventory: number;
}

/** A strategy's price levels from a time on. */
export interface LadderChange {
  readonly time: number;
  readonly symbol: string;
  readonly strategy: string;
  readonly prices: readonly number[];
}

/** How often the council decided, and what. */
export interface DecisionCounts {
  readonly decisions: number;
  readonly votes: number;
  readonly stances: Readonly<Record<string, number>>;
  /** The decision by which the bot was stopped for the first time. */
  readonly firstHalt: Decision | null;
}

/** All that happened in a run. */
export interface RunRecord {
  readonly bot: Bot;
  readonly fills: readonly ReasonedFill[];
  /** Empty in a run that keeps figures only. */
  readonly decisions: readonly Decision[];
  readonly counts: DecisionCounts;
  readonly samples: readonly EquitySample[];
  readonly ladders: readonly LadderChange[];
  readonly refused: ReadonlyMap<string, number>;
  readonly warnings: readonly string[];
  readonly marker: EquityMarker;
  readonly worstOpenLoss: number;
  readonly startTime: number;
  readonly endTime: number;
}

/** Keeps what happens in a run. */
export class Recorder {
  readonly fills: ReasonedFill[] = [];
  readonly decisions: Decision[] = [];
  readonly samples: EquitySample[] = [];
  readonly ladders: LadderChange[] = [];
  readonly refused = new Map<string, number>();
  readonly warnings = new Set<string>();
  worstOpenLoss = 0;
  readonly #lastLadder = new Map<SleeveState, readonly number[]>();
  readonly #keepsDecisions: boolean;
  readonly #counts = { decisions: 0, votes: 0, stances: {} as Record<string, number>, firstHalt: null as Decision | null };

  constructor(keeps: BacktestPlan["keeps"]) {
    this.#keepsDecisions = keeps !== "figures";
  }

  get counts(): DecisionCounts {
    return this.#counts;
  }

  /** Keeps what a step tells. */
  keep(output: Output): void {
    const { decision } = output;
    if (decision) {
      this.#counts.decisions += 1;
      this.#counts.votes += decision.votes.length;
      this.#counts.stances[decision.stance] = (this.#counts.stances[decision.stance] ?? 0) + 1;
      if (decision.stance === "halt") this.#counts.firstHalt ??= decision;
      // A search runs thousands of times: decisions that nobody asks for would fill the memory and keep the collector busy.
      if (this.#keepsDecisions) this.decisions.push(decision);
    }
    for (const notice of output.notices) this.refuse(notice.reason);
  }

  /** Counts an order that was turned down. */
  refuse(reason: string): void {
    this.refused.set(reason, (this.refused.get(reason) ?? 0) + 1);
  }

  /** Keeps a strategy's ladder when it has changed, and what it warns of then. */
  ladder(sleeve: SleeveState, time: number): void {
    const prices = sleeve.strategy.ladder();
    if (this.#lastLadder.get(sleeve) === prices) return;
    this.#lastLadder.set(sleeve, prices);
    const { symbol, strategy } = sleeve.account;
    this.ladders.push({ time, symbol, strategy, prices });
    for (const warning of sleeve.strategy.warnings()) this.warnings.add(warning);
  }

  /** Keeps what the strategies warn of at the end. */
  finish(bot: Bot): void {
    for (const symbol of bot.symbols.values()) for (const sleeve of symbol.sleeves) for (const warning of sleeve.strategy.warnings()) this.warnings.add(warning);
  }

  /** Samples the account at the prices of now, quote; a symbol without one yet is worth what the bot last heard of. */
  sample(bot: Bot, time: number, priceOf: (symbol: string) => number): void {
    const cash = cashOf(bot);
    let inventory = 0;
    for (const symbol of bot.symbols.values()) {
      const price = priceOf(symbol.symbol);
      inventory += Number.isFinite(price) ? inventoryOf(symbol, price) : inventoryOf(symbol);
    }
    this.samples.push({ time, equity: cash + inventory, cash, inventory });
    let cost = 0;
    for (const sleeve of bot.ledger.sleeves) cost += (sleeve.cost + sleeve.dustCost) / sleeve.instrument.quoteScale;
    this.worstOpenLoss = Math.min(this.worstOpenLoss, inventory - cost);
  }
}
