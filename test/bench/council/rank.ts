import type { Outcome } from "./run.ts";

/** What is compared of a run: fractions, the drawdown not positive. */
export type Judged = Pick<Outcome, "totalReturn" | "maxDrawdown" | "days">;

const YEAR = 365.25;
/** A drawdown under this is as good as none: a ratio over it would say nothing. */
const LEAST_DRAWDOWN = 0.001;

/** Return a year when there is a year or more, else that of the whole span, fraction. */
export function growthOf({ totalReturn, days }: Judged): number {
  return days >= YEAR ? (1 + totalReturn) ** (YEAR / days) - 1 : totalReturn;
}

/** Return over the deepest drawdown (Young's Calmar ratio, 1991, for a year or more); 0 of what never moved. */
export function returnOverDrawdown(run: Judged): number {
  const depth = -run.maxDrawdown;
  return depth === 0 && run.totalReturn === 0 ? 0 : growthOf(run) / Math.max(LEAST_DRAWDOWN, depth);
}

/**
 * What runs are ranked by: return over drawdown, and of losses return times drawdown, or the deeper of two equal losses
 * would rank above the other (Israelsen, "A refinement to the Sharpe ratio and information ratio", 2005).
 */
export function rankOf(run: Judged): number {
  const growth = growthOf(run);
  return growth >= 0 ? returnOverDrawdown(run) : growth * -run.maxDrawdown;
}
