import type { Parameters } from "./result.ts";
import type { Point } from "./space.ts";

/** A finished trial as a sampler sees it. */
export interface Seen {
  readonly point: Point;
  /** Higher is better; `null`: not defined, or the trial failed. */
  readonly objectives: readonly (number | null)[];
}

/**
 * Chooses where to try next. It is asked for every trial from 0 on in order, once an attempt; what it answers follows
 * from its seed, what it was asked before, and `seen`.
 */
export interface Sampler {
  /** Trials that are chosen before any of them is known; what a batch is told are the batches before it. */
  readonly batch: number;
  /** The candidate for a trial, another one for every `attempt` (an earlier one gave a set that was tried already). */
  suggest(trial: number, attempt: number, seen: readonly Seen[]): Point;
}

/** A set with its place. */
export interface Suggestion {
  readonly parameters: Parameters;
  readonly point: Point;
}
