import type { OutsideItem } from "../core/outside.ts";

/** Why a source gave nothing: no answer, a refusal of the request or key, an answer of the wrong shape, or too many questions. */
export type SourceFault = "down" | "refused" | "malformed" | "rate-limited";

/** A fetch that failed, told in one sentence without any secret. */
export class SourceError extends Error {
  override readonly name = "SourceError";
  readonly kind: SourceFault;
  /** Milliseconds that the source asks to be left alone; 0 when it says nothing. */
  readonly wait: number;

  constructor(kind: SourceFault, message: string, wait = 0) {
    super(message);
    this.kind = kind;
    this.wait = wait;
  }
}

/** What a fetch may know. */
export interface SourceContext {
  /** The markets of the definition, such as `BTC/USDT`. */
  readonly symbols: readonly string[];
  /** The clock, epoch milliseconds. */
  readonly now: () => number;
  /** Told of what failed in part while the fetch went on: one feed of several. */
  readonly warn?: (why: string) => void;
}

/** One place outside the market that publishes something about it. */
export interface Source {
  /** Such as `fear-greed`; the name in a definition and in the store. */
  readonly name: string;
  readonly title: string;
  /** It is asked at most once in so many milliseconds. */
  readonly every: number;
  /** Milliseconds after its publication for which an item counts. */
  readonly lasts: number;
  /** Milliseconds that a backtest adds to `published` for an item that was fetched as history. */
  readonly delay: number;
  /** With what the ids of its items begin, where several places share a name (`binance:`). */
  readonly prefix?: string;
  /** What it says now; items may have been seen before. Throws a SourceError and nothing else, except when `signal` ended it. */
  fetch(context: SourceContext, signal: AbortSignal): Promise<readonly OutsideItem[]>;
  /**
   * Gives what was published from `from` until `to` (exclusive, epoch milliseconds) to `keep`, page by page, oldest first
   * where the source allows. Absent: the source tells no history, and only what was collected day by day can be replayed.
   */
  history?(span: HistorySpan, context: SourceContext, signal: AbortSignal): Promise<void>;
}

/** What of a source's past is asked for, and where it goes. */
export interface HistorySpan {
  readonly from: number;
  readonly to: number;
  readonly keep: (items: readonly OutsideItem[]) => void;
  /** Share done, 0..1. */
  readonly onProgress?: (done: number) => void;
}

/** An item as it is first made, before its times of knowing and expiry are worked out. */
export type Publication = Pick<OutsideItem, "id" | "symbol" | "published" | "value" | "text"> & { readonly score?: number | null };

/** An item that was fetched as it was published: it counts from the moment when it was in hand. */
export function liveItem(source: Pick<Source, "name" | "lasts">, one: Publication, now: number): OutsideItem {
  return { source: source.name, ...one, fetched: now, known: Math.max(one.published, now), expires: one.published + source.lasts, score: one.score ?? null };
}

/** An item out of a source's past: it counts from when it could have been fetched then, as far as that can be told. */
export function pastItem(source: Pick<Source, "name" | "lasts" | "delay">, one: Publication, now: number): OutsideItem {
  return { source: source.name, ...one, fetched: now, known: one.published + source.delay, expires: one.published + source.lasts, score: one.score ?? null };
}
