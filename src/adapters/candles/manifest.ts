import { z } from "zod";
import type { CandleReport } from "../../core/candle-check.ts";
import type { CandleSeries } from "../../core/candle.ts";
import { formatTimeframe } from "../../core/timeframe.ts";

const filtersSchema = z.strictObject({
  priceStep: z.number().positive(),
  quantityStep: z.number().positive(),
  minQuantity: z.number().nonnegative(),
  minNotional: z.number().nonnegative(),
});

/** What stands beside stored candles: what they are, and the hash that proves them. */
export const manifestSchema = z.strictObject({
  version: z.literal(1),
  exchange: z.string(),
  symbol: z.string(),
  timeframe: z.string(),
  timeframeMs: z.number().int().positive(),
  candles: z.number().int().nonnegative(),
  from: z.iso.datetime().describe("open of the first candle"),
  to: z.iso.datetime().describe("close of the last candle"),
  gaps: z.strictObject({
    count: z.number().int(),
    missing: z.number().int(),
    first: z.array(z.strictObject({ after: z.iso.datetime(), before: z.iso.datetime(), missing: z.number().int() })),
  }),
  zeroVolume: z.number().int(),
  hash: z.string().regex(/^[0-9a-f]{64}$/).describe("sha256 of the column file"),
  file: z.string().regex(/^candles-[0-9a-f]{16}\.f64$/).describe("six float64 columns, little-endian: time, open, high, low, close, volume"),
  source: z.string(),
  notes: z.array(z.string()),
  /** The venue's filters, as it stated them when the candles were fetched. */
  filters: filtersSchema.nullable(),
});

/** A parsed manifest. */
export type Manifest = z.infer<typeof manifestSchema>;

const iso = (time: number): string => new Date(time).toISOString();

/** The manifest of a series. */
export function manifestOf(input: {
  readonly exchange: string;
  readonly symbol: string;
  readonly series: CandleSeries;
  readonly report: CandleReport;
  readonly hash: string;
  readonly source: string;
  readonly notes: readonly string[];
  readonly filters: Manifest["filters"];
}): Manifest {
  const { series, report } = input;
  const { timeframe, length, time } = series;
  return {
    version: 1,
    exchange: input.exchange,
    symbol: input.symbol,
    timeframe: formatTimeframe(timeframe),
    timeframeMs: timeframe,
    candles: length,
    from: iso(time[0] ?? 0),
    to: iso((time[length - 1] ?? 0) + timeframe),
    gaps: {
      count: report.gaps.count,
      missing: report.gaps.missing,
      first: report.gaps.first.map(({ after, before, missing }) => ({ after: iso(after), before: iso(before), missing })),
    },
    zeroVolume: report.zeroVolume,
    hash: input.hash,
    file: `candles-${input.hash.slice(0, 16)}.f64`,
    source: input.source,
    notes: [...input.notes],
    filters: input.filters,
  };
}
