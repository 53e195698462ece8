import type { Vote } from "../../../core/agent.ts";
import type { Decision } from "../../../core/decision.ts";

/** The council's view of one symbol at its last closed bar. */
export interface CouncilView {
  readonly symbol: string;
  /** Place in the list of symbols. */
  readonly index: number;
  /** -1..1: the votes on direction, by the weights in force. */
  readonly score: number;
  /** 0..1: how sure they are, by the same weights. */
  readonly confidence: number;
  /** Length of the votes' horizon, years. */
  readonly horizonShare: number;
  /** Close of the bar that they saw last, epoch milliseconds. */
  readonly time: number;
  readonly votes: readonly { readonly agent: string; readonly score: number; readonly confidence: number }[];
}

const YEAR = 365 * 86_400_000;

/** A symbol's view from its last decision; null where nobody who votes on direction has spoken, or all said nothing. `horizon` in milliseconds. */
export function viewOf(decision: Decision, index: number, horizon: number): CouncilView | null {
  const spoken = decision.votes.filter(isDirection);
  const weightOf = ({ agent }: Vote): number => decision.weights?.[agent] ?? 1;
  const total = spoken.reduce((sum, vote) => sum + weightOf(vote), 0);
  if (!(total > 0)) return null;
  const confidence = spoken.reduce((sum, vote) => sum + weightOf(vote) * vote.confidence, 0) / total;
  const conviction = spoken.reduce((sum, vote) => sum + weightOf(vote) * vote.score * vote.confidence, 0) / total;
  // Who is not sure of anything has no view.
  if (!(confidence > 0) || conviction === 0) return null;
  return {
    symbol: decision.symbol,
    index,
    score: conviction / confidence,
    confidence,
    horizonShare: horizon / YEAR,
    time: decision.time,
    votes: spoken.map(({ agent, score, confidence: sure }) => ({ agent, score, confidence: sure })),
  };
}

/** Who only sizes says nothing about direction. */
function isDirection({ size }: Vote): boolean {
  return size === undefined;
}

/** Each symbol's last decision, in the order of the symbols; null where none was taken. */
export function lastDecisions(decisions: readonly Decision[], symbols: readonly string[]): (Decision | null)[] {
  const last = new Map<string, Decision>();
  for (const decision of decisions) last.set(decision.symbol, decision);
  return symbols.map((symbol) => last.get(symbol) ?? null);
}
