import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { guardOutgoing } from "./cli/outgoing.ts";
import { runProgram } from "./cli/program.ts";
import { refusalText } from "./cli/egress.ts";
import type { Shell } from "./cli/shell.ts";
import type { Egress } from "./ports/egress.ts";

const packageSchema = z.looseObject({ version: z.string() });

/** Runs the command line of this process; sets the exit code and lets the process end by itself. `egress` is the door to the hosts that it may reach. */
export async function main(argv: readonly string[], egress: Egress): Promise<void> {
  guardOutgoing();
  const stop = new AbortController();
  process.on("SIGINT", () => {
    // A second Ctrl-C does not wait.
    if (stop.signal.aborted) process.exit(130);
    stop.abort();
  });
  process.on("SIGTERM", () => stop.abort());
  // A reader that closes the pipe early (| head) is no failure.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    throw error;
  });
  const shell: Shell = {
    signal: stop.signal,
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    egress,
  };
  // Whoever runs a bot hears of it in other ways too; a command says it here.
  egress.listen(({ kind, target }) => void process.stderr.write(`caucus: ${refusalText(kind, target)}\n`));
  const manifest = packageSchema.parse(JSON.parse(readFileSync(join(import.meta.dirname, "..", "package.json"), "utf8")));
  process.exitCode = await runProgram(argv, shell, manifest.version);
}
