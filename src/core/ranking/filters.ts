import type { Figures } from "./figures.ts";

/** What a market must be like; each is absent for no such limit. */
export interface MarketFilters {
  /** Quote on a middling day. */
  readonly minVolume?: number | undefined;
  /** Share of the price. */
  readonly maxSpread?: number | undefined;
  /** Days. */
  readonly minAge?: number | undefined;
  /** Deviation in a year, fraction. */
  readonly minVolatility?: number | undefined;
  readonly maxVolatility?: number | undefined;
  /** Mean correlation, -1..1. */
  readonly maxCorrelation?: number | undefined;
  /** Share of the bars that may be missing. */
  readonly maxGaps?: number | undefined;
  /** Symbols that are never taken. */
  readonly blacklist?: readonly string[] | undefined;
}

/** Figures that filters look at, with the correlation, which is made of several symbols. */
export type FilteredFigures = Figures & { readonly correlation: number | null };

/**
 * Why a symbol does not pass, a few words for each filter that it fails; empty when it passes. A figure that is not known
 * fails its filter. A stricter filter never lets anybody in whom a laxer one keeps out.
 */
export function refusals(symbol: string, figures: FilteredFigures, filters: MarketFilters): string[] {
  const { volume, spread, age, volatility, correlation, gaps } = figures;
  const why: string[] = [];
  const atLeast = (name: string, value: number | null, limit: number | undefined, text: (value: number) => string): void => {
    if (limit !== undefined && !(value !== null && value >= limit)) why.push(value === null ? `${name} not known` : `${name} ${text(value)} under ${text(limit)}`);
  };
  const atMost = (name: string, value: number | null, limit: number | undefined, text: (value: number) => string): void => {
    if (limit !== undefined && !(value !== null && value <= limit)) why.push(value === null ? `${name} not known` : `${name} ${text(value)} over ${text(limit)}`);
  };
  if (filters.blacklist?.some((one) => one.toUpperCase() === symbol.toUpperCase())) why.push("on the blacklist");
  atLeast("volume", volume, filters.minVolume, rounded);
  atMost("spread", spread, filters.maxSpread, percent);
  atLeast("age", age, filters.minAge, (days) => `${rounded(days)} days`);
  atLeast("volatility", volatility, filters.minVolatility, percent);
  atMost("volatility", volatility, filters.maxVolatility, percent);
  atMost("correlation", correlation, filters.maxCorrelation, rounded);
  atMost("gaps", gaps, filters.maxGaps, percent);
  return why;
}

const rounded = (value: number): string => String(Number(value.toPrecision(4)));
const percent = (value: number): string => `${rounded(value * 100)} %`;
