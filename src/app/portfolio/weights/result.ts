import { z } from "zod";
import { ESTIMATES, METHODS } from "./settings.ts";

const fraction = z.number();
const time = z.iso.datetime();
const figures = z.strictObject({
  mean: fraction.describe("arithmetic mean return a year"),
  deviation: fraction.describe("standard deviation a year"),
  sharpe: z.number().nullable().describe("over the risk-free rate; null where nothing moves"),
});
const band = z.strictObject({ low: z.number().describe("5 %"), middle: z.number().describe("median"), high: z.number().describe("95 %") });
const weight = z.strictObject({ symbol: z.string(), weight: fraction });
const weights = z.array(weight);

/** What `caucus optimize-portfolio --json` prints: weights and all shares are fractions of the whole, rates are a year. */
export const portfolioWeightsSchema = z.strictObject({
  version: z.literal(1),
  name: z.string().describe("the definition's"),
  method: z.enum(METHODS),
  estimate: z.strictObject({ name: z.enum(ESTIMATES), halfLife: z.number().nullable().describe("bars"), shrinkage: z.number().nullable() }),
  riskFree: fraction,
  data: z.strictObject({
    bars: z.string().describe("length of a bar, such as 1d"),
    periods: z.number().describe("bars a year"),
    from: time,
    to: time,
    shared: z.int().describe("bars that every symbol has"),
    leftOut: z.int().describe("bars that some symbol has not"),
    gaps: z.int().describe("steps over a gap, of which no return is made"),
    returns: z.int(),
    synthetic: z.boolean(),
    symbols: z.array(z.strictObject({ symbol: z.string(), source: z.string(), bars: z.int(), from: time, to: time, late: z.boolean().describe("begins after the first bar of the others") })),
  }),
  weights: z.array(
    weight.extend({
      band: band.describe("of the weight over the resamples"),
      riskShare: z.number().nullable().describe("share of the portfolio's variance; null where it has none"),
      mean: fraction,
      deviation: fraction,
      equal: fraction,
      current: fraction.nullable(),
    }),
  ),
  cash: z.strictObject({ weight: fraction, band, current: fraction.nullable() }),
  chosen: figures,
  equal: figures.describe("of equal weights with the same cash"),
  current: figures.nullable(),
  frontier: z.array(figures.extend({ cash: fraction, weights })).describe("least risk first"),
  resample: z.strictObject({
    draws: z.int().describe("resamples that gave weights"),
    failed: z.int().describe("resamples on which the method has no answer"),
    frontier: z.array(figures.extend({ low: z.array(fraction), high: z.array(fraction) })).describe("mean weights of the resampled frontiers, and the 5 % and 95 % of each weight"),
    cloud: z.array(z.tuple([z.number(), z.number()])).describe("deviation and mean, by the whole data, of what each resample chose"),
    unseen: z.strictObject({ sharpe: band, equalSharpe: band }).nullable().describe("Sharpe ratios over the returns that the choice had not seen; null where there are too few"),
    yardstick: z.string().describe("what the method is after"),
    gain: band.nullable().describe("by how much it beat equal weights by the yardstick over returns not seen"),
  }),
  views: z
    .array(z.strictObject({ symbol: z.string(), score: z.number(), confidence: z.number(), expected: z.number().describe("return a year that the view says, over the risk-free rate"), time, votes: z.array(z.strictObject({ agent: z.string(), score: z.number(), confidence: z.number() })) }))
    .nullable()
    .describe("what the council said, with black-litterman"),
  betterThanEqual: z.boolean().describe("beyond its own uncertainty"),
  verdict: z.array(z.string()),
  warnings: z.array(z.string()),
});

/** Weights of a portfolio with all that they stand on. */
export type PortfolioWeights = z.infer<typeof portfolioWeightsSchema>;
