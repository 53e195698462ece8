import { z } from "zod";
import { completionMessage } from "./completion.ts";
import { failure, failureOf, tooShort, type Failure } from "./failure.ts";
import type { Prompt } from "./prompt.ts";
import type { Provider } from "./provider.ts";
import type { Redact } from "../../core/redact.ts";
import { openWire } from "./wire.ts";

/** Tokens as the provider counted them; null where it did not. */
export interface Usage {
  readonly tokensIn: number;
  readonly tokensOut: number;
}

/** How one request ended. `text` is what came back, without secrets. */
export type Outcome<T> =
  | { readonly ok: true; readonly value: T; readonly json: unknown; readonly text: string; readonly usage: Usage | null }
  | { readonly ok: false; readonly failure: Failure; readonly text: string; readonly usage: Usage | null };

/** What one request is made with. */
export interface AttemptPlan {
  readonly maxOutputTokens: number;
  readonly temperature: number | null;
  readonly redact: Redact;
}

/** Bytes around an answer, and for each of its tokens: Ollama sends every token in an object of its own. */
const ENVELOPE_BYTES = 65_536;
const BYTES_PER_TOKEN = 512;

/** A provider's count beyond this is a mistake, tokens. */
const MOST_TOKENS = 1_000_000_000;

const count = z.int().min(0).max(MOST_TOKENS);
/** The parts of a LangChain message that are read, whatever provider it came from. */
const messageSchema = z.object({
  content: z.union([z.string(), z.array(z.looseObject({ type: z.string().optional(), text: z.string().optional() }))]),
  tool_calls: z.array(z.object({ args: z.unknown() })).optional().catch([]),
  additional_kwargs: z.object({ refusal: z.string().nullish() }).optional().catch({}),
  response_metadata: z
    .object({ finish_reason: z.string().nullish(), stop_reason: z.string().nullish(), done_reason: z.string().nullish() })
    .optional()
    .catch({}),
  usage_metadata: z.object({ input_tokens: count, output_tokens: count }).optional().catch(undefined),
});
type Message = z.infer<typeof messageSchema>;

/** Makes one request; never throws, and ends with the signal. */
export async function attempt<T>(provider: Provider, prompt: Prompt<T>, signal: AbortSignal, { maxOutputTokens, temperature, redact }: AttemptPlan): Promise<Outcome<T>> {
  const model = provider.plan.name;
  const wire = openWire(ENVELOPE_BYTES + maxOutputTokens * BYTES_PER_TOKEN, signal);
  const fail = (failed: Failure, message: Message | null = null): Outcome<T> => ({
    ok: false,
    failure: failed,
    text: message === null ? "" : redact(textOf(message)),
    usage: message === null ? null : usageOf(message),
  });
  let raw: unknown = null;
  let thrown: unknown = null;
  try {
    const mostTokens = prompt.mostTokensIn + maxOutputTokens;
    const client = await provider.connect({ fetch: wire.fetch, maxOutputTokens, temperature, mostTokens });
    // Not strict at OpenAI: its strict mode refuses schemas with optional fields or unions. What comes back is checked here anyway.
    const asked = client.withStructuredOutput(prompt.jsonSchema, { name: "answer", includeRaw: true, ...(provider.kind === "openai" ? { strict: false } : {}) });
    const answered = asked.invoke([{ role: "system", content: prompt.system }, { role: "user", content: prompt.input }], { signal, callbacks: [] });
    raw = (await endingWith(answered, signal)).raw;
  } catch (error) {
    if (signal.aborted) return fail(failure("timeout", `${model} did not answer in time.`));
    thrown = error;
  }
  const given = completionMessage(wire.seen.body) ?? raw;
  if (given === null) return fail(failureOf(thrown, wire.seen, model, redact));
  const parsed = messageSchema.safeParse(given);
  if (!parsed.success) return fail(failure("malformed", `${model} answered with something that is not a message.`));
  const message = parsed.data;
  const refusal = refusalOf(message);
  if (refusal !== null) return fail(failure("refused", `${model} refused to answer.`), message);
  const ends = message.response_metadata ?? {};
  const cutShort = [ends.finish_reason, ends.done_reason, ends.stop_reason].some((reason) => reason === "length" || reason === "max_tokens");
  try {
    const text = redact(textOf(message));
    const json: unknown = JSON.parse(withoutFence(text));
    return { ok: true, value: prompt.read(json), json, text, usage: usageOf(message) };
  } catch (error) {
    if (cutShort) return fail(failure("malformed", tooShort(model)), message);
    return fail(failure("malformed", `${model} did not answer in the shape that was asked for: ${misshapen(error)}`), message);
  }
}

/** A promise that is given up when the signal says so, whether its maker listens to the signal or not. */
async function endingWith<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const over = Promise.withResolvers<never>();
  const end = (): void => over.reject(new Error("over"));
  // Whoever is given up may still fail, and whoever is not aborted never settles.
  promise.catch(() => undefined);
  over.promise.catch(() => undefined);
  if (signal.aborted) end();
  signal.addEventListener("abort", end, { once: true });
  try {
    return await Promise.race([promise, over.promise]);
  } finally {
    signal.removeEventListener("abort", end);
  }
}

/** The JSON of an answer: a provider that answers through a tool has it in the tool's arguments. */
function textOf({ content, tool_calls: calls }: Message): string {
  const first = calls?.[0];
  if (first !== undefined) return JSON.stringify(first.args ?? null);
  if (typeof content === "string") return content;
  return content.map((block) => (block.type === "text" || block.type === undefined ? (block.text ?? "") : "")).join("");
}

function refusalOf({ content, additional_kwargs: extra, response_metadata: ends }: Message): string | null {
  const refused = extra?.refusal ?? (typeof content === "string" ? undefined : content.find(({ type }) => type === "refusal")?.type);
  if (typeof refused === "string" && refused !== "") return refused;
  const reason = ends?.finish_reason ?? ends?.stop_reason ?? "";
  return reason === "content_filter" || reason === "refusal" ? reason : null;
}

/** A provider that counts nothing at all has not counted. */
function usageOf({ usage_metadata: usage }: Message): Usage | null {
  if (usage === undefined || usage.input_tokens + usage.output_tokens === 0) return null;
  return { tokensIn: usage.input_tokens, tokensOut: usage.output_tokens };
}

/** Small models put JSON into a Markdown fence even when told not to. */
function withoutFence(text: string): string {
  return /^\s*```(?:json)?\s*\n([\s\S]*?)\n?```\s*$/.exec(text)?.[1] ?? text;
}

/** What is wrong with an answer: the place, never the answer's own words, which may be anybody's. */
function misshapen(error: unknown): string {
  if (!(error instanceof z.ZodError)) return "it is not JSON.";
  const places = error.issues.slice(0, 3).map(({ path, code }) => `${path.map(String).join(".").slice(0, 60) || "the whole"} (${code})`);
  return `${places.join(", ")}.`;
}
