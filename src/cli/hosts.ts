import { type Command, Option } from "commander";
import { z } from "zod";
import { agents } from "../../agents/index.ts";
import { loadDefinition } from "../app/definition/load.ts";
import type { Definition } from "../app/definition/schema.ts";
import { TRADE_MODES, type TradeMode } from "../app/definition/trade-schema.ts";
import { strategies } from "../../strategies/index.ts";
import { readDefinition } from "./definition-file.ts";
import { addDefinitionFlags, type DefinitionFlags, overridesOf } from "./definition-flags.ts";
import { type HostUse, usesOfRun } from "./egress.ts";
import { jsonOption, type Shell } from "./shell.ts";

interface HostsFlags extends DefinitionFlags {
  readonly mode?: TradeMode;
  readonly json?: boolean;
}

/** A host with everything that it is reached for. */
const listedHostSchema = z.strictObject({
  host: z.string().describe("a name, *.name or an address"),
  port: z.int(),
  mayBePrivate: z.boolean().describe("it may have an address of a private network"),
  why: z.array(z.string()).describe("what it is reached for"),
});
export type ListedHost = Readonly<z.infer<typeof listedHostSchema>>;

/** What `caucus hosts --json` prints. */
export const hostsSchema = z.strictObject({ definition: z.string().describe("its name"), mode: z.enum(TRADE_MODES), hosts: z.array(listedHostSchema) });

const EXAMPLES = `
A running bot reaches these and nothing else: everything else is refused, told and
counted. Add others with egress.allow in the definition. docs/security.md has more.

Examples:
  caucus hosts mine                    what \`caucus run mine\` may reach
  caucus hosts mine --mode live        the same in another mode
  caucus hosts mine --json | jq -r '.hosts[].host'
`;

/** `caucus hosts`. */
export function registerHosts(program: Command, shell: Shell): void {
  const command = program.command("hosts").description("the hosts that a run of a definition may reach, and what for").argument("[definition]", "a YAML file, or the name of one in backtests/", "default");
  addDefinitionFlags(command);
  command
    .addOption(new Option("--mode <mode>", "instead of the definition's trade.mode").choices([...TRADE_MODES]))
    .addOption(jsonOption())
    .addHelpText("after", EXAMPLES)
    .action(async (wanted: string, flags: HostsFlags) => {
      const { text, name } = await readDefinition(wanted);
      const definition = loadDefinition({ text, name, overrides: overridesOf(flags), agents, strategies });
      const mode = flags.mode ?? definition.trade.mode;
      const hosts = listed(usesOfRun(definition, mode));
      if (flags.json) shell.out(`${JSON.stringify({ definition: definition.name, mode, hosts } satisfies z.infer<typeof hostsSchema>, null, 2)}\n`);
      else shell.out(hostsText(definition, mode, hosts));
    });
}

/** Each host once. */
export function listed(uses: readonly HostUse[]): ListedHost[] {
  const all = new Map<string, string[]>();
  for (const { entry, why } of uses) all.set(entry, [...new Set([...(all.get(entry) ?? []), why])]);
  return [...all].map(([entry, why]) => {
    const at = entry.lastIndexOf(":");
    return { host: entry.slice(entry.startsWith("~") ? 1 : 0, at), port: Number(entry.slice(at + 1)), mayBePrivate: entry.startsWith("~"), why };
  }).toSorted((one, other) => (one.host < other.host ? -1 : one.host > other.host ? 1 : one.port - other.port));
}

function hostsText({ name }: Definition, mode: TradeMode, hosts: readonly ListedHost[]): string {
  if (hosts.length === 0) return `${name} (${mode}) reaches nothing outside its own process.\n`;
  const shown = hosts.map(({ host, port, why }) => ({ place: `${host}:${port}`, why: why.join(", ") }));
  const width = Math.max(...shown.map(({ place }) => place.length)) + 2;
  return `${name} (${mode}) reaches these and nothing else:\n${shown.map(({ place, why }) => `  ${place.padEnd(width)}${why}\n`).join("")}`;
}
