import { z } from "zod";
import { HOLDS } from "../../src/core/bot.ts";
import { POINTS } from "./deaths.ts";

const death = z.strictObject({ point: z.enum(POINTS), nth: z.int().min(1) }).nullable();

/** What is true on the exchange, for the bot to be compared with. */
export const truthSchema = z.strictObject({
  balances: z.array(z.strictObject({ asset: z.string(), free: z.string(), locked: z.string() })),
  /** Client order ids of what rests. */
  open: z.array(z.string()),
  /** Every execution so far, as symbol and trade id. */
  trades: z.array(z.tuple([z.string(), z.string()])),
});
export type Truth = z.infer<typeof truthSchema>;

/** What the parent tells the bot's process. */
export const orderSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("start"), url: z.string(), wsUrl: z.string(), folder: z.string(), death }),
  z.strictObject({ type: z.literal("die"), death }),
  z.strictObject({ type: z.literal("command"), command: z.enum(HOLDS) }),
  z.strictObject({ type: z.literal("compare"), truth: truthSchema, deep: z.boolean() }),
]);
export type ParentMessage = z.infer<typeof orderSchema>;

/** What the bot's process tells its parent. */
export const replySchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("warm") }),
  z.strictObject({ type: z.literal("ready") }),
  z.strictObject({ type: z.literal("failed"), message: z.string() }),
  /** What does not agree, a sentence each; `hold` is where the owner's switch stands. */
  z.strictObject({ type: z.literal("compared"), problems: z.array(z.string()), hold: z.enum(HOLDS) }),
]);
export type ChildMessage = z.infer<typeof replySchema>;
