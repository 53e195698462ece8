import type { z } from "zod";
import type { Decision, Stance } from "./decision.ts";
import type { InstrumentFilters } from "./instrument.ts";
import type { DesiredOrder, Side } from "./order.ts";
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
  /** The lots that hold something. */
  lots(): readonly string[];
  /** Base held in a lot, after fees. */
  held(lot: string): number;
  /** Quote paid for what a lot holds, fees included. */
  cost(lot: string): number;
  /** Quote paid for everything this strategy holds, fees included. */
  totalCost(): number;
}

/** Whether a venue takes an order to sell so much base at the price of now; what it does not take stays held, beside whatever comes. */
export function isSellable({ filters, price }: StrategyView, quantity: number): boolean {
  // Half a millionth of a step is the error of a float, not a missing step.
  const whole = Math.floor(quantity / filters.quantityStep + 5e-7) * filters.quantityStep;
  return whole >= filters.quantityStep && whole >= filters.minQuantity && whole * price >= filters.minNotional;
}

/** What happened, as a strategy hears it. */
export type StrategyEvent =
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
  /** The coordinator changed mode or budget. */
  | { readonly type: "mode"; readonly time: number };

/** Prices at which the strategy wants to be woken: at or under `below`, at or over `above`. */
export interface Watch {
  readonly below?: number;
  readonly above?: number;
}

/** One order shape. All functions are pure; the state is plain data. */
export interface Strategy<P = unknown, S = unknown> {
  readonly name: string;
  /** One line for `caucus strategies`. */
  readonly title: string;
  readonly params: z.ZodType<P>;
  /** How well it suits each stance, 0..1; the coordinator splits capital in this proportion. */
  readonly suits: Readonly<Partial<Record<Stance, number>>>;
  initial(params: P, view: StrategyView): S;
  /** Folds one event into the state; returns the same object when nothing changed. */
  evolve(state: S, event: StrategyEvent, view: StrategyView, params: P): S;
  /** Every order that should rest now. */
  desired(state: S, view: StrategyView, params: P): readonly DesiredOrder[];
  /** Levels to be woken at; `null` for none. */
  watch(state: S, view: StrategyView, params: P): Watch | null;
  /** The strategy's own price levels, for charts; the same array while they stay. */
  ladder(state: S): readonly number[];
  /** What the owner should know about these parameters in this market, one sentence each. */
  warnings(state: S, view: StrategyView, params: P): readonly string[];
}

/** Declares a strategy; the identity function, here for inference. */
export function defineStrategy<P, S>(strategy: Strategy<P, S>): Strategy<P, S> {
  return strategy;
}

/** A strategy with its parameters and state bound inside: what the engine runs, whatever P and S are. */
export interface RunningStrategy {
  readonly name: string;
  readonly suits: Strategy["suits"];
  /** Folds one event; true when the state changed. */
  evolve(event: StrategyEvent): boolean;
  desired(): readonly DesiredOrder[];
  watch(): Watch | null;
  ladder(): readonly number[];
  warnings(): readonly string[];
}

/** An entry of the strategy list: P and S are closed over, so that the list needs no casts. */
export interface StrategyEntry {
  readonly name: string;
  readonly title: string;
  readonly params: z.ZodType;
  readonly suits: Strategy["suits"];
  /** Starts it with raw parameters (checked again here) on a view that the engine keeps up to date. */
  start(params: unknown, view: StrategyView): RunningStrategy;
}

/** Makes a list entry of a strategy. */
export function strategyEntry<P, S>(strategy: Strategy<P, S>): StrategyEntry {
  return {
    name: strategy.name,
    title: strategy.title,
    params: strategy.params,
    suits: strategy.suits,
    start(rawParams, view) {
      const params = strategy.params.parse(rawParams);
      let state = strategy.initial(params, view);
      return {
        name: strategy.name,
        suits: strategy.suits,
        evolve(event) {
          const next = strategy.evolve(state, event, view, params);
          if (next === state) return false;
          state = next;
          return true;
        },
        desired: () => strategy.desired(state, view, params),
        watch: () => strategy.watch(state, view, params),
        ladder: () => strategy.ladder(state),
        warnings: () => strategy.warnings(state, view, params),
      };
    },
  };
}
