import type { ModelCall, NoAnswer } from "../../ports/language-model.ts";
import type { ModelStore } from "./store.ts";

/** Keeps a row of every call that was made: what it was for, what it cost, how it ended. */
export type LogCall = (call: ModelCall, outcome: "ok" | NoAnswer, message: string | null) => void;

/** The log in a store. Answers from the cache are no calls and not in it. */
export function openCallLog(store: ModelStore): LogCall {
  const insert = store.prepare(
    `INSERT INTO calls (at, purpose, prompt_version, prompt_hash, model, answer, tokens_in, tokens_out, cost, took, outcome, message)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  return (call, outcome, message) => {
    const { at, purpose, promptVersion, promptHash, model, answer, tokensIn, tokensOut, cost, took } = call;
    insert.run(at, purpose, promptVersion, promptHash, model, answer, tokensIn, tokensOut, cost, took, outcome, message);
  };
}
