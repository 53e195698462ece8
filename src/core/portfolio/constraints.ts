/** What the weights of a portfolio must keep. Weights of assets sum to 1 - cash; unless told, long only, all invested, no caps. */
export interface Constraints {
  /** Whether weights below zero are out; true unless told. */
  readonly longOnly?: boolean;
  /** Most of one asset, one number for all or one for each. */
  readonly maxWeight?: number | readonly number[];
  /** Least of one asset, one number for all or one for each. */
  readonly minWeight?: number | readonly number[];
  readonly groups?: readonly AssetGroup[];
  /** The range that cash may be in, as a share of the whole. */
  readonly cash?: { readonly min: number; readonly max: number };
  /** `max` is the most that sum |w - from| / 2 over the assets may be. */
  readonly turnover?: { readonly from: readonly number[]; readonly max: number };
}

/** Assets (by their positions) whose weights together stay between `min` (none unless told) and `max`. */
export interface AssetGroup {
  readonly name: string;
  readonly members: readonly number[];
  readonly max: number;
  readonly min?: number;
}

/** The least and the most weight of asset i; an end that is not there is -Infinity or Infinity. */
export function weightBounds(constraints: Constraints, i: number): { readonly lower: number; readonly upper: number } {
  const one = (value: number | readonly number[] | undefined, otherwise: number): number => (typeof value === "object" ? (value[i] ?? otherwise) : (value ?? otherwise));
  const lower = one(constraints.minWeight, -Infinity);
  return { lower: constraints.longOnly === false ? lower : Math.max(0, lower), upper: one(constraints.maxWeight, Infinity) };
}

/** The range of cash; none unless told. */
export const cashRange = (constraints: Constraints): { readonly min: number; readonly max: number } => constraints.cash ?? { min: 0, max: 0 };

/** By how much weights and cash break the constraints, the largest breach; 0 or below 1e-7 is kept. */
export function largestBreach(weights: readonly number[], cash: number, constraints: Constraints): number {
  const { min, max } = cashRange(constraints);
  const breaches = [Math.abs(weights.reduce((a, b) => a + b, 0) + cash - 1), min - cash, cash - max];
  weights.forEach((weight, i) => {
    const { lower, upper } = weightBounds(constraints, i);
    breaches.push(lower - weight, weight - upper);
  });
  for (const group of constraints.groups ?? []) {
    const sum = group.members.reduce((total, member) => total + (weights[member] ?? Number.NaN), 0);
    breaches.push(sum - group.max, (group.min ?? -Infinity) - sum);
  }
  const { turnover } = constraints;
  if (turnover !== undefined) breaches.push(turnoverOf(weights, turnover.from) - turnover.max);
  return Math.max(0, ...breaches);
}

/** Half the sum of |w - from|: the share of the portfolio that changes hands when as much is bought as sold. */
export const turnoverOf = (weights: readonly number[], from: readonly number[]): number =>
  weights.reduce((sum, weight, i) => sum + Math.abs(weight - (from[i] ?? 0)), 0) / 2;
