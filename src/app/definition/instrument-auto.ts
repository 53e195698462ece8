import type { CandleSeries } from "../../core/candle.ts";
import type { InstrumentFilters } from "../../core/instrument.ts";

/** Filters of a definition: a number, or `auto`. */
export type FilterChoice = { readonly [Filter in keyof InstrumentFilters]: InstrumentFilters[Filter] | "auto" };

const MOST_DECIMALS = 8;
/** No venue quotes finer than this share of the price; more decimals are noise of a float. */
const FINEST = 1e-8;
const SAMPLES = 2_000;
/** Relative error that arithmetic leaves in a price of few decimals. */
const ROUNDING = 1e-14;
/** Dollars and their like. */
const DOLLARS = new Set(["USD", "USDT", "USDC", "BUSD", "TUSD", "FDUSD", "DAI", "EUR", "GBP"]);
/** What the smallest order is worth where the quote is a dollar, and where it is a coin. */
const MIN_NOTIONAL = { dollar: 5, coin: 0.0001 };
/** What one quantity step is worth at most, as a part of the smallest order. */
const STEPS_IN_SMALLEST_ORDER = 1_000;

/**
 * Filters as numbers: what the definition fixes, else the venue's, else inferred from the candles. Prices as fine
 * as the candles show them, one quantity step worth at most a thousandth of the smallest order.
 */
export function resolveFilters(choice: FilterChoice, venue: InstrumentFilters | null, series: CandleSeries, quote: string): InstrumentFilters {
  const priceStep = choice.priceStep === "auto" ? (venue?.priceStep ?? observedStep(series)) : choice.priceStep;
  const notional = DOLLARS.has(quote.toUpperCase()) ? MIN_NOTIONAL.dollar : MIN_NOTIONAL.coin;
  const minNotional = choice.minNotional === "auto" ? (venue?.minNotional ?? notional) : choice.minNotional;
  const quantityStep = choice.quantityStep === "auto" ? (venue?.quantityStep ?? usualQuantityStep(series, notional)) : choice.quantityStep;
  const minQuantity = choice.minQuantity === "auto" ? (venue?.minQuantity ?? quantityStep) : choice.minQuantity;
  return { priceStep, quantityStep, minQuantity, minNotional };
}

/** 10^-d with d the decimals that the closes really have. */
function observedStep(series: CandleSeries): number {
  const stride = Math.max(1, Math.floor(series.length / SAMPLES));
  let decimals = 0;
  let lowest = Number.POSITIVE_INFINITY;
  for (let i = 0; i < series.length; i += stride) {
    const price = series.close[i] as number;
    lowest = Math.min(lowest, series.low[i] as number);
    while (decimals < MOST_DECIMALS && Math.abs(Math.round(price * 10 ** decimals) / 10 ** decimals / price - 1) > ROUNDING) decimals += 1;
  }
  // 457.3340148925781 is no price of a venue: float noise ends where a step would be finer than any venue's.
  const cap = Math.max(0, Math.min(MOST_DECIMALS, Math.floor(-Math.log10(lowest * FINEST))));
  return 1 / 10 ** Math.min(decimals, cap);
}

function usualQuantityStep(series: CandleSeries, notional: number): number {
  const price = series.close[series.length - 1] ?? 1;
  const decimals = Math.ceil(Math.log10((price * STEPS_IN_SMALLEST_ORDER) / notional));
  return 1 / 10 ** Math.max(0, Math.min(MOST_DECIMALS, decimals));
}
