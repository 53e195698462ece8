import { inspect } from "node:util";
import { redact, remember } from "../core/redact.ts";
import { UserError } from "../core/user-error.ts";
import { knownSecrets } from "./run/keys.ts";

/**
 * Sees to it that no secret leaves this process on stdout or stderr, whoever writes: our own lines, a library's, or a
 * crash. What the environment holds is known from the start; who loads a secret later tells `remember` of it.
 */
export function guardOutgoing(): void {
  guard(process.stdout);
  guard(process.stderr);
  // A report that Node writes of a crash would list the whole environment.
  process.report.excludeEnv = true;
  process.on("uncaughtException", (error) => {
    process.stderr.write(`caucus: it has failed in a way that was not foreseen.\n${crashText(error)}\n`);
    process.exit(1);
  });
  // Node's own printing of warnings goes past process.stderr. It is not there when warnings are switched off.
  if (process.listenerCount("warning") > 0) {
    process.removeAllListeners("warning");
    process.on("warning", ({ name, message }) => void process.stderr.write(`(node:${process.pid}) ${name}: ${message}\n`));
  }
  remember(environmentSecrets());
}

/** What is said of an error that nobody caught: everything that is known of it but secrets. */
function crashText(error: unknown): string {
  return redact(inspect(error, { depth: 4, breakLength: 120 }));
}

/** Variables that hold secrets by their name, of whatever account or provider. */
const SECRET_NAME = /(^CAUCUS_.*(KEY|SECRET|PASSWORD|PASSPHRASE|TOKEN)|_API_KEY|_API_SECRET)$/;

function environmentSecrets(): readonly string[] {
  const named = Object.entries(process.env).flatMap(([name, value]) => (SECRET_NAME.test(name) && value !== undefined ? [value] : []));
  try {
    return [...named, ...knownSecrets()];
  } catch (error) {
    // A secret's file that cannot be read is told of by the command that needs it.
    if (error instanceof UserError) return named;
    throw error;
  }
}

function guard(stream: NodeJS.WriteStream): void {
  const write = stream.write.bind(stream) as (chunk: string | Uint8Array, ...rest: unknown[]) => boolean;
  stream.write = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => write(cleaned(chunk), ...rest);
}

function cleaned(chunk: string | Uint8Array): string | Uint8Array {
  if (typeof chunk === "string") return redact(chunk);
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(chunk);
    const clean = redact(text);
    return clean === text ? chunk : Buffer.from(clean);
  } catch {
    // A picture, or the half of a letter: no text of ours.
    return chunk;
  }
}
