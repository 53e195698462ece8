import { spawn } from "node:child_process";
import { once } from "node:events";
import { constants, setPriority } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { RunError } from "../../core/user-error.ts";
import type { JobProgress } from "../../ports/research.ts";
import { PROGRESS_WANTED } from "../progress.ts";

/** This very program. */
const PROGRAM = join(import.meta.dirname, "..", "..", "..", "bin", "caucus.js");
/** What a child needs of the environment: nothing that opens an account, a chat or a language model. */
const KEPT = /^(PATH|HOME|TMPDIR|TEMP|TMP|SYSTEMROOT|LANG|LC_ALL|TZ|HTTPS?_PROXY|NO_PROXY|NODE_EXTRA_CA_CERTS|CAUCUS_DATA)$/i;
/** Larger than this no result is, bytes. */
const MOST_OUTPUT = 64_000_000;
const MOST_ERROR = 600;
/** How long a child has to end by itself, ms; a search keeps its trials as it goes. */
const GRACE = 2_000;

const message = z.object({ done: z.number().min(0).max(1), doing: z.string() });

/** How a command of this program is run beside the bot. */
export interface ChildOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: JobProgress) => void;
}

/** Runs a command of this program in a process of its own, behind everything else on this machine, and gives what it printed. Throws what it complained of as a `RunError`. */
export async function runChild(args: readonly string[], { signal, onProgress }: ChildOptions): Promise<string> {
  signal.throwIfAborted();
  const child = spawn(process.execPath, [PROGRAM, ...args], { env: childEnvironment(process.env), stdio: ["ignore", "pipe", "pipe", "ipc"] });
  let killing: NodeJS.Timeout | undefined;
  const end = (): void => {
    child.kill("SIGTERM");
    killing ??= setTimeout(() => child.kill("SIGKILL"), GRACE);
  };
  const out: Buffer[] = [];
  let size = 0;
  let complaint = "";
  child.stdout?.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size > MOST_OUTPUT) end();
    else out.push(chunk);
  });
  child.stderr?.on("data", (chunk: Buffer) => (complaint = (complaint + chunk.toString()).slice(-4 * MOST_ERROR)));
  child.on("message", (told) => {
    const parsed = message.safeParse(told);
    if (parsed.success) onProgress({ share: parsed.data.done, doing: parsed.data.doing });
  });
  signal.addEventListener("abort", end, { once: true });
  try {
    // Before its threads begin: they inherit it.
    if (child.pid !== undefined) lower(child.pid);
    const [code] = z.tuple([z.int().nullable(), z.unknown()]).parse(await once(child, "close"));
    if (signal.aborted) throw new RunError("It was ended before it was done.");
    if (code !== 0) throw new RunError(reasonOf(complaint, code));
    return Buffer.concat(out).toString("utf8");
  } finally {
    clearTimeout(killing);
    signal.removeEventListener("abort", end);
  }
}

/** The environment of a child: what it needs of this one's, and that it tells how far it is. */
export function childEnvironment(own: NodeJS.ProcessEnv): Record<string, string | undefined> {
  return { ...Object.fromEntries(Object.entries(own).filter(([name]) => KEPT.test(name))), NO_COLOR: "1", [PROGRESS_WANTED]: "ipc" };
}

function lower(pid: number): void {
  try {
    setPriority(pid, constants.priority.PRIORITY_LOW);
  } catch {
    // Over already, or not allowed here: then it runs as everything else does.
  }
}

/** What a child said last, without its own name before it. */
function reasonOf(complaint: string, code: number | null): string {
  const said = complaint.trim().replace(/^caucus: /gm, "").replace(/^\(node:\d+\).*$/gm, "").trim();
  if (said === "" || /^\s+at /m.test(said)) return `it ended ${code === null ? "by a signal" : `with code ${code}`}${said === "" ? "" : `: ${said.split("\n").find((line) => /Error/.test(line)) ?? ""}`}.`;
  return said.slice(0, MOST_ERROR);
}
