import { UserError } from "../user-error.ts";

/** A stretch of time in milliseconds, the end not in it. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** One step of a walk forward: chosen on the first stretch, traded on the second. */
export interface Fold {
  readonly inSample: Span;
  readonly outOfSample: Span;
}

/** How time is cut for a walk forward; all times in milliseconds. */
export interface FoldPlan extends Span {
  readonly folds: number;
  /** Whether the first stretch always begins at the start, or keeps its length and moves on. */
  readonly mode: "anchored" | "rolling";
  /** Cut off the end of each in-sample stretch, since what is opened there ends in the time that follows. */
  readonly purge: number;
  /** Cut off besides, until what was learnt and what follows hang together no more. */
  readonly embargo: number;
  /** Out-of-sample stretches that go into the first in-sample stretch; 2 unless told. */
  readonly window?: number;
  /** Boundaries fall on whole multiples of this after `from`; a minute unless told. */
  readonly step?: number;
}

const MINUTE = 60_000;

/**
 * The folds of a walk forward (Pardo, 1992), purged and embargoed (Lopez de Prado, 2018). Out-of-sample stretches are as long as each
 * other but for rounding, follow one another without a gap and end at `to`: joined, they are one honest curve. The gap is
 * taken from the in-sample side.
 */
export function walkForwardFolds(plan: FoldPlan): Fold[] {
  const { from, to, folds, mode, purge, embargo, window = 2, step = MINUTE } = plan;
  if (!Number.isInteger(folds) || folds < 1) throw new UserError(`${folds} walk-forward folds: give a whole number from 1.`);
  if (!(purge >= 0) || !(embargo >= 0)) throw new UserError("purge and embargo are lengths of time: give 0 or more.");
  if (!Number.isInteger(window) || window < 1) throw new UserError(`an in-sample window of ${window} parts: give a whole number from 1.`);
  const parts = folds + window;
  const boundary = (part: number): number => (part === parts ? to : from + Math.floor(((to - from) * part) / parts / step) * step);
  return Array.from({ length: folds }, (_, i) => {
    const outOfSample = { from: boundary(i + window), to: boundary(i + window + 1) };
    const inSample = { from: mode === "anchored" ? from : boundary(i), to: outOfSample.from - purge - embargo };
    if (inSample.to <= inSample.from || outOfSample.to <= outOfSample.from) {
      throw new UserError(`the time is too short for ${folds} walk-forward folds with this purge and embargo: fold ${i + 1} would be empty. Give more time or fewer folds.`);
    }
    return { inSample, outOfSample };
  });
}
