import type { z } from "zod";
import type { Decision, Stance } from "./decision.ts";
import type { PendingInstruction } from "./instruction.ts";
import type { InstrumentFilters } from "./instrument.ts";
import type { DesiredOrder, Side } from "./order.ts";
import type { PortfolioView } from "./portfolio-view.ts";
import type { RiskProfile } from "./risk-profiles.ts";

/**
 * What a strategy may do: `active` opens and closes, `wind-down` only closes what it holds at its own prices,
 * `exit` sells everything now.
 */
export type Mode = "active" | "wind-down" | "exit";

/** What a strategy sees of the world, as of now. The engine updates it in place; a strategy only reads. */
export interface StrategyView {
  readonly symbol: string;
  /** Epoch milliseconds of the event. */
  readonly time: number;
  /** The last price known, quote. */
  readonly price: number;
  readonly mode: Mode;
  /** Quote that this strategy may have in the market, at cost, all told. */
  readonly budget: number;
  /** The decision in force; `null` when no agents vote. */
  readonly decision: Decision | null;
  /** The limits of the owner's risk profile; `null` when no agents vote. */
  readonly limits: RiskProfile | null;
  /** Fee rates as fractions. */
  readonly makerFee: number;
  readonly takerFee: number;
  readonly filters: InstrumentFilters;
  /** The bars of the decision timeframe as of now; absent where a strategy is asked without an engine. */
  readonly bars?: BarMoves;
  /** The lots that hold something. */
  lots(): readonly string[];
  /** Base held in a lot, after fees. */
  held(lot: string): number;
  /** Quote paid for what a lot holds, fees included. */
  cost(lot: string): number;
  /** Quote paid for everything this strategy holds, fees included. */
  totalCost(): number;
  /** The whole account, computed when it is asked for. */
  portfolio(): PortfolioView;
}

/** How far the bars of the decision timeframe move, for stops and sizes. */
export interface BarMoves {
  /** Length of a bar, milliseconds. */
  readonly timeframe: number;
  /** Average true range of so many bars, quote; NaN before it is warm. */
  atr(period: number): number;
}

/** What happened, as a strategy hears it; `I` are the instructions that it takes. */
export type StrategyEvent<I = never> =
  /** A bar of the decision timeframe has closed, or the run has just begun. */
  | { readonly type: "candle"; readonly time: number; readonly close: number }
  /** Part or all of an order was executed. */
  | {
      readonly type: "fill";
      readonly time: number;
      readonly key: string;
      readonly side: Side;
      readonly price: number;
      readonly quantity: number;
      readonly complete: boolean;
    }
  /** The price has reached a level that the strategy watches. */
  | { readonly type: "touch"; readonly time: number; readonly direction: "below" | "above"; readonly price: number }
  /** Its owner instructs it; parameters that are changed so are in force already. */
  | { readonly type: "instruct"; readonly time: number; readonly instruction: I }
  /**
   * Every symbol's bar of this time has closed (`bars`), or a sell of the strategy has brought cash; only strategies for the
   * whole account hear of it, those of all symbols at once and seeing the same.
   */
  | { readonly type: "portfolio"; readonly time: number; readonly cause: "bars" | "cash" }
  /** The gate or the venue turned an order down; only strategies that trade by hand hear of it. */
  | { readonly type: "refused"; readonly time: number; readonly key: string }
  /** The coordinator changed mode or budget. */
  | { readonly type: "mode"; readonly time: number };

/** Prices at which the strategy wants to be woken: at or under `below`, at or over `above`. */
export interface Watch {
  readonly below?: number;
  readonly above?: number;
}

/** Orders that are no longer desired, and those that are now and were not, in the order of `desired`. */
export interface WishChanges {
  readonly gone: readonly DesiredOrder[];
  readonly came: readonly DesiredOrder[];
}

/** What a strategy for the whole account says of its parameters, given the symbols of the definition. */
export interface WholeAccount<P> {
  /** Shares of equity that it works with, by symbol; the other strategies share what it leaves. */
  shares(params: P, symbols: readonly string[]): Readonly<Record<string, number>>;
  /** What does not fit the symbols: the place in the parameters, and what is wrong there; null when all fits. */
  misfit(params: P, symbols: readonly string[]): { readonly path: readonly string[]; readonly message: string } | null;
}

/** One order shape. All functions are pure; the state is plain data. */
export interface Strategy<P = unknown, S = unknown, I = never> {
  readonly name: string;
  /** One line for `caucus strategies`. */
  readonly title: string;
  readonly params: z.ZodType<P>;
  /** How well it suits each stance, 0..1; the coordinator splits capital in this proportion. */
  readonly suits: Readonly<Partial<Record<Stance, number>>>;
  /** Trades only what a person instructs: the coordinator gives it no capital and never winds it down. */
  readonly byHand?: boolean;
  /** A definition that names no strategies does not have it. */
  readonly onlyNamed?: true;
  /** Names of the agents that these parameters rest on: a definition has them in its council, or is refused. */
  listensTo?(params: P): readonly string[];
  /** Decides how much of everything: it hears `portfolio` events, and the council's shares of a symbol's capital go to others. */
  readonly wholeAccount?: WholeAccount<P>;
  /** What its owner may instruct; nothing when absent. */
  readonly instructions?: z.ZodType<I>;
  /** Why it does not take an instruction now, a sentence; `null` when it does. Changed parameters are given changed. */
  accepts?(state: S, instruction: I, view: StrategyView, params: P): string | null;
  /** Orders of a person that are not done, oldest first. */
  pending?(state: S): readonly PendingInstruction[];
  /** The number of the next one, above all that were given. */
  nextId?(state: S): number;
  initial(params: P, view: StrategyView): S;
  /** Folds one event into the state; returns the same object when nothing changed. */
  evolve(state: S, event: StrategyEvent<I>, view: StrategyView, params: P): S;
  /** Every order that should rest now. */
  desired(state: S, view: StrategyView, params: P): readonly DesiredOrder[];
  /**
   * By what `desired` of one state differs from that of an earlier one; `null` when all has to be compared, as without this
   * function. It spares a strategy with many orders the comparison of all after each fill. Such orders rest on the state alone.
   */
  changes?(before: S, state: S): WishChanges | null;
  /**
   * The closes of bars that it hears: those at or under `below`, and at or over `above`. Any other leaves it as it is, and what it
   * watches and desires, whenever it comes. `null`, as without this function: all of them.
   */
  hears?(state: S, view: StrategyView, params: P): Watch | null;
  /** Levels to be woken at; `null` for none. */
  watch(state: S, view: StrategyView, params: P): Watch | null;
  /** The strategy's own price levels, for charts; the same array while they stay. */
  ladder(state: S): readonly number[];
  /** What the owner should know about these parameters in this market, one sentence each. */
  warnings(state: S, view: StrategyView, params: P): readonly string[];
}

/** Declares a strategy; the identity function, here for inference. */
export function defineStrategy<P, S, I = never>(strategy: Strategy<P, S, I>): Strategy<P, S, I> {
  return strategy;
}
