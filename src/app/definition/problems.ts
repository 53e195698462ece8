import { closest, distance } from "fastest-levenshtein";
import type { z } from "zod";

/** Something wrong in a definition. */
export interface Problem {
  readonly path: readonly string[];
  readonly message: string;
}

/** JSON Schema as far as names are looked up in it. */
export interface Shape {
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly additionalProperties?: unknown;
  readonly anyOf?: readonly Shape[];
  readonly items?: unknown;
}

/** The known name that is meant, if one is near enough to be meant at all. */
export function nearest(name: string, known: readonly string[]): string | null {
  if (known.length === 0) return null;
  const best = closest(name.toLowerCase(), known.map((one) => one.toLowerCase()));
  const found = known.find((one) => one.toLowerCase() === best);
  if (found === undefined) return null;
  const prefix = found.toLowerCase().startsWith(name.toLowerCase()) || name.toLowerCase().startsWith(found.toLowerCase());
  return prefix || distance(name.toLowerCase(), best) <= Math.max(2, Math.floor(found.length / 3)) ? found : null;
}

/** `; did you mean "x"?`, or the list of what is known. */
export function suggestion(name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  if (known.length === 0) return "";
  return near === null ? `; known are ${known.join(", ")}` : `; did you mean "${near}"?`;
}

/** The keys that a schema knows at a path. */
export function keysAt(shape: Shape, path: readonly string[]): string[] {
  let here: Shape | undefined = shape;
  for (const key of path) {
    const parent: Shape | undefined = here;
    here = propertiesOf(parent)?.[key] ?? [parent?.additionalProperties, parent?.items].find(isShape);
  }
  return Object.keys(propertiesOf(here) ?? {});
}

/** The keys of a group, or of the group that a union has among its branches. */
function propertiesOf(shape: Shape | undefined): Shape["properties"] {
  return shape?.properties ?? shape?.anyOf?.find(({ properties }) => properties !== undefined)?.properties;
}

function isShape(value: unknown): value is Shape {
  return typeof value === "object" && value !== null;
}

/** A value as it is shown in a message. */
export function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = (JSON.stringify(value) as string | undefined) ?? typeof value;
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** Of what is wrong in each branch of a union: that of the branch which a group of keys was meant for, where it is one. */
function branchOf(branches: readonly (readonly z.core.$ZodIssue[])[], value: unknown): readonly z.core.$ZodIssue[] | null {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  return branches.find((issues) => issues.length > 0 && issues.every(({ path, code }) => path.length > 0 || code === "unrecognized_keys")) ?? null;
}

/** zod's issues as problems in our words. */
export function problemsOf(issues: readonly z.core.$ZodIssue[], root: unknown, shape: Shape): Problem[] {
  return issues.flatMap((issue): Problem[] => {
    const path = issue.path.map(String);
    if (issue.code === "unrecognized_keys") {
      const known = keysAt(shape, path);
      return issue.keys.map((key) => ({ path: [...path, key], message: `unknown key${suggestion(key, known)}` }));
    }
    const value = valueAt(root, path);
    const meant = issue.code === "invalid_union" ? branchOf(issue.errors, value) : null;
    if (meant !== null) return problemsOf(meant.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })), root, shape);
    return [{ path, message: issue.code === "custom" ? custom(issue.message, value) : `${expectation(issue, value)}, got ${shown(value)}` }];
  });
}

function custom(message: string, value: unknown): string {
  // Messages of refinements say what they saw where it is not simply the value.
  return message.includes("got") || typeof value === "object" || !message.startsWith("must") ? message : `${message}, got ${shown(value)}`;
}

const TYPES: Readonly<Record<string, string>> = {
  number: "a number",
  int: "a whole number",
  string: "a text",
  boolean: "true or false",
  array: "a list",
  object: "a group of keys",
  record: "a group of keys",
};

function expectation(issue: z.core.$ZodIssue, value: unknown): string {
  switch (issue.code) {
    case "invalid_type":
      return `must be ${TYPES[issue.expected] ?? issue.expected}`;
    case "too_small":
      return issue.origin === "array" ? `must have at least ${String(issue.minimum)}` : `must be ${issue.inclusive ? "at least" : "above"} ${String(issue.minimum)}`;
    case "too_big":
      return issue.origin === "array" || issue.origin === "string" ? `must have at most ${String(issue.maximum)}` : `must be ${issue.inclusive ? "at most" : "below"} ${String(issue.maximum)}`;
    case "invalid_value": {
      const known = issue.values.map(String);
      const near = typeof value === "string" ? nearest(value, known) : null;
      return `must be ${listed(known)}${near === null ? "" : ` (did you mean "${near}"?)`}`;
    }
    case "invalid_union": {
      const parts = issue.errors.map((branch) => (branch[0] ? expectation(branch[0], value).replace(/^must be /, "") : ""));
      return `must be ${[...new Set(parts)].join(" or ")}`;
    }
    case "invalid_key":
      return "must be named by a symbol such as BTC/USDT";
    default:
      return issue.message;
  }
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} or ${names.at(-1) ?? ""}`;
}

/** The value at a path of plain data. */
export function valueAt(root: unknown, path: readonly string[]): unknown {
  let value = root;
  for (const key of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = Object.hasOwn(value, key) ? (value as Readonly<Record<string, unknown>>)[key] : undefined;
  }
  return value;
}
