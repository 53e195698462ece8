import type { Decision } from "../../src/core/decision.ts";
import { COUNCIL } from "./params.ts";

/**
 * What a source says now, -1..1; null when it says nothing: it abstained, what it said has expired, or there is no
 * council. Agents that only size have no view on direction, so they are not heard here.
 */
export function signalOf(decision: Decision | null, source: string, time: number): number | null {
  if (decision === null) return null;
  let isHeard = false;
  for (const { agent, size, expires, score, confidence } of decision.votes) {
    if (size !== undefined || expires <= time) continue;
    if (source === agent) return score * confidence;
    isHeard = true;
  }
  return source === COUNCIL && isHeard ? decision.conviction : null;
}
