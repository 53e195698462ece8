import { setImmediate as turn } from "node:timers/promises";
import type { Progress } from "./progress.ts";
import { Interrupted } from "./shell.ts";

const BREATHE_EVERY = 50;

/**
 * Drives a generator that yields the share done to its end, shows the progress, and lets Ctrl-C through every 50 ms.
 * Throws `Interrupted` when the signal is set: what a generator has not finished leaves nothing behind.
 */
export async function drive<Result>(steps: Generator<number, Result>, progress: Progress, signal: AbortSignal, doing = ""): Promise<Result> {
  let breath = performance.now();
  try {
    for (let next = steps.next(); ; next = steps.next()) {
      if (next.done) return next.value;
      if (performance.now() - breath < BREATHE_EVERY) continue;
      progress.update(next.value, doing);
      await turn();
      if (signal.aborted) throw new Interrupted("Nothing was written.");
      breath = performance.now();
    }
  } finally {
    progress.stop();
  }
}
