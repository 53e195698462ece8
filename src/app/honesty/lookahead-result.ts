import { z } from "zod";
import { backtestDataSchema } from "../result.ts";

const count = z.int().min(0);
const share = z.number().min(0).max(1);
const time = z.int().describe("epoch milliseconds, UTC");

/** A time at which the candles are cut off. */
const cutSchema = z.strictObject({
  time: time.describe("epoch milliseconds, UTC: the candles that have closed by then are kept"),
  insideBar: z.boolean().describe("a decision bar is cut in two"),
});
export type Cut = Readonly<z.infer<typeof cutSchema>>;

/** Someone answered otherwise in another run over the same past. */
const divergenceSchema = z.strictObject({
  kind: z.enum(["agent", "strategy", "engine"]),
  name: z.string(),
  symbol: z.string(),
  time: time.describe("of what was answered, epoch milliseconds, UTC"),
  whole: z.string().nullable().describe("the answer in the run over all candles; null when nothing was said"),
  cut: z.string().nullable().describe("the answer in the other run"),
});
export type Divergence = Readonly<z.infer<typeof divergenceSchema>>;

/** One cut and what it brought to light. */
const cutResultSchema = cutSchema.extend({
  fresh: z.boolean().describe("run by agents and strategies that were loaded for it alone, and so remember nothing of what comes after"),
  compared: count.describe("votes, orders and levels that were compared"),
  divergences: z.array(divergenceSchema).readonly(),
});
export type CutResult = Readonly<z.infer<typeof cutResultSchema>>;

/** What is found about one agent or strategy. */
const witnessSchema = z.strictObject({
  kind: divergenceSchema.shape.kind,
  name: z.string(),
  compared: count.describe("its votes, orders or levels that were compared"),
  verdict: z.enum(["clean", "looks ahead", "unsteady", "untested"]).describe("unsteady: it answers otherwise when the same run is made again; untested: it said nothing before any cut, or only abstained"),
  first: divergenceSchema.nullable().describe("where it first answered otherwise"),
});
export type WitnessResult = Readonly<z.infer<typeof witnessSchema>>;

/** Averages that never quite forget move a vote by less than this. */
export const WARMUP_TOLERANCE = 0.01;

/** Votes after so many bars against votes at the same times after all bars. */
const warmupStepSchema = z.strictObject({
  bars: count.describe("decision bars before the vote"),
  votes: count.describe("votes compared"),
  differing: share.describe("share of them that are not the same to the ninth decimal, 0 to 1"),
  moved: share.describe(`share of them that differ by more than ${WARMUP_TOLERANCE}, 0 to 1`),
  largest: z.number().describe("largest difference in score, confidence, size, kind of market or cap; an abstention against a vote counts as 1"),
});
export type WarmupStep = Readonly<z.infer<typeof warmupStepSchema>>;

/** How much history an agent needs. */
const warmupSchema = z.strictObject({
  agent: z.string(),
  declared: count.describe("decision bars that it asks for"),
  enough: count.nullable().describe(`the least of the tested warm-ups from which on no vote moves by more than ${WARMUP_TOLERANCE}; null when none is enough`),
  steps: z.array(warmupStepSchema).readonly(),
  verdict: z.enum(["enough", "nearly", "too short", "untested"]).describe("nearly: few votes move, as where a threshold is met by a hair; untested: too few bars to compare with"),
});
export type WarmupCheck = Readonly<z.infer<typeof warmupSchema>>;

/** What `caucus lookahead --json` prints: whether the agents and strategies of a definition use what they cannot know yet. */
export const lookaheadSchema = z.strictObject({
  version: z.literal(1),
  name: z.string(),
  definition: z.record(z.string(), z.unknown()).describe("the resolved definition"),
  data: backtestDataSchema,
  seed: z.int(),
  clean: z.boolean().describe("nobody looks ahead, and everybody answers the same when asked again"),
  witnesses: z.array(witnessSchema).readonly(),
  cuts: z.array(cutResultSchema).readonly(),
  warmups: z.array(warmupSchema).readonly(),
  warnings: z.array(z.string()).readonly(),
});
export type Lookahead = Readonly<z.infer<typeof lookaheadSchema>>;
