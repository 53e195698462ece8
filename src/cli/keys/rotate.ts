import { type Command, InvalidArgumentError, Option } from "commander";
import { userInfo } from "node:os";
import { z } from "zod";
import { isKnown } from "../../adapters/ccxt/accounts/client.ts";
import { judgeKey, problemsOf } from "../../app/keys/permissions.ts";
import { keyNamed, withKey } from "../../app/keys/roster.ts";
import { Rotation } from "../../app/keys/rotation.ts";
import type { StoredKey } from "../../core/keys/key.ts";
import { type KeyPair, keyOf, stageOf, unfinishedRotations } from "../../core/keys/rotation.ts";
import { parseTimeframe } from "../../core/timeframe.ts";
import { UserError } from "../../core/user-error.ts";
import type { KeyStore } from "../../ports/key-store.ts";
import { exchangeUses, openEgress } from "../egress.ts";
import { MONITOR, monitoringOf } from "../run/key-rotation.ts";
import { Interrupted, jsonOption, type Shell } from "../shell.ts";
import { dateFlag, describe } from "./add.ts";
import { allowSockets, askBot, type KnownBot, knownBots, type RunningBot, runningBots } from "./bots.ts";
import { addStoreFlags, descriptorFlag, openStore, type StoreFlags } from "./open.ts";
import { type KeyRotation, rotationEndSchema } from "./result.ts";
import { readSecrets, type SecretFlags } from "./secrets.ts";
import { type Judge, judgeOf } from "./verify.ts";
import { openWithKey } from "./venue.ts";

interface RotateFlags extends StoreFlags, SecretFlags {
  readonly to?: string;
  readonly add?: string;
  readonly expires?: number;
  readonly rollBack?: boolean;
  readonly sameAccount?: boolean;
  readonly monitor: number;
  readonly state?: string;
  readonly definition?: string;
  readonly url?: string;
  readonly json?: boolean;
}

const NOTE = `
The new key is verified (rights, account, a test order where the exchange has
one), then put in use while the old one drains, then watched; then the old one
is disabled. A running bot does it without a pause; its bot is found by the
state folders beside the key store, or by --state. Until the old key is
disabled it is put back by itself when the new one fails, or by --roll-back.
Broken off at any point, the same command goes on.

Examples:
  caucus keys rotate main --add main-2027      asks for the new key's secrets
  caucus keys rotate main --to main-2027 --monitor 1h
  caucus keys rotate main --roll-back
  caucus keys rotate main                      goes on, or looks whether the
                                               exchange has forgotten it
`;

/** `caucus keys rotate`. */
export function registerKeysRotate(keys: Command, shell: Shell): void {
  addStoreFlags(keys.command("rotate").description("put a new key in the place of one that is in use").argument("<old>", "id or label of the key in use"))
    .option("--to <new>", "id or label of the new key, if it is stored")
    .option("--add <label>", "read the new key's secrets and store it first")
    .option("--secrets-fd <n>", "read the secrets from this file descriptor", descriptorFlag)
    .option("--expires <date>", "when the added key ends, if it does", dateFlag)
    .addOption(new Option("--monitor <time>", "how long the new key is watched").argParser(durationFlag).default(MONITOR.forMs, "15m"))
    .option("--roll-back", "put the old key back in use")
    .option("--same-account", "your word for it, where nothing can be compared")
    .option("--state <folder>", "the state folder of the bot")
    .option("--definition <name>", "judge the new key as this definition would")
    .option("--url <address>", "another address of the exchange, for a local one")
    .addOption(jsonOption())
    .addHelpText("after", NOTE)
    .action((old: string, flags: RotateFlags) => rotate(old, flags, shell));
}

function durationFlag(text: string): number {
  const time = text === "0" ? 0 : parseTimeframe(text);
  if (time === null || time > 30 * 86_400_000) throw new InvalidArgumentError("write a time of up to 30 days, such as 15m, 1h or 1d.");
  return time;
}

/** What all of a rotation's ways work on. */
interface Task {
  readonly store: KeyStore;
  readonly pair: KeyPair;
  readonly from: StoredKey;
  readonly to: StoredKey;
  readonly flags: RotateFlags;
  readonly judge: Judge;
  readonly bots: readonly KnownBot[];
  readonly running: readonly RunningBot[];
  readonly shell: Shell;
}

async function rotate(old: string, flags: RotateFlags, shell: Shell): Promise<void> {
  if (flags.add !== undefined && flags.to !== undefined) throw new UserError("--add stores a new key, --to names one that is stored: give one of them.");
  const judge = await judgeOf(flags);
  const { store, path } = await openStore(flags, false, shell);
  const bots = knownBots(path, flags.state === undefined ? [] : [flags.state], (line) => shell.err(`${line}\n`));
  allowSockets(bots, shell);
  const from = keyNamed(await store.keys(), old);
  const uses = bots.filter(({ exchange }) => exchange === from.exchange).flatMap(({ exchange, url }) => exchangeUses(exchange, url, `the exchange ${exchange}`));
  openEgress(shell, [...uses, ...exchangeUses(from.exchange, judge.url, `the key ${from.label}`), ...judge.uses]);
  const to = flags.add === undefined ? successorOf(await store.keys(), from, flags.to) : await added(store, from, flags.add, flags);
  const running = (await runningBots(bots)).filter(({ bot }) => bot.exchange === from.exchange);
  for (const { bot, key } of running) if (key === null) shell.err(`The bot in ${bot.folder} trades with the key of its environment: it is not changed. Start it again with a stored key, or set the new one there.\n`);
  const task: Task = { store, pair: { from: from.id, to: to.id }, from, to, flags, judge, bots, running: running.filter(({ key }) => key === from.id || key === to.id), shell };
  // Says what is wrong with the pair before anything is asked.
  stageOf(await store.keys(), task.pair);
  const [first] = task.running;
  if (first) await throughBot(task, first.bot);
  else await byItself(task);
}

