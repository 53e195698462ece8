import { z } from "zod";

/** How parameter sets are chosen. */
export const SEARCH_METHODS = ["random", "sobol", "tpe"] as const;
export type SearchMethod = (typeof SEARCH_METHODS)[number];

/** What a search can aim at; all are better when they are higher, since a drawdown is a negative fraction. */
export const OBJECTIVES = ["sharpe", "sortino", "calmar", "return", "drawdown"] as const;
export type Objective = (typeof OBJECTIVES)[number];

const range = z
  .strictObject({
    from: z.number().describe("least value"),
    to: z.number().describe("greatest value"),
    step: z.number().positive().optional().describe("values are from, from + step, ...; keys that count things have 1"),
    scale: z.enum(["linear", "log"]).optional().describe("log: as many tries between 1 and 10 as between 10 and 100"),
  })
  .superRefine(({ from, to, scale }, context) => {
    if (from >= to) context.addIssue({ code: "custom", path: ["to"], message: `must be above from (${from}), got ${to}` });
    if (scale === "log" && from <= 0) context.addIssue({ code: "custom", path: ["from"], message: `must be above 0 on a log scale, got ${from}` });
  });
const list = z.strictObject({ values: z.array(z.union([z.number(), z.string(), z.boolean()])).min(2).max(1_000).describe("instead of a range: any of these") });

/** The part of a definition that only `caucus optimize` reads. */
export const searchSchema = z.strictObject({
  parameters: z
    .record(z.string(), z.union([list, range]))
    .describe("dotted key to a range or a list: strategies.grid.levels: { from: 8, to: 40 }")
    .refine((parameters) => Object.keys(parameters).length > 0, "needs at least one key such as strategies.grid.levels"),
  method: z.enum(SEARCH_METHODS).default("tpe").describe("tpe learns from the trials before; sobol spreads evenly; random"),
  trials: z.number().int().min(1).max(100_000).default(100).describe("parameter sets tried"),
  seed: z.number().int().min(0).max(4_294_967_295).default(1).describe("the same seed tries the same sets"),
  objectives: z
    .array(z.enum(OBJECTIVES))
    .min(1)
    .refine((names) => new Set(names).size === names.length, "each objective may be there once")
    .default(["sharpe"])
    .describe("the first names the winner; several give a front"),
  folds: z.number().int().min(2).max(50).default(4).describe("parts that the walk-forward tests out of sample"),
});

/** A checked search. */
export type Search = z.infer<typeof searchSchema>;
