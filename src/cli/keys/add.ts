import { type Command, InvalidArgumentError, Option } from "commander";
import { randomInt } from "node:crypto";
import { publicOf, withKey } from "../../app/keys/roster.ts";
import { TRADE_EXCHANGES } from "../../app/definition/trade-schema.ts";
import { parseInstant } from "../../core/instant.ts";
import type { KeyScope, StoredKey } from "../../core/keys/key.ts";
import { UserError } from "../../core/user-error.ts";
import { jsonOption, type Shell } from "../shell.ts";
import { type StoreFlags, addStoreFlags, descriptorFlag, openStore } from "./open.ts";
import type { KeyAdded } from "./result.ts";
import { type SecretFlags, readSecrets } from "./secrets.ts";

/** Flags that say what a new key is. */
export interface NewKeyFlags extends SecretFlags {
  readonly exchange: string;
  readonly account: string;
  readonly scope: KeyScope;
  readonly expires?: number;
}

interface AddFlags extends StoreFlags, NewKeyFlags {
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  caucus keys add main --exchange binance            asks for key and secret
  caucus keys add watch --exchange kraken --scope read --expires 2027-01-31
  caucus keys add main --exchange okx --secrets-fd 3 3< okx.json

The secrets are JSON: {"apiKey": "...", "secret": "..."}, and "password" beside
them for OKX and KuCoin. Without --secrets-fd they are read from stdin, or asked
for at the terminal, where they are not shown.
`;

/** `caucus keys add`. */
export function registerKeysAdd(keys: Command, shell: Shell): void {
  const command = keys.command("add").description("put a key of an exchange into the key store").argument("<label>", "what you call it");
  addStoreFlags(command)
    .requiredOption("--exchange <name>", `as in a definition: ${TRADE_EXCHANGES.join(", ")}; or any that ccxt knows`)
    .option("--account <name>", "which account of the exchange", "main")
    .addOption(new Option("--scope <scope>", "what it is for").choices(["read", "trade"]).default("trade"))
    .option("--expires <date>", "when it ends, if it does: 2027-01-31", dateFlag)
    .option("--secrets-fd <n>", "read the secrets from this file descriptor", descriptorFlag)
    .addOption(jsonOption())
    .addHelpText("after", EXAMPLES)
    .action((label: string, flags: AddFlags) => add(label, flags, shell));
}

async function add(label: string, flags: AddFlags, shell: Shell): Promise<void> {
  const draft = describe(label, flags, Date.now());
  const { store, path, isNew } = await openStore(flags, true, shell);
  // A wrong passphrase is told before anybody types a secret.
  if (!isNew) await store.keys();
  const key: StoredKey = { ...draft, secrets: await readSecrets(flags, flags.exchange) };
  await store.change((all) => withKey(all, key));
  if (flags.json) shell.out(`${JSON.stringify({ store: path, key: publicOf(key) } satisfies KeyAdded, null, 2)}\n`);
  else shell.out(`${isNew ? `Made the key store ${path}.\n` : ""}Added ${key.label} (${key.id}), a key of ${key.exchange} for ${key.scope === "read" ? "reading" : "trading"}.\ncaucus keys verify ${key.id} asks ${key.exchange} what it may do.\n`);
}

/** A new key without its secrets, as the flags say; throws for what cannot be. */
export function describe(label: string, { exchange, account, scope, expires }: NewKeyFlags, now: number): Omit<StoredKey, "secrets"> {
  if (!/^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,62}$/u.test(label)) throw new UserError(`"${label}" is no label: begin with a letter or a digit; spaces, dots, dashes and underscores may follow, 63 characters in all.`);
  if (!/^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,62}$/u.test(account)) throw new UserError(`--account: "${account}" is no name of an account: letters, digits, spaces, dots and dashes.`);
  if (!/^[a-z0-9]{2,30}$/.test(exchange)) throw new UserError(`--exchange: write the exchange as ccxt does, such as binance or kraken; not "${exchange}".`);
  if (scope === "trade" && !(TRADE_EXCHANGES as readonly string[]).includes(exchange)) throw new UserError(`--exchange: a bot trades on ${TRADE_EXCHANGES.join(", ")}. For ${exchange} add a key that only reads: --scope read`);
  if (expires !== undefined && expires <= now) throw new UserError("--expires: this day is over. An expired key is not used.");
  return { id: newId(), label, exchange, account, scope, state: "added", created: now, lastUsed: null, expires: expires ?? null };
}

/** Letters and digits that are not taken for each other. */
const ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz";

function newId(): string {
  return Array.from({ length: 7 }, () => ALPHABET[randomInt(ALPHABET.length)] ?? "").join("");
}

/** Epoch milliseconds of a day or an instant. */
export function dateFlag(text: string): number {
  const time = parseInstant(text);
  if (Number.isNaN(time)) throw new InvalidArgumentError("write a date, such as 2027-01-31.");
  return time;
}