function successorOf(keys: readonly StoredKey[], from: StoredKey, named: string | undefined): StoredKey {
  if (named !== undefined) return keyNamed(keys, named);
  const unfinished = unfinishedRotations(keys).find((pair) => pair.from === from.id);
  if (unfinished) return keyOf(keys, unfinished.to);
  const mates = keys.filter(({ id, exchange, account, scope }) => id !== from.id && exchange === from.exchange && account === from.account && scope === from.scope);
  const active = mates.find(({ state }) => state === "active");
  if (from.state === "disabled" && active) return active;
  const [only, ...others] = mates.filter(({ state }) => state === "added" || state === "verified");
  if (only && others.length === 0) return only;
  throw new UserError(`Which key takes the place of ${from.label} (${from.id})? Name a stored one with --to, or store one with --add LABEL.`);
}

async function added(store: KeyStore, from: StoredKey, label: string, flags: RotateFlags): Promise<StoredKey> {
  const draft = describe(label, { exchange: from.exchange, account: from.account, scope: from.scope, ...(flags.expires === undefined ? {} : { expires: flags.expires }) }, Date.now());
  const key: StoredKey = { ...draft, secrets: await readSecrets(flags, from.exchange) };
  await store.change((all) => withKey(all, key));
  return key;
}

/** The longest that a bot is waited for, ms: it verifies, and lets what it has sent be answered. */
const PATIENCE = 180_000;

const botAnswer = z.looseObject({ stage: rotationEndSchema });

async function throughBot({ pair, from, to, flags, running, shell }: Task, bot: KnownBot): Promise<void> {
  const by = userInfo().username;
  if (flags.rollBack) {
    await askBot(bot, { command: "roll-back-key", by, ...pair }, PATIENCE);
    report(shell, flags, { ...pair, stage: "rolled-back", bot: bot.folder }, `Key ${name(from)} is in use again by the bot in ${bot.folder}; key ${name(to)} is not.\n`);
    return;
  }
  const answer = await askBot(bot, { command: "rotate-key", by, ...pair, monitorMs: flags.monitor, sameAccount: flags.sameAccount === true }, PATIENCE);
  const { stage } = botAnswer.parse(answer);
  const others = running.length > 1 ? `${running.length - 1} more of your bots use it: they follow within a minute or two.\n` : "";
  const text = stage === "finished"
    ? `Key ${name(from)} is disabled, key ${name(to)} is in use. ${REVOKE(from)}`
    : `Key ${name(to)} is in use by the bot in ${bot.folder}; key ${name(from)} drains. The bot watches the new one and then disables the old one: its log and caucus keys list say when. Until then --roll-back puts it back. ${REVOKE(from)}`;
  report(shell, flags, { ...pair, stage, bot: bot.folder }, `${text}\n${others}`);
}

const name = ({ label, id }: StoredKey): string => `${label} (${id})`;
const REVOKE = ({ exchange }: StoredKey): string => `When it is disabled, revoke it at ${exchange}.`;

function report(shell: Shell, { json }: RotateFlags, result: KeyRotation, text: string): void {
  shell.out(json ? `${JSON.stringify(result, null, 2)}\n` : text);
}

/** No bot runs: the same steps, by a client of this command. */
async function byItself({ store, pair, from, to, flags, judge, bots, shell }: Task): Promise<void> {
  const { exchange } = from;
  if (!isKnown(exchange)) throw new UserError(`Nobody here knows how to verify a key of ${exchange}: add the new key, use it, and disable the old one with caucus keys disable ${from.id}.`);
  const inUse = (await store.keys()).find(({ id, state }) => (id === from.id || id === to.id) && state === "active");
  if (!inUse) throw new UserError(`Neither ${name(from)} nor ${name(to)} is in use, so there is nothing to rotate.`);
  const ours = bots.filter((bot) => bot.exchange === exchange);
  const symbols = [...new Set(ours.flatMap((bot) => bot.symbols))];
  const url = judge.url ?? ours[0]?.url;
  const venue = await openWithKey(exchange, inUse.secrets, url);
  try {
    await venue.syncClock();
    const rotation = new Rotation({
      store, venue: venue.keys, inUse: inUse.id, symbols: symbols.length > 0 ? symbols : ["BTC/USDT"], clock: () => Date.now(),
      tell: ({ text }) => (flags.json ? shell.err(`${text}\n`) : shell.out(`${text}\n`)),
      check: (key, permissions) => problemsOf(judgeKey(permissions, { scope: key.scope, acknowledged: judge.acknowledged, now: Date.now() })),
      touch: () => venue.balances(),
    });
    if (flags.rollBack) {
      await rotation.rollBack(pair, `${userInfo().username} said so.`);
      report(shell, flags, { ...pair, stage: "rolled-back" }, "");
      return;
    }
    const stage = await rotation.begin(pair, flags.sameAccount === true);
    const end = stage === "finished" ? stage : await rotation.watch(pair, monitoringOf(flags.monitor), shell.signal);
    if (end === "running") throw new Interrupted(`Key ${name(to)} is in use and key ${name(from)} drains. The same command goes on; --roll-back puts the old one back.`);
    const known = end === "finished" ? await rotation.clearRevoked() : [];
    const rest = known.map((id) => `${exchange} still answers key ${id}, which is disabled: revoke it there.\n`).join("");
    report(shell, flags, { ...pair, stage: end, stillKnown: known }, rest);
  } finally {
    await venue.close();
  }
}
