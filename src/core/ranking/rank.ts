import type { BarReturns } from "./bar-returns.ts";
import { meanCorrelation } from "./correlation.ts";
import type { Measured } from "./figures.ts";
import { type FilteredFigures, type MarketFilters, refusals } from "./filters.ts";
import { type PartWeights, type Score, scoresOf } from "./score.ts";

/** One symbol that could be chosen, measured. */
export interface Candidate {
  readonly symbol: string;
  readonly measured: Measured;
}

/** A candidate that passed, before it is scored. */
export interface Passed {
  readonly symbol: string;
  readonly figures: FilteredFigures;
}

/** A symbol that is not ranked, and why. */
export interface LeftOut {
  readonly symbol: string;
  readonly why: readonly string[];
  /** What was measured of it; null where its candles do not suffice. */
  readonly figures: FilteredFigures | null;
}

/** Who passed the filters and who did not, both by name. */
export interface Screened {
  readonly passed: readonly Passed[];
  readonly leftOut: readonly LeftOut[];
}

/** A ranked symbol: the first has the highest total. */
export interface Ranked extends Passed, Score {
  /** The council's, -1..1; null where it abstains. */
  readonly conviction: number | null;
}

/**
 * Puts candidates through filters. Their correlation is the mean one to the returns of what is held (a symbol that is held
 * itself included), or where nothing is held, to the other candidates, whether these pass or not.
 */
export function screen(candidates: readonly Candidate[], held: readonly BarReturns[], filters: MarketFilters): Screened {
  // By name first, so that sums are made in one order whatever the order of the list.
  const named = candidates.toSorted((a, b) => byName(a.symbol, b.symbol));
  const passed: Passed[] = [];
  const leftOut: LeftOut[] = [];
  for (const { symbol, measured } of named) {
    if (measured.figures === null) {
      leftOut.push({ symbol, why: [...blacklisted(symbol, filters), measured.why], figures: null });
      continue;
    }
    const others = held.length > 0 ? held : named.flatMap((other) => (other.symbol === symbol || other.measured.returns === null ? [] : [other.measured.returns]));
    const figures = { ...measured.figures, correlation: meanCorrelation(measured.returns, others) };
    const why = refusals(symbol, figures, filters);
    if (why.length === 0) passed.push({ symbol, figures });
    else leftOut.push({ symbol, why, figures });
  }
  return { passed, leftOut };
}

/** Ranks who passed: by total, the higher first, equal ones by name. `convictions` by symbol; who is missing abstains. */
export function rank(passed: readonly Passed[], convictions: ReadonlyMap<string, number>, weights: PartWeights): Ranked[] {
  const known = passed.toSorted((a, b) => byName(a.symbol, b.symbol)).map((one) => ({ ...one, conviction: convictions.get(one.symbol) ?? null }));
  const scores = scoresOf(known, weights);
  return known.map((one, i) => ({ ...one, ...(scores[i] as Score) })).toSorted((a, b) => b.total - a.total || byName(a.symbol, b.symbol));
}

function blacklisted(symbol: string, { blacklist }: MarketFilters): string[] {
  return blacklist?.some((one) => one.toUpperCase() === symbol.toUpperCase()) ? ["on the blacklist"] : [];
}

/** By code points, which no locale changes. */
const byName = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
