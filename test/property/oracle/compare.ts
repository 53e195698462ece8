import { ProductVenue, seriesOf } from "./product.ts";
import { actBefore, gridDriver, type Script, type Setting } from "./script.ts";
import type { Driver, OracleCandle, OracleEvent, Venue } from "./types.ts";
import { OracleVenue } from "./venue.ts";

/** What the oracle and the product say of the same market and the same script. */
export interface Both {
  readonly oracle: readonly OracleEvent[];
  readonly product: readonly OracleEvent[];
}

/** Lets both venues see the same candles; `before` acts between them, at the last close. */
export function playBoth(
  { instrument, model }: Setting,
  candles: readonly OracleCandle[],
  before: (venue: Venue, bar: number, price: number) => void,
  driver: () => Driver,
): Both {
  const oracle = new OracleVenue(model, driver());
  const product = new ProductVenue(instrument, model, driver());
  const series = seriesOf(instrument, candles);
  candles.forEach((candle, bar) => {
    const price = candles[bar - 1]?.close ?? candle.open;
    product.before(bar);
    before(oracle, bar, price);
    before(product, bar, price);
    oracle.walk(bar, candle);
    product.walk(bar, series);
  });
  return { oracle: oracle.events, product: product.events };
}

/** Runs a script on both venues. */
export function runBoth(setting: Setting, candles: readonly OracleCandle[], script: Script): Both {
  return playBoth(
    setting,
    candles,
    (venue, bar, price) => actBefore(venue, script, bar, price),
    () => gridDriver(script),
  );
}
