import { expect } from "vitest";
import { z } from "zod";
import { runProgram } from "../../src/cli/program.ts";

/** Runs a command inside this process; what it printed, and its exit code. */
export async function ranHere(args: readonly string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const said = { out: "", err: "" };
  const shell = { signal: new AbortController().signal, out: (text: string) => void (said.out += text), err: (text: string) => void (said.err += text) };
  const code = await runProgram(["node", "caucus", ...args], shell, "0.0.0");
  return { code, ...said };
}

const printed = new Map<string, Promise<z.ZodType>>();

/** What `caucus schema` prints of a command, as a check. */
export function printedSchema(command: string): Promise<z.ZodType> {
  const known = printed.get(command) ?? ranHere(["schema", ...command.split(" ")]).then(({ code, out, err }) => {
    expect({ code, err }).toEqual({ code: 0, err: "" });
    return z.fromJSONSchema(z.json().parse(JSON.parse(out)) as Parameters<typeof z.fromJSONSchema>[0]);
  });
  printed.set(command, known);
  return known;
}

/** Expects that what a command printed with --json is as `caucus schema` says. */
export async function expectOfSchema(command: string, out: string): Promise<void> {
  const { error } = (await printedSchema(command)).safeParse(JSON.parse(out));
  expect(error, command).toBeUndefined();
}
