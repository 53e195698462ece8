import { z } from "zod";
import { UserError } from "../../core/user-error.ts";
import { type DefinitionDocument, problemsError } from "../definition/document.ts";
import { keysAt, problemsOf, suggestion } from "../definition/problems.ts";
import { type Catalogue, shapeOf } from "../definition/load.ts";
import { type Definition, definitionSchema } from "../definition/schema.ts";
import type { Search } from "../definition/search-schema.ts";
import type { TrialContext } from "./context.ts";
import { type Dimension, sizeOf, spaceOf, type Value, valueAt } from "./space.ts";

/** Keys that say what the market was, not what to do in it: choosing among them is choosing another past. */
const GIVEN = ["name", "symbol", "symbols", "candles", "volumeIn", "timeframe.fill", "from", "to", "seed", "fees", "fillModel", "instrument", "instruments", "trade", "search"];

/** The searched dimensions of a definition. Throws one `UserError` that names every key and value that cannot be. */
export function checkedSpace(definition: Definition, search: Search, catalogue: Catalogue, document: DefinitionDocument, { name, agentNames, strategyNames }: Pick<TrialContext, "name" | "agentNames" | "strategyNames">): Dimension[] {
  const asked = {
    agents: { written: document.data["agents"], named: agentNames !== undefined },
    strategies: { written: document.data["strategies"], named: strategyNames !== undefined },
  };
  const schema = definitionSchema(catalogue.agents, catalogue.strategies);
  const problems: string[] = [];
  const told = (key: string, message: string): void => void problems.push(`${document.placeOf(["search", "parameters", key])}: search.parameters.${key}: ${message}`);
  const sound = Object.entries(search.parameters).filter(([key]) => {
    const problem = problemOfKey(key, definition, schema) ?? problemOfGroup(key, definition, asked);
    if (problem !== null) told(key, problem);
    return problem === null;
  });
  const whole = (key: string): boolean => {
    const leaf = leafOf(schema, key.split("."));
    return leaf !== null && z.toJSONSchema(leaf, { io: "input", unrepresentable: "any" }).type === "integer";
  };
  const space = spaceOf(Object.fromEntries(sound), whole);
  for (const dimension of space) {
    const leaf = leafOf(schema, dimension.key.split("."));
    const wrong = new Set(samplesOf(dimension).flatMap((value) => (leaf === null ? [] : problemsWith(leaf, value))));
    for (const message of wrong) told(dimension.key, message);
  }
  if (problems.length > 0) throw problemsError(name, problems);
  return space;
}

/** What is wrong with a key as one to search, or null. */
function problemOfKey(key: string, definition: Definition, schema: z.ZodType): string | null {
  const given = GIVEN.find((one) => key === one || key.startsWith(`${one}.`));
  if (given !== undefined) return `${given} is what the market was or how the run is told; only what the bot does can be searched`;
  const path = key.split(".");
  if (leafOf(schema, path) === null) {
    const parent = path.slice(0, -1);
    const known = keysAt(shapeOf(schema), parent);
    return known.length === 0 ? "there is no such key in a definition; `caucus definition` lists them" : `unknown key${suggestion(path.at(-1) ?? "", known)}`;
  }
  const [group, part = ""] = path;
  if (group === "agents" && definition.agents[part] === undefined) return `${part} is not among the definition's agents`;
  if (group === "strategies" && definition.strategies[part] === undefined) return `${part} is not among the definition's strategies`;
  return null;
}

interface Group {
  /** As it stands in the definition. */
  readonly written: unknown;
  /** Whether a flag names its members. */
  readonly named: boolean;
}

/** A key set inside a group that does not name its members would leave all other members out. */
function problemOfGroup(key: string, definition: Definition, asked: Readonly<Record<"agents" | "strategies", Group>>): string | null {
  const [group] = key.split(".");
  if (group !== "agents" && group !== "strategies") return null;
  const { written, named } = asked[group];
  const members = Object.entries(definition[group]).flatMap(([name, params]) => (params === undefined ? [] : [name]));
  if (named || members.length < 2 || (typeof written === "object" && written !== null && !Array.isArray(written))) return null;
  return `to search in one of the ${group}, write each of them on a line of its own: ${group}: { ${members.map((name) => `${name}: {}`).join(", ")} }`;
}

/** The schema of one key, or null when there is none. */
function leafOf(schema: z.ZodType, path: readonly string[]): z.ZodType | null {
  const [key, ...rest] = path;
  if (key === undefined) return schema;
  const group = unwrapped(schema);
  if (!(group instanceof z.ZodObject) || !Object.hasOwn(group.shape, key)) return null;
  return leafOf(group.shape[key] as z.ZodType, rest);
}

function unwrapped(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodNullable) return unwrapped(schema.unwrap() as z.ZodType);
  // A key that may be a name or a group has the keys of the group.
  if (schema instanceof z.ZodUnion) return (schema.options as readonly z.ZodType[]).find((option) => option instanceof z.ZodObject) ?? schema;
  return schema;
}

/** All values of a list, both ends and one value between of a range: schemas are ranges themselves. */
function samplesOf(dimension: Dimension): Value[] {
  if (dimension.kind === "list") return [...dimension.values];
  const size = sizeOf(dimension);
  if (!Number.isFinite(size)) return [dimension.from, (dimension.from + dimension.to) / 2, dimension.to];
  return [dimension.from, valueAt(dimension, Math.min(1, size - 1)), valueAt(dimension, size - 1)];
}

function problemsWith(leaf: z.ZodType, value: Value): string[] {
  const parsed = leaf.safeParse(value);
  return parsed.success ? [] : problemsOf(parsed.error.issues, value, {}).map(({ message }) => message);
}

/** The error for a definition without a search: it shows how to write one. */
export function nothingToSearch(name: string): UserError {
  return new UserError(`${name}: there is nothing to search. Say what may vary:\n  search:\n    parameters:\n      strategies.grid.levels: { from: 8, to: 40 }\n      strategies.grid.width: { from: 0.02, to: 0.2, scale: log }`);
}
