import { Queue, Worker } from "bullmq";
import type { Redis } from "ioredis";
import type { TrialContext } from "../../../app/optimize/context.ts";
import { createPool } from "../pool.ts";
import { readTask, trialAnswer, winnerAnswer } from "./codec.ts";
import { PREFIX, queueName } from "./keys.ts";

/** A worker's part in one search. */
export interface Attached {
  /** Trials that were answered so far. */
  answered(): number;
  /** Finishes the trials at hand, and takes no more. */
  finish(): Promise<void>;
  /** Drops the trials at hand: nobody waits for them. Clears what is left of the search's queue. */
  drop(): Promise<void>;
  /** Drops the trials at hand where Redis cannot be asked: they are another worker's when the locks run out. */
  abandon(): Promise<void>;
}

/** Milliseconds for which a job belongs to a worker that says nothing; renewed at half of it, since trials run in threads. */
const LOCK_MS = 6_000;
const STALLED_MS = 3_000;
/** Workers that one trial may lose before it is given up: machines go away, and a trial that takes a thread down is answered as failed. */
const MOST_STALLED = 100;
const RETRY_MS = 1_000;

/** Takes jobs of the search `id`, as many at once as there are threads. */
export function attach(redis: Redis, id: string, context: TrialContext, threads: number): Attached {
  const pool = createPool(context, threads);
  const options = { connection: redis, prefix: PREFIX };
  let answered = 0;
  const worker = new Worker(
    queueName(id),
    async ({ data }) => {
      const task = readTask(data);
      const answer = task.kind === "trial" ? trialAnswer(await pool.run(task)) : winnerAnswer(await pool.winner(task.parameters));
      answered += 1;
      return answer;
    },
    { ...options, concurrency: threads, lockDuration: LOCK_MS, stalledInterval: STALLED_MS, maxStalledCount: MOST_STALLED, runRetryDelay: RETRY_MS, drainDelay: 1 },
  );
  // What a worker cannot answer is another's after the lock has run out, and the search tells what went wrong.
  worker.on("error", () => {});
  return {
    answered: () => answered,
    async finish() {
      await worker.close();
      await pool.close();
    },
    async drop() {
      // The pool last, or its rejections would be written as failures.
      await worker.close(true);
      await pool.close();
      const queue = new Queue(queueName(id), options);
      queue.on("error", () => {});
      await queue.obliterate({ force: true });
      await redis.del(...Object.keys(queue.keys).map((type) => queue.toKey(type)));
      await queue.close();
    },
    async abandon() {
      // It may wait for a connection that comes no more.
      worker.close(true).catch(() => {});
      await pool.close();
    },
  };
}
