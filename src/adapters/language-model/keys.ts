import { readFileSync } from "node:fs";
import type { LanguageModelSettings } from "../../app/definition/language-model-schema.ts";
import { UserError } from "../../core/user-error.ts";
import { splitName } from "./provider.ts";

/** The keys of the two models; null where there is none. */
export interface ModelKeys {
  readonly model: string | null;
  readonly fallback: string | null;
}

/** Names that are not the provider's in capitals. */
const OWN_VARIABLE: Readonly<Record<string, string>> = {
  mistralai: "MISTRAL_API_KEY",
  google: "GOOGLE_API_KEY",
  "google-genai": "GOOGLE_API_KEY",
  azure_openai: "AZURE_OPENAI_API_KEY",
  together: "TOGETHER_AI_API_KEY",
};
/** Providers that answer nobody without a key. */
const NEED_KEY = new Set(["openai", "anthropic"]);

/**
 * The keys in the environment, or in the files that `*_FILE` names: CAUCUS_LLM_KEY and CAUCUS_LLM_FALLBACK_KEY, else the
 * provider's own variable, such as OPENAI_API_KEY, which is sent to the provider alone and never to a `url`.
 */
export function readModelKeys(settings: LanguageModelSettings, environment: NodeJS.ProcessEnv = process.env): ModelKeys {
  const { fallback } = settings;
  const model = valueOf("CAUCUS_LLM_KEY", environment) ?? ownKey(settings.model, settings.url, environment);
  need(settings.model, settings.url, model, "CAUCUS_LLM_KEY");
  if (fallback === undefined) return { model, fallback: null };
  const samePlace = splitName(fallback.model).kind === splitName(settings.model).kind && fallback.url === settings.url;
  const second = valueOf("CAUCUS_LLM_FALLBACK_KEY", environment) ?? (samePlace ? model : ownKey(fallback.model, fallback.url, environment));
  need(fallback.model, fallback.url, second, "CAUCUS_LLM_FALLBACK_KEY");
  return { model, fallback: second };
}

/** The provider's own variable, such as OPENAI_API_KEY. */
function ownVariable(name: string): string {
  const { kind } = splitName(name);
  return OWN_VARIABLE[kind] ?? `${kind.toUpperCase().replaceAll("-", "_")}_API_KEY`;
}

function ownKey(name: string, url: string | undefined, environment: NodeJS.ProcessEnv): string | null {
  return url === undefined ? valueOf(ownVariable(name), environment) : null;
}

function need(name: string, url: string | undefined, key: string | null, variable: string): void {
  if (key !== null || url !== undefined || !NEED_KEY.has(splitName(name).kind)) return;
  throw new UserError(`languageModel: ${name} needs a key. Set ${variable} or ${ownVariable(name)} in the environment (or ${variable}_FILE with a file that holds it); never in the definition.`);
}

function valueOf(name: string, environment: NodeJS.ProcessEnv): string | null {
  const given = environment[name]?.trim() ?? "";
  if (given !== "") return given;
  const path = environment[`${name}_FILE`];
  if (path === undefined || path === "") return null;
  try {
    const held = readFileSync(path, "utf8").trim();
    return held === "" ? null : held;
  } catch (error) {
    throw new UserError(`${name}_FILE: ${path} cannot be read (${error instanceof Error && "code" in error ? String(error.code) : "no reason given"}).`);
  }
}
