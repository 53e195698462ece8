import { type Document, isMap, isNode, isPair, isScalar, isSeq, LineCounter, parse, parseDocument, type YAMLMap } from "yaml";
import { UserError } from "../../core/user-error.ts";

/** A value set from outside the file: where it goes, its text, and the flag as it was typed. */
export interface Override {
  readonly path: readonly string[];
  readonly value: unknown;
  /** `--set strategies.grid.levels=30` or `--fee-maker 0.001`. */
  readonly flag: string;
}

/** A definition's text as plain data, and where each key stands. */
export interface DefinitionDocument {
  readonly data: Record<string, unknown>;
  /** `file.yaml:12:3`, or the flag that set the key. */
  placeOf(path: readonly string[]): string;
}

const MOST_CHARACTERS = 1_000_000;
const FORBIDDEN = new Set(["__proto__", "prototype", "constructor"]);

/**
 * Reads a definition's YAML and lays the overrides over it. `groups` names what a group holds that is left out: setting one
 * agent's parameter must not send the others home. `heads` names the key of a group for which a plain value in its place stands:
 to set one does not send the others home either. All syntax errors are told at once.
 */
export function readDocument(
  text: string,
  name: string,
  overrides: readonly Override[],
  groups: Readonly<Record<string, (data: Readonly<Record<string, unknown>>) => readonly string[]>> = {},
  heads: Readonly<Record<string, string>> = {},
): DefinitionDocument {
  if (text.length > MOST_CHARACTERS) throw new UserError(`${name}: over a million characters; a definition is a page. Is it the right file?`);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const place = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${name}:${line}:${col}`;
  };
  if (document.errors.length > 0) {
    const problems = document.errors.map((error) => `${place(error.pos[0])}: ${error.message}`);
    throw problemsError(name, problems);
  }
  const data = plainData(document, name);
  const set = new Map<string, string>();
  for (const override of overrides) {
    const [group = ""] = override.path;
    if (override.path.length > 1 && Object.hasOwn(groups, group)) data[group] = spelledOut(data[group], groups[group]?.(data) ?? []);
    const head = Object.hasOwn(heads, group) ? heads[group] : undefined;
    assign(data, head === undefined ? override : headed(data, override, group, head));
    set.set(override.path.join("\0"), override.flag);
  }
  return {
    data,
    placeOf(path) {
      for (let length = path.length; length > 0; length--) {
        const flag = set.get(path.slice(0, length).join("\0")) ?? flagUnder(overrides, path.slice(0, length));
        if (flag !== undefined) return flag;
        const offset = offsetOf(document, path.slice(0, length));
        if (offset !== null) return place(offset);
      }
      return name;
    },
  };
}

/** An unknown key inside a path that a flag made: the flag is to blame. */
function flagUnder(overrides: readonly Override[], path: readonly string[]): string | undefined {
  return overrides.find((override) => path.every((key, i) => override.path[i] === key))?.flag;
}

function plainData(document: Document.Parsed, name: string): Record<string, unknown> {
  let data: unknown;
  try {
    data = document.toJS({ maxAliasCount: 50 });
  } catch (error) {
    throw new UserError(`${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (data === null || data === undefined) return {};
  if (typeof data !== "object" || Array.isArray(data)) throw new UserError(`${name}: a definition is a group of keys such as "capital: 10000".`);
  return data as Record<string, unknown>;
}

function offsetOf(document: Document.Parsed, path: readonly string[]): number | null {
  let node: unknown = document.contents;
  let offset: number | null = null;
  for (const key of path) {
    if (isSeq(node)) {
      node = node.items[Number(key)];
      if (isNode(node) && node.range) offset = node.range[0];
      continue;
    }
    if (!isMap(node)) return offset;
    const pair = (node as YAMLMap).items.find((item) => isPair(item) && isScalar(item.key) && String(item.key.value) === key);
    if (!pair) return null;
    if (isNode(pair.key) && pair.key.range) offset = pair.key.range[0];
    node = pair.value;
  }
  return offset;
}

/** Keeps a group and its head together: a plain value becomes a group before another key is set, and sets the head of a group. */
function headed(data: Record<string, unknown>, override: Override, group: string, head: string): Override {
  const now = data[group];
  const isGroup = typeof now === "object" && now !== null;
  if (override.path.length === 1) return isGroup && typeof override.value === "string" ? { ...override, path: [group, head] } : override;
  if (!isGroup && now !== undefined) data[group] = { [head]: now };
  return override;
}

/** A group as a map of its members, when it is left out or written as a list. */
function spelledOut(value: unknown, all: readonly string[]): unknown {
  const named = value === undefined ? all : value === "none" ? [] : value;
  return Array.isArray(named) ? Object.fromEntries(named.map((one: unknown) => [String(one), {}])) : value;
}

function assign(data: Record<string, unknown>, { path, value, flag }: Override): void {
  let here = data;
  path.forEach((key, at) => {
    if (key === "" || FORBIDDEN.has(key)) throw new UserError(`${flag}: "${path.join(".")}" is no key of a definition.`);
    if (at === path.length - 1) {
      here[key] = value;
      return;
    }
    const next = here[key];
    if (typeof next === "object" && next !== null && !Array.isArray(next)) here = next as Record<string, unknown>;
    else here = here[key] = {} as Record<string, unknown>;
  });
}

/** An override from `a.b.c=value`; the value is YAML, so that numbers, lists and true are what they look like. */
export function parseSet(text: string): Override {
  const flag = `--set ${text}`;
  const at = text.indexOf("=");
  if (at < 1) throw new UserError(`${flag}: write it as key=value, such as --set strategies.grid.levels=30.`);
  const path = text.slice(0, at).split(".");
  let value: unknown;
  try {
    value = parse(text.slice(at + 1));
  } catch (error) {
    throw new UserError(`${flag}: the value is no YAML: ${error instanceof Error ? error.message.split("\n")[0] ?? "" : String(error)}`);
  }
  return { path, value, flag };
}

/** One error for one problem, or a list under a line that counts them. */
export function problemsError(name: string, problems: readonly string[]): UserError {
  const [only] = problems;
  if (problems.length === 1 && only !== undefined) return new UserError(only, problems);
  return new UserError(`${name} has ${problems.length} problems:\n${problems.map((one) => `  ${one}`).join("\n")}`, problems);
}
