import { setFlagsFromString } from "node:v8";

/** By how many percent the heap of a running bot may grow over what is alive in it before it is swept. */
const GROWTH = 60;

/**
 * Lets the heap stay small: left to itself V8 lets garbage pile up to twice what is alive, which helps a computation of
 * seconds and not a process that waits for candles. For the process of a bot alone, before it begins.
 */
export function keepHeapSmall(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWTH}`);
}
