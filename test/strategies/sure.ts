import type { Vote } from "../../src/core/agent.ts";
import type { Decision } from "../../src/core/decision.ts";

/** A council of one that says this, -1..1, until the end of time. */
export function deciding(conviction: number, rest: Partial<Decision> = {}): Decision {
  const vote: Vote = { agent: "trend", symbol: "ABC/USD", time: 0, expires: Number.POSITIVE_INFINITY, score: conviction, confidence: 1, reason: "as told, 1", evidence: {} };
  return { symbol: "ABC/USD", time: 0, stance: "accumulate", conviction, exposure: 1, shares: {}, levels: [], votes: [vote], vetoes: [], reason: "as told", ...rest };
}

/** A council that is sure of a rise, for strategies that trade on what it says. */
export const SURE_OF_A_RISE = deciding(0.9);
