import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { WorkerEvent } from "../../src/adapters/search/queue/worker.ts";
import { ROOT } from "../cli/caucus.ts";
import { until } from "./redis.ts";

/** A `caucus worker --json` as a process of its own. */
export interface WorkerProcess {
  readonly child: ChildProcess;
  /** What it has told so far. */
  events(): WorkerEvent[];
  err(): string;
  /** Ends it, and gives its exit code; null for one that a signal ended. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** Starts a worker with one thread, and waits until it is ready. */
export async function startWorker(url: string): Promise<WorkerProcess> {
  const child = spawn(process.execPath, [join(ROOT, "bin", "caucus.js"), "worker", "--redis", url, "--workers", "1", "--json"], { stdio: ["ignore", "pipe", "pipe"] });
  let out = "";
  let err = "";
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
  const worker: WorkerProcess = {
    child,
    events: () => out.split("\n").slice(0, -1).map((line) => JSON.parse(line) as WorkerEvent),
    err: () => err,
    async end(signal) {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      child.kill(signal);
      await once(child, "exit");
      return child.exitCode;
    },
  };
  await until(() => worker.events().some(({ event }) => event === "ready") || child.exitCode !== null);
  return worker;
}
