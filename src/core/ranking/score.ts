import type { FilteredFigures } from "./filters.ts";

/** The parts of a total, in the order in which they are shown. */
export const PARTS = ["conviction", "momentum", "liquidity", "volatility", "correlation", "age"] as const;
export type Part = (typeof PARTS)[number];

/** How much each part counts; a negative weight turns its part round. */
export type PartWeights = Readonly<Record<Part, number>>;

/** What counts when nobody says otherwise: direction and liquidity most, calm and variety half, age not at all. */
export const DEFAULT_WEIGHTS: PartWeights = { conviction: 1, momentum: 1, liquidity: 1, volatility: 0.5, correlation: 0.5, age: 0 };

/** What is known of a symbol that is to be scored: its candles' figures and its council's conviction, -1..1; null where it abstains. */
export interface Scorable {
  readonly symbol: string;
  readonly figures: FilteredFigures;
  readonly conviction: number | null;
}

/** Its place in each part, 0 (last) to 1 (first), and their weighted mean. */
export interface Score {
  readonly parts: Readonly<Record<Part, number>>;
  readonly total: number;
}

/** The place of who has nothing to show: neither first nor last. */
const MIDDLE = 0.5;

/**
 * Places by rank: the share of the others that a value is above, where an equal one counts half; 0.5 for null and for one
 * that is alone. Ranks, since a spread and a momentum have no common unit, and one wild value must not decide a total.
 */
export function placesOf(values: readonly (number | null)[]): number[] {
  const known = values.filter((one) => one !== null);
  return values.map((value) => {
    if (value === null || known.length < 2) return MIDDLE;
    let above = 0;
    for (const other of known) above += other < value ? 1 : other === value ? MIDDLE : 0;
    // The value itself is among them, as an equal one.
    return (above - MIDDLE) / (known.length - 1);
  });
}

/** Scores symbols against each other, in the order given. Weights of zero in all parts give 0.5 to all. */
export function scoresOf(symbols: readonly Scorable[], weights: PartWeights): Score[] {
  const places = (pick: (one: Scorable) => number | null): number[] => placesOf(symbols.map(pick));
  const opposite = (pick: (one: Scorable) => number | null): number[] => places((one) => negated(pick(one)));
  const volume = places(({ figures }) => figures.volume);
  const impact = opposite(({ figures }) => figures.illiquidity);
  const spread = opposite(({ figures }) => figures.spread);
  const by: Readonly<Record<Part, readonly number[]>> = {
    conviction: places(({ conviction }) => conviction),
    momentum: places(({ figures }) => figures.momentum),
    liquidity: symbols.map((_, i) => ((volume[i] as number) + (impact[i] as number) + (spread[i] as number)) / 3),
    volatility: opposite(({ figures }) => figures.volatility),
    correlation: opposite(({ figures }) => figures.correlation),
    age: places(({ figures }) => figures.age),
  };
  return symbols.map((_, i) => {
    const parts = { conviction: at(by.conviction, i), momentum: at(by.momentum, i), liquidity: at(by.liquidity, i), volatility: at(by.volatility, i), correlation: at(by.correlation, i), age: at(by.age, i) };
    return { parts, total: totalOf(parts, weights) };
  });
}

/** The weighted mean of the parts, 0..1. */
export function totalOf(parts: Readonly<Record<Part, number>>, weights: PartWeights): number {
  let sum = 0;
  let whole = 0;
  for (const part of PARTS) {
    const weight = weights[part];
    sum += Math.abs(weight) * (weight < 0 ? 1 - parts[part] : parts[part]);
    whole += Math.abs(weight);
  }
  return whole > 0 ? sum / whole : MIDDLE;
}

const at = (values: readonly number[], i: number): number => values[i] as number;
const negated = (value: number | null): number | null => (value === null ? null : -value);
