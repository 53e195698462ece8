import { z } from "zod";
import { readDescriptor } from "../../adapters/keys/read-fd.ts";
import { openTerminal } from "../../adapters/keys/terminal.ts";
import type { KeySecrets } from "../../core/keys/key.ts";
import { UserError } from "../../core/user-error.ts";
import { Interrupted } from "../shell.ts";

const secret = z.string().trim().min(1).max(10_000);
const shape = z.strictObject({ apiKey: secret, secret, password: secret.exactOptional() });

/** Exchanges whose keys have a passphrase of their own. */
const WITH_PASSWORD: ReadonlySet<string> = new Set(["okx", "kucoin", "bitget"]);

/** Where the secrets of a new key come from. */
export interface SecretFlags {
  readonly secretsFd?: number;
}

/** The secrets of a new key of an exchange: as JSON from a descriptor or stdin, or from the person at the terminal, who does not see them typed. */
export async function readSecrets({ secretsFd }: SecretFlags, exchange: string): Promise<KeySecrets> {
  if (secretsFd !== undefined) return parse(await readDescriptor(secretsFd, "--secrets-fd"), `--secrets-fd ${secretsFd}`);
  if (!process.stdin.isTTY) {
    const text = await readDescriptor(0, "stdin");
    if (text.trim() !== "") return parse(text, "stdin");
  }
  const terminal = openTerminal();
  if (terminal === null) throw new UserError(`There is nobody to ask for the key. Give it as JSON on stdin or with --secrets-fd N: {"apiKey": "...", "secret": "..."}`);
  const ask = async (what: string): Promise<string> => {
    const typed = await terminal.secret(`${what} (not shown): `);
    if (typed === null) throw new Interrupted("Nothing was changed.");
    return typed;
  };
  const typed = { apiKey: await ask("API key"), secret: await ask("Secret"), ...(WITH_PASSWORD.has(exchange) ? { password: await ask("Passphrase of the key") } : {}) };
  const parsed = shape.safeParse(typed);
  if (!parsed.success) throw new UserError("Neither the API key nor the secret may be empty. Nothing was stored.");
  return parsed.data;
}

/** Nothing of the text is repeated in an error: it is secret. */
function parse(text: string, where: string): KeySecrets {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UserError(`${where} is not JSON. Write {"apiKey": "...", "secret": "..."}, and "password" beside them for OKX and KuCoin.`);
  }
  const parsed = shape.safeParse(value);
  if (parsed.success) return parsed.data;
  const fields = [...new Set(parsed.error.issues.map(({ path, code }) => (path.length > 0 ? String(path[0]) : code === "unrecognized_keys" ? "a field that is not known" : "the whole")))];
  throw new UserError(`${where}: not right: ${fields.join(", ")}. Write {"apiKey": "...", "secret": "..."}, and "password" beside them for OKX and KuCoin.`);
}
