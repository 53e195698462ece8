import { z } from "zod";
import type { AgentEntry } from "../../core/agent.ts";
import { RISK_PROFILE_NAMES } from "../../core/risk-profiles.ts";
import type { StrategyEntry } from "../../core/strategy-entry.ts";
import { UserError } from "../../core/user-error.ts";
import { type DefinitionDocument, type Override, problemsError, readDocument } from "./document.ts";
import { type Problem, problemsOf, type Shape, suggestion } from "./problems.ts";
import { type Definition, definitionSchema } from "./schema.ts";

/** The agents and strategies that a definition can name: code, so every process has its own. */
export interface Catalogue {
  readonly agents: readonly AgentEntry[];
  readonly strategies: readonly StrategyEntry[];
}

/** What a definition is loaded from. */
export interface DefinitionInput extends Catalogue {
  /** YAML. */
  readonly text: string;
  /** The file's name, for messages. */
  readonly name: string;
  readonly overrides: readonly Override[];
  /** Keeps only these agents (`--agents`); an empty list is none. */
  readonly agentNames?: readonly string[];
  /** Keeps only these strategies (`--strategy`). */
  readonly strategyNames?: readonly string[];
}

/** A checked definition with all defaults filled in. Throws one `UserError` that tells every problem at once. */
export function loadDefinition(input: DefinitionInput): Definition {
  const { agents, strategies } = input;
  const document = readDocument(input.text, input.name, input.overrides, {
    agents: (data) => unasked(data, agents),
    strategies: () => strategies.flatMap(({ name, byHand, onlyNamed }) => (byHand || onlyNamed ? [] : [name])),
  }, { riskProfile: "name" });
  const { data } = document;
  const problems = normalise(data);
  // A run keeps its state, and knows its own orders, by this name: two definitions must not share one by leaving it out.
  data["name"] ??= nameOfFile(input.name);
  keepOnly(data, "agents", input.agentNames, agents, "--agents");
  keepOnly(data, "strategies", input.strategyNames, strategies, "--strategy");
  problems.push(...shareProfile(data, agents));
  const schema = definitionSchema(agents, strategies);
  const parsed = schema.safeParse(data);
  if (parsed.success && problems.length === 0) return parsed.data;
  if (!parsed.success) problems.push(...problemsOf(parsed.error.issues, data, shapeOf(schema)));
  throw problemsError(input.name, withoutEchoes(problems).map((problem) => told(problem, document)));
}

/** "backtests/my-grid.yaml" is my-grid. */
function nameOfFile(path: string): string {
  return path.replace(/^.*[/\\]/, "").replace(/\.ya?ml$/i, "") || "unnamed";
}

/** A group that is wrong because a key in it is wrong needs telling once: at the key. */
function withoutEchoes(problems: readonly Problem[]): Problem[] {
  const inside = (outer: Problem, inner: Problem): boolean => inner.path.length > outer.path.length && outer.path.every((key, i) => inner.path[i] === key);
  return problems.filter((one) => !problems.some((other) => inside(one, other)));
}

/** The schema's keys, for suggestions. */
export function shapeOf(schema: z.ZodType): Shape {
  return z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as Shape;
}

function told({ path, message }: Problem, document: DefinitionDocument): string {
  const place = document.placeOf(path);
  const key = path.join(".");
  return place.startsWith("--") ? `${place}: ${place.includes(key) ? "" : `${key} `}${message}` : `${place}: ${key}: ${message}`;
}

/** Brings short forms into the long one: `symbol: X`, `agents: none`, a list of names (of sources too), an empty group. */
function normalise(data: Record<string, unknown>): Problem[] {
  const problems: Problem[] = [];
  if ("symbol" in data) {
    if ("symbols" in data) problems.push({ path: ["symbol"], message: "give either symbol or symbols, not both" });
    else data["symbols"] = data["symbol"];
    delete data["symbol"];
  }
  if (typeof data["symbols"] === "string") data["symbols"] = data["symbols"].split(",").map((one) => one.trim());
  for (const key of ["agents", "strategies", "sources"]) {
    const value = data[key];
    if (value === "none") data[key] = {};
    else if (Array.isArray(value)) data[key] = Object.fromEntries(value.map((name) => [String(name), {}]));
    else if (isGroup(value)) for (const [name, params] of Object.entries(value)) value[name] = params ?? {};
  }
  for (const key of ["timeframe", "fees", "fillModel", "instrument", "instruments", "coordinator"]) if (data[key] === null) data[key] = {};
  // A profile without numbers of its owner's is its name, in whichever of its two forms it was written.
  const risk = data["riskProfile"];
  if (isGroup(risk) && Object.keys(risk).every((key) => key === "name")) data["riskProfile"] = risk["name"];
  for (const key of ["from", "to"]) if (data[key] === null) data[key] = undefined;
  return problems;
}

function isGroup(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function keepOnly(
  data: Record<string, unknown>,
  key: "agents" | "strategies",
  names: readonly string[] | undefined,
  entries: readonly { readonly name: string }[],
  flag: string,
): void {
  if (names === undefined) return;
  const known = entries.map(({ name }) => name);
  for (const name of names) {
    if (!known.includes(name)) throw new UserError(`${flag} ${name}: there is no such ${key === "agents" ? "agent" : "strategy"}${suggestion(name, known)}`);
  }
  const given = isGroup(data[key]) ? data[key] : {};
  data[key] = Object.fromEntries(names.map((name) => [name, given[name] ?? {}]));
}

/** The agents of a council that nobody named: all that have what they need. */
function unasked(data: Readonly<Record<string, unknown>>, entries: readonly AgentEntry[]): string[] {
  const { sources } = data;
  const named: readonly unknown[] = Array.isArray(sources) ? sources : isGroup(sources) ? Object.keys(sources) : [];
  // The order book is for an agent of its own, which sits only where it is asked for.
  const hasSources = named.some((name) => name !== "order-flow");
  return entries.filter(({ needs }) => needs === undefined || (needs === "sources" && hasSources)).map(({ name }) => name);
}

/** The risk-profile agent follows `riskProfile`, so that the owner says it once. */
function shareProfile(data: Record<string, unknown>, entries: readonly AgentEntry[]): Problem[] {
  data["agents"] ??= Object.fromEntries(unasked(data, entries).map((name) => [name, {}]));
  const agents = data["agents"];
  const params = isGroup(agents) ? agents["risk-profile"] : undefined;
  if (!isGroup(params)) return [];
  const section = data["riskProfile"] ?? "balanced";
  const profile = isGroup(section) ? (section["name"] ?? "balanced") : section;
  if (params["profile"] !== undefined && params["profile"] !== profile) {
    return [{ path: ["agents", "risk-profile", "profile"], message: `differs from riskProfile (${typeof profile === "string" ? profile : ""}): set riskProfile alone` }];
  }
  // One that there is none of is told where it was written, not here as well.
  if (RISK_PROFILE_NAMES.some((name) => name === profile)) params["profile"] = profile;
  return [];
}
