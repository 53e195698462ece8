/** All keys in Redis begin with this; BullMQ puts it before the queue's name. */
export const PREFIX = "caucus";

/** The set of searches that look for workers. */
export const SEARCHES = `${PREFIX}:searches`;

/** Milliseconds after which what a search has written goes by itself, unless the search renews it. */
export const SEARCH_LIFE = 60_000;
/** The same of candles, which outlive their search, so that the next one over the same data finds them. */
export const CANDLES_LIFE = 600_000;
/** Milliseconds for which a worker counts as present. */
export const PRESENCE_LIFE = 6_000;

/** The keys of one search beside its queue. */
export interface SearchKeys {
  /** What it asks of workers; as long as it is there, the search goes on. */
  readonly announcement: string;
  readonly context: string;
  /** Why a worker cannot take part. */
  readonly refusal: string;
  /** There while some worker takes part. */
  readonly presence: string;
}

/** Keys of the search `id`. */
export function searchKeys(id: string): SearchKeys {
  const own = (name: string): string => `${PREFIX}:${id}:search:${name}`;
  return { announcement: own("announcement"), context: own("context"), refusal: own("refusal"), presence: own("presence") };
}

/** The queue of the search `id`. */
export function queueName(id: string): string {
  return `trials-${id}`;
}

/** Where what a series is stands: written last, so that what it names is there. */
export function seriesKey(hash: string): string {
  return `${PREFIX}:candles:${hash}`;
}

/** Where one part of a series' columns stands. */
export function chunkKey(hash: string, index: number): string {
  return `${seriesKey(hash)}:${index}`;
}
