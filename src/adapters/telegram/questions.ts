import { profileFigures } from "../../core/profile-figures.ts";
import { type Assessment, assess, explainAssessment, QUESTIONS } from "../../core/questionnaire.ts";
import type { Button, Reply } from "./command.ts";
import { bold, escaped } from "./text/html.ts";
import { message, type Part } from "./text/message.ts";
import { pairLines } from "./text/table.ts";
import type { Operator } from "../../ports/operator.ts";

/** Behind /risk: the questionnaire, with the digits of the answers so far behind it. */
export const QUESTIONNAIRE = "questions";

/** The button that begins it. */
export const QUESTIONS_BUTTON: Button = button("Which one suits me? 7 questions", "");

function button(text: string, answers: string): Button {
  return { text, action: { command: "risk", argument: `${QUESTIONNAIRE} ${answers}`.trim() } };
}

/** The answers in an argument, each counted from 1; none where it holds anything else. */
function answersIn(text: string): readonly number[] {
  return new RegExp(`^[1-5]{0,${QUESTIONS.length}}$`).test(text) ? Array.from(text, Number) : [];
}

/** The next question with a button for each answer, or what all answers come to. */
export function askOrAssess(given: string): { readonly question: Reply } | { readonly assessment: Assessment } {
  const answers = answersIn(given);
  const assessment = assess(answers);
  if (assessment !== null) return { assessment };
  const [at, sofar] = [answers.length, answers.join("")];
  const question = QUESTIONS[at];
  const rows = (question?.answers ?? []).map(({ text }, i) => [button(text, `${sofar}${i + 1}`)]);
  const back = at > 0 ? [[button("‹ Back", sofar.slice(0, -1))]] : [];
  const parts = [`${bold("Your risk profile")}, question ${at + 1} of ${QUESTIONS.length}`, "", escaped(question?.text ?? "")];
  return { question: { html: message(at === 0 ? [...parts, "Your answers change nothing by themselves."] : parts), buttons: [...rows, ...back] } };
}

/** What the answers come to, with every number of the profile as it would be in force. */
export function assessmentParts(assessment: Assessment, operator: Operator): readonly Part[] {
  const limits = operator.profile(assessment.profile);
  return [
    `${bold("Your answers")}: ${bold(limits.name)}, ${escaped(limits.title)}`,
    ...explainAssessment(assessment).map((sentence) => escaped(sentence, 600)),
    bold("Its limits"),
    { pre: pairLines(profileFigures(limits).map(({ label, text }) => [label, text] as const)) },
    "Each number can be set in the definition: riskProfile with name and the number. It is no advice.",
  ];
}

/** Begins it anew. */
export const AGAIN_BUTTON: Button = button("answer again", "");
