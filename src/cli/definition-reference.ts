import type { Command } from "commander";
import { agents } from "../../agents/index.ts";
import { strategies } from "../../strategies/index.ts";
import { z } from "zod";
import { describedKeySchema, describeKeys, type DescribedKey, shownValue } from "../app/definition/describe.ts";
import { definitionSchema } from "../app/definition/schema.ts";
import { indented } from "./indented.ts";
import { jsonOption, type Shell } from "./shell.ts";

/** What `caucus definition --json` prints. */
export const definitionKeysSchema = z.strictObject({ keys: z.array(describedKeySchema) });

/** Every key of a definition, those of agents and strategies included. */
export function definitionKeys(): DescribedKey[] {
  return describeKeys(definitionSchema(agents, strategies));
}

/** The reference of all keys as a Markdown page. */
export function definitionPage(): string {
  const cell = (text: string): string => text.replaceAll("|", "\\|");
  const rows = definitionKeys().map(
    (key) => `| \`${key.path}\` | ${cell(key.type)} | ${key.default === undefined ? "" : `\`${cell(shownValue(key.default))}\``} | ${cell(key.description)} |`,
  );
  return `${INTRODUCTION}
| key | type | default | meaning |
| --- | --- | --- | --- |
${rows.join("\n")}
`;
}

const INTRODUCTION = `# The definition

A definition is one YAML file that says what is run: market, money, fees, council, strategies. \`backtests/\` holds
runnable ones; \`caucus backtest my.yaml\` runs another. Every key has a default, so an empty file is a whole definition.

- Every key can be set from the command line: \`--set strategies.grid.levels=30\`, again and again; the value is YAML.
- Short forms: \`symbol: BTC/USDT\`, \`agents: none\`, \`strategies: [grid]\`, \`grid:\` without anything under it.
- \`instruments.<name>\` is for one symbol: \`--set instruments.BTC/USDT.priceStep=0.1\`. What it does not say, \`instrument\` says.
- \`fees.of.<name>\` is for one symbol too: \`--set fees.of.BTC/USDT.taker=0.004\`. What it does not say, \`fees\` says.
- \`candles\` may be a map from symbol to source.
- Fractions are fractions: a fee of 0.001 is 0.1 %.
- A mistake is answered with the file, line and column (or the flag), the key, what is wrong, and the nearest key that
  exists; all mistakes at once.

This page is printed by \`caucus definition --markdown\`; a test keeps it so.
`;

/** `caucus definition`: what can be written into one. */
export function registerDefinition(program: Command, shell: Shell): void {
  program
    .command("definition")
    .description("list every key of a definition with type, default and meaning")
    .option("--markdown", "as a page")
    .addOption(jsonOption())
    .action((flags: { json?: boolean; markdown?: boolean }) => {
      if (flags.json) shell.out(`${JSON.stringify({ keys: definitionKeys() } satisfies z.infer<typeof definitionKeysSchema>, null, 2)}\n`);
      else if (flags.markdown) shell.out(definitionPage());
      else shell.out(`${definitionKeys().flatMap(keyLines).join("\n")}\n`);
    });
}

function keyLines(key: DescribedKey): string[] {
  const fallback = key.default === undefined ? "" : `, default ${shownValue(key.default)}`;
  return [key.path, ...indented(`${key.type}${fallback}`, 4), ...indented(key.description, 4)];
}
