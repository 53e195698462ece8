import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { type Command, Option } from "commander";
import { z } from "zod";
import { profileFigures } from "../core/profile-figures.ts";
import { type Assessment, assess, explainAssessment, QUESTIONS } from "../core/questionnaire.ts";
import { RISK_PROFILES } from "../core/risk-profiles.ts";
import { UserError } from "../core/user-error.ts";
import { indented } from "./indented.ts";
import type { ProfileResult } from "./profile-result.ts";
import { Interrupted, jsonOption, type Shell } from "./shell.ts";
import { renderTable } from "./table.ts";

const EXAMPLES = `
Examples:
  caucus profile                             asks seven questions
  caucus profile --answers 3,4,3,2,4,3,3     answers them, each counted from the most careful
  caucus profile --answers 3,4,3,2,4,3,3 --json
`;

/** `caucus profile`: seven questions, and the risk profile that the answers come to. */
export function registerProfile(program: Command, shell: Shell, input: Readable = process.stdin): void {
  program
    .command("profile")
    .description("seven questions that give one of the five risk profiles, explained")
    .addOption(new Option("--answers <list>", "answer them here: seven numbers from 1 (most careful) to 5"))
    .addOption(jsonOption())
    .addHelpText("after", EXAMPLES)
    .action(async (flags: { answers?: string; json?: boolean }) => {
      const answers = flags.answers === undefined ? await ask(shell, input) : parseAnswers(flags.answers);
      const assessment = assess(answers);
      if (assessment === null) throw new Error("seven checked answers came to nothing");
      shell.out(flags.json ? `${JSON.stringify(plain(answers, assessment), null, 2)}\n` : told(assessment));
    });
}

const WANTED = `${QUESTIONS.length} numbers from 1 to 5, separated by commas, as in 3,4,3,2,4,3,3; caucus profile alone asks the questions`;
const answerSchema = z.string().trim().regex(/^[1-5]$/).transform(Number);
const answersSchema = z.string().transform((text) => text.split(",")).pipe(z.array(answerSchema).length(QUESTIONS.length));

function parseAnswers(text: string): readonly number[] {
  const parsed = answersSchema.safeParse(text);
  if (!parsed.success) throw new UserError(`--answers: must be ${WANTED}; got "${text.slice(0, 60)}"`);
  return parsed.data;
}

/** Asks on the error stream, so that what is printed is the result alone; answers come line by line, typed or piped. */
async function ask(shell: Shell, input: Readable): Promise<readonly number[]> {
  // Without a terminal of its own Ctrl-C reaches the program as it does everywhere else.
  const lines = createInterface({ input, terminal: false });
  const stop = (): void => lines.close();
  shell.signal.addEventListener("abort", stop, { once: true });
  const answers: number[] = [];
  try {
    shell.err(questionText(0));
    for await (const line of lines) {
      const parsed = answerSchema.safeParse(line);
      if (!parsed.success) {
        shell.err("A number from 1 to 5: ");
        continue;
      }
      answers.push(parsed.data);
      if (answers.length === QUESTIONS.length) break;
      shell.err(questionText(answers.length));
    }
  } finally {
    shell.signal.removeEventListener("abort", stop);
    lines.close();
  }
  if (shell.signal.aborted) throw new Interrupted("No profile was worked out.");
  if (answers.length < QUESTIONS.length) throw new UserError(`the answers ended after ${answers.length} of ${QUESTIONS.length} questions: answer them at a terminal, or all at once with --answers`);
  return answers;
}

function questionText(at: number): string {
  const question = QUESTIONS[at];
  if (question === undefined) return "";
  const lines = [`${at + 1} of ${QUESTIONS.length}  ${question.text}`, ...question.answers.map(({ text }, i) => `  ${i + 1}  ${text}`)];
  return `${at > 0 ? "\n" : ""}${lines.join("\n")}\n1 to 5: `;
}

function told(assessment: Assessment): string {
  const limits = RISK_PROFILES[assessment.profile];
  const rows = profileFigures(limits).map(({ label, text, key }) => [label, text, `riskProfile.${key}`]);
  const lines = [
    `Your risk profile: ${limits.name} (${limits.title})`,
    "",
    ...explainAssessment(assessment).flatMap((sentence) => indented(sentence, 2)),
    "",
    renderTable(["limit", "is", "key in the definition"], rows, [1]),
    ...indented("Put it into a definition, each number as you like it; what you leave out stays as above:", 0),
    "",
    `  riskProfile: ${limits.name}`,
    "",
    `  riskProfile: { name: ${limits.name}, maxExposure: ${limits.maxExposure / 2} }`,
    "",
    ...indented("A number that is bolder than the profile's is warned about. It is no advice: it says what your answers come to.", 0),
  ];
  return `${lines.join("\n")}\n`;
}

function plain(answers: readonly number[], assessment: Assessment): ProfileResult {
  const { profile, points, mostPoints, byPoints, pushes, caps } = assessment;
  return {
    profile,
    points,
    mostPoints,
    byPoints,
    answers: pushes.map(({ question, answer, towards }, i) => ({ question: question.name, answer: answers[i] ?? 0, text: answer.text, towards })),
    cappedBy: caps.map(({ question }) => question.name),
    reasons: explainAssessment(assessment),
    limits: RISK_PROFILES[profile],
  };
}
