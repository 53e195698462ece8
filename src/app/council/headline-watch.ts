import type { OutsideItem } from "../../core/outside.ts";
import type { LanguageModel } from "../../ports/language-model.ts";
import type { OutsideNews } from "../trade/outside-news.ts";
import { isUnjudged, judgedItem, judgeHeadline } from "./headline-judge.ts";
import { modelNotes, saysOnce } from "./model-note.ts";

/** What judging beside a running bot takes. */
export interface HeadlineWatchParts {
  readonly model: LanguageModel;
  /** The venue's time, epoch milliseconds. */
  readonly now: () => number;
  readonly hear: (news: OutsideNews) => void;
  /** Says to the owner that nothing is judged, and that it is again. */
  readonly say: (message: string) => void;
}

/** Puts headlines to the model in the background, one after the other. */
export interface HeadlineWatch {
  /** Looks at items that the bot has heard. Returns at once. */
  heard(items: readonly OutsideItem[]): void;
  /** Gives up what is asked. Settles when nothing runs any more; never rejects. */
  close(): Promise<void>;
}

/** Headlines that wait at the most; the oldest go first. */
const MOST_WAITING = 100;

/** Judges headlines as they come. One that is not judged keeps what its words say by the lexicon. */
export function watchHeadlines({ model, now, hear, say }: HeadlineWatchParts): HeadlineWatch {
  const end = new AbortController();
  const health = saysOnce(say);
  /** Items by their wording, so that each is asked about once. */
  const waiting = new Map<string, OutsideItem[]>();
  let work: Promise<void> | null = null;

  const judge = async (text: string, items: readonly OutsideItem[]): Promise<void> => {
    const answer = await judgeHeadline(model, text, end.signal);
    if (end.signal.aborted) return;
    const calls = answer.call === null ? [] : [answer.call];
    if (!answer.ok) {
      hear({ items: [], notes: modelNotes(calls, { purpose: "headline", about: text.slice(0, 300), why: answer.why, message: answer.message }) });
      health.failed("headlines", `Headlines are read by the lexicon alone: ${answer.message}`);
      return;
    }
    hear({ items: items.map((item) => judgedItem(item, answer.score, now())), notes: modelNotes(calls, null) });
    health.well("headlines", "The model reads headlines again.");
  };

  const run = async (): Promise<void> => {
    for (let next = waiting.entries().next(); !next.done && !end.signal.aborted; next = waiting.entries().next()) {
      const [text, items] = next.value;
      waiting.delete(text);
      await judge(text, items);
    }
  };

  return {
    heard: (items) => {
      if (end.signal.aborted) return;
      for (const item of items) {
        if (!isUnjudged(item) || item.text === null) continue;
        waiting.set(item.text, [...(waiting.get(item.text) ?? []), item]);
        for (const [oldest] of waiting) if (waiting.size > MOST_WAITING) waiting.delete(oldest);
      }
      if (work !== null || waiting.size === 0) return;
      work = run()
        .catch((error: unknown) => health.failed("headlines", `Headlines are read by the lexicon alone: ${error instanceof Error ? error.message : "it failed"}`))
        .finally(() => {
          work = null;
        });
    },
    close: async () => {
      end.abort();
      await work;
    },
  };
}
