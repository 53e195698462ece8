import { stringify } from "yaml";
import type { Definition } from "../definition/schema.ts";

const SECRET = /token|secret|password|api-?key|^rpc$/i;

/** A definition as YAML; what could be a secret is not shown. */
export function configText(definition: Definition): string {
  return stringify(shown(definition), { lineWidth: 0 }).trimEnd();
}

function shown(value: unknown): unknown {
  if (typeof value === "string") return value.replace(/\/\/[^/@\s]+@/g, "//***@");
  if (Array.isArray(value)) return value.map(shown);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, SECRET.test(key) && typeof inner === "string" ? "***" : shown(inner)]));
}
