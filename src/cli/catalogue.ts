import type { Command } from "commander";
import { z } from "zod";
import { agents } from "../../agents/index.ts";
import { strategies } from "../../strategies/index.ts";
import { COLUMNS, indented } from "./indented.ts";
import { describedKeySchema, describeKeys, shownValue } from "../app/definition/describe.ts";
import { jsonOption, type Shell } from "./shell.ts";

const listSchema = z.array(z.strictObject({ name: z.string(), title: z.string(), parameters: z.array(describedKeySchema) }));
/** What `caucus agents --json` prints. */
export const agentListSchema = z.strictObject({ agents: listSchema });
/** What `caucus strategies --json` prints. */
export const strategyListSchema = z.strictObject({ strategies: listSchema });

interface Entry {
  readonly name: string;
  readonly title: string;
  readonly params: z.ZodType;
}

function render(kind: string, entries: readonly Entry[]): string {
  const lines: string[] = [];
  for (const entry of entries) {
    lines.push(entry.name, ...indented(entry.title, 2));
    for (const parameter of describeKeys(entry.params)) {
      const fallback = parameter.default === undefined ? "" : `, default ${shownValue(parameter.default)}`;
      const key = `${kind}.${entry.name}.${parameter.path}`;
      const values = `(${parameter.type}${fallback})`;
      const isShort = key.length + values.length + 4 <= COLUMNS;
      lines.push(...(isShort ? [`  ${key}  ${values}`] : [`  ${key}`, ...indented(values, 6)]), ...indented(parameter.description, 6));
    }
    lines.push("");
  }
  return lines.join("\n");
}

function register(program: Command, shell: Shell, kind: "agents" | "strategies", entries: readonly Entry[]): void {
  program
    .command(kind)
    .description(`list the ${kind} with their parameters`)
    .addOption(jsonOption())
    .action((options: { json?: boolean }) => {
      if (options.json) {
        const list: z.infer<typeof listSchema> = entries.map(({ name, title, params }) => ({ name, title, parameters: describeKeys(params) }));
        shell.out(`${JSON.stringify({ [kind]: list }, null, 2)}\n`);
      } else shell.out(`${render(kind, entries)}Set any of them in a definition, or with --set ${kind}.<name>.<key>=<value>.\n`);
    });
}

/** `caucus agents` and `caucus strategies`. */
export function registerAgents(program: Command, shell: Shell): void {
  register(program, shell, "agents", agents);
  register(program, shell, "strategies", strategies);
}
