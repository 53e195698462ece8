import { type Command, Argument } from "commander";
import { z } from "zod";
import { backtestOutputSchema } from "../app/result.ts";
import { runSummarySchema, statusSchema } from "../app/trade/report.ts";
import type { Shell } from "./shell.ts";

const SCHEMAS = { backtest: backtestOutputSchema, run: runSummarySchema, status: statusSchema } as const;

/** `caucus schema`: the JSON Schema of what commands print with --json. */
export function registerSchema(program: Command, shell: Shell): void {
  program
    .command("schema")
    .description("print the JSON Schema of what a command prints with --json")
    .addArgument(new Argument("[command]", "the command; status also stands for pause, resume, cancel, flatten and stop").choices(Object.keys(SCHEMAS)).default("backtest"))
    .action((command: keyof typeof SCHEMAS) => {
      shell.out(`${JSON.stringify(z.toJSONSchema(SCHEMAS[command]), null, 2)}\n`);
    });
}
