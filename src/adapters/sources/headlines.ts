import { createHash } from "node:crypto";
import type { OutsideItem } from "../../core/outside.ts";
import { coinOf } from "../../core/outside-log.ts";
import { liveItem, type Source, SourceError } from "../../ports/source.ts";
import { askText, type Limits } from "./answer.ts";
import { coinsIn } from "./coins.ts";
import { readFeed } from "./feed.ts";
import { plainWords } from "./plain-words.ts";

const MINUTE = 60_000;

/** Feeds that are read unless a definition names others. */
export const FEEDS: readonly string[] = ["https://www.coindesk.com/arc/outboundfeeds/rss/", "https://cointelegraph.com/rss", "https://decrypt.co/feed"];

/** Titles of news feeds (RSS 2.0, Atom), each for the coins that it names, or for all when it names none. */
export function headlines(options: { readonly feeds?: readonly string[]; readonly every?: number; readonly limits?: Partial<Limits> } = {}): Source {
  const own = { name: "headlines", lasts: 24 * 60 * MINUTE, delay: 10 * MINUTE } as const;
  const read = async (feed: string, bases: readonly string[], now: () => number, signal: AbortSignal): Promise<OutsideItem[]> => {
    const url = new URL(feed);
    const name = `${own.name} (${url.host})`;
    const text = await askText({ name, url, headers: { accept: "application/rss+xml, application/atom+xml, application/xml, text/xml" }, signal, ...(options.limits ? { limits: options.limits } : {}) });
    const fetched = now();
    return readFeed(name, text).flatMap(({ key, title, published }) => {
      const words = plainWords(title);
      // An entry of a day that has not come is a mistake or a trick to stay newest.
      if (words === "" || published > fetched + 60 * MINUTE) return [];
      const id = createHash("sha256").update(`${url.host}\n${key}`).digest("hex").slice(0, 24);
      return markets(coinsIn(words, bases)).map((symbol) => liveItem(own, { id, symbol, published, value: null, text: words }, fetched));
    });
  };
  return {
    ...own,
    title: "headlines of news feeds (RSS, Atom), titles only",
    every: options.every ?? 5 * MINUTE,
    async fetch({ symbols, now, warn }, signal) {
      const bases = symbols.map(coinOf);
      const answers = await Promise.allSettled((options.feeds ?? FEEDS).map((feed) => read(feed, bases, now, signal)));
      signal.throwIfAborted();
      const faults = answers.flatMap((answer) => (answer.status === "rejected" ? [faultOf(answer.reason)] : []));
      const [first] = faults;
      if (first && faults.length === answers.length) throw first;
      for (const fault of faults) warn?.(fault.message);
      return answers.flatMap((answer) => (answer.status === "fulfilled" ? answer.value : []));
    },
  };
}

/** For whom a text is that names these coins. */
export function markets(coins: readonly string[]): readonly (string | null)[] {
  return coins.length === 0 ? [null] : coins;
}

function faultOf(reason: unknown): SourceError {
  return reason instanceof SourceError ? reason : new SourceError("down", `headlines: ${reason instanceof Error ? reason.message : "unknown error"}`);
}
