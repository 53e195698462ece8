import type { Part, RecordedMarket } from "./markets.ts";
import type { Outcome, Variant } from "./run.ts";
import type { SeedFigures } from "./truth.ts";

/** One piece of work for a thread. */
export type Job =
  | { readonly kind: "levels" | "regimes"; readonly seed: number }
  | { readonly kind: "market"; readonly market: RecordedMarket; readonly part: Part; readonly text: string; readonly variants: readonly Variant[] };

/** A market with what its variants came to. Times in epoch milliseconds. */
export interface MarketOutcome {
  readonly market: RecordedMarket;
  /** First and last instant that was traded. */
  readonly from: number;
  readonly to: number;
  /** Of the first candle that was read, the warm-up among them. */
  readonly begins: number;
  readonly candles: number;
  readonly outcomes: readonly Outcome[];
}

/** What a thread answers; `unusable` says why a market was skipped. */
export type Answer =
  | { readonly kind: "figures"; readonly figures: SeedFigures }
  | { readonly kind: "market"; readonly outcome: MarketOutcome }
  | { readonly kind: "unusable"; readonly why: string }
  | { readonly kind: "fault"; readonly why: string };
