import { z } from "zod";
import { paramsInstruction } from "../../src/core/instruction.ts";

/** Parameters of the orders by hand. */
export const manualParams = z.strictObject({
  maxOrder: z.number().positive().nullable().default(null).describe("largest worth of one buy by hand, quote; without it, the limits of the profile and of trade"),
  lapseDays: z.number().positive().max(365).default(7).describe("days after which an order by hand lapses unless it says when itself"),
});
/** Parsed parameters of the orders by hand. */
export type ManualParams = z.infer<typeof manualParams>;

const price = z.number().positive();
const trigger = z
  .strictObject({ below: price.optional(), above: price.optional() })
  .refine(({ below, above }) => below !== undefined || above !== undefined, "say below or above which price")
  .refine(({ below, above }) => below === undefined || above === undefined || below < above, "below must be under above");

const orderInstruction = z
  .strictObject({
    do: z.enum(["buy", "sell"]),
    /** Counts up; above every number that was given before. */
    id: z.number().int().positive(),
    /** Base. */
    quantity: z.number().positive().optional(),
    /** Quote. */
    worth: z.number().positive().optional(),
    /** Quote; at the market without it. */
    limit: price.optional(),
    when: trigger.optional(),
    /** Epoch milliseconds. */
    until: z.number().int().optional(),
  })
  .refine(({ quantity, worth }) => (quantity === undefined) !== (worth === undefined), "say either quantity or worth");
/** An order that a person gives. */
export type OrderInstruction = z.infer<typeof orderInstruction>;

/** What a person can instruct: an order, taking one back, other parameters. */
export const manualInstructions = z.discriminatedUnion("do", [orderInstruction, z.strictObject({ do: z.literal("cancel"), id: z.number().int().positive() }), paramsInstruction]);
export type ManualInstruction = z.infer<typeof manualInstructions>;
