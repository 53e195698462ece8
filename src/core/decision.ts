import type { Level, Veto, Vote } from "./agent.ts";
import type { ScoredRound } from "./learning/learning.ts";

/** What the coordinator wants done with a symbol. */
export type Stance = "range" | "accumulate" | "reduce" | "halt" | "hold";

/** The coordinator's output for one symbol at one time (epoch milliseconds). */
export interface Decision {
  readonly symbol: string;
  readonly time: number;
  readonly stance: Stance;
  /** -1..1: the pooled score. */
  readonly conviction: number;
  /** 0..1: the largest share of the symbol's capital that may be in the market. */
  readonly exposure: number;
  /** Capital share per strategy, of the symbol's capital; what is not named gets nothing new. */
  readonly shares: Readonly<Record<string, number>>;
  readonly levels: readonly Level[];
  readonly votes: readonly Vote[];
  readonly vetoes: readonly (Veto & { readonly agent: string })[];
  /** One sentence that a person understands. */
  readonly reason: string;
  /** Weights in force, by agent that votes on direction. */
  readonly weights?: Readonly<Record<string, number>>;
  /** Earlier forecasts whose horizon passed with this decision. */
  readonly scored?: ScoredRound;
  /** Agents whose answer could not be used and counted as an abstention, and why. */
  readonly malformed?: readonly { readonly agent: string; readonly why: string }[];
}
