import { z } from "zod";

/** The source that stands for the whole council. */
export const COUNCIL = "council";

const fraction = z.number().nonnegative().max(0.99);
const bars = z.number().int().nonnegative().max(100_000);

/** Parameters of the signal strategy. */
export const signalParams = z
  .strictObject({
    source: z.string().min(1).max(80).default(COUNCIL).describe("whose signal: council (its conviction), or an agent's name (its score x confidence); -1 to 1"),
    enter: z.number().min(-1).max(1).default(0.05).describe("buys when a bar closes with the signal at or over this"),
    leave: z.number().min(-1).max(1).default(0).describe("sells when a bar closes with the signal at or under this"),
    silence: z.enum(["keep", "leave"]).default("keep").describe("when the source abstains while something is held: keep it under its exits, or sell"),
    budget: z.number().positive().max(1).default(1).describe("share of the strategy's budget that a position may cost, fraction"),
    size: z.enum(["fixed", "volatility", "kelly"]).default("fixed").describe("fixed: that share; volatility: less of it when the market moves more than the target; kelly: as much of it as the signal's bet is worth"),
    volatilityTarget: z.number().positive().max(5).default(0.4).describe("volatility: standard deviation of a year that the share is meant for, fraction"),
    kelly: z.number().positive().max(1).default(0.5).describe("kelly: share of the whole Kelly bet"),
    horizon: z.number().int().min(1).max(10_000).default(24).describe("kelly: decision bars that the signal looks ahead"),
    entry: z.enum(["market", "limit"]).default("market").describe("market takes what is there; limit waits at its price"),
    offset: fraction.max(0.5).default(0).describe("limit: this far under the price of the signal, fraction"),
    patience: bars.min(1).default(3).describe("limit: bars to wait; what was bought by then is the position"),
    stop: z.number().nonnegative().max(50).default(0.05).describe("sell all this far under the average cost (fees included); 0 for no stop"),
    stopUnit: z.enum(["fraction", "atr"]).default("fraction").describe("what stop counts: a fraction of the average cost, or average true ranges as of the entry"),
    atrPeriod: z.number().int().min(2).max(40).default(14).describe("bars of the average true range, for stops and sizes"),
    takeProfit: z.number().nonnegative().max(10).default(0.1).describe("sell all this far over the average cost (fees included), fraction; 0 for none"),
    trailing: fraction.default(0).describe("sell all this far under the highest price since trailing began, fraction; 0 for none"),
    trailingFrom: z.number().nonnegative().max(10).default(0).describe("trailing begins this far over the average cost, fraction; 0 begins with the position"),
    maxBars: bars.default(0).describe("sell all after so many bars; 0 for no limit"),
    cooldown: bars.default(1).describe("bars between a position's end and the next entry"),
    reenter: z.boolean().default(true).describe("enter again though the signal has been over enter ever since; false waits until it has been under"),
  })
  .superRefine((params, context) => {
    const problem = (key: string, message: string): void => context.addIssue({ code: "custom", path: [key], message });
    if (params.leave >= params.enter) problem("leave", `must be under enter (${params.enter}), or what is bought would be sold at once; got ${params.leave}`);
    if (params.stopUnit === "fraction" && params.stop > 0.99) problem("stop", `must be at most 0.99 of the average cost, got ${params.stop}; for average true ranges set stopUnit: atr`);
  });

/** Parsed parameters of the signal strategy. */
export type SignalParams = z.infer<typeof signalParams>;
