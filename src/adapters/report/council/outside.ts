import type { BacktestOutput } from "../../../app/result.ts";
import { count, decimal } from "../format.ts";

/** What a run heard from outside the market and what a language model cost it, as sentences; none where nothing was looked at. */
export function outsideSentences({ outside }: Pick<BacktestOutput, "outside">): string[] {
  if (outside === undefined) return [];
  const { sources, model } = outside;
  const heard = sources.map(({ source, items }) => `${source} ${count(items)}`).join(", ");
  return [
    heard === "" ? "" : `Items from outside the market that counted: ${heard}.`,
    model === null
      ? ""
      : `${model.name} gave ${count(model.verdicts)} verdicts, judged ${count(model.headlines)} headlines and left ${count(model.unanswered)} questions open: ${count(model.calls)} calls, ${count(model.tokens)} tokens, ${model.cost === null ? "no price known" : `${decimal(model.cost, 2)} dollars`} when they were made.`,
  ].filter((sentence) => sentence !== "");
}
