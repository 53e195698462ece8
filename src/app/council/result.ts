import { z } from "zod";
import { POOLS } from "../../core/learning/learning.ts";

const figure = z.number();
const optionalFigure = z.number().nullable();

const binSchema = z.strictObject({
  forecast: figure.describe("mean probability of a rise that was given, 0 to 1"),
  up: figure.describe("share of outcomes that were a rise, 0 to 1"),
  count: z.number().int(),
});

const forecasterSchema = z.strictObject({
  name: z.string(),
  rounds: z.number().int().describe("rounds in which it spoke; scores are means over these, lower is better"),
  brier: optionalFigure.describe("0 to 1; a coin has 0.25"),
  log: optionalFigure.describe("nats; a coin has 0.693"),
  weight: optionalFigure.describe("in the pool now; the mean of learned weights is 1; null: not in it"),
  calibration: z.array(binSchema).describe("in tenths of the forecast, empty ones left out"),
});

const againstSchema = z.strictObject({
  kind: z.enum(["best", "equal", "base", "coin"]).describe("the best agent in hindsight, equal weights, the share of rises so far, a coin"),
  name: z.string(),
  rounds: z.number().int().describe("rounds in which both spoke"),
  better: z
    .strictObject({ estimate: figure, low: figure, high: figure })
    .nullable()
    .describe("mean Brier score of the other less that of the pool, with its 95 % interval: above 0 the pool was better; null under 30 rounds"),
});

/** What a council's forecasts on one symbol were worth, as JSON tells it. */
export const councilSchema = z.strictObject({
  symbol: z.string(),
  pool: z.enum(POOLS),
  horizon: z.number().int().describe("decision bars from a forecast to its outcome"),
  rounds: z.number().int().describe("forecasts whose outcome is known"),
  agents: z.array(forecasterSchema),
  pooled: z.array(forecasterSchema).describe("the pool with the weights in force, with learned and equal ones, and two that do not look at the market"),
  against: z.array(againstSchema),
  regret: z
    .strictObject({ best: z.string(), regret: figure, bound: figure })
    .nullable()
    .describe("Brier score summed: what learned weights lost more than the agent they look worst beside, and at most could have"),
  weights: z
    .array(z.strictObject({ time: z.number().int().describe("epoch milliseconds, UTC"), weights: z.array(figure) }))
    .describe("weights in force by agent, oldest first, at most 200 rounds evenly spread"),
});

/** What a council's forecasts on one symbol were worth. */
export type CouncilScores = z.infer<typeof councilSchema>;
/** How good one forecaster was; scores are means over its own rounds, lower is better. */
export type ForecasterScore = z.infer<typeof forecasterSchema>;
/** The pool against another forecaster over the rounds in which both spoke, in Brier score. */
export type PoolAgainst = z.infer<typeof againstSchema>;
/** Forecasts of about one probability, and how often the price rose after them. */
export type CalibrationBin = z.infer<typeof binSchema>;
