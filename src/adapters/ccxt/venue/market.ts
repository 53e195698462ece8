import { z } from "zod";
import { isPossible } from "../../../core/candle-check.ts";
import type { Candle } from "../../../core/candle.ts";
import { type InstrumentFilters, parseStep } from "../../../core/instrument.ts";

/** A decimal of ccxt, as a number: for candles, prices and filters, which are no money. */
export const numeric = z.union([z.number(), z.string().min(1)]).pipe(z.coerce.number());
const optional = z.unknown().transform((value) => {
  const parsed = numeric.safeParse(value);
  return parsed.success && parsed.data > 0 ? parsed.data : null;
});
const step = numeric.refine((size) => parseStep(size) !== null, "no step");
const limit = z.object({ min: optional }).nullish();

const filtersShape = z
  .object({ precision: z.object({ price: step, amount: step }), limits: z.object({ amount: limit, cost: limit }) })
  .transform(
    ({ precision, limits }): InstrumentFilters => ({
      priceStep: precision.price,
      quantityStep: precision.amount,
      minQuantity: limits.amount?.min ?? precision.amount,
      minNotional: limits.cost?.min ?? 0,
    }),
  );

const marketsShape = z.record(z.string(), z.unknown());

/** The filters of those symbols that are among the markets; a market that does not state its steps fails them all. */
export function filtersShapeFor(symbols: readonly string[]): z.ZodType<ReadonlyMap<string, InstrumentFilters>> {
  return marketsShape.transform((markets, context) => {
    const filters = new Map<string, InstrumentFilters>();
    for (const symbol of symbols) {
      if (!(symbol in markets)) continue;
      const parsed = filtersShape.safeParse(markets[symbol]);
      if (parsed.success) filters.set(symbol, parsed.data);
      else context.addIssue({ code: "custom", message: `the steps of ${symbol} are missing` });
    }
    return filters;
  });
}

/** Rows of ccxt's candles by rising open time, all of them possible. */
export const candlesShape: z.ZodType<readonly Candle[]> = z
  .array(z.tuple([z.number().int().positive(), numeric, numeric, numeric, numeric, numeric]).rest(z.unknown()))
  .transform((rows) => rows.map(([time, open, high, low, close, volume]): Candle => ({ time, open, high, low, close, volume })))
  .refine((candles) => candles.every(({ open, high, low, close, volume }) => isPossible(open, high, low, close, volume)), "an impossible candle")
  .transform((candles) => candles.toSorted((a, b) => a.time - b.time));

/**
 * The candles that have closed: their time was over when the venue was asked, or a later one has begun. `asked` is
 * the venue's time at the asking, so that a candle which closed while the answer was on its way is not taken too early.
 */
export function closedOf(candles: readonly Candle[], timeframe: number, asked: number): Candle[] {
  const last = candles.at(-1)?.time ?? 0;
  return candles.filter((candle, index) => (candle.time + timeframe <= asked || candle.time < last) && candle.time !== candles[index - 1]?.time);
}
