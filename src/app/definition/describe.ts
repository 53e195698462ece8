import { z } from "zod";

/** One key of a schema, as a reference shows it. */
export const describedKeySchema = z.strictObject({
  path: z.string().describe("such as fees.maker"),
  type: z.string().describe("in words: number from 0 to 0.1, range | chop"),
  default: z.unknown().optional().describe("absent where the key has none"),
  description: z.string(),
});
export type DescribedKey = Readonly<z.infer<typeof describedKeySchema>>;

interface Property {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Property[];
  readonly items?: Property;
  readonly properties?: Readonly<Record<string, Property>>;
  readonly additionalProperties?: Property | boolean;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly default?: unknown;
  readonly description?: string;
}

/** JSON Schema writes zod's safe integers as bounds; they say nothing to a person. */
const BOUNDLESS = 2 ** 50;

/** Every key of an object schema, groups before what is in them left out, in the order in which they are declared. */
export function describeKeys(schema: z.ZodType): DescribedKey[] {
  return keysOf(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as Property, []);
}

function keysOf({ properties = {} }: Property, path: readonly string[]): DescribedKey[] {
  return Object.entries(properties).flatMap(([name, property]) => {
    const here = [...path, name];
    const described = property.description !== undefined && property.properties === undefined;
    const own = described || property.properties === undefined ? [describe(here, property)] : [];
    const inner = typeof property.additionalProperties === "object" && property.properties === undefined ? keysOf(property.additionalProperties, [...here, "<name>"]) : [];
    const branches = (property.anyOf ?? []).flatMap((branch) => keysOf(branch, here));
    return [...own, ...keysOf(property, here), ...branches, ...inner];
  });
}

function describe(path: readonly string[], property: Property): DescribedKey {
  return {
    path: path.join("."),
    type: typeOf(property),
    ...(property.default === undefined ? {} : { default: property.default }),
    description: property.description ?? "",
  };
}

function typeOf(property: Property): string {
  if (property.const !== undefined) return shownValue(property.const);
  if (property.enum) return property.enum.map(shownValue).join(" | ");
  if (property.anyOf) return property.anyOf.map(typeOf).join(" | ");
  if (property.properties !== undefined) return "group";
  if (property.items) return `list of ${typeOf(property.items)}s`;
  if (property.additionalProperties !== undefined && property.type === "object") return "map";
  const type = property.type === "string" ? "text" : String(property.type ?? "any");
  const bounds = [
    property.minimum !== undefined && property.minimum > -BOUNDLESS ? `from ${property.minimum}` : "",
    property.exclusiveMinimum !== undefined && property.exclusiveMinimum > -BOUNDLESS ? `above ${property.exclusiveMinimum}` : "",
    property.maximum !== undefined && property.maximum < BOUNDLESS ? `to ${property.maximum}` : "",
  ];
  return [type, ...bounds.filter((bound) => bound !== "")].join(" ");
}

/** A value of a schema as text. */
export function shownValue(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
