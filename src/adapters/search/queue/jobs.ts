import { Queue, QueueEvents } from "bullmq";
import type { Redis } from "ioredis";
import { RunError } from "../../../core/user-error.ts";
import { type Answer, readAnswer, type Task, taskId } from "./codec.ts";
import { PREFIX, queueName, SEARCH_LIFE } from "./keys.ts";

/** The jobs of one search: what was asked for and has not been answered. */
export interface Jobs {
  /** Asks for a task; the same one, asked for twice at a time, is one job. */
  ask(task: Task): Promise<Answer>;
  /** How many have not been answered. */
  waiting(): number;
  /** Rejects all that wait and all that will be asked for. The first reason stays. */
  fail(reason: Error): void;
  /** Why nothing is asked for any more; null while it is. */
  failed(): Error | null;
  /** Looks at jobs one by one, in case that an event was lost: trimmed before it was read. */
  look(): Promise<void>;
  /** Puts off the time at which the queue's keys expire. */
  renew(): Promise<void>;
  /** Deletes the queue. */
  obliterate(): Promise<void>;
  close(): Promise<void>;
}

interface Waiting {
  readonly task: Task;
  readonly answer: Promise<Answer>;
  queued: boolean;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

/** Events kept in Redis: each holds an answer, and they are read at once. */
const MOST_EVENTS = 1_000;
/** Times that a job is tried whose worker could not answer. */
const ATTEMPTS = 3;

/** Opens the queue of the search `id`; `kept` says in a sentence what becomes of what is done. */
export function openJobs(redis: Redis, id: string, kept: string): Jobs {
  const options = { connection: redis, prefix: PREFIX };
  const queue = new Queue(queueName(id), { ...options, streams: { events: { maxLen: MOST_EVENTS } } });
  // From the first event on: a worker may be faster than the subscription.
  const events = new QueueEvents(queueName(id), { ...options, lastEventId: "0-0" });
  const keys = Object.keys(queue.keys).map((type) => queue.toKey(type));
  // These expire by themselves, and say by it that something is due: renewed, no stalled job would be found again.
  const clocks = ["stalled-check", "limiter"].map((type) => queue.toKey(type));
  const lasting = keys.filter((key) => !clocks.includes(key));
  const waiting = new Map<string, Waiting>();
  let closed: Error | null = null;

  const fail = (reason: Error): void => {
    closed ??= reason;
    for (const { reject } of waiting.values()) reject(closed);
    waiting.clear();
  };
  const settle = (job: string, value: unknown): void => {
    const one = waiting.get(job);
    if (!one) return;
    waiting.delete(job);
    try {
      one.resolve(readAnswer(value));
    } catch {
      one.reject(new RunError("A worker answered something else than it was asked."));
    }
    // What stays behind when this fails is deleted with the queue.
    queue.remove(job).catch(() => {});
  };
  const abandon = (job: string, why: string): void => {
    if (waiting.has(job)) fail(new RunError(`A worker could not run a trial: ${why.replace(/\.$/, "")}. ${kept}`));
  };
  const enqueue = async (job: string, one: Waiting): Promise<void> => {
    await queue.add(one.task.kind, one.task, { jobId: job, attempts: ATTEMPTS });
    await redis.pexpire(queue.toKey(job), SEARCH_LIFE);
    one.queued = true;
  };

  queue.on("error", () => {});
  events.on("error", () => {});
  events.on("completed", ({ jobId, returnvalue }: { jobId: string; returnvalue: unknown }) => settle(jobId, returnvalue));
  events.on("failed", ({ jobId, failedReason }) => abandon(jobId, failedReason));
  return {
    ask(task) {
      if (closed) return Promise.reject(closed);
      const job = taskId(task);
      const known = waiting.get(job);
      if (known) return known.answer;
      const { promise, resolve, reject } = Promise.withResolvers<Answer>();
      const one: Waiting = { task, answer: promise, queued: false, resolve, reject };
      waiting.set(job, one);
      enqueue(job, one).catch((error: unknown) => fail(new RunError(`Redis took no trial: ${error instanceof Error ? error.message : String(error)}. ${kept}`)));
      return promise;
    },
    waiting: () => waiting.size,
    fail,
    failed: () => closed,
    async look() {
      for (const [job, one] of [...waiting]) {
        if (!one.queued) continue;
        const found = await queue.getJob(job);
        if (!waiting.has(job)) continue;
        if (!found) await enqueue(job, one);
        // What was read above may be from before the end: asked for again, it holds the answer.
        else if (await found.isCompleted()) settle(job, (await queue.getJob(job))?.returnvalue);
        else if (await found.isFailed()) abandon(job, (await queue.getJob(job))?.failedReason ?? found.failedReason);
      }
    },
    async renew() {
      await Promise.all([...lasting, ...[...waiting.keys()].map((job) => queue.toKey(job))].map((key) => redis.pexpire(key, SEARCH_LIFE)));
    },
    async obliterate() {
      await queue.obliterate({ force: true });
      // It pauses the queue first, which may write an event last.
      await redis.del(...keys);
    },
    async close() {
      await Promise.all([events.close(), queue.close()]);
    },
  };
}
