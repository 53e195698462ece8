import type { Command } from "commander";
import { userInfo } from "node:os";
import { z } from "zod";
import { isKnown } from "../../adapters/ccxt/accounts/client.ts";
import { hasKeyStore } from "../../adapters/keys/store.ts";
import { keyNamed } from "../../app/keys/roster.ts";
import { cancelOurs, type CancelReport, disableKeys } from "../../app/keys/rotation-disable.ts";
import type { StoredKey } from "../../core/keys/key.ts";
import { RunError, UserError } from "../../core/user-error.ts";
import { exchangeUses, openEgress, proxyUses } from "../egress.ts";
import { jsonOption, type Shell } from "../shell.ts";
import { allowSockets, askBot, type KnownBot, knownBots, type RunningBot, runningBots } from "./bots.ts";
import { addStoreFlags, KEY_STORE, openStore, type StoreFlags } from "./open.ts";
import type { KeysDisabled } from "./result.ts";
import { openWithKey } from "./venue.ts";

interface DisableFlags extends StoreFlags {
  readonly all?: boolean;
  readonly state?: string;
  readonly url?: string;
  readonly json?: boolean;
}

const NOTE = `
For an emergency: a key that may be in other hands. The bots that use the keys
take their orders back and halt; where none runs, this command cancels the
orders of your bots itself, and nobody else's. Then the keys are disabled, also
when an exchange failed: what was not canceled is said, and the exit code is
not 0. A disabled key is never used again. Revoke it at the exchange too:
nothing else stops a thief. docs/incident.md says what comes after that.
`;

/** `caucus keys disable`. */
export function registerKeysDisable(keys: Command, shell: Shell): void {
  addStoreFlags(keys.command("disable").description("take our orders back, and never use a key again").argument("[key...]", "ids or labels"))
    .option("--all", "all keys, and bots with keys of their environment")
    .option("--state <folder>", "the state folder of a bot that lies elsewhere")
    .option("--url <address>", "another address of the exchange, for a local one")
    .addOption(jsonOption())
    .addHelpText("after", NOTE)
    .action((names: readonly string[], flags: DisableFlags) => disable(names, flags, shell));
}

async function disable(names: readonly string[], flags: DisableFlags, shell: Shell): Promise<void> {
  if ((names.length === 0) !== (flags.all === true)) throw new UserError("Name the keys to disable, or write --all.");
  const path = flags.store ?? KEY_STORE;
  // Keys may all lie in environments: their bots are halted without a store.
  const store = flags.all === true && !(await hasKeyStore(path)) ? null : (await openStore(flags, false, shell)).store;
  const keys = store === null ? [] : await store.keys();
  const chosen = flags.all === true ? keys.filter(({ state }) => state !== "disabled") : names.map((name) => keyNamed(keys, name));
  const lines: string[] = [];
  const tell = (line: string): void => {
    lines.push(line);
    if (!flags.json) shell.out(`${line}\n`);
  };
  const bots = knownBots(path, flags.state === undefined ? [] : [flags.state], tell);
  allowSockets(bots, shell);
  openEgress(shell, [
    ...chosen.flatMap(({ label, exchange }) => exchangeUses(exchange, flags.url, `the key ${label}`)),
    ...bots.flatMap(({ exchange, url }) => exchangeUses(exchange, url, `the exchange ${exchange}`)),
    ...proxyUses(),
  ]);
  const { running, silent } = await findRunning(bots, tell);
  const left = [...silent];
  // First those whose keys lie in no store: nobody else halts them.
  if (flags.all === true) for (const one of running) if (one.key === null) left.push(...(await haltOrSay(one, chosen, tell)).left);
  if (store === null) tell(`There is no key store ${path}, so there is no key to disable. Revoke the keys of environments at their exchanges.`);
  else left.push(...(await disableKeys({ store, ids: chosen.map(({ id }) => id), tell, cancel: (key) => cancelWith(key, { running, bots, chosen, url: flags.url, tell }) })));
  const unheld = bots.filter(({ folder, exchange }) => flags.all === true && !running.some(({ bot }) => bot.folder === folder) && !chosen.some((key) => key.exchange === exchange && key.state === "active"));
  for (const { folder, exchange } of unheld) tell(`The bot of ${folder} does not run, and no stored key opens its account of ${exchange}: look there whether orders of it stand.`);
  if (flags.json) shell.out(`${JSON.stringify({ store: path, disabled: chosen.map(({ id }) => id), notCanceled: left, steps: lines } satisfies KeysDisabled, null, 2)}\n`);
  if (left.length > 0) throw new RunError(`${store === null ? "Not everything is halted, and not" : "The keys are disabled, and not"} everything was canceled: ${left.join("; ")}. Cancel that by hand at the exchange.`);
}

