import type { Command } from "commander";
import { z } from "zod";
import { suggestion } from "../app/definition/problems.ts";
import { UserError } from "../core/user-error.ts";
import { indented } from "./indented.ts";
import { JSON_SCHEMAS, WITHOUT_JSON_SCHEMA } from "./json-schemas.ts";
import type { Shell } from "./shell.ts";

const NAMES = [...JSON_SCHEMAS.keys()];

const HELP = `
Commands:
${indented(NAMES.join(", "), 2).join("\n")}

Without a schema:
${[...WITHOUT_JSON_SCHEMA].flatMap(([name, why]) => indented(`${name}: ${why}`, 2)).join("\n")}

Examples:
  caucus schema                      of \`caucus backtest --json\`
  caucus schema portfolio
  caucus schema ledger verify
`;

/** `caucus schema`: the JSON Schema of what commands print with --json. */
export function registerSchema(program: Command, shell: Shell): void {
  program
    .command("schema")
    .description("print the JSON Schema of what a command prints with --json")
    .argument("[command...]", "the command, in one word or two", ["backtest"])
    .addHelpText("after", HELP)
    .action(async (words: readonly string[]) => {
      shell.out(`${JSON.stringify(z.toJSONSchema(await schemaOf(words.join(" "))), null, 2)}\n`);
    });
}

async function schemaOf(name: string): Promise<z.ZodType> {
  const load = JSON_SCHEMAS.get(name);
  if (load) return load();
  const why = WITHOUT_JSON_SCHEMA.get(name);
  if (why !== undefined) throw new UserError(`schema ${name}: there is none: ${why}.`);
  throw new UserError(`schema ${name}: there is no such command with --json${suggestion(name, NAMES)}`);
}
