import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Writable } from "node:stream";
import { ROOT, type Ran, ranBy } from "../caucus.ts";

export const PASSPHRASE = "seven blue herons stood";

/** What a command is given beside its arguments. */
export interface Given {
  readonly cwd: string;
  readonly stdin?: string;
  /** Texts for the descriptors from 3 on. */
  readonly descriptors?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs `caucus` as a process of its own in a session without a terminal, with texts in pipes. */
export function caucusWith(args: readonly string[], { cwd, stdin, descriptors = [], env = {} }: Given): Promise<Ran> {
  const child = spawn(process.execPath, [join(ROOT, "bin", "caucus.js"), ...args], {
    cwd,
    // A session of its own has no terminal, wherever the tests are started.
    detached: true,
    env: { ...process.env, NO_COLOR: "1", ...env },
    stdio: [stdin === undefined ? "ignore" : "pipe", "pipe", "pipe", ...descriptors.map(() => "pipe" as const)],
  });
  const ran = ranBy(child);
  for (const [at, text] of [stdin, undefined, undefined, ...descriptors].entries()) {
    const pipe = child.stdio[at] as Writable | null;
    if (text === undefined || pipe === null) continue;
    // Whoever refuses a command does not read what it was given.
    pipe.on("error", () => undefined);
    pipe.end(text);
  }
  return ran;
}

/** Runs a command of `caucus keys` with the passphrase in a file. */
export function keys(args: readonly string[], given: Given, passphrase = PASSPHRASE): Promise<Ran> {
  const path = join(given.cwd, "passphrase");
  writeFileSync(path, `${passphrase}\n`, { mode: 0o600 });
  return caucusWith(["keys", ...args], { ...given, env: { CAUCUS_KEYS_PASSPHRASE_FILE: path, ...given.env } });
}
