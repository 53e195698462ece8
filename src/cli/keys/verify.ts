import type { Command } from "commander";
import { agents } from "../../../agents/index.ts";
import { isKnown } from "../../adapters/ccxt/accounts/client.ts";
import { loadDefinition } from "../../app/definition/load.ts";
import type { Acknowledged } from "../../app/keys/permissions.ts";
import { keyNamed, publicOf } from "../../app/keys/roster.ts";
import { type KeyVerdict, verifyKey, withVerified } from "../../app/keys/verify.ts";
import type { StoredKey } from "../../core/keys/key.ts";
import { RunError, UserError } from "../../core/user-error.ts";
import { strategies } from "../../../strategies/index.ts";
import { readDefinition } from "../definition-file.ts";
import { allowedUses, exchangeUses, type HostUse, openEgress, proxyUses } from "../egress.ts";
import { readEnvironment } from "../environment.ts";
import { jsonOption, type Shell } from "../shell.ts";
import { type StoreFlags, addStoreFlags, openStore } from "./open.ts";
import type { KeyVerdicts } from "./result.ts";
import { findingsText } from "./text.ts";
import { openWithKey } from "./venue.ts";

interface VerifyFlags extends StoreFlags {
  readonly definition?: string;
  readonly url?: string;
  readonly json?: boolean;
}

const NOTE = `
Asks the exchange what each key may do. A key for trading may read and trade
spot and nothing else, from known addresses; one for reading may only read.
What the exchange does not say counts as not right. --definition takes what the
definition acknowledges under trade.key, and its trade.url.
`;

/** `caucus keys verify`. */
export function registerKeysVerify(keys: Command, shell: Shell): void {
  addStoreFlags(keys.command("verify").description("ask the exchange what a key may do").argument("[key]", "its id or label (default: all that are not disabled)"))
    .option("--definition <name>", "judge it as this definition would")
    .option("--url <address>", "another address of the exchange, for a local one")
    .addOption(jsonOption())
    .addHelpText("after", NOTE)
    .action((name: string | undefined, flags: VerifyFlags) => verify(name, flags, shell));
}

/** What keys are judged by, and where the exchange is asked. */
export interface Judge {
  readonly url: string | undefined;
  /** The exchange of the definition, whose keys alone are meant. */
  readonly exchange?: string;
  readonly acknowledged: readonly Acknowledged[];
  /** Hosts that the definition allows beside the exchange. */
  readonly uses: readonly HostUse[];
}

async function verify(name: string | undefined, flags: VerifyFlags, shell: Shell): Promise<void> {
  const judge = await judgeOf(flags);
  const { store, path } = await openStore(flags, false, shell);
  const all = await store.keys();
  const named = name === undefined ? null : keyNamed(all, name);
  if (named?.state === "disabled") throw new UserError(`${named.label} (${named.id}) is disabled, so it is not used, not even to ask about it.`);
  const asked = named ? [named] : all.filter(({ state, exchange }) => state !== "disabled" && (judge.exchange ?? exchange) === exchange);
  if (judge.url !== undefined && new Set(asked.map(({ exchange }) => exchange)).size > 1) throw new UserError(`--url ${judge.url}: the keys are of several exchanges, which cannot all be there. Name a key.`);
  if (asked.length === 0 && !flags.json) shell.out("There is no key to ask about.\n");
  openEgress(shell, [...asked.flatMap(({ label, exchange }) => exchangeUses(exchange, judge.url, `the key ${label}`)), ...judge.uses]);
  const results: { readonly key: StoredKey; readonly verdict: KeyVerdict }[] = [];
  const { columns } = readEnvironment();
  for (const key of asked) {
    const verdict = await verdictOf(key, judge);
    results.push({ key, verdict });
    if (verdict.failure === null && verdict.ok) await store.change((now) => withVerified(now, key.id, Date.now()));
    if (!flags.json) shell.out(textOf(key, verdict, columns));
  }
  if (flags.json) shell.out(`${JSON.stringify({ store: path, keys: results.map(({ key, verdict }) => ({ ...publicOf(key), ...verdict })) } satisfies KeyVerdicts, null, 2)}\n`);
  const bad = results.filter(({ verdict }) => !verdict.ok);
  if (bad.length > 0) throw new RunError(`${bad.map(({ key }) => key.label).join(", ")}: not as it has to be.`);
}

/** As a definition would judge keys, where one is named. */
export async function judgeOf({ definition, url }: Pick<VerifyFlags, "definition" | "url">): Promise<Judge> {
  if (definition === undefined) return { url, acknowledged: [], uses: proxyUses() };
  const { text, name } = await readDefinition(definition);
  const loaded = loadDefinition({ text, name, overrides: [], agents, strategies });
  return { url: url ?? loaded.trade.url, exchange: loaded.trade.exchange, acknowledged: loaded.trade.key.acknowledge, uses: allowedUses(loaded) };
}

async function verdictOf(key: StoredKey, { url, acknowledged }: Judge): Promise<KeyVerdict> {
  const now = Date.now();
  if (key.expires !== null && key.expires <= now) return { ok: false, findings: [], failure: `It expired on ${new Date(key.expires).toISOString().slice(0, 10)}, as you said when you added it.` };
  if (!isKnown(key.exchange)) return { ok: false, findings: [], failure: `Nobody here knows how to ask ${key.exchange} what a key may do. Look at its permissions there: it should only read.` };
  const venue = await openWithKey(key.exchange, key.secrets, url);
  try {
    return await verifyKey(venue, key, { acknowledged, now });
  } finally {
    await venue.close();
  }
}

function textOf({ id, label, exchange, account, scope }: StoredKey, { ok, findings, failure }: KeyVerdict, columns: number): string {
  const head = `${label} (${id}): ${exchange}, account ${account}, for ${scope === "read" ? "reading" : "trading"}: ${ok ? "ok" : "NOT OK"}\n`;
  return failure === null ? `${head}${findingsText(findings, columns)}` : `${head}  ${failure}\n`;
}
