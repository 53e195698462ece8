import { z } from "zod";

const figure = z.number();
const known = z.number().nullable();

const figuresSchema = z.strictObject({
  bars: z.number().int().describe("bars that had closed"),
  age: figure.describe("days since the first candle"),
  gaps: figure.describe("share of the window's bars that are missing"),
  momentum: known.describe("moves in standard deviations, mean of the look-backs"),
  volume: known.describe("quote on a middling day"),
  illiquidity: known.describe("share by which a million of quote moves the price (Amihud)"),
  spread: known.describe("fraction of the price (Abdi and Ranaldo); null where the candles are longer than an hour"),
  volatility: known.describe("deviation of log returns in a year, fraction"),
  correlation: known.describe("mean, -1 to 1"),
});

const parts = z.strictObject({ conviction: figure, momentum: figure, liquidity: figure, volatility: figure, correlation: figure, age: figure });

/** What `caucus rank --json` prints. */
export const rankingSchema = z.strictObject({
  version: z.literal(1),
  name: z.string().describe("of the definition"),
  at: z.string().describe("only candles that had closed by then are used, ISO 8601"),
  bars: z.string().describe("bars that are measured"),
  held: z.array(z.string()).describe("what correlation is measured to; empty: the rest of the list"),
  weights: parts,
  ranked: z.array(
    z.strictObject({
      symbol: z.string(),
      total: figure.describe("0 to 1: the weighted mean of the places"),
      conviction: known.describe("the council's, -1 to 1; null where it abstains"),
      abstains: z.string().optional().describe("why it does"),
      figures: figuresSchema,
      places: parts.describe("0 (last) to 1 (first) in each part, before weights"),
    }),
  ),
  leftOut: z.array(z.strictObject({ symbol: z.string(), why: z.array(z.string()), figures: figuresSchema.nullable() })),
  warnings: z.array(z.string()),
});

/** A ranked list of symbols. */
export type Ranking = z.infer<typeof rankingSchema>;
