import type { Command } from "commander";
import type { WorkerEvent } from "../adapters/search/queue/worker.ts";
import { redisAddress } from "../adapters/search/queue/address.ts";
import { hostOfUrl, openEgress } from "./egress.ts";
import { workersOf } from "./optimize/flags.ts";
import type { Shell } from "./shell.ts";

interface WorkerFlags {
  readonly redis: string;
  readonly workers?: string;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  caucus worker --redis redis://10.0.0.5:6379
  caucus worker --redis redis://10.0.0.5:6379 --workers 4
  caucus worker --redis rediss://user:password@redis.example.com:6380

A worker takes part in every search that \`caucus optimize --redis\` puts there.
Ctrl-C finishes the trials at hand. More in docs/workers.md.
`;

/** `caucus worker`: runs trials of searches that other machines started. */
export function registerWorker(program: Command, shell: Shell): void {
  program
    .command("worker")
    .description("run trials of the searches that are in a Redis, beside other workers")
    .requiredOption("--redis <url>", "the Redis server: redis://host:6379")
    .option("--workers <count>", "threads (default: as many as processors)")
    .option("--json", "tell what happens as one JSON object a line")
    .addHelpText("after", EXAMPLES)
    .action((flags: WorkerFlags) => worker(flags, shell));
}

async function worker(flags: WorkerFlags, shell: Shell): Promise<void> {
  const redis = redisAddress(flags.redis);
  openEgress(shell, [{ entry: hostOfUrl(redis.url, "own"), why: "--redis" }]);
  const threads = workersOf(flags.workers);
  // Other commands do not pay for the queue.
  const [{ startQueueWorker }, { workerEngine }] = await Promise.all([import("../adapters/search/queue/worker.ts"), import("../adapters/search/queue/engine.ts")]);
  const tell = (event: WorkerEvent): void => shell.out(flags.json ? `${JSON.stringify(event)}\n` : `${lineOf(event)}\n`);
  const started = await startQueueWorker({ redis, engine: await workerEngine(), threads, tell });
  await stopped(shell.signal);
  await started.close();
}

function stopped(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((done) => signal.addEventListener("abort", () => done(), { once: true }));
}

function lineOf(event: WorkerEvent): string {
  switch (event.event) {
    case "ready":
      return `Waiting for searches at ${event.redis} with ${event.threads} ${event.threads === 1 ? "thread" : "threads"}, version ${event.engine}.`;
    case "joined":
      return `Search ${event.search.slice(0, 8)} (${event.name}): takes part.`;
    case "candles":
      return `Candles ${event.hash.slice(0, 12)}: ${event.candles} fetched in ${event.seconds.toFixed(1)} s.`;
    case "left":
      return `Search ${event.search.slice(0, 8)}: over, ${event.trials} ${event.trials === 1 ? "run" : "runs"} done here.`;
    case "refused":
      return `Search ${event.search.slice(0, 8)}: refused. ${event.reason}`;
    case "lost":
      return `${event.redis} went away; waiting for it.`;
    case "back":
      return `${event.redis} is back.`;
  }
}
