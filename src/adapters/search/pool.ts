import { Worker } from "node:worker_threads";
import type { TrialContext } from "../../app/optimize/context.ts";
import type { Parameters } from "../../app/optimize/result.ts";
import type { TrialRunner } from "../../app/optimize/runner.ts";
import type { TrialOutcome, TrialRequest, WinnerRun } from "../../app/optimize/trial.ts";
import { sharedSeries } from "../../core/candle.ts";
import { RunError } from "../../core/user-error.ts";
import type { WorkerAnswer, WorkerRequest } from "./protocol.ts";

/** Threads that run trials. */
export interface WorkerPool extends TrialRunner {
  /** Ends the threads; what they were asked for and have not answered is rejected with `reason`. */
  close(reason?: Error): Promise<void>;
}

const SCRIPT = new URL("./worker.ts", import.meta.url);
/** Threads that end before they are ready, one after another, mean that none will be. */
const MOST_STILLBORN = 3;

interface Job {
  readonly asked: WorkerRequest;
  answer(answer: WorkerAnswer): void;
  /** The thread ended while it worked on this. */
  lost(why: string): void;
  reject(error: Error): void;
}

interface Seat {
  readonly worker: Worker;
  ready: boolean;
  job: Job | null;
  fault: string;
}

/** Starts `size` threads that stay until the pool is closed; the candles are shared with them, not copied. */
export function createPool(context: TrialContext, size: number, script: URL = SCRIPT): WorkerPool {
  const workerData: TrialContext = { ...context, datasets: context.datasets.map((dataset) => ({ ...dataset, series: sharedSeries(dataset.series) })) };
  const seats = new Set<Seat>();
  const queue: Job[] = [];
  let nextId = 0;
  let stillborn = 0;
  let closed: Error | null = null;

  const feed = (): void => {
    for (const seat of seats) {
      if (!seat.ready || seat.job !== null) continue;
      const job = queue.shift();
      if (!job) return;
      seat.job = job;
      seat.worker.postMessage(job.asked);
    }
  };
  const start = (): void => {
    const seat: Seat = { worker: new Worker(script, { workerData }), ready: false, job: null, fault: "it ended" };
    seats.add(seat);
    seat.worker.on("message", (answer: WorkerAnswer) => {
      if (answer.kind === "ready") {
        seat.ready = true;
        stillborn = 0;
      } else {
        const { job } = seat;
        seat.job = null;
        job?.answer(answer);
      }
      feed();
    });
    seat.worker.on("error", (error: unknown) => {
      seat.fault = error instanceof Error ? error.message : String(error);
    });
    seat.worker.on("exit", () => {
      seats.delete(seat);
      if (closed) return;
      if (!seat.ready) stillborn += 1;
      seat.job?.lost(seat.fault);
      if (stillborn < MOST_STILLBORN) start();
      else if (seats.size === 0) rejectAll(new RunError(`The search cannot start a worker: ${seat.fault}.`));
      feed();
    });
  };
  const rejectAll = (error: Error): void => {
    closed = error;
    for (const { job } of seats) job?.reject(error);
    for (const job of queue.splice(0)) job.reject(error);
  };
  const ask = (job: Job): void => {
    if (closed) job.reject(closed);
    else {
      queue.push(job);
      feed();
    }
  };
  for (let i = 0; i < size; i++) start();

  return {
    run: (request) => new Promise((resolve, reject) => ask(trialJob(nextId++, request, resolve, reject))),
    winner: (parameters) => new Promise((resolve, reject) => ask(winnerJob(nextId++, parameters, resolve, reject))),
    async close(reason = new RunError("The search was closed.")) {
      rejectAll(reason);
      await Promise.all([...seats].map(({ worker }) => worker.terminate()));
    },
  };
}

function trialJob(id: number, request: TrialRequest, resolve: (outcome: TrialOutcome) => void, reject: (error: Error) => void): Job {
  return {
    asked: { id, kind: "trial", request },
    answer(answer) {
      if (answer.kind === "trial") resolve(answer.outcome);
      else reject(new Error("a search worker answered something else than it was asked"));
    },
    // One set that takes its thread down (memory, mostly) does not stop the search.
    lost: (why) => resolve({ state: "failed", reason: `its worker ended: ${why}`, seconds: 0 }),
    reject,
  };
}

function winnerJob(id: number, parameters: Parameters, resolve: (run: WinnerRun) => void, reject: (error: Error) => void): Job {
  return {
    asked: { id, kind: "winner", parameters },
    answer(answer) {
      if (answer.kind === "winner") resolve(answer.run);
      else reject(new RunError(`The winner could not be run again: ${answer.kind === "fault" ? answer.message : "no answer"}`));
    },
    lost: (why) => reject(new RunError(`The winner could not be run again: its worker ended: ${why}.`)),
    reject,
  };
}
