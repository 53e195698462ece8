import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import type { Redis } from "ioredis";
import type { TrialContext } from "../../../app/optimize/context.ts";
import type { TrialRunner } from "../../../app/optimize/runner.ts";
import { RunError } from "../../../core/user-error.ts";
import type { RedisAddress } from "./address.ts";
import { publishSeries } from "./candles.ts";
import { outcomeOf, trialTask, winnerOf, winnerTask, writeAnnouncement, writeContext } from "./codec.ts";
import { connectRedis, withoutSecrets } from "./connection.ts";
import { openJobs } from "./jobs.ts";
import { CANDLES_LIFE, SEARCH_LIFE, SEARCHES, searchKeys } from "./keys.ts";

/** Trials that are run by workers on any machine that reaches the same Redis. */
export interface QueueRunner extends TrialRunner {
  /** Takes the search out of Redis; what has not been answered is rejected with `reason`. */
  close(reason?: Error): Promise<void>;
}

/** Where the queue is, and what workers must be to take part. */
export interface QueueOrder {
  readonly redis: RedisAddress;
  /** Workers of another one are refused. */
  readonly engine: string;
  /** Told what the person should know while the search waits. */
  readonly say: (sentence: string) => void;
}

const BEAT_MS = 1_000;
/** Beats without an answer from Redis after which it counts as gone. */
const MOST_MISSED = 10;
/** Beats without a worker after which it is said. */
const PATIENCE = 4;
/** Beats after which jobs are looked at one by one. */
const LOOK_EVERY = 10;
const CLOSE_MS = 3_000;
const KEPT = "What is done is kept; the same command goes on from there.";

/** Puts a search into Redis, where workers find it. Throws a `RunError` when Redis cannot be reached. */
export async function createQueueRunner(context: TrialContext, { redis: address, engine, say }: QueueOrder): Promise<QueueRunner> {
  const { redis, disconnect } = await connectRedis(address);
  const id = randomUUID();
  const keys = searchKeys(id);
  const jobs = openJobs(redis, id, KEPT);
  const candles: string[] = [];
  let closing: Promise<void> | null = null;
  let beats = 0;
  let missed = 0;
  let alone = 0;
  let beating = false;

  const publish = async (): Promise<void> => {
    const hashes: string[] = [];
    for (const { series } of context.datasets) {
      const published = await publishSeries(redis, series);
      hashes.push(published.hash);
      candles.push(...published.keys);
    }
    await redis.set(keys.context, writeContext(context, hashes), "PX", SEARCH_LIFE);
    await redis.set(keys.announcement, writeAnnouncement({ engine }), "PX", SEARCH_LIFE);
    await redis.sadd(SEARCHES, id);
    await redis.pexpire(SEARCHES, SEARCH_LIFE);
  };
  const renew = async (): Promise<void> => {
    const [there, refusal, present] = await Promise.all([
      redis.pexpire(keys.announcement, SEARCH_LIFE),
      redis.get(keys.refusal),
      redis.exists(keys.presence),
      ...[keys.context, SEARCHES].map((key) => redis.pexpire(key, SEARCH_LIFE)),
      ...candles.map((key) => redis.pexpire(key, CANDLES_LIFE)),
      jobs.renew(),
    ]);
    missed = 0;
    if (there === 0) jobs.fail(new RunError(`Redis at ${address.shown} has lost the search, as after a restart. ${KEPT}`));
    if (refusal !== null) jobs.fail(new RunError(`${refusal} ${KEPT}`));
    if (jobs.failed()) return;
    alone = present === 1 || jobs.waiting() === 0 ? 0 : alone + 1;
    if (alone === PATIENCE) say(`No worker is connected to ${address.shown}; the search waits. Start one: caucus worker --redis ${address.shown}`);
    if (beats % LOOK_EVERY === 0) await jobs.look();
  };
  // Beats are counted, not seconds: while the search itself computes, no beat comes, and Redis is not to blame.
  const beat = (): void => {
    beats += 1;
    missed += 1;
    if (missed > MOST_MISSED) jobs.fail(new RunError(`Redis at ${address.shown} went away. ${KEPT}`));
    if (beating || jobs.failed()) return;
    beating = true;
    const done = (): void => {
      beating = false;
    };
    renew().then(done, done);
  };
  const leave = async (): Promise<void> => {
    const ended = jobs.close();
    disconnect();
    await within(CLOSE_MS, ended);
  };
  const tidy = async (): Promise<void> => {
    await redis.del(keys.announcement, keys.context, keys.refusal, keys.presence);
    await redis.srem(SEARCHES, id);
    await jobs.obliterate();
  };

  try {
    await unlessLost(redis, publish());
  } catch (error) {
    if (redis.status === "ready") await within(CLOSE_MS, tidy());
    await leave();
    throw new RunError(`The search could not be put into Redis at ${address.shown}: ${withoutSecrets(error instanceof Error ? error.message : String(error), address)}.`);
  }
  const timer = setInterval(beat, BEAT_MS);
  const shut = async (): Promise<void> => {
    clearInterval(timer);
    await within(CLOSE_MS, tidy());
    await leave();
  };
  return {
    async run(request) {
      return outcomeOf(await jobs.ask(trialTask(request))) ?? otherAnswer();
    },
    async winner(parameters) {
      return winnerOf(await jobs.ask(winnerTask(parameters))) ?? otherAnswer();
    },
    close(reason = new RunError("The search was closed.")) {
      jobs.fail(reason);
      closing ??= shut();
      return closing;
    },
  };
}

/** Work that waits for no connection to come back. */
async function unlessLost(redis: Redis, work: Promise<void>): Promise<void> {
  const over = new AbortController();
  const lost = once(redis, "close", { signal: over.signal }).catch(() => {}).then(() => {
    throw new RunError("the connection was lost");
  });
  try {
    await Promise.race([work, lost]);
  } finally {
    for (const one of [work, lost]) one.catch(() => {});
    over.abort();
  }
}

function otherAnswer(): never {
  throw new RunError("A worker answered something else than it was asked.");
}

/** Waits for work that a server which is away would never let end. */
async function within(ms: number, work: Promise<unknown>): Promise<void> {
  const over = new AbortController();
  const late = wait(ms, undefined, { signal: over.signal });
  await Promise.race([work.catch(() => {}), late.catch(() => {})]);
  over.abort();
}
