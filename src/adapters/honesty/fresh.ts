import { Worker } from "node:worker_threads";
import type { Definition } from "../../app/definition/schema.ts";
import type { Cut } from "../../app/honesty/lookahead-result.ts";
import type { Statement } from "../../app/honesty/testimony.ts";
import type { FreshRun } from "../../app/honesty/truncation.ts";
import { sharedSeries } from "../../core/candle.ts";
import { RunError, UserError } from "../../core/user-error.ts";
import type { Dataset } from "../../ports/candles.ts";

/** What a thread is given. */
export interface FreshOrder {
  readonly definition: Definition;
  readonly datasets: readonly Dataset[];
  readonly cut: Cut;
}

/** What it answers: all that was said, or what is wrong with the definition. */
export type FreshAnswer = { readonly statements: readonly Statement[] } | { readonly wrong: string };

const SCRIPT = new URL("./fresh-worker.ts", import.meta.url);

/**
 * Runs a definition up to each cut in a thread of its own, one after another. An agent that keeps what it saw of the future in a
 * module answers from it in every later run of the same thread; here it has not seen it.
 */
export async function freshRuns(definition: Definition, datasets: readonly Dataset[], cuts: readonly Cut[], signal: AbortSignal, script: URL = SCRIPT): Promise<FreshRun[]> {
  const common = datasets.map((dataset) => ({ ...dataset, series: sharedSeries(dataset.series) }));
  const runs: FreshRun[] = [];
  for (const cut of cuts) {
    if (signal.aborted) break;
    runs.push({ cut, statements: await heardInThread({ definition, datasets: common, cut }, signal, script) });
  }
  return runs;
}

function heardInThread(order: FreshOrder, signal: AbortSignal, script: URL): Promise<readonly Statement[]> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(script, { workerData: order });
    const stop = (): void => void worker.terminate();
    signal.addEventListener("abort", stop, { once: true });
    worker.once("message", (answer: FreshAnswer) => {
      if ("statements" in answer) resolve(answer.statements);
      else reject(new UserError(answer.wrong));
    });
    worker.once("error", (error: unknown) => reject(new RunError(`A run in a thread of its own ended: ${error instanceof Error ? error.message : String(error)}.`)));
    worker.once("exit", () => {
      signal.removeEventListener("abort", stop);
      // After an answer this changes nothing; stopped from outside, the command says so itself.
      if (signal.aborted) resolve([]);
      else reject(new RunError("A run in a thread of its own ended without an answer."));
    });
  });
}
