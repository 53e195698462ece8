import { z } from "zod";
import type { OutsideItem } from "./outside.ts";

/** Name of the analyst: of the agent, and of the source whose items are its verdicts. */
export const ANALYST = "analyst";

/** How the analyst is asked and how much its verdict counts. */
export const analystParams = z.strictObject({
  every: z.int().min(1).max(10_000).default(6).describe("decision bars from one question about a symbol to the next"),
  lasts: z.int().min(1).max(10_000).default(12).describe("decision bars for which an answer counts"),
  most: z.number().min(0).max(0.9).default(0.5).describe("how far under 100 % in the market its limit may go; it never lifts another limit"),
  debate: z.boolean().default(false).describe("whether a bull and a bear view are asked for first; three calls instead of one"),
  masked: z.enum(["backtest", "always", "never"]).default("backtest").describe("when the model is not told symbol, date and price level, so that it cannot remember what came next"),
  delay: z.number().min(1).max(3_600).default(60).describe("seconds after its question from which an answer counts in a backtest"),
});
/** How the analyst is asked. */
export type AnalystParams = z.infer<typeof analystParams>;

/** Id of a verdict: the decision that it was asked about, epoch milliseconds, and the hash of the prompt. */
export function verdictId(time: number, promptHash: string): string {
  return `${time}:${promptHash}`;
}

/** Hash of the prompt that a verdict answers, under which the journal keeps the call. */
export function callOf(item: Pick<OutsideItem, "id">): string {
  return item.id.slice(item.id.indexOf(":") + 1);
}
