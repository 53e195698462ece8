import type { z } from "zod";

/** What a language model is asked. It answers in the shape of `schema`; it has no tools and acts on nothing. */
export interface Question<T> {
  /** What the answer is for, such as "intent", "analyst" or "headline". */
  readonly purpose: string;
  /** Version of the prompt's file; another version never shares an answer. */
  readonly promptVersion: string;
  /** Instructions, ours alone. */
  readonly system: string;
  /** Data to be judged, never instructions. */
  readonly input: string;
  /** An object whose fields are the answer. */
  readonly schema: z.ZodType<T>;
  /** Most tokens that the answer may take. */
  readonly maxOutputTokens: number;
}

/** One call of a language model as the log keeps it. */
export interface ModelCall {
  readonly purpose: string;
  readonly promptVersion: string;
  /** SHA-256 in hex of system, input and the schema's JSON. */
  readonly promptHash: string;
  /** Model that answered, such as "openai:gpt-5-mini"; the fallback's name when that one did. */
  readonly model: string;
  /** What came back, capped, without secrets. */
  readonly answer: string;
  readonly tokensIn: number;
  readonly tokensOut: number;
  /** Dollars; null without prices. */
  readonly cost: number | null;
  /** When it was asked, epoch ms. */
  readonly at: number;
  /** How long it took, ms. */
  readonly took: number;
  /** Whether it came from the cache, without a call. */
  readonly cached: boolean;
}

/** Why there is no answer. Every one of them means: go on without. */
export type NoAnswer = "timeout" | "refused" | "malformed" | "rate-limited" | "unavailable" | "budget" | "unauthorised";

/** The answer to a question, or one sentence on why there is none. */
export type Answer<T> =
  | { readonly ok: true; readonly value: T; readonly call: ModelCall }
  | { readonly ok: false; readonly why: NoAnswer; readonly message: string; readonly call: ModelCall | null };

/** Most that may be spent in one UTC day. */
export interface SpendingCaps {
  readonly callsPerDay: number;
  readonly tokensPerDay: number;
  /** Dollars; null without prices, and then tokens alone are capped. */
  readonly dollarsPerDay: number | null;
}

/** What was spent in one UTC day, calls under way included at their most. */
export interface Spending {
  readonly calls: number;
  readonly tokens: number;
  /** Dollars; null without prices. */
  readonly cost: number | null;
  /** The UTC day, such as "2025-01-31". */
  readonly day: string;
  readonly caps: SpendingCaps;
}

/** A language model behind caps, a cache and a deadline. Nothing that it says is an order. */
export interface LanguageModel {
  /** The configured model, such as "ollama:llama3.2". */
  readonly name: string;
  /** Asks; never throws and always ends within the deadline. */
  ask<T>(question: Question<T>, signal?: AbortSignal): Promise<Answer<T>>;
  /** What was spent today. */
  spent(): Spending;
}
