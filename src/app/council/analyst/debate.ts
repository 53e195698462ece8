import type { LanguageModel, ModelCall, NoAnswer, Question } from "../../../ports/language-model.ts";
import { ANALYST_VERSION, type VerdictAnswer, VERDICT_PROMPT, VERDICT_TOKENS, verdictSchema, VIEW_PROMPTS, VIEW_TOKENS, viewSchema } from "./prompt.ts";
import { type Brief, briefText } from "./brief.ts";
import { givenIn, reasonsOf, type Verdict, verdictOf } from "./verdict.ts";

/** What asking the analyst came to; `calls` are all that were answered, the verdict's last. */
export type AnalystAnswer =
  | { readonly ok: true; readonly verdict: Verdict; readonly promptHash: string; readonly calls: readonly ModelCall[] }
  | { readonly ok: false; readonly why: NoAnswer; readonly message: string; readonly calls: readonly ModelCall[] };

type Side = keyof typeof VIEW_PROMPTS;
const SIDES: readonly Side[] = ["bull", "bear"];

/** The question for the verdict on a brief, with the views of a debate when there was one. */
export function verdictQuestion(brief: Brief, views: Readonly<Partial<Record<Side, readonly string[]>>> | null): Question<VerdictAnswer> {
  const input = views === null ? briefText(brief) : JSON.stringify({ ...brief, debate: views });
  return { purpose: "analyst", promptVersion: ANALYST_VERSION, system: VERDICT_PROMPT, input, schema: verdictSchema, maxOutputTokens: VERDICT_TOKENS };
}

/** The question for one side's view. */
export function viewQuestion(brief: Brief, side: Side): Question<{ points: string[] }> {
  return { purpose: `analyst-${side}`, promptVersion: ANALYST_VERSION, system: VIEW_PROMPTS[side], input: briefText(brief), schema: viewSchema, maxOutputTokens: VIEW_TOKENS };
}

/** Asks the analyst about a brief: both sides first when there is to be a debate, then the verdict. Never throws. */
export async function askAnalyst(model: LanguageModel, brief: Brief, debate: boolean, signal?: AbortSignal): Promise<AnalystAnswer> {
  const given = givenIn(briefText(brief));
  const calls: ModelCall[] = [];
  let views: Partial<Record<Side, readonly string[]>> | null = null;
  if (debate) {
    views = {};
    const answers = await Promise.all(SIDES.map((side) => model.ask(viewQuestion(brief, side), signal)));
    for (const [i, answer] of answers.entries()) {
      if (answer.call !== null) calls.push(answer.call);
      if (!answer.ok) return { ok: false, why: answer.why, message: answer.message, calls };
      // What one side says goes to the judge only as far as it stands on the same numbers.
      views[SIDES[i] as Side] = reasonsOf(answer.value.points, given).texts;
    }
  }
  const answer = await model.ask(verdictQuestion(brief, views), signal);
  if (answer.call !== null) calls.push(answer.call);
  if (!answer.ok) return { ok: false, why: answer.why, message: answer.message, calls };
  return { ok: true, verdict: verdictOf(answer.value, given), promptHash: answer.call.promptHash, calls };
}
