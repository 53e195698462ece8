import { spawn } from "node:child_process";
import { join } from "node:path";

/** The checkout. */
export const ROOT = join(import.meta.dirname, "..", "..");

/** What a run of the program came to. */
export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/**
 * Runs the program as a process of its own, as a person does. `onStart` gets the child, to send it signals;
 * `onProgress` is called once, when the work is under way.
 */
export function caucus(
  args: readonly string[],
  options: { cwd?: string; env?: Record<string, string>; onStart?: (child: ReturnType<typeof spawn>) => void; onProgress?: (child: ReturnType<typeof spawn>) => void } = {},
): Promise<Ran> {
  const child = spawn(process.execPath, [join(ROOT, "bin", "caucus.js"), ...args], {
    cwd: options.cwd ?? ROOT,
    env: { ...process.env, NO_COLOR: "1", ...options.env, ...(options.onProgress ? { CAUCUS_PROGRESS: "ipc" } : {}) },
    stdio: ["ignore", "pipe", "pipe", ...(options.onProgress ? ["ipc" as const] : [])],
  });
  child.once("message", () => options.onProgress?.(child));
  const ran = ranBy(child);
  options.onStart?.(child);
  return ran;
}

/** What a process comes to, with all that it says until it ends. */
export function ranBy(child: ReturnType<typeof spawn>): Promise<Ran> {
  return new Promise((resolve, reject) => {
    let out = "";
    let err = "";
    child.stdout?.on("data", (chunk: Buffer) => (out += chunk.toString()));
    child.stderr?.on("data", (chunk: Buffer) => (err += chunk.toString()));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, out, err }));
  });
}
