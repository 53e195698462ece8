import { UserError } from "../core/user-error.ts";

/** The flag and what it is for. */
export const BUDGET_FLAG = ["--budget <dollars>", "what may be spent on questions to a language model that are not in the cache; 0: only what is there"] as const;

/** `--budget` as dollars; undefined when it was not given. */
export function readBudget(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const budget = /^\d+(?:\.\d+)?$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (!(budget <= 1_000_000)) throw new UserError(`--budget ${text}: write dollars such as 0.50; 0 uses only the answers that are in the cache.`);
  return budget;
}
