import { z } from "zod";

const count = z.int().min(0);

/** What a backtest heard of the outside, as its result tells it. */
export const outsideReportSchema = z.strictObject({
  sources: z.array(z.strictObject({ source: z.string(), items: count.describe("that counted at some time of the run, corrections included") })).describe("what was stored of the definition's sources"),
  model: z
    .strictObject({
      name: z.string().describe("as the definition names it"),
      verdicts: count.describe("answers of the analyst that the run stands on"),
      headlines: count.describe("headlines that the model has judged"),
      unanswered: count.describe("questions without an answer: the agents go on without"),
      calls: count.describe("calls behind these answers, whenever they were made"),
      tokens: count.describe("prompts and answers of these calls"),
      cost: z.number().nullable().describe("dollars of these calls when they were made; null without prices"),
    })
    .nullable()
    .describe("what a language model contributed; null when none was asked"),
});
/** What a backtest heard of the outside. */
export type OutsideReport = z.infer<typeof outsideReportSchema>;
