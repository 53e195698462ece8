/** The owner's limits. Shares are fractions of total equity. */
export interface RiskProfile {
  readonly name: RiskProfileName;
  /** One line for people. */
  readonly title: string;
  /** Largest share of equity in the market, open buys included. */
  readonly maxExposure: number;
  /** Largest share of equity in one symbol. */
  readonly maxSymbolShare: number;
  /** Largest share of equity in one order. */
  readonly maxOrderShare: number;
  /** Fall from the highest equity at which everything is sold, fraction. */
  readonly stopDrawdown: number;
  /** Half width of an automatic grid, fraction of the price. */
  readonly gridWidth: number;
  /** Most price levels of a grid. */
  readonly gridLevels: number;
  /** Most safety orders of a DCA deal. */
  readonly dcaRungs: number;
  /** Smallest share of equity that stays in cash, after every order and its fee. */
  readonly reserve: number;
  /** Largest value at risk (one day, 95 %) of the portfolio, share of equity; no profile has it of its own. */
  readonly maxVar?: number;
  /** Largest mean loss of the worst twentieth of days (CVaR), share of equity; no profile has it of its own. */
  readonly maxCvar?: number;
  /** Symbols that are limited together; no profile has them of its own. */
  readonly groups?: readonly RiskGroup[];
}

/** Symbols that may hold no more than a share of equity all together. */
export interface RiskGroup {
  readonly name: string;
  readonly symbols: readonly string[];
  readonly most: number;
}

/** Numbers of a profile that its owner puts in place of the table's. */
export type ProfileOverrides = { readonly [Key in Exclude<keyof RiskProfile, "name" | "title">]?: RiskProfile[Key] | undefined };

/** The five profiles, from the most careful to the boldest. */
export const RISK_PROFILE_NAMES = ["safe-and-steady", "cautious", "balanced", "growth", "high-risk-high-reward"] as const;

/** The name of a profile. */
export type RiskProfileName = (typeof RISK_PROFILE_NAMES)[number];

const table: readonly RiskProfile[] = [
  { name: "safe-and-steady", title: "mostly cash, small orders, an early stop", maxExposure: 0.25, maxSymbolShare: 0.25, maxOrderShare: 0.05, stopDrawdown: 0.08, gridWidth: 0.1, gridLevels: 10, dcaRungs: 3, reserve: 0.5 },
  { name: "cautious", title: "under half in the market", maxExposure: 0.45, maxSymbolShare: 0.4, maxOrderShare: 0.1, stopDrawdown: 0.12, gridWidth: 0.09, gridLevels: 14, dcaRungs: 4, reserve: 0.3 },
  { name: "balanced", title: "a good half in the market", maxExposure: 0.65, maxSymbolShare: 0.65, maxOrderShare: 0.35, stopDrawdown: 0.2, gridWidth: 0.08, gridLevels: 20, dcaRungs: 6, reserve: 0.2 },
  { name: "growth", title: "most of it in the market", maxExposure: 0.85, maxSymbolShare: 0.85, maxOrderShare: 0.5, stopDrawdown: 0.3, gridWidth: 0.07, gridLevels: 30, dcaRungs: 8, reserve: 0.1 },
  { name: "high-risk-high-reward", title: "nearly all of it in the market, a late stop", maxExposure: 0.98, maxSymbolShare: 0.98, maxOrderShare: 0.7, stopDrawdown: 0.45, gridWidth: 0.06, gridLevels: 50, dcaRungs: 12, reserve: 0 },
];

/** The limits of every profile. Nothing in this table is learned. */
export const RISK_PROFILES: Readonly<Record<RiskProfileName, RiskProfile>> = Object.fromEntries(
  table.map((profile) => [profile.name, profile]),
) as Record<RiskProfileName, RiskProfile>;
