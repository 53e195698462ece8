import { z } from "zod";
import type { LanguageModel, ModelCall, NoAnswer, Question } from "../../ports/language-model.ts";

/** One thing to be asked, of which something is known beforehand: the questions that it takes at the most. */
export interface Task<T> {
  readonly questions: readonly Pick<Question<unknown>, "system" | "input" | "schema" | "maxOutputTokens">[];
  ask(model: LanguageModel, signal?: AbortSignal): Promise<TaskAnswer<T>>;
}

/** What a task came to. */
export type TaskAnswer<T> =
  | { readonly ok: true; readonly value: T; readonly calls: readonly ModelCall[] }
  | { readonly ok: false; readonly why: NoAnswer; readonly message: string; readonly calls: readonly ModelCall[] };

/** Dollars per million tokens. */
export interface ModelPrices {
  readonly input: number;
  readonly output: number;
}

/** What asking would take. */
export interface Estimate {
  readonly calls: number;
  readonly tokens: number;
  /** Dollars; null without prices. */
  readonly cost: number | null;
}

/** What of the tasks is answered without a call, in their order; null where nothing is. */
export interface Stock<T> {
  readonly answers: readonly (Extract<TaskAnswer<T>, { ok: true }> | null)[];
  readonly missing: readonly Task<T>[];
}

/** Characters that make about one token of English and JSON. */
const CHARACTERS_PER_TOKEN = 4;

/** Looks up every task with a model that only replays. */
export async function takeStock<T>(tasks: readonly Task<T>[], replay: LanguageModel): Promise<Stock<T>> {
  const answers: (Extract<TaskAnswer<T>, { ok: true }> | null)[] = [];
  const missing: Task<T>[] = [];
  for (const task of tasks) {
    const answer = await task.ask(replay);
    answers.push(answer.ok ? answer : null);
    if (!answer.ok) missing.push(task);
  }
  return { answers, missing };
}

/** What the tasks would take about: prompts by their length, answers at the longest that is asked for. */
export function estimateOf(tasks: readonly Task<unknown>[], prices: ModelPrices | null): Estimate {
  let calls = 0;
  let tokensIn = 0;
  let tokensOut = 0;
  const shapes = new Map<unknown, number>();
  for (const { questions } of tasks) {
    for (const { system, input, schema, maxOutputTokens } of questions) {
      const shape = shapes.get(schema) ?? JSON.stringify(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" })).length;
      shapes.set(schema, shape);
      calls += 1;
      tokensIn += Math.ceil((system.length + input.length + shape) / CHARACTERS_PER_TOKEN);
      tokensOut += maxOutputTokens;
    }
  }
  return { calls, tokens: tokensIn + tokensOut, cost: prices === null ? null : dollars(tokensIn, tokensOut, prices) };
}

function dollars(tokensIn: number, tokensOut: number, { input, output }: ModelPrices): number {
  return (tokensIn * input + tokensOut * output) / 1_000_000;
}

/** How missing answers are fetched. */
export interface FetchPlan {
  /** Dollars that may be spent; without prices only the caps of the model's own day hold. */
  readonly budget: number;
  readonly prices: ModelPrices | null;
  /** Tokens that a model may think beside its answer. */
  readonly thinkingTokens: number;
  /** Told after each answer, share done 0..1. */
  readonly onProgress?: (done: number) => void;
  readonly signal?: AbortSignal;
}

/** What fetching came to. */
export interface Fetched {
  readonly answered: number;
  readonly failed: number;
  /** Tasks that were not asked any more. */
  readonly left: number;
  /** Dollars, failures at their most; 0 without prices. */
  readonly spent: number;
  /** Why it ended early or what failed last; null when all is well. */
  readonly why: string | null;
}

const AT_ONCE = 4;
/** Failures in a row after which nobody is there. */
const MOST_FAILURES = 8;

/** Asks the tasks, a few at a time, within a budget. What was answered is kept by the model's own cache, so that nothing is lost when it ends early. */
export async function fetchAnswers(tasks: readonly Task<unknown>[], model: LanguageModel, plan: FetchPlan): Promise<Fetched> {
  const { budget, prices, thinkingTokens, onProgress, signal } = plan;
  let next = 0;
  let answered = 0;
  let failed = 0;
  let inRow = 0;
  let spent = 0;
  let reserved = 0;
  let why: string | null = null;
  let over = budget <= 0;

  const work = async (): Promise<void> => {
    while (!over && !(signal?.aborted ?? false) && next < tasks.length) {
      const task = tasks[next] as Task<unknown>;
      const most = prices === null ? 0 : mostOf(task, prices, thinkingTokens);
      if (spent + reserved + most > budget) {
        why = `the budget of $${budget} is used: $${spent.toFixed(4)} was spent, and the next question may cost $${most.toFixed(4)}`;
        over = true;
        return;
      }
      next += 1;
      reserved += most;
      const answer = await task.ask(model, signal);
      reserved -= most;
      const known = answer.calls.reduce((sum, { cost, cached }) => sum + (cached ? 0 : (cost ?? 0)), 0);
      // Of a failure it is not known what its tries have cost: the most of one is counted.
      spent += answer.ok ? known : Math.max(known, answer.calls.length > 0 ? most : 0);
      if (answer.ok) {
        answered += 1;
        inRow = 0;
      } else {
        failed += 1;
        inRow += 1;
        why = answer.message;
        if (answer.why === "unauthorised" || answer.why === "budget" || inRow >= MOST_FAILURES) over = true;
      }
      onProgress?.((answered + failed) / tasks.length);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, () => work()));
  return { answered, failed, left: tasks.length - answered - failed, spent, why };
}

/** The most that a task can cost: no tokenizer makes more tokens than there are bytes. */
function mostOf(task: Task<unknown>, prices: ModelPrices, thinkingTokens: number): number {
  return task.questions.reduce((sum, { system, input, maxOutputTokens }) => sum + dollars(Buffer.byteLength(system + input) + 2_000, maxOutputTokens + thinkingTokens, prices), 0);
}
