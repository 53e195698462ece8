import { z } from "zod";
import { backtestDataSchema, backtestResultSchema } from "../result.ts";

/** What a council is judged by. */
export const ABLATION_METRICS = ["sharpe", "return"] as const;
/** One of them: Sharpe a year, or return over the span as a fraction. */
export type AblationMetric = (typeof ABLATION_METRICS)[number];

const figure = z.number();
const count = z.int().min(0);
const definition = z.record(z.string(), z.unknown()).describe("the resolved definition");

/** A difference and its interval; without an interval where there are too few days, without an estimate where it is not defined. */
const gapSchema = z.strictObject({
  estimate: figure.nullable().describe("null where it is not defined"),
  interval: z.strictObject({ estimate: figure, low: figure, high: figure }).nullable().describe("null where there are too few days"),
});
export type Gap = Readonly<z.infer<typeof gapSchema>>;

/** How days are drawn again; it goes into every result that rests on it. */
const resamplingSchema = z.strictObject({
  method: z.literal("stationary block bootstrap, paired by day"),
  samples: count,
  meanBlock: figure.describe("mean length of a block in days"),
  seed: z.int(),
  confidence: figure.describe("share of the samples inside an interval, 0 to 1"),
});
export type Resampling = Readonly<z.infer<typeof resamplingSchema>>;

/** One of the two definitions of a comparison and what became of it. */
const comparedRunSchema = z.strictObject({
  name: z.string(),
  definition,
  result: backtestResultSchema,
  equity: z.array(figure).readonly().describe("quote, at the start and at the end of each UTC day"),
  warnings: z.array(z.string()).readonly(),
});
export type ComparedRun = Readonly<z.infer<typeof comparedRunSchema>>;

/** What `caucus compare --json` prints: two definitions over the same candles, paired by day. Differences are B less A. */
export const comparisonSchema = z.strictObject({
  version: z.literal(1),
  data: backtestDataSchema,
  a: comparedRunSchema,
  b: comparedRunSchema,
  days: z.array(z.int()).readonly().describe("start of each UTC day, epoch milliseconds: one fewer than there are equities"),
  changed: z.array(z.string()).readonly().describe("top-level keys of the definitions that are not the same"),
  difference: z.strictObject({
    totalReturn: gapSchema.describe("fraction of the capital over the whole span"),
    dailyReturn: gapSchema.describe("mean difference of a day, fraction"),
    sharpe: gapSchema.describe("a year; 0 for a run that never traded"),
    maxDrawdown: gapSchema.describe("of the deepest falls between ends of days, fraction; above zero means that B fell less"),
  }),
  correlation: figure.nullable().describe("of daily returns, -1 to 1; null when one run never moved"),
  better: z.strictObject({ a: count, b: count, even: count }).describe("days on which each earned more"),
  resampling: resamplingSchema,
  verdict: z.strictObject({ better: z.enum(["a", "b", "neither"]), sentence: z.string() }),
  warnings: z.array(z.string()).readonly(),
});
export type Comparison = Readonly<z.infer<typeof comparisonSchema>>;

/** One council and what it came to. */
const councilRunSchema = z.strictObject({
  agents: z.array(z.string()).readonly(),
  value: figure.describe("in the metric"),
  totalReturn: figure.describe("fraction"),
  sharpe: figure.nullable().describe("annual"),
  maxDrawdown: figure.describe("negative fraction"),
  fills: count,
});
export type CouncilRun = Readonly<z.infer<typeof councilRunSchema>>;

/** What one agent is worth, in the metric. */
const agentWorthSchema = z.strictObject({
  agent: z.string(),
  shapley: gapSchema.describe("its mean addition over all councils that it could join"),
  leftOut: gapSchema.describe("what the full council would lose with it: all less all without it"),
  without: figure.describe("value of the council without it"),
  alone: figure.describe("value of a council of it alone"),
  verdict: z.enum(["helps", "hurts", "unclear"]),
  sentence: z.string(),
});
export type AgentWorth = Readonly<z.infer<typeof agentWorthSchema>>;

/** What `caucus ablate --json` prints: what each agent of a definition is worth. */
export const ablationSchema = z.strictObject({
  version: z.literal(1),
  name: z.string(),
  definition,
  data: backtestDataSchema,
  metric: z.enum(ABLATION_METRICS).describe("Sharpe ratio a year, or return over the span as a fraction"),
  days: count,
  runs: count.describe("backtests that were run"),
  all: councilRunSchema,
  none: councilRunSchema.describe("the strategies alone, without a council: nobody limits them"),
  equal: councilRunSchema.nullable().describe("the full council with weights of 1; null when the weights are equal already"),
  council: gapSchema.describe("what the whole council is worth: all less none"),
  equalWeights: gapSchema.nullable().describe("equal weights less the definition's own; null when the weights are equal already"),
  agents: z.array(agentWorthSchema).readonly(),
  subsets: z.array(councilRunSchema).readonly().describe("every subset of the council, the empty one first"),
  resampling: resamplingSchema,
  warnings: z.array(z.string()).readonly(),
});
export type Ablation = Readonly<z.infer<typeof ablationSchema>>;
