import { readModelKeys } from "../adapters/language-model/keys.ts";
import { openLanguageModel, type OpenLanguageModel } from "../adapters/language-model/open.ts";
import { hasSourceStore, openSourceStore, type Wanted } from "../adapters/sources/store.ts";
import { analystOf, type OutsideFound, outsideOf, type OutsideOrder } from "../app/council/backtest-outside.ts";
import { type Estimate, estimateOf, fetchAnswers, type Task } from "../app/council/outside-answers.ts";
import type { LanguageModelSettings } from "../app/definition/language-model-schema.ts";
import type { Definition } from "../app/definition/schema.ts";
import { UserError } from "../core/user-error.ts";
import { drive } from "./drive.ts";
import { modelUses, openEgress, proxyUses } from "./egress.ts";
import { createProgress } from "./progress.ts";
import { knownSecrets } from "./run/keys.ts";
import { Interrupted, type Shell } from "./shell.ts";

/** Where answers are kept and what may be spent on new ones. */
export interface ModelDesk {
  readonly settings: LanguageModelSettings;
  /** Folder of the cache of answers. */
  readonly folder: string;
  /** Dollars; undefined when nobody has said. */
  readonly budget: number | undefined;
  readonly shell: Shell;
}

/** What a backtest of this definition hears of the outside; asks a model only as far as `budget` allows. */
export async function outsideFor(
  order: Pick<OutsideOrder, "definition" | "datasets" | "agents" | "strategies">,
  { dataDir, budget, shell }: { readonly dataDir: string; readonly budget: number | undefined; readonly shell: Shell },
): Promise<OutsideFound> {
  const { definition } = order;
  const { languageModel: settings } = definition;
  const asks = settings !== undefined && (analystOf(definition) !== null || definition.sources?.headlines?.judge === "model");
  const replay = asks ? await openReplay(settings, dataDir) : null;
  try {
    let spent = 0;
    return await outsideOf({
      ...order,
      stored: (span) => storedItems(definition, dataDir, span),
      replay: replay?.model ?? null,
      fetch: async (now, all, cached) => {
        if (!settings) return;
        const desk: ModelDesk = { settings, folder: dataDir, budget: budget === undefined ? undefined : Math.max(0, budget - spent), shell };
        // What is left of a budget that was given is a budget too.
        spent += await fetchWithin(desk, now, all, cached);
      },
      drive: (steps) => drive(steps, createProgress("first pass"), shell.signal),
    });
  } finally {
    replay?.close();
  }
}

/** Opens the answers that were given before, without key and network. */
export function openReplay(settings: LanguageModelSettings, folder: string): Promise<OpenLanguageModel> {
  return openLanguageModel({ settings, folder, mode: "replay", keys: { model: null, fallback: null }, secrets: [] });
}

/** Fetches what is missing, as far as the budget allows; gives what was spent, dollars. Throws with what it would need when nobody has said what may be spent. */
export async function fetchWithin(desk: ModelDesk, now: readonly Task<unknown>[], all: readonly Task<unknown>[], cached: number): Promise<number> {
  const { settings, folder, budget, shell } = desk;
  const prices = settings.prices ?? null;
  if (budget === undefined) throw new UserError(needText(settings.model, estimateOf(all, prices), cached));
  if (budget <= 0) return 0;
  openEgress(shell, [...modelUses({ languageModel: settings }), ...proxyUses()]);
  const opened = await openLanguageModel({ settings, folder, mode: "record", keys: readModelKeys(settings), secrets: knownSecrets() });
  const progress = createProgress(settings.model);
  try {
    for (const note of opened.notes) shell.err(`note: ${note}\n`);
    const fetched = await fetchAnswers(now, opened.model, {
      budget, prices, thinkingTokens: settings.thinkingTokens, signal: shell.signal, onProgress: (done) => progress.update(done, `of ${now.length} questions`),
    });
    if (shell.signal.aborted) throw new Interrupted(`${fetched.answered} new answers are kept; the same command goes on from there.`);
    if (fetched.failed + fetched.left > 0) shell.err(`note: ${fetched.failed + fetched.left} of ${now.length} questions have no answer${fetched.why === null ? "" : `: ${fetched.why}`}\n`);
    return fetched.spent;
  } finally {
    progress.stop();
    opened.close();
  }
}

/** What a model would have to be asked, in a sentence. */
export function needText(model: string, { calls, tokens, cost }: Estimate, cached: number): string {
  const money = cost === null ? "for which no prices are given" : `about $${cost < 0.01 ? cost.toFixed(4) : cost.toFixed(2)}`;
  return `This needs ${count(calls)} calls of ${model}, about ${count(tokens)} tokens, ${money}; ${count(cached)} answers are in the cache. Nothing was asked. Say what may be spent with --budget <dollars>, or use what is there with --budget 0.`;
}

const count = (value: number): string => value.toLocaleString("en-US");

/** The stored items of a definition's sources. */
export function storedItems({ sources = {} }: Definition, folder: string, span: { readonly from: number; readonly to: number; readonly symbols: readonly string[] }) {
  const wanted: Wanted["sources"] = Object.entries(sources).flatMap(([name, one]) => {
    if (one === undefined) return [];
    // Figures of several exchanges lie in one store: those of the definition's are wanted.
    return [{ name, ...("exchange" in one ? { prefix: `${one.exchange}:` } : {}) }];
  });
  if (wanted.length === 0 || !hasSourceStore(folder)) return [];
  const store = openSourceStore(folder);
  try {
    return store.read({ sources: wanted, ...span });
  } finally {
    store.close();
  }
}
