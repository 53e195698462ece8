import { z } from "zod";

const price = z.union([z.literal("auto"), z.number().positive()]);

/** Parameters of the grid. */
export const gridParams = z
  .strictObject({
    lower: price.default("auto").describe("lowest level, quote; auto takes the council's support, or the profile's grid width"),
    upper: price.default("auto").describe("highest level, quote; auto takes the council's resistance, or the profile's grid width"),
    width: z.number().positive().max(0.9).default(0.06).describe("half width of an auto range without levels, as a fraction of the price"),
    levels: z.number().int().min(2).max(200).default(16).describe("number of price levels; cells are one fewer"),
    spacing: z.enum(["arithmetic", "geometric"]).default("geometric").describe("equal steps in price, or equal ratios"),
    quantity: z.number().positive().optional().describe("base per cell; instead of investment"),
    investment: z.number().positive().optional().describe("quote for the whole grid; without it and without quantity, the budget"),
    initialPurchase: z.boolean().default(true).describe("buy at once what the cells above the price will sell"),
    outOfRange: z
      .enum(["wait", "recentre", "close"])
      .default("recentre")
      .describe("when a bar closes outside: wait, build a new grid there and keep the old exits, or sell everything"),
    trailing: z.enum(["none", "up", "down", "both"]).default("none").describe("shift the grid by a cell when the price leaves it that way"),
    stopLoss: z.number().positive().max(0.99).optional().describe("sell everything this far under the lowest level, fraction"),
    takeProfit: z.number().positive().optional().describe("sell everything this far over the highest level, fraction"),
    cooldown: z.number().nonnegative().default(24).describe("hours without a new grid after everything was sold"),
    postOnly: z.boolean().default(false).describe("never take: a cell that would is rejected and tried again later"),
  })
  .superRefine((params, context) => {
    if (typeof params.lower === "number" && typeof params.upper === "number" && params.lower >= params.upper) {
      context.addIssue({ code: "custom", path: ["lower"], message: `must be below upper (${params.upper}), got ${params.lower}` });
    }
    if (params.quantity !== undefined && params.investment !== undefined) {
      context.addIssue({ code: "custom", path: ["investment"], message: "give either quantity or investment, not both" });
    }
  });

/** Parsed parameters of the grid. */
export type GridParams = z.infer<typeof gridParams>;
