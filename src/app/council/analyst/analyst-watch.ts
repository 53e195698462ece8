import type { AnalystParams } from "../../../core/analyst.ts";
import type { Bot } from "../../../core/bot.ts";
import type { Decision } from "../../../core/decision.ts";
import type { LanguageModel } from "../../../ports/language-model.ts";
import type { OutsideNews } from "../../trade/outside-news.ts";
import { modelNotes, saysOnce } from "../model-note.ts";
import { briefOf } from "./brief.ts";
import { isDue } from "./briefs.ts";
import { askAnalyst } from "./debate.ts";
import { verdictItem } from "./verdict.ts";

/** What watching takes. */
export interface AnalystWatchParts {
  readonly model: LanguageModel;
  readonly params: AnalystParams;
  /** The venue's time, epoch milliseconds. */
  readonly now: () => number;
  /** Where answers go, and notes on every call. */
  readonly hear: (news: OutsideNews) => void;
  /** Says to the owner that the analyst is silent, and that it speaks again. */
  readonly say: (message: string) => void;
}

/** Asks the analyst in the background, beside a running bot. */
export interface AnalystWatch {
  /** Looks at a decision that was taken; asks about it when it is due. Returns at once. */
  decided(bot: Bot, decision: Decision): void;
  /** Gives up what is asked. Settles when nothing runs any more; never rejects. */
  close(): Promise<void>;
}

/** Watches the decisions of a bot. A symbol is asked about once at a time; a decision never waits for an answer. */
export function watchForAnalyst({ model, params, now, hear, say }: AnalystWatchParts): AnalystWatch {
  const end = new AbortController();
  const running = new Map<string, Promise<void>>();
  const health = saysOnce(say);

  const ask = async (bot: Bot, decision: Decision): Promise<void> => {
    const state = bot.symbols.get(decision.symbol);
    const brief = state ? briefOf(decision, state, params.masked === "always") : null;
    if (!state || brief === null) return;
    const { timeframe } = state.candles;
    const answer = await askAnalyst(model, brief, params.debate, end.signal);
    if (end.signal.aborted) return;
    const { symbol, time } = decision;
    if (!answer.ok) {
      hear({ items: [], notes: modelNotes(answer.calls, { purpose: "analyst", about: symbol, why: answer.why, message: answer.message }) });
      health.failed("analyst", `The analyst abstains, and the bot trades on: ${answer.message}`);
      return;
    }
    const item = verdictItem(answer.verdict, { symbol, asked: time, known: now(), expires: time + params.lasts * timeframe, promptHash: answer.promptHash });
    hear({ items: [item], notes: modelNotes(answer.calls, null) });
    health.well("analyst", "The analyst answers again.");
  };

  return {
    decided: (bot, decision) => {
      const { symbol, time } = decision;
      const timeframe = bot.symbols.get(symbol)?.candles.timeframe;
      if (end.signal.aborted || timeframe === undefined || running.has(symbol) || !isDue(time, timeframe, params.every)) return;
      // Whatever goes wrong in there is no reason to stop a bot that trades.
      const job = ask(bot, decision)
        .catch((error: unknown) => health.failed("analyst", `The analyst abstains, and the bot trades on: ${error instanceof Error ? error.message : "it failed"}`))
        .finally(() => running.delete(symbol));
      running.set(symbol, job);
    },
    close: async () => {
      end.abort();
      await Promise.allSettled(running.values());
    },
  };
}
