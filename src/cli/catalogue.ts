import type { Command } from "commander";
import { z } from "zod";
import { agents } from "../../agents/index.ts";
import { strategies } from "../../strategies/index.ts";
import { jsonOption, type Shell } from "./shell.ts";

interface Parameter {
  readonly name: string;
  readonly type: string;
  readonly default?: unknown;
  readonly description: string;
}

interface Entry {
  readonly name: string;
  readonly title: string;
  readonly params: z.ZodType;
}

/** Shape of a JSON-Schema property, as far as it is shown. */
const propertySchema = z.looseObject({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  enum: z.array(z.unknown()).optional(),
  const: z.unknown().optional(),
  anyOf: z.array(z.looseObject({ type: z.string().optional(), const: z.unknown().optional() })).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  exclusiveMinimum: z.number().optional(),
  default: z.unknown().optional(),
  description: z.string().optional(),
});
const objectSchema = z.looseObject({ properties: z.record(z.string(), propertySchema).default({}) });

function parametersOf(params: z.ZodType): Parameter[] {
  const { properties } = objectSchema.parse(z.toJSONSchema(params, { io: "input", unrepresentable: "any" }));
  return Object.entries(properties).map(([name, property]) => ({
    name,
    type: typeOf(property),
    ...(property.default === undefined ? {} : { default: property.default }),
    description: property.description ?? "",
  }));
}

function typeOf(property: z.infer<typeof propertySchema>): string {
  if (property.enum) return property.enum.map(String).join(" | ");
  if (property.anyOf) return property.anyOf.map((option) => shown(option.const ?? option.type)).join(" | ");
  const type = String(property.type ?? "any");
  const low = property.minimum ?? property.exclusiveMinimum;
  // JSON Schema writes zod's safe integers as bounds; they say nothing to a person.
  const high = property.maximum !== undefined && property.maximum < 2 ** 50 ? property.maximum : undefined;
  if (high === undefined) return low === undefined || low < -(2 ** 50) ? type : `${type} from ${low}`;
  return `${type} ${low ?? "..."} to ${high}`;
}

/** A value of a schema as text. */
function shown(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function render(kind: string, entries: readonly Entry[]): string {
  const lines: string[] = [];
  for (const entry of entries) {
    lines.push(entry.name, ...wrap(entry.title, 2));
    for (const parameter of parametersOf(entry.params)) {
      const fallback = parameter.default === undefined ? "" : `, default ${shown(parameter.default)}`;
      lines.push(`  ${kind}.${entry.name}.${parameter.name}  (${parameter.type}${fallback})`, ...wrap(parameter.description, 6));
    }
    lines.push("");
  }
  return lines.join("\n");
}

/** Lines of at most 80 columns, indented. */
function wrap(text: string, indent: number): string[] {
  const pad = " ".repeat(indent);
  const lines: string[] = [];
  let line = pad;
  for (const word of text.split(" ")) {
    if (line.length > indent && line.length + 1 + word.length > 80) {
      lines.push(line);
      line = pad;
    }
    line += line.length > indent ? ` ${word}` : word;
  }
  return text === "" ? [] : [...lines, line];
}

function register(program: Command, shell: Shell, kind: "agents" | "strategies", entries: readonly Entry[]): void {
  program
    .command(kind)
    .description(`list the ${kind} with their parameters`)
    .addOption(jsonOption())
    .action((options: { json?: boolean }) => {
      if (options.json) {
        const list = entries.map(({ name, title, params }) => ({ name, title, parameters: parametersOf(params) }));
        shell.out(`${JSON.stringify({ [kind]: list }, null, 2)}\n`);
      } else shell.out(`${render(kind, entries)}Set any of them in a definition, or with --set ${kind}.<name>.<key>=<value>.\n`);
    });
}

/** `caucus agents` and `caucus strategies`. */
export function registerAgents(program: Command, shell: Shell): void {
  register(program, shell, "agents", agents);
  register(program, shell, "strategies", strategies);
}
