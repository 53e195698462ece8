import { Worker } from "node:worker_threads";
import type { Progress } from "../../../src/cli/progress.ts";
import { Interrupted } from "../../../src/cli/shell.ts";
import type { Answer, Job } from "./jobs.ts";

const SCRIPT = new URL("./worker.ts", import.meta.url);

/** Has the jobs done by so many threads and gives the answers in the order of the jobs. Throws `Interrupted` when the signal is set, and what a thread died of. */
export async function doJobs(jobs: readonly Job[], threads: number, progress: Progress, signal: AbortSignal): Promise<Answer[]> {
  const answers: Answer[] = [];
  const workers: Worker[] = [];
  let next = 0;
  let done = 0;
  try {
    await new Promise<void>((resolve, reject) => {
      const stop = (): void => reject(new Interrupted("Nothing was written."));
      if (signal.aborted) stop();
      signal.addEventListener("abort", stop, { once: true });
      if (jobs.length === 0) resolve();
      for (let i = 0; i < Math.min(threads, jobs.length); i++) {
        const worker = new Worker(SCRIPT);
        workers.push(worker);
        let at = -1;
        const feed = (): void => {
          at = next++;
          const job = jobs[at];
          if (job) worker.postMessage(job);
        };
        worker.on("message", (answer: Answer) => {
          if (answer.kind === "fault") {
            reject(new Error(answer.why));
            return;
          }
          answers[at] = answer;
          done += 1;
          const job = jobs[at];
          progress.update(done / jobs.length, job?.kind === "market" ? job.market.name : (job?.kind ?? ""));
          if (done === jobs.length) resolve();
          else feed();
        });
        worker.on("error", reject);
        feed();
      }
    });
  } finally {
    progress.stop();
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  return answers;
}
