import { setTimeout as sleep } from "node:timers/promises";
import type { OutsideItem } from "../../core/outside.ts";
import { type Source, SourceError } from "../../ports/source.ts";

/** Where a poller brings what it fetches. */
export interface PollerHub {
  /** Items that are new or say something new, none of them expired, oldest first. */
  onItems(items: readonly OutsideItem[]): void;
  /** Told when a source begins to answer, stops answering, or fails for another reason. `why` is one sentence, empty when good. */
  onHealth(source: string, good: boolean, why: string): void;
  /** What failed in part: one feed of several, one symbol of several. */
  onNote?(source: string, note: string): void;
}

/** What a poller polls, and how. Times in milliseconds. */
export interface PollerPlan {
  readonly sources: readonly Source[];
  /** The markets of the definition. */
  readonly symbols: readonly string[];
  readonly hub: PollerHub;
  /** The clock, epoch milliseconds. */
  readonly now?: () => number;
  /** 0..1: how much later than planned the next fetch is, in tenths; random unless a test says otherwise. */
  readonly jitter?: () => number;
  /** How long one fetch may take with all its requests. */
  readonly deadline?: number;
  /** Longest wait for a source that fails, unless it asks for more or is asked more seldom anyway. */
  readonly longestWait?: number;
}

/** A running poller. */
export interface Poller {
  /** Ends every fetch and wait at once; nothing is told to the hub after it. */
  stop(): void;
  /** Settles when every loop has ended; never rejects. */
  readonly ended: Promise<void>;
}

const DEADLINE = 300_000;
const LONGEST_WAIT = 3_600_000;
const JITTER = 0.1;
/** A longer timer would fire at once. */
const LONGEST_TIMER = 2_147_483_647;
/** Items of a source of which it is known that the hub has them. */
const REMEMBERED = 20_000;

/** Asks each source on its own schedule, one request of a source at a time, and waits longer and longer for one that fails. Never throws. */
export function startPoller(plan: PollerPlan): Poller {
  const stop = new AbortController();
  const loops = plan.sources.map((source) => poll(source, plan, stop.signal));
  return { stop: () => stop.abort(), ended: Promise.allSettled(loops).then(() => undefined) };
}

async function poll(source: Source, plan: PollerPlan, stop: AbortSignal): Promise<void> {
  const now = plan.now ?? Date.now;
  const jitter = plan.jitter ?? Math.random;
  const news = unseen();
  let health: string | null = null;
  let failures = 0;
  const over = (): boolean => stop.aborted;
  while (!over()) {
    let wait = source.every;
    let why = "";
    try {
      const items = await fetchOnce(source, plan, now, stop);
      const fresh = news.of(items, now());
      if (fresh.length > 0) plan.hub.onItems(fresh);
      news.had(fresh);
      failures = 0;
    } catch (error) {
      if (over()) return;
      why = error instanceof Error && error.message !== "" ? error.message : "it failed without a word";
      failures += 1;
      const backOff = Math.min(Math.max(source.every, plan.longestWait ?? LONGEST_WAIT), source.every * 2 ** Math.min(failures - 1, 30));
      wait = Math.max(backOff, error instanceof SourceError ? error.wait : 0);
    }
    if (health !== why) {
      health = why;
      quietly(() => plan.hub.onHealth(source.name, why === "", why));
    }
    await sleep(Math.min(LONGEST_TIMER, Math.ceil(wait * (1 + JITTER * jitter()))), null, { signal: stop }).catch(() => null);
  }
}

/** One fetch that ends in time and when it is stopped, also of a source that heeds neither. */
async function fetchOnce(source: Source, plan: PollerPlan, now: () => number, stop: AbortSignal): Promise<readonly OutsideItem[]> {
  const deadline = plan.deadline ?? DEADLINE;
  const late = AbortSignal.timeout(deadline);
  const signal = AbortSignal.any([stop, late]);
  const warn = (why: string): void => quietly(() => (signal.aborted ? undefined : plan.hub.onNote?.(source.name, why)));
  let abandon = (): void => {};
  const over = new Promise<never>((_, reject) => {
    abandon = () => reject(new SourceError("down", `${source.name} did not finish within ${deadline / 1_000} s`));
    signal.addEventListener("abort", abandon, { once: true });
  });
  try {
    const answer = source.fetch({ symbols: plan.symbols, now, warn }, signal);
    // The loser of the race must not end as an unhandled rejection.
    answer.catch(() => undefined);
    over.catch(() => undefined);
    return await Promise.race([answer, over]);
  } finally {
    signal.removeEventListener("abort", abandon);
  }
}

/** A hub that throws must not end a loop that has other news to bring. */
function quietly(tell: () => void): void {
  try {
    tell();
  } catch {
    // The hub's own business.
  }
}

/** Which items the hub has not had yet. */
function unseen() {
  const said = new Map<string, string>();
  const keyOf = (item: OutsideItem): string => JSON.stringify([item.id, item.symbol]);
  const saysOf = (item: OutsideItem): string => JSON.stringify([item.published, item.value, item.text, item.score]);
  return {
    of: (items: readonly OutsideItem[], now: number): OutsideItem[] => {
      const fresh = new Map<string, OutsideItem>();
      for (const item of items) if (item.expires > now && said.get(keyOf(item)) !== saysOf(item)) fresh.set(keyOf(item), item);
      return [...fresh.values()].sort((a, b) => a.known - b.known || a.published - b.published);
    },
    had: (items: readonly OutsideItem[]): void => {
      for (const item of items) {
        said.delete(keyOf(item));
        said.set(keyOf(item), saysOf(item));
      }
      for (const key of said.keys()) {
        if (said.size <= REMEMBERED) break;
        said.delete(key);
      }
    },
  };
}
