import { z } from "zod";
import { type Exact, exact, floatOf, plus, rounded, signOf, textOf, times, ZERO } from "./exact.ts";
import { money, units } from "./plain.ts";
import type { Rate } from "./rates.ts";

/** What one place holds of one asset. */
export const heldAssetSchema = z.strictObject({
  source: z.string().describe("label of the place"),
  asset: z.string(),
  quantity: units,
  free: units.nullable().describe("decimal text; null where the place does not tell it"),
  used: units.nullable().describe("decimal text, held by open orders; null where the place does not tell it"),
  pricedAs: z.string().exactOptional().describe("the asset whose price counts for it, where that is another"),
});
export type HeldAsset = Readonly<z.infer<typeof heldAssetSchema>>;

/** A holding with its worth. */
export const valuedHoldingSchema = heldAssetSchema.extend({
  price: money.describe("decimal text, of one unit in the portfolio's currency"),
  value: money,
  path: z.string().describe("how the price is known"),
  assumed: z.string().nullable().describe("what was taken as given, such as USDT as 1 USD; null when nothing was"),
});
export type ValuedHolding = Readonly<z.infer<typeof valuedHoldingSchema>>;

/** An asset over all places. */
export const assetShareSchema = z.strictObject({
  asset: z.string(),
  quantity: units,
  price: money.describe("decimal text, of one unit in the portfolio's currency"),
  value: money,
  weight: z.number().describe("part of what could be valued, 0 to 1"),
});
export type AssetShare = Readonly<z.infer<typeof assetShareSchema>>;

/** Everything held, worth in one currency. */
export interface Valuation {
  readonly currency: string;
  readonly holdings: readonly ValuedHolding[];
  /** Held, and without a price: listed, never counted as zero. */
  readonly unvalued: readonly HeldAsset[];
  /** The largest first. */
  readonly allocation: readonly AssetShare[];
  /** Of what could be valued. */
  readonly total: string;
  /** What was taken as given for want of a market. */
  readonly assumptions: readonly string[];
}

/** Digits of a value behind the point; quantities and prices keep all of theirs. */
export const VALUE_PLACES = 12;
/** Digits of a price that is shown and kept; enough for a unit of the smallest coin. */
const PRICE_PLACES = 24;

/** Values what is held. `rate` gives what one unit is worth, or `null`. Quantities of zero are left out. */
export function valued(held: readonly HeldAsset[], currency: string, rate: (asset: string) => Rate | null): Valuation {
  const holdings: ValuedHolding[] = [];
  const unvalued: HeldAsset[] = [];
  const shares = new Map<string, { quantity: Exact; value: Exact; price: Exact }>();
  let sum = ZERO;
  for (const one of held) {
    const quantity = exact(one.quantity);
    if (signOf(quantity) === 0) continue;
    const found = rate(one.pricedAs ?? one.asset);
    if (found === null) {
      unvalued.push(one);
      continue;
    }
    const value = rounded(times(quantity, found.price), VALUE_PLACES);
    sum = plus(sum, value);
    const share = shares.get(one.asset) ?? { quantity: ZERO, value: ZERO, price: found.price };
    shares.set(one.asset, { quantity: plus(share.quantity, quantity), value: plus(share.value, value), price: found.price });
    holdings.push({ ...one, price: textOf(rounded(found.price, PRICE_PLACES)), value: textOf(value), path: found.path, assumed: found.assumed });
  }
  const whole = floatOf(sum);
  const allocation = [...shares]
    .map(([asset, { quantity, value, price }]) => ({ asset, quantity: textOf(quantity), price: textOf(rounded(price, PRICE_PLACES)), value: textOf(value), weight: whole === 0 ? 0 : floatOf(value) / whole }))
    .sort((a, b) => b.weight - a.weight || (a.asset < b.asset ? -1 : 1));
  const assumptions = [...new Set(holdings.flatMap(({ assumed }) => (assumed === null ? [] : [assumed])))].sort();
  return { currency, holdings, unvalued, allocation, total: textOf(sum), assumptions };
}
