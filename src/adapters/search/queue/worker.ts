import { hostname } from "node:os";
import { setTimeout as wait } from "node:timers/promises";
import type { Redis } from "ioredis";
import { RunError } from "../../../core/user-error.ts";
import type { CandleSeries } from "../../../core/candle.ts";
import type { Dataset } from "../../../ports/candles.ts";
import type { RedisAddress } from "./address.ts";
import { attach, type Attached } from "./attached.ts";
import { fetchSeries } from "./candles.ts";
import { contextOf, readAnnouncement, readContext, type WireContext } from "./codec.ts";
import { connectRedis, withoutSecrets } from "./connection.ts";
import { PRESENCE_LIFE, SEARCH_LIFE, SEARCHES, searchKeys } from "./keys.ts";

/** What a worker tells of itself. */
export type WorkerEvent =
  | { readonly event: "ready"; readonly redis: string; readonly threads: number; readonly engine: string }
  | { readonly event: "candles"; readonly hash: string; readonly candles: number; readonly seconds: number }
  | { readonly event: "joined"; readonly search: string; readonly name: string }
  | { readonly event: "left"; readonly search: string; readonly trials: number }
  | { readonly event: "refused"; readonly search: string; readonly reason: string }
  | { readonly event: "lost" | "back"; readonly redis: string };

/** What a worker is started with. */
export interface WorkerOrder {
  readonly redis: RedisAddress;
  /** Searches of another one are refused. */
  readonly engine: string;
  readonly threads: number;
  readonly tell: (event: WorkerEvent) => void;
}

/** A worker that takes part in every search that Redis has. */
export interface QueueWorker {
  /** Finishes the trials at hand and leaves. */
  close(): Promise<void>;
}

const LOOK_MS = 250;
/** Series that are kept for the next search over them. */
const MOST_SERIES = 4;

/** Starts a worker. Throws a `RunError` when Redis cannot be reached; a server that goes away later is waited for. */
export async function startQueueWorker({ redis: address, engine, threads, tell }: WorkerOrder): Promise<QueueWorker> {
  const { redis, disconnect } = await connectRedis(address);
  const attached = new Map<string, Attached>();
  const refused = new Set<string>();
  const series = new Map<string, CandleSeries>();
  const stop = new AbortController();

  const seriesOf = async (hash: string): Promise<CandleSeries> => {
    const started = performance.now();
    const kept = series.get(hash);
    const found = kept ?? (await fetchSeries(redis, hash));
    // The one that was used last is the last to go.
    series.delete(hash);
    series.set(hash, found);
    if (kept === undefined) tell({ event: "candles", hash, candles: found.length, seconds: (performance.now() - started) / 1_000 });
    const oldest = series.keys().next().value;
    if (series.size > MOST_SERIES && oldest !== undefined) series.delete(oldest);
    return found;
  };
  const datasetsOf = async ({ datasets }: WireContext): Promise<Dataset[]> => {
    const loaded: Dataset[] = [];
    for (const { candles, ...dataset } of datasets) loaded.push({ ...dataset, series: await seriesOf(candles) });
    return loaded;
  };
  const refuse = async (id: string, reason: string): Promise<void> => {
    refused.add(id);
    tell({ event: "refused", search: id, reason });
    await redis.set(searchKeys(id).refusal, reason, "PX", SEARCH_LIFE);
  };
  const join = async (id: string): Promise<void> => {
    const keys = searchKeys(id);
    const announced = await redis.get(keys.announcement);
    if (announced === null) {
      await redis.srem(SEARCHES, id);
      return;
    }
    const asked = readAnnouncement(announced).engine;
    if (asked !== engine) return refuse(id, `The worker on ${hostname()} (process ${process.pid}) runs another version of the program: ${engine}, and the search is of ${asked}. Update it or stop it.`);
    const text = await redis.get(keys.context);
    if (text === null) return;
    await redis.set(keys.presence, hostname(), "PX", PRESENCE_LIFE);
    const context = readContext(text);
    const datasets = await datasetsOf(context);
    tell({ event: "joined", search: id, name: context.name });
    attached.set(id, attach(redis, id, contextOf(context, datasets), threads));
  };
  const leave = async (id: string, part: Attached, drop: boolean): Promise<void> => {
    attached.delete(id);
    await (drop ? part.drop() : part.finish());
    tell({ event: "left", search: id, trials: part.answered() });
  };
  const look = async (): Promise<void> => {
    for (const [id, part] of attached) {
      const { announcement, presence } = searchKeys(id);
      if ((await redis.exists(announcement)) === 0) await leave(id, part, true);
      else await redis.set(presence, hostname(), "PX", PRESENCE_LIFE);
    }
    for (const id of await redis.smembers(SEARCHES)) {
      if (attached.has(id) || refused.has(id)) continue;
      try {
        await join(id);
      } catch (error) {
        await refuse(id, `The worker on ${hostname()} (process ${process.pid}) cannot take part: ${withoutSecrets(error instanceof Error ? error.message : String(error), address)}.`);
      }
    }
  };
  const work = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      // What fails here fails because Redis is away; its return is waited for.
      await look().catch(() => {});
      await wait(LOOK_MS, undefined, { signal: stop.signal }).catch(() => {});
    }
  };

  watch(redis, address, (event) => {
    if (!stop.signal.aborted) tell(event);
  });
  tell({ event: "ready", redis: address.shown, threads, engine });
  const working = work();
  return {
    async close() {
      stop.abort();
      if (redis.status !== "ready") {
        disconnect();
        await Promise.all([...attached.values()].map((part) => part.abandon()));
        throw new RunError(`Redis at ${address.shown} is away; what the worker had at hand is another's.`);
      }
      await working;
      await Promise.all([...attached].map(([id, part]) => leave(id, part, false)));
      disconnect();
    },
  };
}

/** Tells once that the server went away, and once that it is back. */
function watch(redis: Redis, { shown }: RedisAddress, tell: (event: WorkerEvent) => void): void {
  let away = false;
  redis.on("close", () => {
    if (!away) tell({ event: "lost", redis: shown });
    away = true;
  });
  redis.on("ready", () => {
    if (away) tell({ event: "back", redis: shown });
    away = false;
  });
}