/** Bots that answer; one that runs and does not answer is named among what may be left. */
async function findRunning(bots: readonly KnownBot[], tell: (line: string) => void): Promise<{ readonly running: readonly RunningBot[]; readonly silent: readonly string[] }> {
  const running: RunningBot[] = [];
  const silent: string[] = [];
  for (const bot of bots) {
    try {
      running.push(...(await runningBots([bot])));
    } catch (error) {
      const text = `the bot in ${bot.folder} runs and does not answer (${error instanceof Error ? error.message : "no reason given"}): end its process`;
      silent.push(text);
      tell(`NOT HALTED: ${text}`);
    }
  }
  return { running, silent };
}

const reportShape = z.looseObject({ canceled: z.number(), left: z.array(z.string()) });
/** The longest that a bot is waited for, ms. */
const PATIENCE = 60_000;

async function haltBot({ bot }: RunningBot, chosen: readonly StoredKey[], tell: (line: string) => void): Promise<CancelReport> {
  tell(`The bot in ${bot.folder} takes its orders back and halts.`);
  const answer = await askBot(bot, { command: "disable-key", by: userInfo().username, keys: chosen.map(({ id }) => id) }, PATIENCE);
  const { canceled, left } = reportShape.parse(answer);
  tell(`The bot in ${bot.folder}: ${canceled} orders canceled${left.length === 0 ? ", none is left" : ""}.`);
  return { canceled, left };
}

/** A bot that fails to answer keeps no other from being halted. */
function haltOrSay(user: RunningBot, chosen: readonly StoredKey[], tell: (line: string) => void): Promise<CancelReport> {
  return haltBot(user, chosen, tell).catch((error: unknown): CancelReport => ({ canceled: 0, left: [`the bot in ${user.bot.folder}: ${error instanceof Error ? error.message : "it failed"}`] }));
}

interface Field {
  readonly running: readonly RunningBot[];
  readonly bots: readonly KnownBot[];
  readonly chosen: readonly StoredKey[];
  readonly url: string | undefined;
  readonly tell: (line: string) => void;
}

const BETWEEN_ROUNDS = 500;

/** Through the bots that use a key; what no running bot looks after, by a client of this command. */
async function cancelWith(key: StoredKey, { running, bots, chosen, url, tell }: Field): Promise<CancelReport> {
  const users = running.filter((one) => one.key === key.id);
  let canceled = 0;
  const left: string[] = [];
  for (const user of users) {
    const report = await haltOrSay(user, chosen, tell);
    canceled += report.canceled;
    left.push(...report.left);
  }
  const alive = new Set(running.map(({ bot }) => bot.folder));
  const resting = bots.filter((bot) => bot.exchange === key.exchange && !alive.has(bot.folder));
  // A key that drains or waits has placed nothing that the one in use does not see.
  if (resting.length === 0 || key.state !== "active") return { canceled, left };
  if (!isKnown(key.exchange)) return { canceled, left: [...left, `${key.exchange}: nobody here can trade there`] };
  const address = url ?? resting[0]?.url;
  const venue = await openWithKey(key.exchange, key.secrets, address);
  try {
    await venue.syncClock();
    const report = await cancelOurs(venue, { symbols: [...new Set(resting.flatMap(({ symbols }) => symbols))], prefixes: resting.map(({ prefix }) => prefix) }, BETWEEN_ROUNDS);
    return { canceled: canceled + report.canceled, left: [...left, ...report.left] };
  } finally {
    await venue.close();
  }
}
