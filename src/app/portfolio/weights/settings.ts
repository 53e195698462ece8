/** How weights can be chosen. */
export const METHODS = ["max-sharpe", "min-variance", "risk-parity", "hrp", "mean-variance", "black-litterman"] as const;
/** One of them. */
export type Method = (typeof METHODS)[number];

/** How means and covariances can be estimated. */
export const ESTIMATES = ["sample", "ledoit-wolf", "exponential"] as const;
/** One of them. */
export type EstimateName = (typeof ESTIMATES)[number];

/** A cap on several symbols together; shares of the whole portfolio. */
export interface GroupCap {
  readonly name: string;
  readonly members: readonly string[];
  readonly min: number;
  readonly max: number;
}

/** Weights of symbols as fractions of the whole portfolio; a symbol that is not named has none, and what is left is cash. */
export type NamedWeights = ReadonlyMap<string, number>;

/** What weights are asked for. Fractions are of the whole portfolio, rates a year. */
export interface WeightsSettings {
  readonly method: Method;
  readonly estimate: EstimateName;
  /** Bars after which a return counts half, with the exponential estimate. */
  readonly halfLife: number;
  /** For every symbol, or by symbol; a symbol that is not named is free. */
  readonly maxWeight: number | NamedWeights | null;
  readonly minWeight: number | NamedWeights | null;
  readonly groups: readonly GroupCap[];
  readonly current: NamedWeights | null;
  /** Largest share of the portfolio that may change hands on the way from `current`; null for no limit. */
  readonly turnover: number | null;
  readonly cash: { readonly min: number; readonly max: number };
  /** What cash earns in a year, fraction. */
  readonly riskFree: number;
  readonly riskAversion: number;
  readonly marketWeights: NamedWeights | null;
  /** Points of the frontier. */
  readonly points: number;
  /** Resamples that tell how unsure the weights are. */
  readonly draws: number;
  readonly seed: number;
}

/** What holds where nothing is said. */
export const DEFAULTS = { method: "max-sharpe", estimate: "ledoit-wolf", bars: "1d", halfLife: 90, riskAversion: 2.5, points: 20, draws: 200 } as const;
