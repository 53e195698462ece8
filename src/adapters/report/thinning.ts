/** Where a value in force begins: the bar, and the index of the record in its list, or null for none. */
export interface Change {
  readonly bar: number;
  readonly record: number | null;
}

interface Timed {
  readonly time: number;
  readonly expires?: number;
}

/**
 * The record in force at the end of every bar, kept where it changes. Records are in time order; one counts
 * from its `time` until it `expires`. What came and went inside one bar is not seen.
 */
export function changesByBar(records: readonly Timed[], times: readonly number[], timeframe: number): Change[] {
  const changes: Change[] = [];
  let next = 0;
  let before: number | null = null;
  times.forEach((start, bar) => {
    const end = start + timeframe;
    while (next < records.length && (records[next] as Timed).time < end) next += 1;
    // A record made at the last close has no later bar to stand in: it is shown in the last one.
    while (bar === times.length - 1 && next < records.length && (records[next] as Timed).time <= end) next += 1;
    const newest = next - 1;
    const expires = records[newest]?.expires ?? Number.POSITIVE_INFINITY;
    const now = newest >= 0 && expires > start ? newest : null;
    if (now !== before) changes.push({ bar, record: now });
    before = now;
  });
  return changes;
}

/** Changes without those that `alike` finds too small, compared with the last one kept. */
export function dropSmall(changes: readonly Change[], alike: (a: number, b: number) => boolean): Change[] {
  const kept: Change[] = [];
  for (const change of changes) {
    const last = kept.at(-1)?.record ?? null;
    if (kept.length > 0 && change.record === last) continue;
    if (change.record !== null && last !== null && alike(change.record, last)) continue;
    kept.push(change);
  }
  return kept;
}

/** The steps by which changes are made coarser until they fit; 0 drops only what is exactly alike. */
export const THRESHOLDS = [0, 0.02, 0.05, 0.1, 0.2, 0.4, 1, 3] as const;

/** The finest of the thresholds at which the whole costs at most `budget` characters, and what is then kept. */
export function fitBudget<T>(
  build: (threshold: number) => T,
  cost: (built: T) => number,
  budget: number,
): { readonly threshold: number; readonly built: T } {
  for (const threshold of THRESHOLDS) {
    const built = build(threshold);
    if (cost(built) <= budget) return { threshold, built };
  }
  const threshold = THRESHOLDS[THRESHOLDS.length - 1] as number;
  return { threshold, built: build(threshold) };
}

/** At most `most` entries of a list, evenly spread, the first and the last among them. */
export function spread<T>(list: readonly T[], most: number): T[] {
  if (list.length <= most) return [...list];
  return Array.from({ length: most }, (_, index) => list[Math.round((index * (list.length - 1)) / (most - 1))] as T);
}
