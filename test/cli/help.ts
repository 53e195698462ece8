import { createProgram } from "../../src/cli/program.ts";

/** What `--help` of a command prints, without a process of its own; an empty text when there is no such command. */
export function helpOf(path: readonly string[]): string {
  const shell = { signal: new AbortController().signal, out: () => undefined, err: () => undefined };
  let command = createProgram(shell, "0.0.0");
  for (const name of path) {
    const next = command.commands.find((one) => one.name() === name || one.aliases().includes(name));
    if (!next) return "";
    command = next;
  }
  return command.helpInformation();
}
