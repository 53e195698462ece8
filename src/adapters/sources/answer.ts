import { z } from "zod";
import { redactor } from "../../core/redact.ts";
import { SourceError } from "../../ports/source.ts";

/** One question to a source. */
export interface Question {
  /** The source, as a sentence may name it. */
  readonly name: string;
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  /** Words that no message may carry: keys. */
  readonly secrets?: readonly string[];
  readonly limits?: Partial<Limits>;
  readonly signal: AbortSignal;
}

/** How long and how large an answer may be. */
export interface Limits {
  /** Milliseconds for the whole answer, body included. */
  readonly timeout: number;
  readonly bytes: number;
}

const LIMITS: Limits = { timeout: 15_000, bytes: 2_000_000 };
const USER_AGENT = "caucus (trading bot; reads public data)";
const LONGEST_WAIT = 24 * 3_600_000;

/** The text of an answer; anything else is a SourceError, or the reason of `signal` when that ended it. */
export async function askText(question: Question): Promise<string> {
  const { name, url, signal } = question;
  const limits = { ...LIMITS, ...question.limits };
  signal.throwIfAborted();
  const late = AbortSignal.timeout(limits.timeout);
  try {
    const response = await fetch(url, {
      // A key must not follow a redirect to another host.
      redirect: question.secrets ? "error" : "follow",
      headers: { "user-agent": USER_AGENT, ...question.headers },
      signal: AbortSignal.any([signal, late]),
    });
    if (!response.ok) {
      await response.body?.cancel();
      throw refusal(name, response);
    }
    const text = await capped(name, response, limits.bytes);
    // What a source says is kept and journaled: an answer that repeats the question must not bring the key into it.
    return question.secrets ? redactor(question.secrets)(text) : text;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof SourceError) throw error;
    if (late.aborted) throw new SourceError("down", `${name} gave no whole answer within ${limits.timeout / 1_000} s`);
    throw new SourceError("down", `${name} cannot be reached: ${redactor(question.secrets ?? [])(causeOf(error))}`);
  }
}

/** The JSON of an answer in the shape that the source documents. */
export async function askJson<T>(question: Question, shape: z.ZodType<T>): Promise<T> {
  const text = await askText(question);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new SourceError("malformed", `${question.name} answered ${/^\s*</.test(text) ? "a page" : "something"} that is not JSON`);
  }
  const parsed = shape.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new SourceError("malformed", `${question.name} answered in another shape than documented: ${redactor(question.secrets ?? [])(`${issue?.path.join(".") || "the answer"}: ${issue?.message ?? ""}`)}`);
}

/** Reads a body up to a size. The size that the server announces is not believed. */
async function capped(name: string, response: Response, most: number): Promise<string> {
  const reader: ReadableStreamDefaultReader<Uint8Array> | undefined = response.body?.getReader();
  if (!reader) return "";
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    size += value.byteLength;
    if (size > most) {
      await reader.cancel();
      throw new SourceError("malformed", `${name} answered more than ${most} bytes`);
    }
    text += decoder.decode(value, { stream: true });
  }
}

function refusal(name: string, response: Response): SourceError {
  const { status } = response;
  const wait = retryAfter(response.headers.get("retry-after"));
  if (status === 429 || status === 418) return new SourceError("rate-limited", `${name} was asked too often (${status})`, wait);
  if (status >= 500) return new SourceError("down", `${name} is down (${status})`, wait);
  if (status === 401 || status === 403) return new SourceError("refused", `${name} refuses (${status}): the key is missing, wrong, or not allowed this`, wait);
  return new SourceError("refused", `${name} refuses the request (${status})`, wait);
}

/** Milliseconds of a Retry-After header: seconds or a date (RFC 9110, 10.2.3). */
function retryAfter(header: string | null): number {
  if (header === null) return 0;
  const wait = /^\d+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - Date.now();
  return Number.isFinite(wait) ? Math.min(LONGEST_WAIT, Math.max(0, wait)) : 0;
}

/** What lies under `fetch failed`. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown error";
  const { cause } = error;
  const said = cause instanceof Error ? cause.message || ("code" in cause ? String(cause.code) : cause.name) : error.message;
  return said.replaceAll(/\s+/g, " ").slice(0, 200);
}

/** A base address of the definition with a path after it and parameters; a trailing slash more or less is the same. */
export function address(base: string, path: string, parameters: Readonly<Record<string, string | number>> = {}): URL {
  const url = new URL(`${base.replace(/\/+$/, "")}${path}`);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, String(value));
  return url;
}
