import { z } from "zod";
import { CALENDARS } from "../../src/core/rebalance/calendar.ts";

const weight = z.number().min(0).max(1);
/** Sums that were meant to be 1 are, within what rounding to ten places leaves. */
const SUM_ERROR = 1e-9;

/** Parameters of rebalancing. */
export const rebalanceParams = z
  .strictObject({
    weights: z
      .record(z.string(), weight)
      .optional()
      .describe("share of the whole account for each symbol, BTC/USDT: 0.4; what is left is cash; without it every symbol and the cash have the same share"),
    band: z
      .strictObject({
        points: z.number().positive().max(1).optional().describe("half width, share of equity"),
        relative: z.number().positive().max(1).optional().describe("half width, fraction of the target"),
      })
      .refine(({ points, relative }) => points !== undefined || relative !== undefined, "give points, relative or both")
      .default({ points: 0.05, relative: 0.25 })
      .describe("how far a share may drift from its target; of points and relative the narrower counts"),
    calendar: z.enum(CALENDARS).default("none").describe("look at every decision bar (none), or at the first one of a UTC day, week (from Monday) or month"),
    to: z.enum(["target", "edge"]).default("target").describe("what is outside its band goes to its target, or to the nearest edge of the band"),
    minOrder: z.number().nonnegative().default(10).describe("smallest worth of an order, quote; never under the venue's own"),
    maxOrderShareOfVolume: z.number().positive().max(1).default(0.05).describe("largest order, share of the median volume of the last 30 decision bars; more is spread over bars"),
  })
  .superRefine(({ weights }, context) => {
    if (weights === undefined) return;
    if (Object.keys(weights).length === 0) context.addIssue({ code: "custom", path: ["weights"], message: "names no symbol, so nothing would be traded: give each its share, or leave weights out for equal ones" });
    const sum = Object.values(weights).reduce((total, one) => total + one, 0);
    if (sum > 1 + SUM_ERROR) context.addIssue({ code: "custom", path: ["weights"], message: `add up to ${Number(sum.toPrecision(6))}: at most 1, and what is left is cash` });
  });

/** Parsed parameters of rebalancing. */
export type RebalanceParams = z.infer<typeof rebalanceParams>;

/** The share of the account that is meant for a symbol, of so many. */
export function shareOf({ weights }: RebalanceParams, symbol: string, count: number): number {
  return weights ? (weights[symbol] ?? 0) : 1 / (count + 1);
}

/** The same for each symbol of a definition. */
export function sharesOf(params: RebalanceParams, symbols: readonly string[]): Record<string, number> {
  return Object.fromEntries(symbols.map((symbol) => [symbol, shareOf(params, symbol, symbols.length)]));
}

/** The first symbol of the weights that a definition does not trade; null when it trades all. */
export function misfitOf({ weights = {} }: RebalanceParams, symbols: readonly string[]): { path: string[]; message: string } | null {
  const stranger = Object.keys(weights).find((name) => !symbols.includes(name));
  return stranger === undefined ? null : { path: ["weights", stranger], message: `is no symbol of this definition, which trades ${symbols.join(", ")}` };
}
