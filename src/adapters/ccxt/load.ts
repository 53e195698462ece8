import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Exchange } from "ccxt";
import { z } from "zod";

/** A ccxt client's class. */
export type ExchangeConstructor = new (options: Record<string, unknown>) => Exchange;

const moduleSchema = z.object({ default: z.custom<ExchangeConstructor>((value) => typeof value === "function") });
/** ccxt names its files as its exchanges. Anything else is no exchange, and no path either. */
const ID = /^[a-z0-9]+$/;

/**
 * ccxt's client of one exchange, with streams (`pro`) or without; `null` when ccxt has none of that id. Only this
 * exchange's file is loaded: all hundred of them take three times as long and 40 MB more, for as long as the bot runs.
 */
export async function loadExchange(exchange: string, kind: "rest" | "pro"): Promise<ExchangeConstructor | null> {
  // The package names no single exchanges among its exports, so the file is found beside the one it does name.
  const root = join(createRequire(import.meta.url).resolve("ccxt"), "..", "..");
  const file = join(root, "js", "src", kind === "pro" ? "pro" : "", `${exchange}.js`);
  if (!ID.test(exchange) || !existsSync(file)) return null;
  return moduleSchema.parse(await import(pathToFileURL(file).href)).default;
}
