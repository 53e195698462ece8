import { ANALYST } from "./analyst.ts";
import { NOTHING_OUTSIDE, type OutsideItem, type OutsideView } from "./outside.ts";

/** Items of one source for one market, coin or everything, by the time they became known. */
interface Lane {
  readonly items: OutsideItem[];
  /** Longest time that an item of it counts, milliseconds: no older one need be looked at. */
  longest: number;
}

/** Items that are kept of each source, unless said otherwise. */
const KEPT = 4_000;
const EVERYTHING = "";

/**
 * What was published outside, as far as it is known at a time. Items come in the order in which they became known;
 * one that comes late is put in its place. Of each source the last `kept` items are remembered.
 */
export class OutsideLog {
  readonly #sources: readonly string[];
  readonly #kept: number;
  /** By source, then by market, coin or everything. */
  readonly #lanes = new Map<string, Map<string, Lane>>();
  readonly #counts = new Map<string, number>();

  constructor(sources: readonly string[], kept: number = KEPT) {
    this.#sources = [...new Set(sources)];
    this.#kept = Math.max(1, Math.floor(kept));
  }

  /** Remembers an item; one of a source that is not configured is not for this bot, and one that is known at no time is nothing. */
  take(item: OutsideItem): void {
    if (!this.#sources.includes(item.source) || !(item.expires > item.known)) return;
    const lanes = this.#lanes.get(item.source) ?? new Map<string, Lane>();
    this.#lanes.set(item.source, lanes);
    const key = item.symbol ?? EVERYTHING;
    const lane = lanes.get(key) ?? { items: [], longest: 0 };
    lanes.set(key, lane);
    lane.items.splice(after(lane.items, item.known), 0, item);
    lane.longest = Math.max(lane.longest, item.expires - item.known);
    const count = (this.#counts.get(item.source) ?? 0) + 1;
    this.#counts.set(item.source, count > this.#kept ? count - 1 : count);
    if (count > this.#kept) forgetOldest(lanes);
  }

  /** Items remembered, all sources together. */
  get size(): number {
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
  }

  /** What a decision about `symbol` may know at `time`, epoch milliseconds. */
  view(symbol: string, time: number): OutsideView {
    if (this.#sources.length === 0) return NOTHING_OUTSIDE;
    const keys = [EVERYTHING, coinOf(symbol), symbol];
    const seen = new Map<string, readonly OutsideItem[]>();
    const recent = (source: string): readonly OutsideItem[] => {
      const known = seen.get(source);
      if (known) return known;
      const found = this.#visible(source, keys, time);
      seen.set(source, found);
      return found;
    };
    return {
      recent,
      latest: (source) => recent(source)[0] ?? null,
      // The analyst judges what the others say of the world: it is no part of the world that they see.
      health: () => this.#sources.flatMap((source) => (source === ANALYST ? [] : [{ source, good: recent(source).length > 0 || this.#speaks(source, time) }])),
    };
  }

  /** Newest first; of an item that was corrected only what was last known of it. */
  #visible(source: string, keys: readonly string[], time: number): OutsideItem[] {
    const lanes = this.#lanes.get(source);
    if (!lanes) return [];
    const found = new Map<string, OutsideItem>();
    for (const key of new Set(keys)) {
      for (const item of known(lanes.get(key), time)) {
        const before = found.get(item.id);
        if (!before || item.known > before.known || (item.known === before.known && item.fetched > before.fetched)) found.set(item.id, item);
      }
    }
    return [...found.values()]
      .filter((item) => item.expires > time)
      .sort((a, b) => b.published - a.published || b.known - a.known || (a.id < b.id ? -1 : 1));
  }

  /** A feed that names coins is well while it speaks of any; a market's figure is well for that market alone. */
  #speaks(source: string, time: number): boolean {
    for (const [key, lane] of this.#lanes.get(source) ?? []) {
      if (key.includes("/")) continue;
      for (const item of known(lane, time)) if (item.expires > time) return true;
    }
    return false;
  }
}

/** The coin of a market: `BTC` of `BTC/USDT`. */
export function coinOf(symbol: string): string {
  return symbol.split("/")[0] ?? symbol;
}

/** Items known by `time` that may still count, newest known first. */
function* known(lane: Lane | undefined, time: number): Generator<OutsideItem> {
  if (!lane) return;
  for (let at = after(lane.items, time) - 1; at >= 0; at--) {
    const item = lane.items[at];
    if (!item || item.known + lane.longest <= time) return;
    yield item;
  }
}

/** The place after the last item known by `time`. */
function after(items: readonly OutsideItem[], time: number): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((items[middle]?.known ?? Number.POSITIVE_INFINITY) <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}

function forgetOldest(lanes: ReadonlyMap<string, Lane>): void {
  let oldest: Lane | null = null;
  for (const lane of lanes.values()) {
    const first = lane.items[0];
    if (first && first.known < (oldest?.items[0]?.known ?? Number.POSITIVE_INFINITY)) oldest = lane;
  }
  oldest?.items.shift();
}
