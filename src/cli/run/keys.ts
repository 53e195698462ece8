import { z } from "zod";
import { UserError } from "../../core/user-error.ts";

const schema = z.object({ CAUCUS_API_KEY: z.string().min(1), CAUCUS_API_SECRET: z.string().min(1), CAUCUS_API_PASSWORD: z.string().min(1).optional() });

/** Keys of an exchange account. */
export interface Keys {
  readonly apiKey: string;
  readonly secret: string;
  /** OKX's passphrase. */
  readonly password?: string;
}

/** The keys in the environment: never in a definition, never on a command line, where others can read them. */
export function readKeys(): Keys {
  const parsed = schema.safeParse(process.env);
  if (!parsed.success) throw new UserError("Set CAUCUS_API_KEY and CAUCUS_API_SECRET in the environment: a key that can read and trade, and cannot withdraw.");
  const { CAUCUS_API_KEY: apiKey, CAUCUS_API_SECRET: secret, CAUCUS_API_PASSWORD: password } = parsed.data;
  return { apiKey, secret, ...(password === undefined ? {} : { password }) };
}
