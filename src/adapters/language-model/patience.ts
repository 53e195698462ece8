import { setTimeout as sleep } from "node:timers/promises";

/** The time that an answer may take, all tries together. */
export interface Deadline {
  readonly signal: AbortSignal;
  readonly leftMs: () => number;
  /** A deadline inside this one, at a share of its time. */
  readonly share: (share: number) => Deadline;
}

/** Longest wait between two tries, ms. */
const LONGEST_WAIT = 8_000;

/** Starts the clock, ms; the caller's signal ends it early. */
export function startDeadline(ms: number, outer?: AbortSignal): Deadline {
  const ends = performance.now() + ms;
  const own = AbortSignal.timeout(Math.ceil(ms));
  return {
    signal: outer === undefined ? own : AbortSignal.any([outer, own]),
    leftMs: () => ends - performance.now(),
    share: (share) => startDeadline(ms * share, outer),
  };
}

/** How long to wait after so many tries, ms: doubling, with jitter, so that not everybody comes back at once. */
export function backOff(tries: number, firstMs: number): number {
  return Math.min(LONGEST_WAIT, firstMs * 2 ** tries) * (0.5 + Math.random() / 2);
}

/** Waits, ms; ends early, without an error, when the time is over. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
