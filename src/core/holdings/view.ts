import { z } from "zod";
import { returnsSchema, unexplainedSchema } from "./history.ts";
import { money, time, units } from "./plain.ts";
import { assetShareSchema, heldAssetSchema, valuedHoldingSchema } from "./valuation.ts";

export type { ReturnsView } from "./history.ts";

const gaps = z.array(z.string()).readonly().describe("why a part of the cost or of the realised profit is not known");

/** How a place answered. */
const placeSchema = z.strictObject({
  label: z.string(),
  kind: z.enum(["exchange", "address", "by-hand"]),
  place: z.string(),
  state: z.enum(["read", "last-known", "failed"]).describe("last-known: it did not answer, and what it held before counts; failed: nothing of it is known, and it is not in the total"),
  readAt: time.nullable().describe("when what is shown of it was read, epoch milliseconds, UTC; null when never"),
  problems: z.array(z.string()).readonly().describe("why it could not be read, or not all of it"),
  openOrders: z.int().min(0),
  value: money.describe("decimal text, in the portfolio's currency: what it holds, as far as that has a price"),
});
export type PlaceStatus = Readonly<z.infer<typeof placeSchema>>;

/** An asset over all places, with its profit. */
const assetRowSchema = assetShareSchema.extend({
  cost: money.nullable().describe("decimal text, in the portfolio's currency: of the part whose cost is known; null when no part is"),
  averageCost: money.nullable().describe("decimal text, of one unit in the portfolio's currency; null when no cost is known"),
  unrealised: money.nullable().describe("decimal text, in the portfolio's currency: of the part whose cost is known; null when no part is"),
  realised: money,
  uncovered: units.describe("decimal text, units of the asset held without a known cost"),
  gaps,
});
export type AssetRow = Readonly<z.infer<typeof assetRowSchema>>;

/** An open order of one of the accounts. */
const placedOrderSchema = z.strictObject({
  source: z.string().describe("label of the place"),
  symbol: z.string(),
  side: z.enum(["buy", "sell"]),
  type: z.string().describe("in the exchange's words"),
  price: z.string().nullable().describe("decimal text, quote; null at the market"),
  quantity: z.string().describe("decimal text, base"),
  filled: z.string().describe("decimal text, base"),
  time: time.nullable().describe("epoch milliseconds, UTC; null where the exchange does not tell it"),
});
export type PlacedOrder = Readonly<z.infer<typeof placedOrderSchema>>;

/** What `caucus portfolio --json` prints: the whole portfolio in one currency, as /portfolio shows it too. Amounts are exact and therefore texts. */
export const portfolioViewSchema = z.strictObject({
  name: z.string().describe("of the definition"),
  time,
  currency: z.string(),
  total: money.describe("decimal text, in the portfolio's currency: of all that has a price"),
  complete: z.boolean().describe("all places answered, and all that is held has a price of now"),
  places: z.array(placeSchema).readonly(),
  holdings: z.array(valuedHoldingSchema).readonly().describe("what has a price, place by place"),
  unvalued: z.array(heldAssetSchema).readonly().describe("held, and without a price: listed, never counted as zero"),
  assets: z.array(assetRowSchema).readonly().describe("the largest first"),
  closed: z.array(z.strictObject({ asset: z.string(), realised: money, gaps })).readonly().describe("assets that are not held any more, with what they realised"),
  openOrders: z.array(placedOrderSchema).readonly(),
  profit: z.strictObject({ realised: money, unrealised: money, cost: money }).describe("of the parts whose cost is known"),
  returns: returnsSchema.nullable().describe("null before the second snapshot"),
  unexplained: z.array(unexplainedSchema).readonly().describe("changes that neither trades nor flows explain; they are no profit"),
  history: z
    .array(z.strictObject({ time, total: money, index: z.number().describe("of one unit invested at the first snapshot"), complete: z.boolean() }))
    .readonly()
    .describe("the value at each snapshot"),
  notes: z.array(z.string()).readonly().describe("what was taken as given, and what could not be done, in sentences"),
});
/** The whole portfolio in one currency. */
export type PortfolioView = Readonly<z.infer<typeof portfolioViewSchema>>;
