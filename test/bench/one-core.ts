import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** The first core that this process may use; null where that cannot be found out or a process cannot be held to it. */
function firstCore(): string | null {
  if (process.platform !== "linux" || spawnSync("taskset", ["--version"], { stdio: "ignore" }).status !== 0) return null;
  return /^Cpus_allowed_list:\s*(\d+)/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? null;
}

const core = firstCore();

/** Whether what is meant to run on one core is held to it: the collector's and compiler's threads of V8 would use another one. */
export const isHeld = core !== null;

/** A command line that runs Node with these arguments, on one core where a process can be held to it. */
export function onOneCore(args: readonly string[]): readonly [string, ...string[]] {
  return core === null ? [process.execPath, ...args] : ["taskset", "-c", core, process.execPath, ...args];
}
