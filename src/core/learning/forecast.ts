import type { Vote } from "../agent.ts";

/** Forecasts are kept this far from certainty, so that one certain fool cannot cost the pool without bound. */
export const CERTAINTY = 0.98;

/** The probability that a vote gives to a higher price at its horizon: (1 + score x confidence) / 2, kept within 0.02..0.98. */
export function forecastOf(vote: Pick<Vote, "score" | "confidence">): number {
  return clip((1 + vote.score * vote.confidence) / 2);
}

/** Keeps a probability within 0.02..0.98. */
export function clip(p: number): number {
  return Math.min(CERTAINTY, Math.max(1 - CERTAINTY, p));
}

/** Brier score of a forecast, 0 (right and sure) to 1 (wrong and sure); 0.25 is a coin's. `outcome` is 1 for up, 0 for down, 0.5 for neither. */
export function brierScore(p: number, outcome: number): number {
  return (p - outcome) ** 2;
}

/** Logarithmic score in nats, 0 at best; ln 2 (0.693) is a coin's. A price that has not moved counts as half of each. */
export function logScore(p: number, outcome: number): number {
  return -(outcome * Math.log(p) + (1 - outcome) * Math.log(1 - p));
}

/** What became of a price: 1 when it is higher, 0 when it is lower, 0.5 when it is the same. */
export function outcomeOf(before: number, after: number): number {
  return after > before ? 1 : after < before ? 0 : 0.5;
}
