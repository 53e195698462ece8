import { z } from "zod";

/** Parameters of dollar-cost averaging. */
export const dcaParams = z
  .strictObject({
    mode: z.enum(["deal", "schedule"]).default("deal").describe("deal: a ladder under an entry and one exit; schedule: a buy every so often"),
    baseOrder: z.number().positive().optional().describe("deal: quote of the first order; without it, its part of the budget"),
    safetyOrder: z.number().positive().optional().describe("deal: quote of the first safety order; without it, its part of the budget"),
    safetyOrders: z.number().int().min(0).max(50).default(5).describe("deal: how many safety orders"),
    deviation: z.number().positive().max(0.5).default(0.012).describe("deal: first safety order this far under the entry, fraction"),
    stepScale: z.number().min(0.5).max(5).default(1.4).describe("deal: each further step is this many times the one before"),
    volumeScale: z.number().min(0.5).max(5).default(1.3).describe("deal: each further safety order is this many times the one before"),
    takeProfit: z.number().nonnegative().max(10).default(0.015).describe("sell all this far over the average cost (fees included) or the entry, fraction; schedule: 0 never sells"),
    takeProfitOn: z.enum(["average", "base"]).default("average").describe("what the take-profit is measured from"),
    trailing: z.number().nonnegative().max(0.5).default(0).describe("after the take-profit is reached, sell this far under the peak, fraction; 0 sells at once"),
    stopLoss: z.number().positive().max(0.99).optional().describe("sell all this far under the average cost, fraction"),
    cooldown: z.number().nonnegative().default(2).describe("hours between a deal's end and the next deal"),
    maxDeals: z.number().int().positive().optional().describe("deals in the whole run at most"),
    every: z.number().positive().default(24).describe("schedule: hours between buys"),
    amount: z.number().positive().optional().describe("schedule: quote per buy; without it, a thirtieth of the budget"),
    below: z.number().positive().optional().describe("schedule: buy only under this price, quote"),
    dip: z.number().positive().max(0.9).optional().describe("schedule: buy only this far under the last buy, fraction"),
  })
  .superRefine((params, context) => {
    if ((params.baseOrder === undefined) !== (params.safetyOrder === undefined) && params.safetyOrders > 0) {
      context.addIssue({ code: "custom", path: ["safetyOrder"], message: "give both baseOrder and safetyOrder, or neither" });
    }
    if (params.mode === "deal" && params.takeProfit === 0) context.addIssue({ code: "custom", path: ["takeProfit"], message: "must be above 0 in a deal, or it would never end" });
    const deepest = ladderDepth(params.deviation, params.stepScale, params.safetyOrders);
    if (deepest >= 1) {
      context.addIssue({
        code: "custom",
        path: ["safetyOrders"],
        message: `the last safety order would stand ${(deepest * 100).toFixed(0)} % under the entry: use fewer, or a smaller deviation or stepScale`,
      });
    }
  });

/** Parsed parameters of dollar-cost averaging. */
export type DcaParams = z.infer<typeof dcaParams>;

/** How far under the entry the n-th safety order stands, fraction. */
export function ladderDepth(deviation: number, stepScale: number, n: number): number {
  let depth = 0;
  let gap = deviation;
  for (let i = 0; i < n; i++) {
    depth += gap;
    gap *= stepScale;
  }
  return depth;
}
