import type { Answer, LanguageModel, ModelCall, NoAnswer, Question } from "../../ports/language-model.ts";
import { attempt, type Outcome, type Usage } from "./attempt.ts";
import type { Budget } from "./budget.ts";
import type { AnswerCache } from "./cache.ts";
import type { LogCall } from "./call-log.ts";
import { wordsOf } from "./failure.ts";
import { backOff, pause, startDeadline, type Deadline } from "./patience.ts";
import { promptOf, type Prompt } from "./prompt.ts";
import { takesTemperature, type Prices, type Provider, type ProviderPlan } from "./provider.ts";
import type { Redact } from "../../core/redact.ts";

/** One of the models: how it is reached; null in a replay, which reaches none. */
export interface Candidate {
  readonly plan: ProviderPlan;
  readonly provider: Provider | null;
}

/** What asking goes by. */
export interface AskPlan {
  /** The model, and the fallback after it. */
  readonly candidates: readonly Candidate[];
  readonly timeoutMs: number;
  readonly retries: number;
  readonly temperature: number;
  /** Tokens beside those of the answer. */
  readonly thinkingTokens: number;
  /** First wait between tries, ms; it doubles. */
  readonly firstWaitMs: number;
  readonly budget: Budget;
  readonly cache: AnswerCache;
  readonly log: LogCall;
  readonly redact: Redact;
  /** Epoch ms. */
  readonly now: () => number;
}

/** Longest answer that is kept in the log, characters. */
const LONGEST_KEPT = 4_000;
/** Share of the time that the first model has when another waits behind it. */
const FIRST_SHARE = 2 / 3;

/** The function that asks: cache, caps, retries, fallback, all within the deadline. */
export function asker(plan: AskPlan): LanguageModel["ask"] {
  /** Models that turned out to take no temperature. */
  const withoutTemperature = new Set(plan.candidates.map(({ plan: { name } }) => name).filter((name) => !takesTemperature(name)));

  async function askOne<T>(provider: Provider, prompt: Prompt<T>, key: string, deadline: Deadline): Promise<Answer<T>> {
    const { name } = provider.plan;
    const maxOutputTokens = prompt.question.maxOutputTokens + plan.thinkingTokens;
    const most: Usage = { tokensIn: prompt.mostTokensIn, tokensOut: maxOutputTokens };
    for (let tries = 0; ; tries += 1) {
      if (deadline.signal.aborted) return no("timeout", `${name} was not asked: the time was over before.`);
      const at = plan.now();
      const reservation = plan.budget.reserve(amountOf(most, provider.plan.prices), at);
      if (typeof reservation === "string") return no("budget", reservation);
      const began = performance.now();
      const temperature = withoutTemperature.has(name) ? null : plan.temperature;
      const outcome = await attempt(provider, prompt, deadline.signal, { maxOutputTokens, temperature, redact: plan.redact });
      const used = usedBy(outcome, most);
      const amount = amountOf(used, provider.plan.prices);
      plan.budget.settle(reservation, amount);
      const { purpose, promptVersion } = prompt.question;
      const call: ModelCall = {
        purpose,
        promptVersion,
        promptHash: prompt.hash,
        model: name,
        answer: outcome.text.slice(0, LONGEST_KEPT),
        ...used,
        cost: amount.dollars,
        at,
        took: Math.round(performance.now() - began),
        cached: false,
      };
      if (outcome.ok) {
        plan.log(call, "ok", null);
        plan.cache.put(key, { value: outcome.json, call });
        return { ok: true, value: outcome.value, call };
      }
      const { why, message, again, wait, refusesTemperature } = outcome.failure;
      plan.log(call, why, message);
      const stillTemperature = refusesTemperature && temperature !== null;
      if (stillTemperature) withoutTemperature.add(name);
      const ms = wait ?? backOff(tries, plan.firstWaitMs);
      const mayRetry = again && tries < plan.retries && (!refusesTemperature || stillTemperature) && ms < deadline.leftMs();
      if (!mayRetry) return { ok: false, why, message, call };
      await pause(ms, deadline.signal);
    }
  }

  async function askAll<T>(prompt: Prompt<T>, deadline: Deadline): Promise<Answer<T>> {
    const failures: Extract<Answer<T>, { ok: false }>[] = [];
    for (const [index, { plan: { name }, provider }] of plan.candidates.entries()) {
      const key = prompt.keyFor(name);
      const kept = answerFrom(plan.cache, key, prompt);
      if (kept !== null) return kept;
      if (provider === null) continue;
      const another = index < plan.candidates.length - 1;
      const answer = await askOne(provider, prompt, key, another ? deadline.share(FIRST_SHARE) : deadline);
      // A refusal is an answer: nobody else is asked until one complies.
      if (answer.ok || answer.why === "refused") return answer;
      failures.push(answer);
    }
    const last = failures.at(-1);
    if (last === undefined) return no("budget", "This question was not asked before, and a replay makes no calls: record it first.");
    return { ...last, message: failures.map(({ message }) => message).join(" ") };
  }

  return async <T>(question: Question<T>, signal?: AbortSignal): Promise<Answer<T>> => {
    try {
      return await askAll(promptOf(question, plan.redact), startDeadline(plan.timeoutMs, signal));
    } catch (error) {
      // A full disk, a schema that JSON Schema cannot say: whatever could not be counted and kept is not used.
      return no("unavailable", `The language model was not asked, or its answer could not be kept: ${wordsOf(error, plan.redact)}`);
    }
  };
}

const no = (why: NoAnswer, message: string): { ok: false; why: NoAnswer; message: string; call: null } => ({ ok: false, why, message, call: null });

function answerFrom<T>(cache: AnswerCache, key: string, prompt: Prompt<T>): Answer<T> | null {
  try {
    const kept = cache.get(key);
    return kept === null ? null : { ok: true, value: prompt.read(kept.value), call: kept.call };
  } catch {
    // A rule that JSON Schema cannot say has changed, or the row is damaged: the question is a new one.
    return null;
  }
}

/** What a call is counted as: the provider's figures, else the most that it can be, else nothing when it was turned away. */
function usedBy(outcome: Outcome<unknown>, most: Usage): Usage {
  if (outcome.usage !== null) return outcome.usage;
  return outcome.ok || outcome.failure.mayBeBilled ? most : { tokensIn: 0, tokensOut: 0 };
}

function amountOf({ tokensIn, tokensOut }: Usage, prices: Prices | null): { readonly tokens: number; readonly dollars: number | null } {
  const dollars = prices === null ? null : (tokensIn * prices.input + tokensOut * prices.output) / 1_000_000;
  return { tokens: tokensIn + tokensOut, dollars };
}
