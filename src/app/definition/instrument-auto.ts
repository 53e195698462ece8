import type { CandleSeries } from "../../core/candle.ts";
import { type InstrumentFilters, MOST_DECIMALS_TOGETHER, parseStep } from "../../core/instrument.ts";

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
/** How many quantity steps the smallest order has: what is wanted, and the least where prices need the decimals. */
const STEPS_IN_SMALLEST_ORDER = { wanted: 1_000, atLeast: 30 };

/**
 * Filters as numbers: what the definition fixes, else the venue's, else inferred from the candles. Prices as fine
 * as the candles show them, the smallest order a thousand quantity steps where there is room for it.
 */
export function resolveFilters(choice: FilterChoice, venue: InstrumentFilters | null, series: CandleSeries, quote: string): InstrumentFilters {
  const notional = DOLLARS.has(quote.toUpperCase()) ? MIN_NOTIONAL.dollar : MIN_NOTIONAL.coin;
  const minNotional = choice.minNotional === "auto" ? (venue?.minNotional ?? notional) : choice.minNotional;
  const fixedPrice = choice.priceStep === "auto" ? venue?.priceStep : choice.priceStep;
  const fixedQuantity = choice.quantityStep === "auto" ? venue?.quantityStep : choice.quantityStep;
  const { priceStep, quantityStep } = inferSteps(series, notional, fixedPrice, fixedQuantity);
  const minQuantity = choice.minQuantity === "auto" ? (venue?.minQuantity ?? quantityStep) : choice.minQuantity;
  return { priceStep, quantityStep, minQuantity, minNotional };
}

/** What is not fixed, inferred; where both would be too fine together, the quantity gives way first, then the price. */
function inferSteps(series: CandleSeries, notional: number, fixedPrice: number | undefined, fixedQuantity: number | undefined): { priceStep: number; quantityStep: number } {
  const price = series.close[series.length - 1] ?? 1;
  const decimalsFor = (stepsInOrder: number): number => Math.max(0, Math.min(MOST_DECIMALS, Math.ceil(Math.log10((price * stepsInOrder) / notional))));
  const observed = fixedPrice === undefined ? observedDecimals(series) : (parseStep(fixedPrice)?.decimals ?? 0);
  const room = MOST_DECIMALS_TOGETHER - observed;
  const quantityDecimals =
    fixedQuantity === undefined ? Math.max(decimalsFor(STEPS_IN_SMALLEST_ORDER.atLeast), Math.min(decimalsFor(STEPS_IN_SMALLEST_ORDER.wanted), room)) : (parseStep(fixedQuantity)?.decimals ?? 0);
  const priceDecimals = Math.max(0, Math.min(observed, MOST_DECIMALS_TOGETHER - quantityDecimals));
  return { priceStep: fixedPrice ?? 1 / 10 ** priceDecimals, quantityStep: fixedQuantity ?? 1 / 10 ** quantityDecimals };
}

/** The decimals that the closes really have. */
function observedDecimals(series: CandleSeries): number {
  const stride = Math.max(1, Math.floor(series.length / SAMPLES));
  let decimals = 0;
  let lowest = Number.POSITIVE_INFINITY;
  for (let i = 0; i < series.length; i += stride) {
    const price = series.close[i] as number;
    lowest = Math.min(lowest, series.low[i] as number);
    while (decimals < MOST_DECIMALS && Math.abs(Math.round(price * 10 ** decimals) / 10 ** decimals / price - 1) > ROUNDING) decimals += 1;
  }
  // 457.3340148925781 is no price of a venue: float noise ends where a step would be finer than any venue's.
  return Math.min(decimals, Math.max(0, Math.floor(-Math.log10(lowest * FINEST))));
}
