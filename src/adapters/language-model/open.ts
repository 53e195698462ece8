import type { LanguageModelSettings } from "../../app/definition/language-model-schema.ts";
import type { LanguageModel } from "../../ports/language-model.ts";
import { asker, type Candidate } from "./ask.ts";
import { openBudget } from "./budget.ts";
import { openCache } from "./cache.ts";
import { openCallLog } from "./call-log.ts";
import type { ModelKeys } from "./keys.ts";
import { openProvider, type ProviderPlan } from "./provider.ts";
import { redactor } from "../../core/redact.ts";
import { openStore } from "./store.ts";

/** Where and how a language model is opened. */
export interface LanguageModelPlan {
  readonly settings: LanguageModelSettings;
  /** Folder of `language-model.sqlite`. */
  readonly folder: string;
  /** record: what was not answered before is asked. replay: nothing is asked, no key and no network is needed. */
  readonly mode: "record" | "replay";
  /** As `readModelKeys` finds them; a replay needs none. */
  readonly keys: ModelKeys;
  /** Every other secret that the process holds: none of them reaches a prompt, a log or a message. */
  readonly secrets: readonly string[];
  /** Epoch ms; the machine's clock without it. */
  readonly now?: () => number;
  /** First wait between tries, ms; it doubles. */
  readonly firstWaitMs?: number;
}

/** An open language model. */
export interface OpenLanguageModel {
  readonly model: LanguageModel;
  /** What its owner should know, one sentence each. */
  readonly notes: readonly string[];
  readonly close: () => void;
}

/** Opens the model that a definition names. LangChain is loaded here and nowhere else, and not for a replay. */
export async function openLanguageModel(plan: LanguageModelPlan): Promise<OpenLanguageModel> {
  const { settings, keys, mode } = plan;
  const plans: ProviderPlan[] = [{ name: settings.model, url: settings.url, key: keys.model, prices: settings.prices ?? null }];
  const second = settings.fallback;
  if (second !== undefined) plans.push({ name: second.model, url: second.url, key: keys.fallback, prices: second.prices ?? null });
  const candidates: Candidate[] = [];
  for (const one of plans) candidates.push({ plan: one, provider: mode === "replay" ? null : await openProvider(one) });

  const priced = plans.some(({ prices }) => prices !== null);
  const caps = { ...settings.caps, dollarsPerDay: priced ? settings.caps.dollarsPerDay : null };
  const { store, setAside } = openStore(plan.folder);
  const now = plan.now ?? Date.now;
  const budget = openBudget(store, caps);
  const held = [keys.model, keys.fallback].filter((key) => key !== null);
  const ask = asker({
    candidates,
    timeoutMs: settings.timeoutSeconds * 1_000,
    retries: settings.retries,
    temperature: settings.temperature,
    thinkingTokens: settings.thinkingTokens,
    firstWaitMs: plan.firstWaitMs ?? 500,
    budget,
    cache: openCache(store),
    log: openCallLog(store),
    redact: redactor([...plan.secrets, ...held]),
    now,
  });
  return {
    model: { name: settings.model, ask, spent: () => budget.spent(now()) },
    notes: [...plans.flatMap(notesOn), ...(setAside === null ? [] : [`What was asked and spent so far could not be read; it was set aside as ${setAside} and counting begins anew.`])],
    close: () => {
      if (store.isOpen) store.close();
    },
  };
}

function notesOn({ name, url, key, prices }: ProviderPlan): string[] {
  const notes: string[] = [];
  if (prices === null) notes.push(`${name} has no prices in the definition: what it costs is not counted, and only its calls and tokens are capped.`);
  const host = url === undefined ? null : URL.parse(url);
  if (key !== null && host?.protocol === "http:" && !/^(localhost|127\.[\d.]+|\[::1\])$/.test(host.hostname)) {
    notes.push(`${name} is reached over http: its key travels to ${host.host} unencrypted.`);
  }
  return notes;
}
