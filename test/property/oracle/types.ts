import type { CounterRule, GapRule, LimitTest, PathModel } from "../../../src/core/fill-model.ts";

/** A candle in whole ticks; its volume in whole quantity steps. */
export interface OracleCandle {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/** An exact fraction. */
export interface Ratio {
  readonly over: number;
  readonly under: number;
}

/** Everything that decides how candles fill orders and what a fill costs, in exact numbers. */
export interface OracleModel {
  readonly path: PathModel;
  readonly limitTest: LimitTest;
  readonly counter: CounterRule;
  readonly gap: GapRule;
  readonly share: Ratio;
  readonly slippage: Ratio;
  /** Fee rates in parts of 100,000,000. */
  readonly makerRate: number;
  readonly takerRate: number;
  readonly feeCurrency: "received" | "quote";
  /** Quote units of one tick times one step, and base units of one step. */
  readonly notionalScale: number;
  readonly stepUnits: number;
}

/** An order as the oracle is asked for it. */
export interface OracleOrder {
  /** Rises with every order placed: its age. */
  readonly id: number;
  readonly side: "buy" | "sell";
  readonly type: "limit" | "market";
  readonly ticks: number;
  readonly steps: number;
  readonly postOnly: boolean;
  /** Quote units that a market buy may spend, fee included. */
  readonly funds: number;
}

/** What happened, in the order in which it happened. */
export type OracleEvent =
  | {
      readonly type: "fill";
      readonly bar: number;
      readonly id: number;
      readonly side: "buy" | "sell";
      readonly ticks: number;
      readonly steps: number;
      readonly liquidity: "maker" | "taker";
      readonly fee: number;
      readonly feeCurrency: "base" | "quote";
      readonly complete: boolean;
    }
  | { readonly type: "rejected" | "canceled"; readonly bar: number; readonly id: number; readonly reason: string }
  | { readonly type: "touched"; readonly bar: number; readonly direction: "below" | "above"; readonly ticks: number };

/** A venue as a driver sees it: the product's and the oracle's alike. */
export interface Venue {
  place(order: Omit<OracleOrder, "id">): number;
  cancel(id: number): boolean;
  /** Levels to be told of once when the price reaches them; null for none. Replaces those watched before. */
  watch(below: number | null, above: number | null): void;
}

/** Told of every event at the moment it happens; may place and cancel orders before it returns. */
export type Driver = (event: OracleEvent, venue: Venue) => void;
