import type { Bot, SleeveState } from "../../core/bot.ts";
import type { Decision } from "../../core/decision.ts";
import type { Fill } from "../../core/fill.ts";
import type { Output } from "../../core/step.ts";
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
  /** How often a symbol's stance became another one. */
  readonly switches: number;
  /** Answers that could not be used and counted as abstentions, by agent. */
  readonly malformed: Readonly<Record<string, number>>;
  /** The decision by which the bot was stopped for the first time. */
  readonly firstHalt: Decision | null;
}

/** Where the record of one symbol's decisions stands. */
export interface DecisionTrail {
  /** Of its last decision; null before the first. */
  stance: string | null;
  /** Decisions since the last that was kept in its turn. */
  passed: number;
}

/** All that happened in a run. */
export interface RunRecord {
  readonly bot: Bot;
  /** These three are empty in a run that keeps figures only. */
  readonly fills: readonly ReasonedFill[];
  readonly decisions: readonly Decision[];
  readonly samples: readonly EquitySample[];
  readonly counts: DecisionCounts;
  /** Mean share of the equity in the market over the samples, 0..1. */
  readonly exposure: number;
  /** The same of each symbol. */
  readonly exposures: ReadonlyMap<string, number>;
  readonly ladders: readonly LadderChange[];
  readonly refused: ReadonlyMap<string, number>;
  readonly warnings: readonly string[];
  readonly marker: EquityMarker;
  readonly worstOpenLoss: number;
  readonly startTime: number;
  readonly endTime: number;
}

/** Decisions with their votes that are kept for a page: a few kilobytes each, and no page shows more. */
const MOST_DECISIONS = 150_000;

/**
 * Keeps what happens in a run. A search runs thousands of times: lists that nobody asks for would fill the memory and
 * keep the collector busy.
 */
export class Recorder {
  readonly fills: ReasonedFill[] = [];
  readonly decisions: Decision[] = [];
  readonly samples: EquitySample[] = [];
  readonly ladders: LadderChange[] = [];
  readonly refused = new Map<string, number>();
  readonly warnings = new Set<string>();
  worstOpenLoss = 0;
  nextFillId = 1;
  readonly #keepsLists: boolean;
  /** Of so many decisions of a symbol in which its stance stays the same one is kept. */
  readonly #every: number;
  #exposures = 0;
  #sampled = 0;
  readonly #counts = { decisions: 0, votes: 0, stances: {} as Record<string, number>, switches: 0, malformed: {} as Record<string, number>, firstHalt: null as Decision | null };

  constructor({ keeps, markets }: Pick<BacktestPlan, "keeps" | "markets">) {
    this.#keepsLists = keeps !== "figures";
    const bars = markets.reduce((sum, market) => sum + market.bars.length, 0);
    this.#every = keeps === "thinned" ? Math.max(1, Math.ceil(bars / MOST_DECISIONS)) : 1;
  }

  get counts(): DecisionCounts {
    return this.#counts;
  }

  /** Mean share of the equity in the market over the samples so far, 0..1. */
  get meanExposure(): number {
    return this.#sampled === 0 ? 0 : this.#exposures / this.#sampled;
  }

  /** Counts a fill, and keeps it. */
  fill(fill: ReasonedFill): void {
    this.nextFillId += 1;
    if (this.#keepsLists) this.fills.push(fill);
  }

  /** Keeps what a step of a symbol tells. */
  keep(output: Output, trail: DecisionTrail): void {
    const { decision } = output;
    if (decision) {
      this.#counts.decisions += 1;
      this.#counts.votes += decision.votes.length;
      this.#counts.stances[decision.stance] = (this.#counts.stances[decision.stance] ?? 0) + 1;
      const hasSwitched = this.#switched(decision, trail);
      if (decision.malformed) for (const { agent } of decision.malformed) this.#counts.malformed[agent] = (this.#counts.malformed[agent] ?? 0) + 1;
      if (decision.stance === "halt") this.#counts.firstHalt ??= decision;
      if (this.#keepsLists && (hasSwitched || this.#isTurnOf(trail))) this.decisions.push(decision);
    }
    for (const notice of output.notices) this.refuse(notice.reason);
  }

  /** Whether the stance of a symbol is another one than before, or its first. */
  #switched({ stance }: Decision, trail: DecisionTrail): boolean {
    const before = trail.stance;
    if (before === stance) return false;
    if (before !== null) this.#counts.switches += 1;
    trail.stance = stance;
    return true;
  }

  /** Whether a symbol's decision is one of those that are kept in any case, evenly spread over its own. */
  #isTurnOf(trail: DecisionTrail): boolean {
    if (this.#every === 1) return true;
    const passed = trail.passed + 1;
    trail.passed = passed % this.#every;
    return passed === this.#every;
  }

  /** Counts an order that was turned down. */
  refuse(reason: string): void {
    this.refused.set(reason, (this.refused.get(reason) ?? 0) + 1);
  }

  /** Keeps a strategy's ladder that has changed, and what the strategy warns of then. */
  ladder({ strategy, account }: SleeveState, prices: readonly number[], time: number): void {
    this.ladders.push({ time, symbol: account.symbol, strategy: account.strategy, prices });
    for (const warning of strategy.warnings()) this.warnings.add(warning);
  }

  /** Keeps what the strategies warn of at the end. */
  finish(bot: Bot): void {
    for (const symbol of bot.symbols.values()) for (const sleeve of symbol.sleeves) for (const warning of sleeve.strategy.warnings()) this.warnings.add(warning);
  }

  /** Samples the account: cash, the value of what is held and what was paid for it, quote. */
  sample(time: number, cash: number, inventory: number, cost: number): void {
    const equity = cash + inventory;
    this.#sampled += 1;
    if (equity > 0) this.#exposures += inventory / equity;
    if (this.#keepsLists) this.samples.push({ time, equity, cash, inventory });
    if (inventory - cost < this.worstOpenLoss) this.worstOpenLoss = inventory - cost;
  }

  /** Mean share of the equity over the samples so far, of shares that were summed up one by one. */
  meanOf(summed: number): number {
    return this.#sampled === 0 ? 0 : summed / this.#sampled;
  }
}
