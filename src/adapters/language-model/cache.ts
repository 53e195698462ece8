import { z } from "zod";
import type { ModelCall } from "../../ports/language-model.ts";
import type { ModelStore } from "./store.ts";

/** An answer that was given once: the JSON of it, and the call that it came from. */
export interface KeptAnswer {
  readonly value: unknown;
  readonly call: ModelCall;
}

/** Answers by their content: model, prompt version, instructions, input and schema. */
export interface AnswerCache {
  /** The answer under a key; null when there is none, or none that can be read. */
  readonly get: (key: string) => KeptAnswer | null;
  readonly put: (key: string, answer: KeptAnswer) => void;
}

const callSchema = z.strictObject({
  purpose: z.string(),
  promptVersion: z.string(),
  promptHash: z.string(),
  model: z.string(),
  answer: z.string(),
  tokensIn: z.number(),
  tokensOut: z.number(),
  cost: z.number().nullable(),
  at: z.number(),
  took: z.number(),
  cached: z.boolean(),
});
const rowSchema = z.object({ value: z.string(), call: z.string() });

/** The answers in a store. */
export function openCache(store: ModelStore): AnswerCache {
  const read = store.prepare("SELECT value, call FROM answers WHERE key = ?");
  const insert = store.prepare("INSERT OR REPLACE INTO answers (key, value, call) VALUES (?, ?, ?)");
  return {
    get: (key) => {
      const row = read.get(key);
      if (row === undefined) return null;
      const { value, call } = rowSchema.parse(row);
      return { value: JSON.parse(value) as unknown, call: { ...callSchema.parse(JSON.parse(call)), cached: true } };
    },
    put: (key, { value, call }) => {
      insert.run(key, JSON.stringify(value), JSON.stringify(call));
    },
  };
}
