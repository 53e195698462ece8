import { z } from "zod";
import { DEFAULT_WEIGHTS } from "../../core/ranking/score.ts";
import { parseTimeframe } from "../../core/timeframe.ts";
import { symbolSchema } from "./symbol-schema.ts";

const share = z.number().min(0);
const weight = z.number().min(-100).max(100);

/** Most symbols that are looked at. */
export const MOST_CANDIDATES = 200;

const chosenSchema = z.strictObject({
  at: z.string().describe("the instant whose past it was chosen by, ISO 8601"),
  symbols: z.array(z.strictObject({ symbol: z.string(), total: z.number(), why: z.string() })),
  leftOut: z.array(z.strictObject({ symbol: z.string(), why: z.string() })),
});

/** How a bot chooses its symbols at its start. */
export const marketsSchema = z.strictObject({
  from: z
    .union([z.array(symbolSchema).min(1).max(MOST_CANDIDATES), z.string().regex(/^store:[^?/\s]+$/, "must be a list of symbols, or store:<exchange>")])
    .optional()
    .describe("symbols to choose from, or store:<exchange> for all that the candle store has of it; absent: `symbols`"),
  top: z.number().int().min(1).max(50).default(5).describe("symbols that are taken, the best first; they take the place of `symbols`"),
  bars: z
    .string()
    .refine((text) => parseTimeframe(text) !== null, "must be a timeframe such as 1h or 1d")
    .default("1d")
    .describe("bars that are measured, a multiple of the candles"),
  filters: z
    .strictObject({
      minVolume: share.optional().describe("quote on a middling day"),
      maxSpread: share.optional().describe("bid-ask spread as candles of an hour or less tell it, fraction of the price"),
      minAge: share.optional().describe("days since the first candle"),
      minVolatility: share.optional().describe("deviation of log returns in a year, fraction"),
      maxVolatility: share.optional().describe("deviation of log returns in a year, fraction"),
      maxCorrelation: z.number().min(-1).max(1).optional().describe("mean correlation of returns to the other symbols of the list"),
      maxGaps: z.number().min(0).max(1).optional().describe("share of the newest bars that may be missing"),
      blacklist: z.array(symbolSchema).default([]).describe("symbols that are never taken"),
    })
    .prefault({})
    .describe("what a market must be like; each absent: no such limit"),
  weights: z
    .strictObject({
      conviction: weight.default(DEFAULT_WEIGHTS.conviction).describe("the council's view at the last closed bar"),
      momentum: weight.default(DEFAULT_WEIGHTS.momentum).describe("how far the price has come, beside what chance would move"),
      liquidity: weight.default(DEFAULT_WEIGHTS.liquidity).describe("volume, price impact and spread"),
      volatility: weight.default(DEFAULT_WEIGHTS.volatility).describe("the calmer the better; negative: the wilder"),
      correlation: weight.default(DEFAULT_WEIGHTS.correlation).describe("the less it moves with the others the better"),
      age: weight.default(DEFAULT_WEIGHTS.age).describe("the older the better"),
    })
    .prefault({})
    .describe("how much a symbol's place in each part counts in its total; negative turns a part round"),
  chosen: chosenSchema.optional().describe("written by the bot: what it has chosen, and why"),
});

/** The section `markets` of a definition, checked. */
export type MarketsSettings = z.infer<typeof marketsSchema>;
/** What was chosen by it. */
export type ChosenMarkets = z.infer<typeof chosenSchema>;
