import { readFileSync } from "node:fs";
import { z } from "zod";
import { UserError } from "../../core/user-error.ts";

const NAMES = ["CAUCUS_API_KEY", "CAUCUS_API_SECRET", "CAUCUS_API_PASSWORD"] as const;
type Name = (typeof NAMES)[number];
const TELEGRAM = "CAUCUS_TELEGRAM_TOKEN" as const;
/** Keys that others read; they are named here so that they are taken out of texts. */
const OTHERS = ["CAUCUS_LLM_KEY", "CAUCUS_LLM_FALLBACK_KEY", "CAUCUS_CRYPTOPANIC_KEY", "CAUCUS_TOKEN_METRICS_KEY"] as const;

const secret = z.string().trim().min(1);
const schema = z.object({ CAUCUS_API_KEY: secret, CAUCUS_API_SECRET: secret, CAUCUS_API_PASSWORD: secret.optional() });

/** Keys of an exchange account. */
export interface Keys {
  readonly apiKey: string;
  readonly secret: string;
  /** OKX's passphrase. */
  readonly password?: string;
}

/**
 * The keys in the environment, or in the files that it names (`CAUCUS_API_KEY_FILE` and so on, as systemd and Docker
 * hand out secrets): never in a definition, never on a command line, where others can read them.
 */
export function readKeys(): Keys {
  const parsed = schema.safeParse(Object.fromEntries(NAMES.map((name) => [name, valueOf(name)])));
  if (!parsed.success) {
    throw new UserError("Set CAUCUS_API_KEY and CAUCUS_API_SECRET in the environment (or CAUCUS_API_KEY_FILE and CAUCUS_API_SECRET_FILE), or put it into the key store with caucus keys add: a key that can read and trade, and cannot withdraw.");
  }
  const { CAUCUS_API_KEY: apiKey, CAUCUS_API_SECRET: secretKey, CAUCUS_API_PASSWORD: password } = parsed.data;
  return { apiKey, secret: secretKey, ...(password === undefined ? {} : { password }) };
}

/** Whether the environment names keys of an exchange account. */
export function hasEnvironmentKeys(): boolean {
  return (["CAUCUS_API_KEY", "CAUCUS_API_SECRET"] as const).some((name) => [process.env[name], process.env[`${name}_FILE`]].some((value) => value !== undefined && value.trim() !== ""));
}

/** Every secret that the environment holds, for taking them out of texts. */
export function knownSecrets(): readonly string[] {
  const named = ([...NAMES, TELEGRAM, ...OTHERS] as const).map((name) => valueOf(name)).filter((value) => value !== undefined);
  // Providers' own variables, whoever reads them: OPENAI_API_KEY and its like.
  const providers = Object.entries(process.env).flatMap(([name, value]) => (/^[A-Z0-9_]+_API_KEY$/.test(name) && value !== undefined && value.length >= 8 ? [value] : []));
  return [...new Set([...named, ...providers].map((value) => value.trim()).filter((value) => value !== ""))];
}

/** The token of the Telegram bot, from the environment or the file that it names; null when there is none. */
export function readTelegramToken(): string | null {
  const value = valueOf(TELEGRAM)?.trim() ?? "";
  if (value === "") return null;
  if (!/^\d+:[\w-]{20,}$/.test(value)) throw new UserError("CAUCUS_TELEGRAM_TOKEN is not a token as @BotFather gives them (digits, a colon, letters).");
  return value;
}

function valueOf(name: Name | typeof TELEGRAM | (typeof OTHERS)[number]): string | undefined {
  const path = process.env[`${name}_FILE`];
  if (process.env[name] !== undefined || path === undefined) return process.env[name];
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new UserError(`${name}_FILE: ${path} cannot be read (${error instanceof Error && "code" in error ? String(error.code) : "no reason given"}).`);
  }
}
