import { z } from "zod";

const symbols = z.array(z.string()).min(1).max(50);

/** What the owner decides about cash. Without it cash is kept by the risk profile alone, and what is idle stays idle. */
export const treasurySchema = z.strictObject({
  reserve: z
    .strictObject({
      share: z.number().min(0).max(1).optional().describe("share of equity that stays in free cash after every buy and its fee"),
      amount: z.number().nonnegative().optional().describe("quote that stays in free cash; with a share, the larger of both"),
    })
    .default({})
    .describe("cash that no strategy touches, with `share`, `amount` or both; the risk profile's own reserve holds beside it"),
  idle: z
    .array(
      z.strictObject({
        strategy: z.string().min(1).describe("a strategy of this definition"),
        symbols: symbols.optional().describe("where it may; absent: in all symbols"),
        most: z.number().positive().max(1).describe("most that it may have in the market beyond its council's budget, share of equity, its symbols together"),
      }),
    )
    .max(20)
    .default([])
    .describe("who may use cash that nobody else has a claim on, first come first, each with `strategy`, `symbols` and `most`; empty: nobody"),
});
