import type { Command } from "commander";
import { z } from "zod";
import { backtestOutputSchema } from "../app/result.ts";
import type { Shell } from "./shell.ts";

/** `caucus schema`: the JSON Schema of what `caucus backtest --json` prints. */
export function registerSchema(program: Command, shell: Shell): void {
  program
    .command("schema")
    .description("print the JSON Schema of what `backtest --json` prints")
    .action(() => {
      shell.out(`${JSON.stringify(z.toJSONSchema(backtestOutputSchema), null, 2)}\n`);
    });
}
