import { createHash } from "node:crypto";
import { z } from "zod";
import type { TrialContext } from "../../../app/optimize/context.ts";
import { type Parameters, trialFiguresSchema } from "../../../app/optimize/result.ts";
import { windowKey } from "../../../app/optimize/runner.ts";
import { keyOf } from "../../../app/optimize/space.ts";
import type { TrialOutcome, TrialRequest, WinnerRun } from "../../../app/optimize/trial.ts";
import { backtestOutputSchema } from "../../../app/result.ts";
import type { Dataset } from "../../../ports/candles.ts";

const parametersSchema = z.record(z.string(), z.union([z.number(), z.string(), z.boolean()]));

const taskSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("trial"), parameters: parametersSchema, window: z.strictObject({ from: z.number(), to: z.number() }).nullable() }),
  z.strictObject({ kind: z.literal("winner"), parameters: parametersSchema }),
]);

/** What a job asks for. */
export type Task = z.infer<typeof taskSchema>;

const days = z
  .base64()
  .refine((text) => Buffer.byteLength(text, "base64") % Float64Array.BYTES_PER_ELEMENT === 0, "these are no whole numbers of 8 bytes")
  .describe("float64, little-endian");
const answerSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("done"), figures: trialFiguresSchema, daily: days, seconds: z.number() }),
  z.strictObject({ kind: z.literal("failed"), reason: z.string(), seconds: z.number() }),
  z.strictObject({
    kind: z.literal("winner"),
    result: backtestOutputSchema.shape.result,
    bounds: backtestOutputSchema.shape.bounds.unwrap(),
    startTime: z.number(),
    daily: days,
    warnings: z.array(z.string()),
  }),
]);

/** What a job comes to. */
export type Answer = z.infer<typeof answerSchema>;

const datasetSchema = z.strictObject({
  symbol: z.string(),
  hash: z.string(),
  synthetic: z.boolean(),
  description: z.string(),
  notes: z.array(z.string()),
  filters: z.strictObject({ priceStep: z.number(), quantityStep: z.number(), minQuantity: z.number(), minNotional: z.number() }).nullable(),
  candles: z.string().regex(/^[0-9a-f]{64}$/).describe("sha256 over the columns, under which they stand in Redis"),
});

const contextSchema = z.strictObject({
  text: z.string(),
  name: z.string(),
  overrides: z.array(z.strictObject({ path: z.array(z.string()), value: z.unknown(), flag: z.string() })),
  agentNames: z.array(z.string()).optional(),
  strategyNames: z.array(z.string()).optional(),
  datasets: z.array(datasetSchema),
});

/** A search's context with the hashes of its candles in their place. */
export type WireContext = z.infer<typeof contextSchema>;

const announcementSchema = z.strictObject({ engine: z.string() });

/** What a search asks of workers. */
export type Announcement = z.infer<typeof announcementSchema>;

/** A job's data, checked. */
export function readTask(data: unknown): Task {
  return taskSchema.parse(data);
}

/** The number of a job: the same task has the same one, so that it is never in a queue twice. */
export function taskId(task: Task): string {
  const window = task.kind === "trial" ? windowKey(task.window) : "";
  return createHash("sha256").update([task.kind, window, keyOf(task.parameters)].join("\n")).digest("hex");
}

/** The task that a request for a trial is. */
export function trialTask({ parameters, window }: TrialRequest): Task {
  return { kind: "trial", parameters: { ...parameters }, window: window === null ? null : { from: window.from, to: window.to } };
}

/** The task of running the winner in full. */
export function winnerTask(parameters: Parameters): Task {
  return { kind: "winner", parameters: { ...parameters } };
}

/** A trial's outcome as an answer; the days are bytes, so that no digit is lost. */
export function trialAnswer(outcome: TrialOutcome): Answer {
  if (outcome.state === "failed") return { kind: "failed", reason: outcome.reason, seconds: outcome.seconds };
  return { kind: "done", figures: outcome.figures, daily: textOf(outcome.daily), seconds: outcome.seconds };
}

/** The winner's run as an answer. */
export function winnerAnswer(run: WinnerRun): Answer {
  return { kind: "winner", result: run.result, bounds: run.bounds, startTime: run.startTime, daily: textOf(Float64Array.from(run.daily)), warnings: [...run.warnings] };
}

/** An answer that came out of Redis, checked. */
export function readAnswer(value: unknown): Answer {
  answerSchema.parse(value);
  // What was checked is given, not what the schema makes of it: that has its keys in another order than a local run.
  return value as Answer;
}

/** The outcome in an answer; null when the answer is to something else. */
export function outcomeOf(answer: Answer): TrialOutcome | null {
  if (answer.kind === "winner") return null;
  if (answer.kind === "failed") return { state: "failed", reason: answer.reason, seconds: answer.seconds };
  return { state: "done", figures: answer.figures, daily: numbersOf(answer.daily), seconds: answer.seconds };
}

/** The winner's run in an answer; null when the answer is to something else. */
export function winnerOf(answer: Answer): WinnerRun | null {
  if (answer.kind !== "winner") return null;
  const { result, bounds, startTime, daily, warnings } = answer;
  return { result, bounds, startTime, daily: [...numbersOf(daily)], warnings };
}

/** A context as text; `hashes` are those of its candles, in the order of the datasets. */
export function writeContext({ datasets, ...rest }: TrialContext, hashes: readonly string[]): string {
  const described = datasets.map(({ symbol, hash, synthetic, description, notes, filters }, at) => ({ symbol, hash, synthetic, description, notes, filters, candles: hashes[at] }));
  return JSON.stringify({ ...rest, datasets: described });
}

/** A context's text, checked. */
export function readContext(text: string): WireContext {
  return contextSchema.parse(JSON.parse(text));
}

/** The context that trials are run with, once its candles are there. */
export function contextOf({ agentNames, strategyNames, text, name, overrides }: WireContext, datasets: readonly Dataset[]): TrialContext {
  return {
    text,
    name,
    overrides: overrides.map(({ path, value, flag }) => ({ path, value, flag })),
    ...(agentNames === undefined ? {} : { agentNames }),
    ...(strategyNames === undefined ? {} : { strategyNames }),
    datasets,
  };
}

/** An announcement as text. */
export function writeAnnouncement(announcement: Announcement): string {
  return JSON.stringify(announcement);
}

/** An announcement's text, checked. */
export function readAnnouncement(text: string): Announcement {
  return announcementSchema.parse(JSON.parse(text));
}

function textOf(numbers: Float64Array): string {
  return Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength).toString("base64");
}

function numbersOf(text: string): Float64Array {
  const bytes = Uint8Array.from(Buffer.from(text, "base64"));
  return new Float64Array(bytes.buffer);
}
