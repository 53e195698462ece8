import { readModelKeys } from "../../adapters/language-model/keys.ts";
import { openLanguageModel, type OpenLanguageModel } from "../../adapters/language-model/open.ts";
import { type Poller, startPoller } from "../../adapters/sources/poller.ts";
import { openSourceStore, type SourceStore } from "../../adapters/sources/store.ts";
import { type AnalystWatch, watchForAnalyst } from "../../app/council/analyst/analyst-watch.ts";
import { analystOf } from "../../app/council/backtest-outside.ts";
import { type HeadlineWatch, watchHeadlines } from "../../app/council/headline-watch.ts";
import type { LanguageModelSettings } from "../../app/definition/language-model-schema.ts";
import type { Definition } from "../../app/definition/schema.ts";
import type { SourcesDefinition } from "../../app/definition/sources-schema.ts";
import type { OutsideNews } from "../../app/trade/outside-news.ts";
import type { SessionListener } from "../../app/trade/parts.ts";
import type { Session } from "../../app/trade/session.ts";
import type { Bot } from "../../core/bot.ts";
import type { OutsideItem } from "../../core/outside.ts";
import type { LanguageModel } from "../../ports/language-model.ts";
import type { OutsideStatus } from "../../ports/outside-status.ts";
import { openSources, type OpenSources } from "../sources.ts";
import { knownSecrets } from "./keys.ts";

/** What a running bot looks at outside the market: its sources and its language model. */
export interface OutsideRun {
  /** Where the session tells of its decisions. */
  readonly listener: SessionListener;
  /** The model, for whoever else asks it something; null without one. */
  readonly model: LanguageModel | null;
  /** Begins to ask; whatever goes wrong stays in here. */
  open(session: Pick<Session, "hear">): void;
  status(): OutsideStatus;
  close(): Promise<void>;
}

/** What it is made of. */
export interface OutsideRunParts {
  readonly definition: Definition;
  /** Where the model keeps what it was asked. */
  readonly folder: string;
  /** Where items of sources are kept for later backtests. */
  readonly dataDir: string;
  /** The venue's time, epoch milliseconds. */
  readonly now: () => number;
  /** Says something to the owner. */
  readonly say: (message: string) => void;
  /** Whether sources are read and the analyst is asked; not in a replay, whose days are over. */
  readonly reads: boolean;
}

/** Sources with a key of their own: one whose key is missing must not silence the others. */
const WITH_KEY = ["cryptopanic", "token-metrics"] as const;

/** Opens what a definition looks at outside. What cannot be opened is said, and the bot trades without it. */
export async function outsideRun({ definition, folder, dataDir, now, say, reads }: OutsideRunParts): Promise<OutsideRun> {
  const health = new Map<string, { good: boolean | null; why: string }>();
  const opened = reads ? openEach(definition.sources ?? {}, health) : [];
  for (const [source, { good, why }] of health) if (good === false) say(`${source} is not read, and the bot trades without it: ${why}`);
  const language = definition.languageModel === undefined ? null : await openModel(definition.languageModel, folder, say);
  const silences = new Map<string, string>();
  let session: Pick<Session, "hear"> | null = null;
  let bot: Bot | null = null;
  let store: SourceStore | null = null;
  let poller: Poller | null = null;
  let judge: HeadlineWatch | null = null;
  let analyst: AnalystWatch | null = null;
  const hear = (news: OutsideNews): void => session?.hear(news);
  const watch = (what: string) => (message: string): void => {
    // The first sentence is of a silence, the next of its end.
    if (!silences.delete(what)) silences.set(what, message);
    say(message);
  };

  const keep = (items: readonly OutsideItem[]): void => {
    try {
      store ??= openSourceStore(dataDir);
      store.add(items);
    } catch (error) {
      if (silences.has("store")) return;
      watch("store")(`What the sources say is not kept for later backtests: ${error instanceof Error ? error.message : "unknown error"}`);
    }
  };
  const onItems = (items: readonly OutsideItem[]): void => {
    keep(items);
    hear({ items, notes: [] });
    judge?.heard(items);
  };
  const onHealth = (source: string, good: boolean, why: string): void => {
    const before = health.get(source)?.good ?? null;
    health.set(source, { good, why });
    if (!good) say(`The source ${source} is silent, and the bot trades without it: ${why}`);
    else if (before === false) say(`The source ${source} answers again.`);
  };

  return {
    model: language?.model ?? null,
    listener: {
      ready: (made) => {
        bot = made;
      },
      event: (_event, { decision }) => {
        if (decision !== null && bot !== null) analyst?.decided(bot, decision);
      },
      state: () => undefined,
      alert: () => undefined,
    },
    open: (started) => {
      session = started;
      if (!reads) return;
      const params = analystOf(definition);
      if (language && params) analyst = watchForAnalyst({ model: language.model, params, now, hear, say: watch("analyst") });
      if (language && definition.sources?.headlines?.judge === "model") judge = watchHeadlines({ model: language.model, now, hear, say: watch("headlines") });
      const sources = opened.flatMap((one) => one.sources);
      if (sources.length > 0) poller = startPoller({ sources, symbols: definition.symbols, hub: { onItems, onHealth }, now });
    },
    status: () => ({ sources: [...health].map(([source, one]) => ({ source, ...one })), model: modelStatus(definition.languageModel, language?.model ?? null, [...silences.values()]) }),
    close: async () => {
      poller?.stop();
      await Promise.allSettled([poller?.ended, analyst?.close(), judge?.close()]);
      await Promise.allSettled(opened.map((one) => one.close()));
      language?.close();
      store?.close();
    },
  };
}

/** Opens the sources, those with a key each by itself; what cannot be opened is noted in `health`. */
function openEach(definition: SourcesDefinition, health: Map<string, { good: boolean | null; why: string }>): readonly OpenSources[] {
  const named = Object.entries(definition).filter(([, one]) => one !== undefined);
  const isAlone = (name: string): boolean => WITH_KEY.some((one) => one === name);
  const groups = [named.filter(([name]) => !isAlone(name)), ...named.filter(([name]) => isAlone(name)).map((one) => [one])].filter((group) => group.length > 0);
  return groups.flatMap((group) => {
    for (const [name] of group) health.set(name, { good: null, why: "" });
    try {
      return [openSources(Object.fromEntries(group))];
    } catch (error) {
      for (const [name] of group) health.set(name, { good: false, why: error instanceof Error ? error.message : "it cannot be opened" });
      return [];
    }
  });
}

async function openModel(settings: LanguageModelSettings, folder: string, say: (message: string) => void): Promise<OpenLanguageModel | null> {
  try {
    const opened = await openLanguageModel({ settings, folder, mode: "record", keys: readModelKeys(settings), secrets: knownSecrets() });
    for (const note of opened.notes) say(note);
    return opened;
  } catch (error) {
    say(`The language model is not asked, and the bot trades without it: ${error instanceof Error ? error.message : "unknown error"}`);
    return null;
  }
}

function modelStatus(settings: LanguageModelSettings | undefined, model: LanguageModel | null, silences: readonly string[]): OutsideStatus["model"] {
  if (settings === undefined) return null;
  const day = new Date().toISOString().slice(0, 10);
  if (model === null) return { name: settings.model, day, calls: 0, tokens: 0, cost: null, notes: ["It could not be opened."] };
  try {
    const { calls, tokens, cost, day: counted } = model.spent();
    return { name: model.name, day: counted, calls, tokens, cost, notes: silences };
  } catch {
    return { name: model.name, day, calls: 0, tokens: 0, cost: null, notes: [...silences, "What it has cost today cannot be read."] };
  }
}
