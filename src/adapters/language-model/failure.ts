import { z } from "zod";
import type { NoAnswer } from "../../ports/language-model.ts";
import type { Redact } from "../../core/redact.ts";
import type { Seen } from "./wire.ts";

/** Why an attempt gave no answer, and what may be done about it. */
export interface Failure {
  readonly why: NoAnswer;
  /** One sentence, without secrets. */
  readonly message: string;
  /** Whether the same may work a moment later. */
  readonly again: boolean;
  /** How long the server asks to wait, ms; null when it does not say. */
  readonly wait: number | null;
  /** Whether the provider may count tokens for it all the same. */
  readonly mayBeBilled: boolean;
  /** Whether the model wants no temperature. */
  readonly refusesTemperature: boolean;
}

/** Longest words of a provider that are repeated, characters. */
const WORDS = 200;
/** Errors before anything was sent. */
const NEVER_SENT = /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|CERT|SSL|TLS/;

const statusSchema = z.object({ status: z.int().min(100).max(599) });

/** A failure in a sentence that says which model it was. */
export function failure(why: NoAnswer, message: string, more: Partial<Omit<Failure, "why" | "message">> = {}): Failure {
  return { why, message, again: false, wait: null, mayBeBilled: true, refusesTemperature: false, ...more };
}

/** What an error of an attempt means: what the wire saw goes before what the client made of it. */
export function failureOf(error: unknown, seen: Readonly<Seen>, model: string, redact: Redact): Failure {
  const said = wordsOf(error, redact);
  if (seen.tooLong) return failure("malformed", `${model} answered with more text than any answer needs; it was cut off.`);
  if (seen.notJson) return failure("malformed", `${model}: what answers there is no language model, or broke off; it did not send JSON.`);
  const status = seen.status ?? statusOf(error);
  if (status !== null && status >= 400) return refusalOf(status, seen.retryAfter, model, said);
  if (seen.broken !== null) return brokenOf(seen, model, redact);
  if (/did not receive done/i.test(said)) return failure("unavailable", `${model}: the connection ended in the middle of the answer.`, { again: true });
  if (status !== null) return failure("malformed", `${model} answered with something that is not what its protocol says: ${said}`);
  // A client may know by itself that its model takes no temperature.
  const refusesTemperature = /temperature/i.test(said);
  return failure("unavailable", `${model} could not be asked: ${said}`, { mayBeBilled: false, refusesTemperature, again: refusesTemperature, wait: refusesTemperature ? 0 : null });
}

/** The sentence for an answer that was longer than it might be. */
export function tooShort(model: string): string {
  return `${model} did not come to the end of its answer within the tokens it was given; languageModel.thinkingTokens gives it more.`;
}

function refusalOf(status: number, wait: number | null, model: string, said: string): Failure {
  const free = { mayBeBilled: false } as const;
  if (status === 401 || status === 403) return failure("unauthorised", `${model} does not take the key (HTTP ${status}): check CAUCUS_LLM_KEY, or the provider's own variable.`, free);
  if (status === 402 || (status === 429 && /insufficient_quota|billing|credit/i.test(said))) {
    return failure("rate-limited", `${model}: the account has no credit left (HTTP ${status}).`, free);
  }
  if (status === 429) return failure("rate-limited", `${model} is asked too often (HTTP 429).`, { ...free, again: true, wait });
  if (status === 404) return failure("unavailable", `${model} is not known there (HTTP 404): check languageModel.model and url. It said: ${said}`, free);
  if (status === 408 || status >= 500) return failure("unavailable", `${model} has trouble of its own (HTTP ${status}).`, { ...free, again: true, wait });
  const refusesTemperature = status === 400 && /temperature/i.test(said);
  return failure("unavailable", `${model} does not take the question (HTTP ${status}): ${said}`, { ...free, refusesTemperature, again: refusesTemperature, wait: refusesTemperature ? 0 : null });
}

function brokenOf(seen: Readonly<Seen>, model: string, redact: Redact): Failure {
  if (seen.status !== null) return failure("unavailable", `${model}: the connection broke in the middle of the answer.`, { again: true });
  const cause = causeOf(seen.broken, redact);
  return failure("unavailable", `${model} is out of reach: ${cause}`, { again: true, mayBeBilled: !NEVER_SENT.test(cause) });
}

/** fetch says "fetch failed" and keeps the reason in its cause. */
function causeOf(error: unknown, redact: Redact): string {
  const cause = error instanceof Error ? error.cause : null;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  const said = wordsOf(cause ?? error, redact);
  return said.includes(code) ? said : `${code} ${said}`;
}

function statusOf(error: unknown): number | null {
  const parsed = statusSchema.safeParse(error);
  return parsed.success ? parsed.data.status : null;
}

/** What an error says: on one line, without secrets and invisible characters, at most so long. */
export function wordsOf(error: unknown, redact: Redact): string {
  const said = error instanceof Error ? error.message : typeof error === "string" ? error : "no reason given";
  // Cut first: a message may hold megabytes, and redacting goes over all of it.
  const line = redact(said.slice(0, 20 * WORDS)).replace(/[\p{C}\s]+/gu, " ").trim();
  const short = line.length > WORDS ? `${line.slice(0, WORDS - 1)}…` : line;
  return /[.…!?]$/.test(short) ? short : `${short === "" ? "no reason given" : short}.`;
}
