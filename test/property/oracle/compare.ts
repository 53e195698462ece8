import { OracleVenue } from "./venue.ts";
import { ProductVenue, seriesOf } from "./product.ts";
import { actBefore, gridDriver, type Script, type Setting } from "./script.ts";
import type { OracleCandle, OracleEvent } from "./types.ts";

/** What the oracle and the product say of the same market and the same script. */
export interface Both {
  readonly oracle: readonly OracleEvent[];
  readonly product: readonly OracleEvent[];
}

/**
 * A script without the one thing in which product and page are known to differ: a post-only order that arrives
 * with a candle without volume (it has a test of its own).
 */
export function withoutEmptyArrivals(script: Script, candles: readonly OracleCandle[]): Script {
  const before = script.before.map((actions, bar) =>
    candles[bar]?.volume === 0 ? actions.map((action) => ({ ...action, postOnly: false })) : actions,
  );
  return { ...script, before };
}

/**
 * Candles without the other thing: where prices are fractions that doubles cannot hold, a tie of `nearest` goes
 * either way in the product (it has a test of its own), so here ties are broken.
 */
export function withoutInexactTies({ instrument, model }: Setting, candles: readonly OracleCandle[]): readonly OracleCandle[] {
  if (model.path !== "nearest" || instrument.filters.priceStep !== 0.01) return candles;
  return candles.map((candle) => {
    const { open, high, low } = candle;
    return high > low && high - open === open - low ? { ...candle, high: high + 1 } : candle;
  });
}

/** Runs a script on both venues. */
export function runBoth({ instrument, model }: Setting, candles: readonly OracleCandle[], script: Script): Both {
  const start = candles[0]?.open ?? 0;
  const oracle = new OracleVenue(model, gridDriver(script, start));
  const product = new ProductVenue(instrument, model, gridDriver(script, start));
  const series = seriesOf(instrument, candles);
  candles.forEach((candle, bar) => {
    const price = candles[bar - 1]?.close ?? candle.open;
    product.before(bar);
    actBefore(oracle, script, bar, price);
    actBefore(product, script, bar, price);
    oracle.walk(bar, candle);
    product.walk(bar, series);
  });
  return { oracle: oracle.events, product: product.events };
}
