/** The share of days whose loss is worse than value at risk: one in twenty. */
const TAIL = 0.05;
/** The standard normal's quantile at 95 %. */
const QUANTILE = 1.6448536269514722;
/** Its mean beyond that quantile, density(quantile) / tail: 0.10313564037537128 / 0.05. */
const TAIL_MEAN = 2.0627128075074257;

/** What can be lost, in the unit of what it was made of: the loss that one time in twenty is exceeded, and the mean of those that exceed it. */
export interface TailLoss {
  readonly valueAtRisk: number;
  /** CVaR, or expected shortfall; never less than `valueAtRisk`. */
  readonly shortfall: number;
}

/** Loses nothing. */
export const NO_LOSS: TailLoss = { valueAtRisk: 0, shortfall: 0 };

/** The tail of a normal distribution about zero with this standard deviation (RiskMetrics, 1996). */
export function normalTail(deviation: number): TailLoss {
  return { valueAtRisk: QUANTILE * deviation, shortfall: TAIL_MEAN * deviation };
}

/**
 * The tail of outcomes as they were, gains positive: the first outcome better than the worst twentieth, and the mean of that
 * twentieth, the outcome at its edge by the part that belongs to it (Acerbi and Tasche, 2002; so the shortfall of a sum is never
 * more than the sum of shortfalls). A tail without loss counts as none. Sorts what it is given.
 */
export function historicalTail(outcomes: Float64Array): TailLoss {
  const count = outcomes.length;
  if (count === 0) return NO_LOSS;
  outcomes.sort();
  const share = TAIL * count;
  const whole = Math.floor(share + ROUNDING);
  const edge = outcomes[Math.min(whole, count - 1)] as number;
  let sum = 0;
  for (let i = 0; i < whole; i++) sum += outcomes[i] as number;
  const mean = (sum + Math.max(0, share - whole) * edge) / share;
  return { valueAtRisk: Math.max(0, -edge), shortfall: Math.max(0, -edge, -mean) };
}

/** 0.05 x 60 is a little under 3 in floats. */
const ROUNDING = 1e-9;

/** Root of the mean square: the standard deviation about zero, which a drift cannot make look smaller. */
export function deviationOf(outcomes: Float64Array): number {
  let squares = 0;
  for (const outcome of outcomes) squares += outcome * outcome;
  return outcomes.length === 0 ? 0 : Math.sqrt(squares / outcomes.length);
}

/** The larger of two tails, figure by figure. */
export function worseOf(a: TailLoss, b: TailLoss): TailLoss {
  return { valueAtRisk: Math.max(a.valueAtRisk, b.valueAtRisk), shortfall: Math.max(a.shortfall, b.shortfall) };
}
